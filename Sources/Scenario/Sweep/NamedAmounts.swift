/// Errors and scales that rows name, and the variation between animals and between laboratories: given or fitted.
final class NamedAmounts {
  typealias Amount = CalibrationDescription.Amount

  /// By name.
  private(set) var errors: [String: Amount] = [:], scales: [String: Amount] = [:]
  /// Variation between animals, and between laboratories; `nil` where it is not given.
  private(set) var animals: Amount?, laboratories: Amount?
  /// Whether these are said, right or wrong.
  let saysAnimals: Bool, saysLaboratories: Bool
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
    saysAnimals = section.has("animals")
    saysLaboratories = section.has("laboratories")
    errors = named(in: section, "errors", "size of the error of the rows that name it")
    scales = named(
      in: section,
      "scales",
      "number by which the model's is multiplied in the rows that name it"
    )
    if section.has("animals") {
      animals = amount("animals", section, "variation between animals, as the rows' law counts")
    }
    section.skip("animals")
    if section.has("laboratories") {
      laboratories = amount(
        "laboratories",
        section,
        orNone: true,
        "how far laboratories differ, as a share"
      )
    }
    section.skip("laboratories")
  }

  private func named(in section: Section, _ key: String, _ meaning: String) -> [String: Amount] {
    section.section(key) { list in
      list.keys.reduce(into: [:]) { amounts, name in
        amounts[name] = amount(name, list, path: "\(key).\(name)", meaning)
      }
    }
  }

  private func amount(
    _ key: String,
    _ list: Section,
    path: String? = nil,
    orNone: Bool = false,
    _ meaning: String
  ) -> Amount? {
    let words =
      "a number above 0, or a law to fit it in, as in {log_uniform: [0.05, 2]}"
      + (orNone ? ", or 0" : "")
    if case .scalar? = list.node(key)?.content {
      let text = list.text(key, takes: words, meaning)
      guard let number = Double(text), Self.sizes.contains(number) || orNone && number == 0 else {
        list.report(key, "found \"\(text)\"; expected \(words)")
        return nil
      }
      return .given(number)
    }
    let law = list.section(key) { VariationSchema.variation($0, list, key) }
    guard let law else { return nil }
    guard !law.isChoice, law.unit.isEmpty,
      [0, 1].allSatisfy({ Self.sizes.contains(law.number(at: $0)) })
    else {
      list.report(key, "expected \(words), without a unit and above 0")
      return nil
    }
    fitted.append(
      .init(
        path: path ?? key,
        also: [],
        variation: law,
        isAssumed: false,
        origin: list.origin(of: key)
      )
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
