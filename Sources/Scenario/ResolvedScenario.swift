import Foundation
import Simulation
import Yams

/// A scenario that has been read, checked and resolved: ready to run.
public struct ResolvedScenario: Sendable {
  /// The arms, in order.
  public let experiments: [Experiment]
  /// Seed of the random numbers.
  public let seed: UInt64
  /// Number of replicates.
  public let replicates: Int
  /// Every value of each arm, in the order of the schema.
  public let arms: [(name: String, records: [Record])]
  /// The files it was made of.
  public let files: [Library.Used]
  /// The library, where there is one.
  let library: Library?
  /// Path of the directory of the library, where there is one.
  public var libraryPath: String? { library?.path }
  /// The rules of notes, the same for all that a source resolves to.
  let sharedRules: NoteRule.Shared
  /// Why notes are accepted, by key, for each arm.
  let accepted: [[String: String]]
  private let hasArms: Bool
  /// What is given in each arm.
  let doseWords: [DoseWords]

  /// Keys whose values are no part of what a run does: they name it, or say which and how many runs there are.
  package static let inert: Set<String> = [
    "name", "question", "notes", "control", "replicates", "seed",
  ]

  /// Every value of the first arm, in the order of the schema.
  public var records: [Record] { arms[0].records }

  /// The most of 8, 4 and 2 parts alike into which every arm can be divided.
  ///
  /// - Throws: `NoPart` where some arm has no half.
  public func mostParts() throws(NoPart) -> Int {
    func divide(_ parts: Int) throws(NoPart) {
      for experiment in experiments { _ = try experiment.part(of: parts) }
    }
    for parts in [8, 4] where (try? divide(parts)) != nil { return parts }
    try divide(2)
    return 2
  }

  /// Reads a scenario file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - library: directory of presets; without one, `Scenarios/` upward from the file or program.
  ///   - program: path of the program.
  ///   - overrides: `key.path=value` texts that go over everything else.
  /// - Throws: `ScenarioError` with everything that is wrong.
  public init(path: String, library: String? = nil, program: String = "", overrides: [String] = [])
    throws(ScenarioError)
  {
    self = try ScenarioSource(
      path: path,
      library: library,
      program: program,
      overrides: overrides
    ).resolved()
  }

  /// Resolves a scenario that has been read, with values over everything else.
  init(_ source: ScenarioSource, settings: [Document]) throws(ScenarioError) {
    var loader = source.loader
    var base = source.base
    var over = source.overrides + settings
    let arms = try Self.arms(
      over.reduce(base) { $0.overlaid(with: $1) },
      limitedTo: source.arms,
      base
    )
    base = base.without("arms")
    over = over.map { $0.without("arms") }

    var read = ArmReadings()
    for arm in arms { read.read(arm, over, base, source, &loader) }
    read.checkControls(among: arms.map(\.name), base)
    guard let common = read.common, read.problems.isEmpty else {
      throw ScenarioError(read.problems.inOrder)
    }
    experiments = read.experiments
    seed = common.seed
    replicates = common.replicates
    self.arms = read.records
    files = loader.used
    library = loader.library
    sharedRules = source.rules
    accepted = read.accepted
    hasArms = arms.first?.tree != nil
    doseWords = read.doses
  }

  /// What the arms of a scenario say, and what is wrong with them.
  private struct ArmReadings {
    private(set) var experiments: [Experiment] = []
    private(set) var records: [(name: String, records: [Record])] = []
    private(set) var doses: [DoseWords] = []
    private(set) var accepted: [[String: String]] = []
    private(set) var problems: [Diagnostic] = []
    /// Seed and replicates, which all arms share.
    private(set) var common: (seed: UInt64, replicates: Int)?

    /// Reads an arm, with the values that go over it.
    mutating func read(
      _ arm: (name: String, tree: Document?),
      _ over: [Document],
      _ base: Document,
      _ source: ScenarioSource,
      _ loader: inout Loader
    ) {
      var tree = ResolvedScenario.tree(of: arm.tree, over, base)
      let reading = Reading(
        source.texts.all,
        library: source.factors,
        parameters: source.parameters
      )
      reading.everyRun = source.everyRun
      tree = ResolvedScenario.expand(tree, &loader, reading)
      let read = ScenarioSchema.read(tree, arm: arm.name, notes: loader.names(in:), reading)
      problems += reading.diagnostics
      source.texts.keep(reading.found)
      guard let read, reading.diagnostics.isEmpty else { return }
      experiments.append(source.expansions.expand(read.experiment))
      doses.append(read.doses)
      let origin = arm.tree?.origin ?? base.origin
      let path = "arms.\(arm.name)"
      do {
        try Layout.checkFork(of: read.experiment, from: experiments[0])
      } catch {
        problems.append(Diagnostic(origin, path: path, error.description))
      }
      records.append((arm.name, reading.records))
      accepted.append(read.accepted.merging(source.accepted) { own, _ in own })
      if common == nil { common = (read.seed, read.replicates) }
      if read.seed != common?.seed || read.replicates != common?.replicates {
        problems.append(
          Diagnostic(origin, path: path, "arms share seed and replicates; set them once for all")
        )
      }
    }

    /// Reports controls, of the scenario and of its endpoints, that are no arm.
    mutating func checkControls(among names: [String], _ base: Document) {
      func check(_ control: String?, _ path: [String]) {
        guard let control, !names.contains(control) else { return }
        problems.append(
          Diagnostic(
            path.reduce(Optional(base)) { $0?[$1] }?.origin ?? base.origin,
            path: path.joined(separator: "."),
            "found \"\(control)\"\(Suggestion.text(for: control, among: names)); expected one of the arms \(names.joined(separator: ", "))"
          )
        )
      }
      guard let first = experiments.first else { return }
      check(first.control, ["control"])
      for endpoint in first.endpoints {
        check(endpoint.control, ["endpoints", endpoint.name, "against", "arm"])
      }
    }
  }

  /// The whole scenario as YAML from which the same run can be made again, each value with where it
  /// comes from.
  public var yaml: String {
    "\(ResolvedText.revision): \(Model.revision)  # of the program; another takes no values resolved by it\n"
      + (hasArms ? ResolvedText.write(arms: arms) : ResolvedText.write(records))
  }

  /// What an arm says, with the values that go over it, before presets.
  static func tree(of arm: Document?, _ over: [Document], _ base: Document) -> Document {
    let own = arm.map { base.overlaid(with: normalised($0)) } ?? base
    return over.reduce(own) { $0.overlaid(with: $1) }
  }

  /// The arms of a scenario that are wanted, `nil` for all.
  private static func arms(
    _ tree: Document,
    limitedTo wanted: [String]?,
    _ base: Document
  ) throws(ScenarioError) -> [(name: String, tree: Document?)] {
    let arms = try arms(tree)
    guard let wanted else { return arms }
    let known = arms.map(\.name)
    for name in wanted where !known.contains(name) {
      throw ScenarioError(
        base["arms"]?.origin ?? base.origin,
        path: "arms",
        "there is no arm '\(name)'\(Suggestion.text(for: name, among: known)); there are \(known.joined(separator: ", "))"
      )
    }
    return arms.filter { wanted.contains($0.name) }
  }

  /// The arms of a scenario; one without a tree of its own where it names none.
  static func arms(_ base: Document) throws(ScenarioError) -> [(
    name: String, tree: Document?
  )] {
    guard let arms = base["arms"] else { return [("main", nil)] }
    guard case .mapping(let entries) = arms.content, !entries.isEmpty else {
      throw ScenarioError(
        arms.origin,
        path: "arms",
        "expected one entry per arm, each with the values that differ, or {} for none"
      )
    }
    var trees: [(name: String, tree: Document?)] = []
    for entry in entries {
      switch entry.value.content {
      case .mapping: trees.append((entry.key, entry.value))
      case .scalar(""): trees.append((entry.key, Document(.mapping([]), entry.value.origin)))
      default:
        throw ScenarioError(
          entry.value.origin,
          path: "arms.\(entry.key)",
          "expected the values that differ as keys and values, or {} for none"
        )
      }
    }
    return trees
  }

  /// Writes `host: mouse` as `host: {preset: mouse}` and `factors: [a, b]` as `{a: {preset: a}, …}`.
  static func normalised(_ document: Document) -> Document {
    var document = document
    for (key, _) in PresetFolders.presets {
      document = document.changing(key) { value in
        guard case .scalar(let name) = value.content, !name.isEmpty else { return value }
        return Document(
          .mapping([.init(key: "preset", origin: value.origin, value: value)]),
          value.origin
        )
      }
    }
    for (key, _) in PresetFolders.lists { document = document.changing(key, \.presetsByName) }
    return document
  }

  /// Lays every part over the preset it names; parts for which that fails are reported and left out.
  private static func expand(_ tree: Document, _ loader: inout Loader, _ reading: Reading)
    -> Document
  {
    var tree = tree
    for (key, folder) in PresetFolders.presets {
      guard let value = tree[key] else { continue }
      do throws(ScenarioError) {
        let expanded = try loader.expand(value, folder: folder, path: key)
        tree = tree.changing(key) { _ in expanded }
      } catch {
        reading.report(error, unread: key)
        tree = tree.without(key)
      }
    }
    tree = TissuePresets.laid(tree, &loader, reading)
    for (key, folder) in PresetFolders.lists { tree = expand(tree, key, folder, &loader, reading) }
    if let problem = missingKinds(tree, &loader) {
      reading.report(problem, unread: "kinds")
      tree = tree.without("kinds")
    }
    return tree
  }

  /// Lays every part of a list over the preset it names.
  private static func expand(
    _ tree: Document,
    _ key: String,
    _ folder: String,
    _ loader: inout Loader,
    _ reading: Reading
  ) -> Document {
    guard let factors = tree[key] else { return tree }
    var entries: [Document.Entry] = []
    do throws(ScenarioError) {
      entries = try Self.factors(factors, key)
    } catch {
      reading.report(error, unread: key)
      return tree.without(key)
    }
    var expanded: [Document.Entry] = []
    for var entry in entries {
      do throws(ScenarioError) {
        entry.value = try loader.expand(entry.value, folder: folder, path: "\(key).\(entry.key)")
        expanded.append(entry)
      } catch {
        reading.report(error, unread: key)
      }
    }
    return tree.changing(key) { Document(.mapping(expanded), $0.origin) }
  }

  /// What is wrong where presets of kinds name other kinds that the scenario lacks, all that it lacks at once.
  private static func missingKinds(_ tree: Document, _ loader: inout Loader) -> ScenarioError? {
    guard let kinds = tree["kinds"], case .mapping(let entries) = kinds.content else { return nil }
    var known = Set(entries.map(\.key))
    var waiting = entries.map { (by: $0.key, kind: $0.value) }[...]
    var missing: [(name: String, by: String)] = []
    while let (by, kind) = waiting.popFirst() {
      for path in KindSchema.others {
        let node = path.reduce(Optional(kind)) { $0?[$1] }
        guard let node, node.origin.isPreset, case .scalar(let text) = node.content,
          known.insert(text.trimmed).inserted
        else { continue }
        let name = text.trimmed
        missing.append((name, by))
        let entry = Document.Entry(
          key: "preset",
          origin: kinds.origin,
          value: Document(.scalar(name), kinds.origin)
        )
        let value = Document(.mapping([entry]), kinds.origin)
        if let found = try? loader.expand(value, folder: "kinds", path: "kinds.\(name)") {
          waiting.append((name, found))
        }
      }
    }
    guard !missing.isEmpty else { return nil }
    let needs = missing.map { "\($0.by) needs \($0.name)" }.joined(separator: ", ")
    let names = (entries.map(\.key) + missing.map(\.name)).joined(separator: ", ")
    return ScenarioError(kinds.origin, path: "kinds", "\(needs); give all of [\(names)]")
  }

  /// The entries of the factors, each with a name of its own.
  private static func factors(_ factors: Document, _ key: String) throws(ScenarioError)
    -> [Document.Entry]
  {
    let examples = [
      "kinds": "[macrophage, neutrophil]", "observe": "[bli, qpcr]",
      "tissues": "{knee: arthritic-joint}",
    ]
    let example = examples[key] ?? "[tnfa, oxygen]"
    let isOwnNames = key == "tissues"
    let words =
      "expected \(isOwnNames ? "names of your own, each with its preset or keys" : "a list of names"), as in \(example)"
    switch factors.content {
    case .mapping(let entries):
      var names: Set<String> = []
      for entry in entries {
        if entry.key.isEmpty {
          throw ScenarioError(entry.origin, path: key, "has an entry that is no name; \(words)")
        }
        if !names.insert(entry.key).inserted {
          throw ScenarioError(
            entry.origin,
            path: key,
            "has '\(entry.key)' more than once; keep one"
          )
        }
      }
      return entries
    case .scalar(""): return []
    case .scalar(let text):
      throw ScenarioError(factors.origin, path: key, "found \"\(text)\"; \(words)")
    case .sequence: preconditionFailure("a list of factors is written as a mapping")
    }
  }
}

extension Document {
  /// This tree with all its values coming from one place.
  func relocated(to origin: Origin) -> Document {
    switch content {
    case .scalar: Document(content, origin, source: source)
    case .sequence(let items): Document(.sequence(items.map { $0.relocated(to: origin) }), origin)
    case .mapping(let entries):
      Document(
        .mapping(
          entries.map { .init(key: $0.key, origin: origin, value: $0.value.relocated(to: origin)) }
        ),
        origin
      )
    }
  }
}

extension [Diagnostic] {
  /// By file, line and column, each once.
  var inOrder: [Diagnostic] {
    var seen: Set<Diagnostic> = []
    return filter { seen.insert($0).inserted }.enumerated().sorted { a, b in
      (a.element.file, a.element.line, a.element.column, a.offset)
        < (b.element.file, b.element.line, b.element.column, b.offset)
    }.map(\.element)
  }
}
