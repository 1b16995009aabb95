import Foundation
import Science
import Simulation

/// The keys of `calibration`.
enum CalibrationSchema {
  static func read(
    _ section: Section,
    folder: URL,
    _ base: ResolvedScenario?
  ) -> CalibrationDescription? {
    let method: CalibrationDescription.Method = section.choice("method", "how it is fitted")
    let file = section.text("data", "table of what was observed, from the folder of this file")
    let isABC = method == .abc
    func integer(
      _ key: String,
      _ standard: Int,
      _ range: ClosedRange<Int>,
      if takes: Bool,
      _ words: String
    )
      -> Int
    {
      if takes { return section.integer(key, default: standard, in: range, words) }
      if section.has(key) { section.report(key, "belongs to the other method; leave it out") }
      section.skip(key)
      return standard
    }
    let particles = integer("particles", 200, 10...100_000, if: isABC, "particles of a generation")
    let generations = integer("generations", 8, 1...100, if: isABC, "generations at most")
    let points = integer("points", 64, 8...5000, if: !isABC, "points of the first design")
    let refinements = integer(
      "refinements",
      32,
      0...5000,
      if: !isABC,
      "points added where the fit is likely"
    )
    let ignored = section.texts("ignore", "columns of the data that are not read")
    let amounts = NamedAmounts(section)
    let mapping =
      section.has("petab") ? section.section("petab") { MeasurementMapping($0) } : nil
    section.skip("petab")
    let (observations, remarks) = observations(
      section,
      folder,
      file,
      ObservationReader(base, amounts),
      ignored,
      mapping
    )
    return CalibrationDescription(
      method: method,
      particles: particles,
      generations: generations,
      points: points,
      refinements: refinements,
      observations: observations,
      nuisances: amounts.fitted,
      animals: observations.contains { $0.measured.animal != nil }
        ? amounts.animals ?? .given(0) : .given(0),
      remarks: remarks
    )
  }

  private static func observations(
    _ section: Section,
    _ folder: URL,
    _ file: String,
    _ reader: ObservationReader,
    _ ignored: [String],
    _ mapping: MeasurementMapping?
  ) -> ([CalibrationDescription.Observation], remarks: [String]) {
    guard let table = Table(path: SweepSchema.file(file, in: folder)) else {
      section.report(
        "data",
        "found \"\(file)\"; it takes a CSV file that can be read and is not empty"
      )
      return ([], [])
    }
    func report(_ line: Int, _ words: String) {
      section.report("data", "\(file), line \(line): \(words)")
    }
    for problem in table.problems { report(problem.place.line, problem.words) }
    guard table.problems.isEmpty else { return ([], []) }
    var observations: [CalibrationDescription.Observation] = []
    var skipped: [Int] = []
    let isMeasurements = MeasurementMapping.reads(table)
    let columns: ObservationColumns
    do throws(ObservationProblem) {
      if isMeasurements != (mapping != nil) {
        throw ObservationProblem(
          words: isMeasurements
            ? "is a measurement table of PEtab; say what its observables and conditions are in 'petab'"
            : "is no measurement table of PEtab, which has the columns \(MeasurementMapping.needed.joined(separator: ", ")); leave out 'petab'"
        )
      }
      columns = try ObservationColumns(
        table,
        ignored: ignored,
        names: isMeasurements ? MeasurementMapping.names : ObservationColumns.names
      )
    } catch {
      report(table.place(column: 0).line, error.words)
      return ([], [])
    }
    for n in table.rows.indices {
      let line = table.place(column: 0, row: n).line
      do throws(ObservationProblem) {
        var row = columns.row(n)
        if let mapping { row = try mapping.row(row) }
        if let observation = try reader.read(row) {
          observations.append(observation)
        } else {
          skipped.append(line)
        }
      } catch {
        report(line, error.words)
      }
    }
    if section.reading.diagnostics.isEmpty {
      if observations.isEmpty { section.report("data", "\(file) has no row with a value") }
      reader.amounts.reportUnused(section, observations)
    }
    return (observations, remark(skipped, file))
  }

  private static func remark(_ lines: [Int], _ file: String) -> [String] {
    if lines.isEmpty { return [] }
    let shown = lines.prefix(8).map { "\($0)" } + (lines.count > 8 ? ["..."] : [])
    let words =
      lines.count == 1
      ? "1 row has no value and is not used: line"
      : "\(lines.count) rows have no value and are not used: lines"
    return ["\(file): \(words) \(shown.joined(separator: ", "))"]
  }
}

/// What is wrong with a row of what was observed, or with its columns.
struct ObservationProblem: Error { let words: String }

/// Errors and scales that rows name, and the variation between animals: given or fitted.
final class NamedAmounts {
  typealias Amount = CalibrationDescription.Amount

  /// By name.
  private(set) var errors: [String: Amount] = [:], scales: [String: Amount] = [:]
  /// Variation between animals; `nil` where it is not given.
  private(set) var animals: Amount?
  /// Those that are fitted.
  private(set) var fitted: [SweepDescription.Parameter] = []
  /// Names that rows gave.
  private var used: Set<String> = []

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
  }

  private func amount(_ key: String, _ list: Section, path: String) -> Amount? {
    let words = "a number above 0, or a law to fit it in, as in {log_uniform: [0.05, 2]}"
    if case .scalar? = list.node(key)?.content {
      let text = list.text(key, "size of an error, scale or variation between animals")
      guard let number = Double(text), Self.sizes.contains(number) else {
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

  /// The scale of a name; `nil` for one that is not known.
  func scale(_ name: String) -> Amount? {
    used.insert("scales.\(name)")
    return scales[name]
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
