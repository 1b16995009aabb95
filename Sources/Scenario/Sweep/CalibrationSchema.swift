import Files
import Foundation

/// The keys of `calibration`.
struct CalibrationSchema {
  /// A scenario of the campaign.
  struct Subject {
    let position: Int, name: String
    /// The scenario; `nil` where it could not be read.
    let base: ResolvedScenario?
    /// Its data; `nil` where `calibration` names them.
    let data: DataSchema?
  }

  private let method: CalibrationDescription.Method
  private let particles: Int, generations: Int, points: Int, refinements: Int
  private let amounts: NamedAmounts
  private let refit: Int?
  /// The data of the only scenario.
  private let data: DataSchema?

  /// Reads the keys, but for the tables of data.
  init(_ section: Section, laboratoriesAreSeveral several: Bool) {
    method = section.choice("method", "how it is fitted")
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
    particles = integer("particles", 200, 10...100_000, if: isABC, "particles of a generation")
    generations = integer("generations", 8, 1...100, if: isABC, "generations at most")
    points = integer("points", 64, 8...5000, if: !isABC, "points of the first design")
    refinements = integer(
      "refinements",
      32,
      0...5000,
      if: !isABC,
      "points added where the fit is likely"
    )
    amounts = NamedAmounts(section)
    refit =
      section.has("refit")
      ? section.integer(
        "refit",
        in: 1...1000,
        "position among the campaigns that fit the defaults of the library"
      ) : nil
    section.skip("refit")
    if several, !section.has("laboratories") {
      section.report(
        "laboratories",
        "is missing: the variation between laboratories, as a share; expected a number, a distribution if it is to be fitted, as {log_uniform: [0.05, 1]}, or 0 to assume that laboratories agree"
      )
    }
    for key in ["data", "ignore", "petab"] where several {
      if section.has(key) {
        section.report(key, "must be given in each of 'scenarios'; move it there")
      }
      section.skip(key)
    }
    data = several ? nil : DataSchema(section)
  }

  /// The calibration, with the data of every scenario.
  func description(_ subjects: [Subject], _ section: Section, _ place: CampaignPlace)
    -> CalibrationDescription
  {
    var observations: [CalibrationDescription.Observation] = []
    var (remarks, files) = ([String](), [String]())
    for subject in subjects {
      guard let data = subject.data ?? data else { continue }
      let reader = ObservationReader((subject.position, subject.name, subject.base), amounts)
      let read = data.read(place, reader)
      observations += read.observations
      remarks += read.remarks
      files.append(place.path(of: data.file))
    }
    if section.reading.diagnostics.isEmpty { amounts.reportUnused(section, observations) }
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
      laboratories: amounts.laboratories ?? .given(0),
      remarks: remarks,
      refit: refit,
      files: files
    )
  }
}

/// The keys of a table of what was observed.
struct DataSchema {
  private let section: Section
  /// The table, from the folder of the campaign.
  let file: String
  private let ignored: [String]
  private let mapping: MeasurementMapping?

  /// Reads the keys, not the table.
  init(_ section: Section) {
    self.section = section
    file = section.text("data", "table of what was observed, from the folder of this file")
    ignored = section.texts("ignore", "columns of the data that are not read")
    mapping = section.has("petab") ? section.section("petab") { MeasurementMapping($0) } : nil
    section.skip("petab")
  }

  /// Reads the table.
  ///
  /// - Parameters:
  ///   - place: where the campaign stands.
  ///   - reader: of rows.
  /// - Returns: the data, and sentences on rows that are not used.
  func read(_ place: CampaignPlace, _ reader: ObservationReader) -> (
    observations: [CalibrationDescription.Observation], remarks: [String]
  ) {
    let path = place.path(of: file)
    guard let table = Table(path: path) else {
      if !file.isEmpty { section.report("data", "found \"\(file)\"; \(Self.unreadable(path))") }
      return ([], [])
    }
    for problem in table.problems { report(problem.place.line, problem.words) }
    guard table.problems.isEmpty else { return ([], []) }
    let columns: ObservationColumns
    do throws(ObservationProblem) {
      columns = try self.columns(of: table)
    } catch {
      report(table.place(column: 0).line, error.words)
      return ([], [])
    }
    var observations: [CalibrationDescription.Observation] = []
    var skipped: [Int] = []
    var wrong = 0
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
        wrong += 1
        // To find what may have been meant takes long.
        if wrong == Table.told {
          report(line, "there may be further rows that cannot be read")
          break
        }
      }
    }
    if observations.isEmpty, section.reading.diagnostics.isEmpty {
      section.report("data", "\(file) has no row with a value")
    }
    return (observations, remark(skipped))
  }

  /// Why a file is no table, in words.
  private static func unreadable(_ path: String) -> String {
    let takes = "expected a CSV file that can be read and is not empty"
    guard FileManager.default.fileExists(atPath: path) else {
      return "there is no such file; \(takes)"
    }
    if let kind = InputFile.kind(at: path) { return "is \(kind), not a file; \(takes)" }
    let data = InputFile.contents(path) ?? Data()
    if !data.isEmpty, String(data: data, encoding: .utf8) == nil {
      return "the file is not in UTF-8; save it as CSV UTF-8"
    }
    return takes
  }

  private func report(_ line: Int, _ words: String) {
    section.report("data", "\(file), line \(line): \(words)")
  }

  private func columns(of table: Table) throws(ObservationProblem) -> ObservationColumns {
    let isMeasurements = MeasurementMapping.reads(table)
    if isMeasurements != (mapping != nil) {
      throw ObservationProblem(
        words: isMeasurements
          ? "is a measurement table of PEtab; say what its observables and conditions are in 'petab'"
          : "is no measurement table of PEtab, which has the columns \(MeasurementMapping.needed.joined(separator: ", ")); leave out 'petab'"
      )
    }
    return try ObservationColumns(
      table,
      ignored: ignored,
      names: isMeasurements ? MeasurementMapping.names : ObservationColumns.names
    )
  }

  private func remark(_ lines: [Int]) -> [String] {
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
