import Simulation

/// Errors and scales that rows name, and the variation between animals and between laboratories: given or fitted.
final class NamedAmounts {
  typealias Amount = CalibrationDescription.Amount

  /// By name.
  private(set) var errors: [String: Amount] = [:], scales: [String: Amount] = [:]
  /// Variation between animals, and between laboratories; `nil` where it is not given.
  private(set) var animals: Amount?, laboratories: Amount?
  /// Those that are fitted.
  private(set) var fitted: [SweepDescription.Parameter] = []
  /// Names that rows gave.
  private var used: Set<String> = []
  /// The unit of the first datum of a scale.
  private var unitOfScale: [String: String] = [:]

  /// Sizes that such numbers may have, so that their squares and products are numbers too.
  static let sizes = 1e-50...1e50

  /// Reads the keys of a calibration.
  init(_ section: Section) {
    for key in ["errors", "scales"] {
      section.section(key) { list in
        for name in list.keys {
          guard let amount = amount(name, list, path: "\(key).\(name)") else { continue }
          if key == "errors" { errors[name] = amount } else { scales[name] = amount }
        }
      }
    }
    if section.has("animals") { animals = amount("animals", section, path: "animals") }
    section.skip("animals")
    if section.has("laboratories") {
      laboratories = amount("laboratories", section, path: "laboratories", orNone: true)
    }
    section.skip("laboratories")
  }

  private func amount(_ key: String, _ list: Section, path: String, orNone: Bool = false)
    -> Amount?
  {
    let words = "a number above 0, or a law to fit it in, as in {log_uniform: [0.05, 2]}"
    if case .scalar? = list.node(key)?.content {
      let text = list.text(key, "size of an error, scale or variation between animals")
      guard let number = Double(text), Self.sizes.contains(number) || orNone && number == 0 else {
        list.report(key, "found \"\(text)\"; it takes \(words)")
        return nil
      }
      return .given(number)
    }
    let law = list.section(key) { VariationSchema.variation($0, list, key) }
    guard let law else { return nil }
    guard !law.isChoice, law.unit.isEmpty,
      [0, 1].allSatisfy({ Self.sizes.contains(law.number(at: $0)) })
    else {
      list.report(key, "takes \(words), without a unit and above 0")
      return nil
    }
    fitted.append(
      .init(path: path, also: [], variation: law, isAssumed: false, origin: list.origin(of: key))
    )
    return .estimated(fitted.count - 1)
  }

  /// The error or scale of a name; `nil` for one that is not known.
  func error(_ name: String) -> Amount? {
    used.insert("errors.\(name)")
    return errors[name]
  }

  /// The scale of a name, with the unit of its first datum; `nil` for one that is not known.
  func scale(_ name: String, unit: String) -> (amount: Amount, unit: String)? {
    used.insert("scales.\(name)")
    let first = unitOfScale[name] ?? unit
    unitOfScale[name] = first
    return scales[name].map { ($0, first) }
  }

  /// Reports what no row names.
  func reportUnused(
    _ section: Section,
    _ observations: [CalibrationDescription.Observation]
  ) {
    for (key, names) in [("errors", errors.keys), ("scales", scales.keys)] {
      for name in names.sorted() where !used.contains("\(key).\(name)") {
        section.report(key, "no row of the data names '\(name)'; leave it out")
      }
    }
    if animals != nil, observations.allSatisfy({ $0.measured.animal == nil }) {
      section.report("animals", "no row of the data names an animal; leave it out")
    }
  }
}
