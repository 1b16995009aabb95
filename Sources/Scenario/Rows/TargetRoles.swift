import Files

/// Which published results a joint fit may use and which it must predict, fixed before the fit: `validation/roles.csv` of a
/// library.
public struct TargetRoles: Sendable {
  /// What a result is for.
  public enum Role: String, Sendable, CaseIterable {
    /// Parameters are fitted to it.
    case fit
    /// It is read once, after the fit.
    case predict
  }

  /// Path of the file in a library.
  public static let file = "validation/roles.csv"

  private let roles: [String: Role]

  /// The roles of a library; none where it has no such file.
  ///
  /// - Throws: `ScenarioError` for a file that is no such table.
  public init(of library: Library) throws(ScenarioError) {
    let path = "\(library.path)/\(Self.file)"
    guard InputFile.contents(path) != nil else {
      roles = [:]
      return
    }
    func problem(_ line: Int, _ words: String) -> ScenarioError {
      ScenarioError(Origin(file: path, line: line, column: 1, layer: .scenario), words)
    }
    guard let table = CSVTable(path: path), let target = table.position(of: "target"),
      let role = table.position(of: "role")
    else { throw problem(1, "expected a table with the columns target and role") }
    var roles: [String: Role] = [:]
    for (n, row) in table.rows.enumerated() {
      guard let found = Role(rawValue: row[role]) else {
        throw problem(n + 2, "the role \"\(row[role])\" is none; expected fit or predict")
      }
      guard roles.updateValue(found, forKey: row[target]) == nil else {
        throw problem(n + 2, "\(row[target]) has a role already")
      }
    }
    self.roles = roles
  }

  /// The role of a row.
  ///
  /// It is that of the target that the name is or begins with, before a dash or a letter: T04b-rat is of T04b, T06a of T06 where
  /// T06a itself is no target. A row of no target is fitted where its file calls it `calibrate`.
  public subscript(row: PublishedRow) -> Role {
    let name = row.name.prefix { $0 != "-" }
    if let role = roles[String(name)] { return role }
    if name.last?.isLetter == true, let role = roles[String(name.dropLast())] { return role }
    return row.role == .calibrate ? .fit : .predict
  }

  /// The targets that have a role.
  public var targets: [String] { roles.keys.sorted() }
}
