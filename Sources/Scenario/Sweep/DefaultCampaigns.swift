import Foundation

/// The campaigns that fit the defaults of a library: those of its folder `sweeps` whose `calibration` has `refit`.
public struct DefaultCampaigns: Sendable {
  /// The folder, and the table of what they came to.
  public static let folder = "sweeps", table = "fitted.csv"

  /// Their files, in order.
  public let paths: [String]

  /// Finds them.
  ///
  /// - Throws: `ScenarioError` for a file that cannot be read, and where two have one position.
  public init(_ library: Library) throws(ScenarioError) {
    var found: [(position: Int, path: String, origin: Origin)] = []
    for name in library.names(in: Self.folder) {
      let path = library.file(name, in: Self.folder)
      let (_, text) = try Loader.text(path, layer: .scenario)
      let document = try Document.read(yaml: text, file: path, layer: .scenario)
      guard let node = document["calibration"]?["refit"] else { continue }
      guard case .scalar(let text) = node.content, let position = Int(text.trimmed) else {
        throw ScenarioError(node.origin, "calibration.refit takes a whole number from 1")
      }
      if let other = found.first(where: { $0.position == position }) {
        throw ScenarioError(
          node.origin,
          "calibration.refit is \(position), as in \(other.path); each campaign has a position of its own"
        )
      }
      found.append((position, path, node.origin))
    }
    paths = found.sorted { $0.position < $1.position }.map(\.path)
  }
}

extension SweepDescription {
  /// A value that something that varies has before it does.
  public struct Default: Sendable, Equatable {
    /// Its path, and its text in the scenario.
    public let path: String, text: String
    /// Its number in the unit of the law; `nil` where it is none.
    public let number: Double?
  }

  /// The values of something that varies before it does: of each of its paths every one that a scenario has.
  public func defaults(of parameter: Parameter) -> [Default] {
    let unit = try? Quantity("1\(parameter.variation?.unit ?? "")")
    return ([parameter.path] + parameter.also).flatMap { path -> [Default] in
      let steps = path.split(separator: ".").map(String.init)
      let arm = steps.first == "arms" && steps.count > 2 ? steps[1] : nil
      let own = Portion.plain(arm == nil ? steps : Array(steps.dropFirst(2)))
      var texts: [String] = []
      for values in parts.flatMap(\.base.arms) where arm == nil || values.name == arm {
        for record in values.records where record.path == own && !texts.contains(record.text) {
          texts.append(record.text)
        }
      }
      return texts.map { text in
        let quantity = try? Quantity(text)
        let number = quantity.flatMap { own in
          unit.flatMap { $0.dimension == own.dimension ? own.value / $0.value : nil }
        }
        return Default(path: path, text: text, number: number)
      }
    }
  }
}
