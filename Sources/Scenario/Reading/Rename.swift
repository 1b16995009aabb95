/// A key that users have seen and that is called otherwise now.
///
/// The table is all that the reader's errors and `stroma migrate` know of older files. A key that changes its parent, or
/// its meaning, cannot be rewritten in its place: its entry says what to do by hand.
package struct Rename: Sendable {
  /// When the old form is another now.
  package enum Condition: Sendable {
    case always
    /// Where a treatment has `boluses` above 1: a number that was the total of all doses.
    case severalDoses
  }

  /// Steps of the old path and of the new one; `*` stands for a name that a scenario gives.
  package let old: [String], new: [String]
  /// The version from which on it is called so.
  package let since: String
  /// When it applies.
  package let condition: Condition
  /// What to write where the layout of a file keeps it from being rewritten; `nil` where the new name says it.
  package let byHand: String?
  /// Whether the value is another too, so that no program can rewrite it.
  let changesValue: Bool

  init(
    _ old: String,
    to new: String,
    since: String,
    where condition: Condition = .always,
    byHand: String? = nil,
    changesValue: Bool = false
  ) {
    self.old = old.split(separator: ".").map(String.init)
    self.new = new.split(separator: ".").map(String.init)
    self.since = since
    self.condition = condition
    self.byHand = byHand
    self.changesValue = changesValue
  }

  /// All renames, in the order of versions.
  package static let all: [Rename] = [
    Rename("survival.repair", to: "survival.damage_relaxation", since: "0.2.0"),
    Rename("treatment.dose", to: "treatment.dose.total", since: "0.2.0", where: .severalDoses),
    Rename(
      "treatment.particles",
      to: "treatment.particles.total",
      since: "0.2.0",
      where: .severalDoses
    ),
    Rename(
      "tissues.*.state.perfusion.*.rate",
      to: "tissues.*.factors.*.exchange",
      since: "0.2.0"
    ),
    Rename("tissues.*.state.perfusion.*.blood", to: "tissues.*.factors.*.blood", since: "0.2.0"),
    Rename(
      "tissues.*.state.perfusion",
      to: "tissues.*.factors.*.exchange",
      since: "0.2.0",
      byHand:
        "write the rate of each factor there with its 'blood' beside it, and in 'state' in place of 'perfusion': exchange: vessels"
    ),
    Rename(
      "host.organs.*.adhesive",
      to: "host.organs.*.adhesion",
      since: "0.2.0",
      byHand:
        "write a share, the adhesion where all of the endothelium is activated, in place of true or false",
      changesValue: true
    ),
    Rename(
      "arrest.chemokine_adhesion",
      to: "arrest.chemokine_binding",
      since: "0.2.0",
      byHand:
        "write adhesion where CXCL12 saturates, the chance of arrest by it over arrest.adhesion",
      changesValue: true
    ),
    Rename(
      "residence.release",
      to: "residence.release_rate",
      since: "0.2.0",
      byHand:
        "write the rate of a cell four times as wide as the vessel; for one rate for cells of all sizes add 'release_exponent: 0'",
      changesValue: true
    ),
    Rename(
      "host.organs.*.microvessels",
      to: "host.organs.*.segments",
      since: "0.2.0",
      byHand: "write the number of segments, vessels.segments (30) to a vessel",
      changesValue: true
    ),
    Rename("contact.meal", to: "contact.polarisation_per_corpse", since: "0.2.0"),
    Rename(
      "killing.sensitisation",
      to: "host.immunity.sensitisation",
      since: "0.2.0",
      byHand: "write it under 'immunity' of the host; a well has none"
    ),
  ]

  /// Whether only the last step of the path is another, so that the key can be rewritten where it stands.
  var isInPlace: Bool { new.dropLast() == old.dropLast() }

  /// The rename of a key that is none now; `nil` for one that never was.
  static func of(_ path: [String]) -> Rename? {
    all.first { $0.condition == .always && $0.old.count == path.count && $0.begins(path) }
  }

  /// The rename of the first steps of a path with dots, as in `vary` and `--set`, where it begins with an old one.
  static func of(dotted path: String) -> Rename? {
    let (_, steps) = split(path)
    return all.first { $0.condition == .always && $0.begins(steps) }
  }

  /// Whether a path is the old one or continues from it.
  private func begins(_ path: [String]) -> Bool {
    path.count >= old.count && zip(old, path).allSatisfy { $0 == $1 || $0 == "*" }
  }

  /// A path with dots as it is called now.
  ///
  /// - Parameters:
  ///   - path: the path, which may begin with `arms.NAME`.
  ///   - hasSeveralDoses: whether the treatment of the arm has several doses; without a name, of any.
  /// - Returns: the new path; `nil` where nothing of it changed.
  static func migrated(_ path: String, hasSeveralDoses: (String?) -> Bool) -> String? {
    let (arm, steps) = split(path)
    for rename in all where rename.begins(steps) && !rename.changesValue {
      if rename.condition == .severalDoses {
        guard hasSeveralDoses(arm), steps == rename.old else { continue }
      }
      var names = zip(rename.old, steps).filter { $0.0 == "*" }.map(\.1)[...]
      guard names.count == rename.new.count(where: { $0 == "*" }) else { return nil }
      let renamed = rename.new.map { $0 == "*" ? names.removeFirst() : $0 }
      let new = renamed + steps.dropFirst(rename.old.count)
      return ((arm.map { ["arms", $0] } ?? []) + new).joined(separator: ".")
    }
    return nil
  }

  private static func split(_ path: String) -> (arm: String?, steps: [String]) {
    let steps = path.split(separator: ".").map(String.init)
    guard steps.first == "arms", steps.count > 2 else { return (nil, steps) }
    return (steps[1], Array(steps.dropFirst(2)))
  }

  /// What the reader says of the old key.
  ///
  /// - Parameter file: the file that has it, where it is one that can be rewritten.
  /// - Returns: a sentence without its subject.
  package func words(in file: String?) -> String {
    let name = "is called '\(new.joined(separator: "."))' since \(since)"
    if let file, !changesValue { return "\(name); it is rewritten by: stroma migrate \(file)" }
    return name + (byHand.map { "; \($0)" } ?? "")
  }
}

extension Origin {
  /// The file, where it can be migrated: not a value of the command line or the schema.
  var migratable: String? {
    switch layer {
    case .scenario, .preset: file
    case .commandLine, .standard: nil
    }
  }
}
