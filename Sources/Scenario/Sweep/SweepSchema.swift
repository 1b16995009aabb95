import Foundation
import Simulation

/// The keys of a campaign.
enum SweepSchema {
  private enum Method: String, CaseIterable {
    case grid
    case latinHypercube = "latin-hypercube"
    case sobol, morris, saltelli, list, patients
  }

  static func read(
    _ document: Document,
    _ reading: Reading,
    _ path: String,
    _ library: String?,
    _ program: String,
    _ overrides: [String]
  ) throws(ScenarioError) -> SweepDescription? {
    guard case .mapping = document.content else {
      throw ScenarioError(
        document.origin,
        "a campaign is a mapping of keys to values, beginning with name: …"
      )
    }
    var failure: ScenarioError?
    let description = Section.read(document, [], reading, at: document.origin) {
      top -> SweepDescription? in
      let name = top.text("name", "name of the campaign")
      let question = top.text("question", default: "none stated", "what the campaign is to tell")
      let given = top.text("scenario", "scenario file, from the folder of this file")
      let settings = texts(top, "set", "values that hold at every point, as in [\"duration=3 d\"]")
      let seed = top.integer("seed", default: 1, in: 0...Int.max, "seed of the design")
      let (endpoints, defined) = EndpointSchema.list(top)
      let armNames = top.names("arms", "arms of the scenario that are run; without them all")
      let keepsTimeseries = top.flag(
        "timeseries",
        default: false,
        "whether the time series of every run are kept"
      )
      let more =
        top.has("replicates")
        ? ["replicates=\(top.integer("replicates", in: 1...100_000, "replicates of each point"))"]
        : []
      top.skip("replicates")
      let accepted = NoteSchema.accepted(top) { folder in
        (try? Library(given: library, scenario: path, program: program))?.names(in: folder)
      }
      let scenario = Self.file(given, in: folder(of: path))
      var resolved: (source: ScenarioSource, base: ResolvedScenario)?
      if reading.diagnostics.isEmpty {
        do throws(ScenarioError) {
          var source = try ScenarioSource(
            path: scenario,
            library: library,
            program: program,
            overrides: settings + more + overrides
          )
          source = source.accepting(accepted)
          if !armNames.isEmpty { source = source.limited(to: armNames) }
          var base = try source.resolved()
          EndpointSchema.check(defined, of: base.experiments)
          if !defined.isEmpty, reading.diagnostics.isEmpty {
            source = try source.with(defined.flatMap(\.settings))
            base = try source.resolved()
          }
          resolved = (source, base)
        } catch {
          failure = error
        }
      }
      let names = resolved.map(known) ?? []
      if resolved != nil, reading.diagnostics.isEmpty {
        for (i, endpoint) in endpoints.enumerated() where !names.contains(endpoint) {
          top.report(
            "endpoints",
            item: i,
            "there is no such endpoint\(Suggestion.text(for: endpoint, among: names)); there are \(names.joined(separator: ", "))"
          )
        }
      }
      let records = resolved?.base.arms.flatMap(\.records) ?? []
      let varied = top.section("vary") { list -> [SweepDescription.Parameter] in
        list.keys.compactMap { key in parameter(key, list, records) }
      }
      let paths = varied.flatMap { parameter in
        ([parameter.path] + parameter.also).map { ($0, parameter) }
      }
      for (n, (path, parameter)) in paths.enumerated()
      where paths[..<n].contains(where: { $0.0 == path }) {
        top.report("vary", "\(path) would vary twice, again with \(parameter.path); name it once")
      }
      let calibration =
        top.has("calibration")
        ? top.section("calibration") {
          CalibrationSchema.read($0, folder: folder(of: path), resolved?.base)
        } : nil
      top.skip("calibration")
      let (design, table) =
        calibration == nil
        ? top.part("design", "keys and values, with method") {
          Self.design($0, folder(of: path), list: top, varied, records)
        } : (.grid, nil)
      let arms = resolved?.base.arms.map(\.name) ?? []
      let trial =
        top.has("trial") ? top.section("trial") { TrialSchema.read($0, arms, names) } : nil
      top.skip("trial")
      if case .patients = design {
        if !top.has("trial") {
          top.report("trial", "is missing; a design of patients takes what is asked of them")
        }
      } else if trial != nil, reading.diagnostics.isEmpty {
        top.report("trial", "belongs to 'design: {method: patients}'")
      }
      let parameters = table ?? varied
      if parameters.isEmpty, reading.diagnostics.isEmpty, failure == nil {
        top.report("vary", "is missing; it takes paths of values and how they vary")
      }
      guard let resolved, reading.diagnostics.isEmpty else { return nil }
      check(parameters, resolved.source, top)
      guard reading.diagnostics.isEmpty else { return nil }
      return SweepDescription(
        name: name,
        question: question,
        file: path,
        scenario: scenario,
        settings: settings + more,
        seed: UInt64(seed),
        endpoints: analysed(endpoints.isEmpty ? names : endpoints, trial),
        keepsTimeseries: keepsTimeseries,
        design: design,
        parameters: parameters,
        trial: trial,
        calibration: calibration,
        source: resolved.source,
        base: resolved.base
      )
    }
    if let failure, reading.diagnostics.isEmpty { throw failure }
    return description
  }

  /// The path of a file that is named from a folder.
  static func file(_ name: String, in folder: URL) -> String {
    URL(fileURLWithPath: name, relativeTo: folder).standardizedFileURL.path
  }

  private static func folder(of path: String) -> URL {
    URL(fileURLWithPath: path).deletingLastPathComponent()
  }

  /// Names of the endpoints of any arm.
  private static func known(_ resolved: (source: ScenarioSource, base: ResolvedScenario))
    -> [String]
  {
    var names: [String] = []
    for experiment in resolved.base.experiments {
      for endpoint in Endpoints.all(of: experiment) where !names.contains(endpoint.name) {
        names.append(endpoint.name)
      }
    }
    return names
  }

  /// Reports laws whose values, ends and middle or each that is listed, the scenario does not take alone.
  private static func check(
    _ parameters: [SweepDescription.Parameter],
    _ source: ScenarioSource,
    _ top: Section
  ) {
    for parameter in parameters {
      guard let variation = parameter.variation else { continue }
      var places = variation.isBounded ? [0, 0.5, 1] : [0.01, 0.5, 0.99]
      if case .choice(let choices) = variation.law {
        places = choices.indices.map { (Double($0) + 0.5) / Double(choices.count) }
      }
      for place in places {
        do throws(ScenarioError) {
          _ = try source.resolved(with: parameter.settings(variation.text(at: place)))
        } catch {
          top.report(
            "vary",
            "\(parameter.path) goes to \(variation.label(at: place)), which the scenario does not take: \(error.diagnostics[0].message)"
          )
          break
        }
      }
    }
  }

  /// The endpoints with those that a trial asks for.
  private static func analysed(_ endpoints: [String], _ trial: SweepDescription.Trial?) -> [String]
  {
    let asked = [trial?.endpoint, trial?.event].compactMap { $0 }
    return endpoints + asked.filter { !endpoints.contains($0) }
  }

  /// A list of texts that may be left out.
  private static func texts(_ section: Section, _ key: String, _ words: String) -> [String] {
    guard let node = section.node(key) else { return [] }
    guard case .sequence(let items) = node.content else {
      section.report(key, "takes a list of \(words)")
      return []
    }
    return items.compactMap { item in
      if case .scalar(let text) = item.content { return text }
      section.report(key, "takes a list of \(words)")
      return nil
    }
  }

  // MARK: - What varies

  private static func parameter(_ path: String, _ list: Section, _ records: [Record])
    -> SweepDescription.Parameter?
  {
    let record = records.first { $0.path.joined(separator: ".") == path }
    func isThere(_ path: String) -> Bool {
      let steps = path.split(separator: ".").map(String.init)
      if records.isEmpty || records.contains(where: { $0.path.starts(with: steps) })
        || steps.first == "arms"
      {
        return true
      }
      if let rename = Rename.of(dotted: path) {
        list.report(key: path, rename.words(in: list.origin.file))
        return false
      }
      let known = records.map { $0.path.joined(separator: ".") }
      list.report(
        key: path,
        "the scenario has no value of this path\(Suggestion.text(for: path, among: known)); 'stroma check' lists all"
      )
      return false
    }
    guard isThere(path) else {
      list.skip(path)
      return nil
    }
    var also: [String] = []
    let variation: Variation?
    if case .scalar(let word)? = list.node(path)?.content {
      if records.isEmpty {
        // The scenario itself is reported.
        variation = nil
      } else if word == "range" {
        variation = range(record, path, list)
      } else {
        list.report(path, "found \"\(word)\"; it takes range, or a law as {uniform: [1 h, 3 h]}")
        variation = nil
      }
    } else {
      variation = list.section(path) { law in
        also = texts(law, "also", "paths that take the same value")
        return Self.variation(law, list, path)
      }
      guard also.allSatisfy(isThere) else { return nil }
    }
    return variation.map {
      SweepDescription.Parameter(
        path: path,
        also: also,
        variation: $0,
        isAssumed: records.contains {
          ([path] + also).contains($0.path.joined(separator: ".")) && $0.isAssumed
        }
      )
    }
  }

  /// The range that a record says its value is known to lie in: evenly, or by its logarithm from tenfold on.
  private static func range(_ record: Record?, _ path: String, _ list: Section) -> Variation? {
    guard let record else {
      list.report(path, "has no value of its own, so no range; it takes a law")
      return nil
    }
    guard let ends = record.ends, let low = number(ends.low), let high = number(ends.high),
      low.unit == high.unit, low.value < high.value
    else {
      list.report(path, "has no range in its record; it takes a law as {uniform: [low, high]}")
      return nil
    }
    let isWide = low.value > 0 && high.value >= 10 * low.value
    return Variation(
      isWide
        ? .logUniform(low: low.value, high: high.value)
        : .uniform(low: low.value, high: high.value),
      unit: low.unit
    )
  }

  private enum Kind: String, CaseIterable {
    case values, uniform
    case logUniform = "log_uniform"
    case triangular, normal, lognormal
  }

  private static func variation(_ section: Section, _ list: Section, _ path: String) -> Variation? {
    let kinds = Kind.allCases.filter { section.has($0.rawValue) }
    let isWhole = section.flag("whole", default: false, "whether only whole numbers are taken")
    for kind in Kind.allCases { section.skip(kind.rawValue) }
    guard kinds.count == 1, let kind = kinds.first else {
      section.skipAll()
      list.report(
        path,
        "takes one of \(Kind.allCases.map(\.rawValue).joined(separator: ", ")); range stands alone"
      )
      return nil
    }
    /// So many numbers of one unit under the kind's key.
    func numbers(_ count: Int, _ words: String) -> (values: [Double], unit: String)? {
      let found = texts(section, kind.rawValue, words).map(number)
      guard found.count == count, found.allSatisfy({ $0 != nil }) else {
        section.report(kind.rawValue, "takes \(words), each a number with its unit")
        return nil
      }
      let numbers = found.compactMap { $0 }
      guard numbers.allSatisfy({ $0.unit == numbers[0].unit }) else {
        section.report(kind.rawValue, "takes \(words), all in one unit")
        return nil
      }
      return (numbers.map(\.value), numbers[0].unit)
    }
    func ordered(_ found: (values: [Double], unit: String)?) -> (values: [Double], unit: String)? {
      guard let found else { return nil }
      guard zip(found.values, found.values.dropFirst()).allSatisfy({ $0 < $1 }) else {
        section.report(kind.rawValue, "takes numbers that rise")
        return nil
      }
      return found
    }
    switch kind {
    case .values: return choices(section)
    case .uniform:
      return ordered(numbers(2, "two ends, as in [1 h, 3 h]")).map {
        Variation(.uniform(low: $0.values[0], high: $0.values[1]), unit: $0.unit, isWhole: isWhole)
      }
    case .logUniform:
      guard let found = ordered(numbers(2, "two ends, as in [1 h, 30 h]")) else { return nil }
      guard found.values[0] > 0 else {
        section.report(kind.rawValue, "takes positive numbers")
        return nil
      }
      return Variation(
        .logUniform(low: found.values[0], high: found.values[1]),
        unit: found.unit,
        isWhole: isWhole
      )
    case .triangular:
      return ordered(numbers(3, "low end, mode and high end, as in [1 h, 2 h, 5 h]")).map {
        Variation(
          .triangular(low: $0.values[0], mode: $0.values[1], high: $0.values[2]),
          unit: $0.unit,
          isWhole: isWhole
        )
      }
    case .normal, .lognormal:
      return section.section(kind.rawValue) { moments($0, kind, isWhole) }
    }
  }

  /// The laws that are given by mean and spread.
  private static func moments(_ section: Section, _ kind: Kind, _ isWhole: Bool) -> Variation? {
    func value(_ key: String, _ words: String) -> (value: Double, unit: String)? {
      let found = number(section.text(key, words))
      if found == nil { section.report(key, "takes a number with its unit") }
      return found
    }
    func bound(_ key: String) -> (value: Double, unit: String)? {
      section.has(key) ? value(key, "end that no value passes") : nil
    }
    let mean = value("mean", "mean")
    if kind == .lognormal {
      let cv = value("cv", "coefficient of variation")
      guard let mean, let cv else { return nil }
      guard mean.value > 0, cv.value > 0, cv.unit.isEmpty else {
        section.report("cv", "mean and cv are positive, and cv is a number without unit")
        return nil
      }
      return Variation(
        .lognormal(mean: mean.value, variation: cv.value),
        unit: mean.unit,
        isWhole: isWhole
      )
    }
    let deviation = value("sd", "standard deviation")
    let (low, high) = (bound("low"), bound("high"))
    section.skip("low")
    section.skip("high")
    guard let mean, let deviation else { return nil }
    guard [deviation, low ?? mean, high ?? mean].allSatisfy({ $0.unit == mean.unit }),
      deviation.value > 0, (low?.value ?? -.infinity) < (high?.value ?? .infinity)
    else {
      section.report(
        "sd",
        "takes a positive number; all numbers are in one unit, and low is below high"
      )
      return nil
    }
    return Variation(
      .normal(
        mean: mean.value,
        deviation: deviation.value,
        low: low?.value ?? -.infinity,
        high: high?.value ?? .infinity
      ),
      unit: mean.unit,
      isWhole: isWhole
    )
  }

  /// A list of texts, or labels with texts.
  private static func choices(_ section: Section) -> Variation? {
    let words = "texts that the key takes, as in [1e5 cells, 1e6 cells], or labels with texts"
    let node = section.node("values")
    let found: [Variation.Choice]
    switch node?.content {
    case .sequence?:
      found = texts(section, "values", words).map { Variation.Choice(label: $0, text: $0) }
    case .mapping(let entries)?:
      found = entries.compactMap { entry in
        if case .scalar(let text) = entry.value.content {
          return Variation.Choice(label: entry.key, text: text)
        }
        section.report("values", "\(entry.key) takes its text in quotes")
        return nil
      }
    default: found = []
    }
    guard !found.isEmpty else {
      section.report("values", "takes \(words)")
      return nil
    }
    return Variation(.choice(found))
  }

  /// A number and its unit, the unit with the space before it.
  static func number(_ text: String) -> (value: Double, unit: String)? {
    let digits = text.prefix { "0123456789+-.eE".contains($0) }
    guard let value = Double(digits), value.isFinite, (try? Quantity(text)) != nil else {
      return nil
    }
    let unit = String(text[digits.endIndex...]).trimmed
    return (value, unit.isEmpty ? "" : " " + unit)
  }

  // MARK: - How the points lie

  private static func design(
    _ section: Section,
    _ folder: URL,
    list top: Section,
    _ varied: [SweepDescription.Parameter],
    _ records: [Record]
  ) -> (SweepDescription.Design, table: [SweepDescription.Parameter]?) {
    let method: Method = section.choice("method", "how the points lie among the values")
    func points(
      _ key: String = "points",
      _ most: Int = 1 << 24,
      _ words: String = "number of points"
    )
      -> Int
    { section.integer(key, in: 1...most, words) }
    func onlyNumbers() {
      for parameter in varied {
        if case .choice? = parameter.variation?.law {
          section.report("method", "varies numbers, and \(parameter.path) has listed values")
        }
      }
    }
    switch method {
    case .grid:
      for parameter in varied {
        if case .choice? = parameter.variation?.law { continue }
        section.report("method", "is a grid, which takes 'values'; \(parameter.path) has a law")
      }
      return (.grid, nil)
    case .latinHypercube: return (.latinHypercube(points: points()), nil)
    case .sobol: return (.sobol(points: points()), nil)
    case .morris:
      onlyNumbers()
      for parameter in varied where parameter.variation?.isBounded == false {
        section.report("method", "goes to the ends of every law, and \(parameter.path) has none")
      }
      let levels = section.integer("levels", default: 4, in: 2...64, "levels of each value")
      if !levels.isMultiple(of: 2) { section.report("levels", "takes an even number") }
      return (
        .morris(
          trajectories: points("trajectories", 100_000, "number of trajectories"),
          levels: levels
        ), nil
      )
    case .saltelli:
      onlyNumbers()
      enum Sequence: String, CaseIterable { case sobol, random }
      let sequence: Sequence = section.choice(
        "sequence",
        default: .sobol,
        source: "by definition",
        "what the points are of"
      )
      return (.saltelli(points: points(), isSobol: sequence == .sobol), nil)
    case .patients: return (.patients(points("patients", 1_000_000, "number of patients")), nil)
    case .list:
      let file = section.text("file", "table of values, from the folder of this file")
      if top.has("vary") { top.report("vary", "belongs to other designs; a list has its values") }
      guard let table = Table(path: Self.file(file, in: folder)) else {
        section.report("file", "found \"\(file)\"; it takes a CSV file with paths as its header")
        return (.grid, [])
      }
      if let problem = table.problem { section.report("file", "\(file): \(problem)") }
      for (n, path) in table.header.enumerated() {
        if table.header[..<n].contains(path) {
          section.report("file", "\(file) has the column '\(path)' more than once")
        }
        let steps = path.split(separator: ".").map(String.init)
        let isKnown = records.contains { $0.path.starts(with: steps) } || steps.first == "arms"
        if !records.isEmpty, !isKnown {
          if let rename = Rename.of(dotted: path) {
            section.report("file", "\(file): \(path) \(rename.words(in: section.origin.file))")
            continue
          }
          let known = records.map { $0.path.joined(separator: ".") }
          section.report(
            "file",
            "\(file): the scenario has no value of the path '\(path)'\(Suggestion.text(for: path, among: known))"
          )
        }
      }
      return (
        .list(rows: table.rows),
        table.header.map { .init(path: $0, also: [], variation: nil, isAssumed: false) }
      )
    }
  }
}

/// A table of texts, as in a CSV file.
struct Table {
  let header: [String]
  let rows: [[String]]
  /// The lines that the rows stand in, where no field goes over several.
  let lines: [Int]
  /// What is wrong with it, if anything.
  private(set) var problem: String?

  /// The table of a file; `nil` where it cannot be read.
  init?(path: String) {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(data: data, encoding: .utf8)
    else { return nil }
    var found = Self.fields(text).enumerated().filter { $0.element != [""] }
    guard !found.isEmpty else { return nil }
    header = found.removeFirst().element.map(\.trimmed)
    rows = found.map { $0.element.map(\.trimmed) }
    lines = found.map { $0.offset + 1 }
    if Set(header).count < header.count { problem = "has a column twice" }
    for (n, row) in rows.enumerated() where row.count != header.count {
      problem = "row \(n + 1) has \(row.count) values, the header \(header.count)"
      break
    }
    if rows.isEmpty { problem = "has no rows" }
  }

  /// The fields of every line, quoted ones without their quotes (RFC 4180).
  private static func fields(_ text: String) -> [[String]] {
    var lines: [[String]] = []
    var line: [String] = []
    var field = ""
    var isQuoted = false
    var characters = Array(text.replacing("\r\n", with: "\n").replacing("\r", with: "\n"))[...]
    while let character = characters.popFirst() {
      if isQuoted {
        if character != "\"" {
          field.append(character)
        } else if characters.first == "\"" {
          field.append("\"")
          characters.removeFirst()
        } else {
          isQuoted = false
        }
        continue
      }
      switch character {
      case "\"": isQuoted = true
      case ",":
        line.append(field)
        field = ""
      case "\n":
        lines.append(line + [field])
        (line, field) = ([], "")
      default: field.append(character)
      }
    }
    if !field.isEmpty || !line.isEmpty { lines.append(line + [field]) }
    return lines
  }
}
