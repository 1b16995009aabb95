/// Finds what of a campaign cannot be, before anything runs: values that would be lost because two places give them,
/// and values that the scenario does not take.
struct CampaignCheck {
  /// Greatest number of faulty rows that are reported.
  private static let told = 20

  private let source: ScenarioSource
  private let base: ResolvedScenario
  private let schema: VariationSchema
  private let reading: Reading

  init(_ part: SweepDescription.Part, _ reading: Reading) {
    source = part.source
    base = part.base
    schema = VariationSchema([part])
    self.reading = reading
  }

  // MARK: - Values that two places give

  /// A value that something gives: the path of a leaf of the scenario, and the arm it is given for.
  private struct Leaf: Equatable {
    let arm: String?
    let path: [String]

    /// Whether one of the two would be lost.
    func meets(_ other: Leaf) -> Bool {
      (arm == nil || other.arm == nil || arm == other.arm)
        && (path.starts(with: other.path) || other.path.starts(with: path))
    }

    /// All leaves of a tree.
    static func all(_ tree: Document) -> [Leaf] {
      guard case .mapping(let entries)? = tree["arms"]?.content else {
        return leaves(ResolvedScenario.normalised(tree), []).map { Leaf(arm: nil, path: $0) }
      }
      let own = leaves(ResolvedScenario.normalised(tree.without("arms")), [])
      return own.map { Leaf(arm: nil, path: $0) }
        + entries.flatMap { arm in
          leaves(ResolvedScenario.normalised(arm.value), []).map { Leaf(arm: arm.key, path: $0) }
        }
    }

    private static func leaves(_ tree: Document, _ path: [String]) -> [[String]] {
      guard case .mapping(let entries) = tree.content, !tree.isRecord else {
        // Of each dose and in total are two ways to give one value.
        return path.isEmpty ? [] : [Portion.plain(path)]
      }
      return entries.flatMap { leaves($0.value, path + [$0.key]) }
    }
  }

  /// A place that gives values, in words.
  private struct Giver {
    let words: String
    let leaves: [Leaf]
  }

  private func givers(_ texts: [String]) -> [Giver] {
    texts.map {
      Giver(words: "is also set by 'set' (\($0)); remove one of the two", leaves: leaves(of: $0))
    }
  }

  /// Reports texts of `set` that are given twice.
  ///
  /// - Parameters:
  ///   - set: the texts.
  ///   - others: texts that hold beside them.
  ///   - section: the mapping that has them.
  func repeats(_ set: [String], besides others: [String], _ section: Section) {
    let given = givers(set)
    let others = givers(others)
    for (n, one) in given.enumerated() {
      let before = given[..<n] + others
      guard before.contains(where: { $0.leaves.contains(where: one.leaves.contains) }) else {
        continue
      }
      section.report("set", item: n, "is given twice; keep one")
    }
  }

  /// Reports every value that varies and is given in another place too.
  ///
  /// - Parameters:
  ///   - parameters: what varies.
  ///   - rows: the values of the parameters by row, of a list.
  ///   - set: `key.path=value` texts of the file.
  ///   - shared: those that hold in all scenarios, and what stands for the keys `replicates`.
  ///   - overrides: those of the command line.
  ///   - top: the campaign.
  func overlaps(
    _ parameters: [SweepDescription.Parameter],
    rows: [[String]],
    set: [String],
    shared: (texts: [String], replicates: [String]),
    overrides: [String],
    _ top: Section
  ) {
    repeats(set, besides: shared.texts + shared.replicates, top)
    let given = givers(set + shared.texts)
    let givers =
      given
      + overrides.map {
        Giver(words: "is also set by '--set \($0)'; remove one of the two", leaves: leaves(of: $0))
      } + arms
    var varied: [(path: String, leaves: [Leaf])] = []
    for (column, parameter) in parameters.enumerated() {
      for path in [parameter.path] + parameter.also {
        let own = leaves(path, of: parameter, rows.map { $0[column] })
        if let giver = givers.first(where: {
          $0.leaves.contains { leaf in own.contains(where: leaf.meets) }
        }) {
          report(parameter, path, "is varied, but \(giver.words)")
        }
        if let other = varied.first(where: {
          $0.leaves.contains { leaf in own.contains(where: leaf.meets) }
        }) {
          let words =
            other.path == path
            ? "is varied twice, also with \(parameter.path); list it only once"
            : "is varied, and so is \(other.path), which overlaps with it; remove one of the two"
          report(parameter, path, words)
        }
        varied.append((path, own))
      }
    }
  }

  /// What arms give that are run.
  private var arms: [Giver] {
    let tree = source.overrides.reduce(source.base) { $0.overlaid(with: $1) }
    guard case .mapping(let entries)? = tree["arms"]?.content else { return [] }
    return entries.filter { entry in base.arms.contains { $0.name == entry.key } }.map { arm in
      // What varies in all arms goes over what one gives; what varies in that arm is meant to.
      Giver(
        words:
          "is also set in the arm '\(arm.key)'; vary arms.\(arm.key).…, or remove it from the arm",
        leaves: Leaf.all(arm.value).map { Leaf(arm: Self.noArm, path: $0.path) }
      )
    }
  }

  /// An arm that meets what all arms have in common, and no arm: no arm has an empty name.
  private static let noArm = ""

  private func leaves(of setting: String) -> [Leaf] {
    guard let tree = try? ScenarioSource.override(setting) else { return [] }
    return Leaf.all(tree)
  }

  /// The leaves that a path varies: itself, or of texts that are trees those of each.
  private func leaves(_ path: String, of parameter: SweepDescription.Parameter, _ rows: [String])
    -> [Leaf]
  {
    var reader = NumberReader()
    var texts = Set(rows.filter { reader.number($0) == nil })
    if case .choice(let choices)? = parameter.variation?.law { texts = Set(choices.map(\.text)) }
    if texts.isEmpty { texts = ["0"] }
    var found: [Leaf] = []
    for text in texts.sorted() {
      for leaf in leaves(of: "\(path)=\(text)") where !found.contains(leaf) { found.append(leaf) }
    }
    return found
  }

  private func report(_ parameter: SweepDescription.Parameter, _ path: String, _ words: String) {
    let path = parameter.variation == nil ? [path] : ["vary", path]
    // Of several scenarios the first says it.
    let dotted = path.joined(separator: ".")
    if reading.diagnostics.contains(where: { $0.path == dotted && $0.message == words }) { return }
    reading.report(parameter.origin, path, words)
  }

  // MARK: - Values that the scenario does not take

  /// Reports laws whose values, ends and middle or each that is listed, the scenario does not take alone.
  func laws(_ parameters: [SweepDescription.Parameter]) {
    for parameter in parameters {
      guard let variation = parameter.variation else { continue }
      var places = variation.isBounded ? [0, 0.5, 1] : [0.01, 0.5, 0.99]
      if case .choice(let choices) = variation.law {
        places = choices.indices.map { (Double($0) + 0.5) / Double(choices.count) }
      }
      for place in places {
        guard let problem = problem(parameter.settings(variation.text(at: place))) else { continue }
        report(
          parameter,
          parameter.path,
          "may become \(variation.label(at: place)), which the scenario does not accept: \(problem.message)"
        )
        break
      }
    }
  }

  /// Reports the rows of a list that the scenario does not take.
  ///
  /// Of numbers in one unit the scenario takes all between two that it takes: the rows with the least and largest
  /// of each column are resolved, and those with each text that is no number.
  func rows(_ list: DesignedList) {
    let columns = list.parameters.indices.map { c in Column(list.table.rows.map { $0[c] }) }
    var wrong: Set<Int> = []
    for (c, parameter) in list.parameters.enumerated()
    where schema.isWhole(parameter.path) {
      for (row, number) in columns[c].numbers.enumerated() where wrong.count < Self.told {
        guard let value = number?.value, value != value.rounded() else { continue }
        let origin = list.table.origin(list.table.place(column: c, row: row))
        let text = list.table.rows[row][c]
        reading.report(origin, [parameter.path], "found \"\(text)\"; expected a whole number")
        wrong.insert(row)
      }
    }
    var fits: Set<Int> = []
    while wrong.count < Self.told {
      let wanted = Set(columns.indices.flatMap { columns[$0].ends(without: wrong) })
      let new = wanted.subtracting(fits).sorted()
      if new.isEmpty { return }
      for row in new where wrong.count < Self.told {
        if report(row, of: list) { wrong.insert(row) } else { fits.insert(row) }
      }
    }
    reading.report(
      list.table.origin(list.table.place(column: 0)),
      [],
      "there may be further rows that the scenario does not accept"
    )
  }

  /// Reports what is wrong with a row; `false` where nothing is.
  private func report(_ row: Int, of list: DesignedList) -> Bool {
    let texts = list.table.rows[row]
    guard let problem = problem(zip(list.parameters, texts).flatMap { $0.settings($1) }) else {
      return false
    }
    let column = list.parameters.firstIndex { $0.holds(problem.path) }
    let place = list.table.place(column: column ?? 0, row: row)
    reading.report(list.table.origin(place), [problem.path], problem.message)
    return true
  }

  /// What is wrong with the scenario at some values; `nil` where nothing is.
  private func problem(_ settings: [ScenarioSource.Setting]) -> Diagnostic? {
    do throws(ScenarioError) {
      _ = try source.resolved(with: settings)
      return nil
    } catch {
      return error.diagnostics[0]
    }
  }
}

/// A column of a list: numbers in their units, and texts.
private struct Column {
  /// The number of every row that has one.
  let numbers: [VariationSchema.Number?]
  /// The first row with each text that is no number.
  private let texts: [Int]

  init(_ values: [String]) {
    var reader = NumberReader()
    var seen: Set<String> = []
    var texts: [Int] = []
    numbers = values.enumerated().map { row, text in
      if let number = reader.number(text) { return number }
      if seen.insert(text).inserted { texts.append(row) }
      return nil
    }
    self.texts = texts
  }

  /// The rows with the least and largest number of each unit, and with each text, without those that are wrong.
  func ends(without wrong: Set<Int>) -> [Int] {
    var ends: [String: (low: Int, high: Int)] = [:]
    for (row, number) in numbers.enumerated() where !wrong.contains(row) {
      guard let number else { continue }
      guard let known = ends[number.unit] else {
        ends[number.unit] = (row, row)
        continue
      }
      if number.value < numbers[known.low]?.value ?? 0 { ends[number.unit]?.low = row }
      if number.value > numbers[known.high]?.value ?? 0 { ends[number.unit]?.high = row }
    }
    return ends.values.flatMap { [$0.low, $0.high] } + texts.filter { !wrong.contains($0) }
  }
}
