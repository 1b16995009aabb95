/// The parameters of scenarios and campaigns: what each means and takes, and who sets it.
public struct Catalogue: Sendable {
  /// What a parameter means and takes.
  public struct Meaning: Sendable, Equatable {
    /// What it means.
    public let text: String
    /// What it takes, in words: "a time, as in 25 min".
    public let takes: String
    /// The unit that the allowed range is given in; `nil` for a number or word without one.
    public let unit: String?
    /// The allowed range as text, where it has one.
    public let allowed: String?
    /// Units in which papers print such quantities, where these are others.
    public let printed: [String]

    /// A value in one of these units; `nil` where there is none.
    public func inPrint(_ text: String) -> String? { Quantity.printed(text, in: printed) }

    fileprivate init(_ record: Record) {
      text = record.meaning
      takes = record.takes
      unit = record.unit
      allowed = record.allowed
      printed = record.printed
    }
  }

  /// One parameter.
  public struct Parameter: Sendable {
    /// Steps of its key path; `*` stands for a name that each scenario gives.
    public let path: [String]
    /// What it means; where that is not the same in a dish and in a body, all that it may.
    public internal(set) var meanings: [Meaning] = []
    /// The schema's own values: none where a scenario or preset must give one, several where it
    /// depends on others.
    public internal(set) var standards: [Standard] = []
    /// The values that are given, and by whom.
    public internal(set) var settings: [Setting] = []
    /// Whether it belongs to campaigns.
    public let isOfCampaign: Bool
    /// The parameters that it stands for, where it is several that differ in names alone.
    public internal(set) var members: [Parameter] = []

    init(path: [String], isOfCampaign: Bool = false) {
      self.path = path
      self.isOfCampaign = isOfCampaign
    }

    /// The key path, as in `arrest.half_ratio`.
    public var name: String { path.joined(separator: ".") }

    /// The key path, and of a campaign that it is one of a campaign.
    public var title: String { isOfCampaign ? "\(name) (of a campaign)" : name }

    /// What it means, on one line.
    public var summary: String {
      var seen: Set<String> = []
      return meanings.map(\.text).filter { seen.insert($0).inserted }.joined(separator: "; or ")
    }
  }

  /// A value that a parameter is given.
  public struct Setting: Sendable, Equatable {
    /// Who gives it: a preset or scenario of the library, or a place in the files of one scenario.
    public let by: String
    /// The arms in which it holds; empty for all.
    public let arms: [String]
    /// Its text.
    public let text: String
    /// Where the value is known to lie, as text, where that is given.
    public let range: String?
    /// Citation, or "assumed" and why.
    public let source: String?
    /// Whether only the schema gives it.
    public let isStandard: Bool

    fileprivate init(_ record: Record, by: String, arms: [String]) {
      self.by = by
      self.arms = arms
      text = record.text
      range = record.range
      source = record.source
      isStandard = record.origin.layer == .standard
    }

    fileprivate init(_ leaf: Document.Leaf, by: String) {
      self.by = by
      arms = []
      text = leaf.text
      range = leaf.range
      source = leaf.source
      isStandard = false
    }
  }

  /// The parameters, by path.
  public var parameters: [Parameter] {
    (Array(known.values) + campaign).sorted {
      $0.path == $1.path ? $1.isOfCampaign : $0.path.lexicographicallyPrecedes($1.path)
    }
  }
  /// What is wrong with files that could not be read.
  public private(set) var problems: [Diagnostic] = []

  private var known: [[String]: Parameter] = [:]
  /// The parameters of campaigns.
  private var campaign: [Parameter] = []

  /// Folders of the library that hold scenarios.
  private static let scenarios = ["tutorials", "studies", "validation"]

  /// Keys under which each scenario gives names of its own.
  private static let named: Set = [
    "tissues", "regions", "changes", "endpoints", "axes", "followers",
  ]

  /// Gathers the parameters that the scenarios of a library read, with the values other than the
  /// schema's own that its scenarios and presets give them, and the parameters of campaigns.
  ///
  /// - Parameter library: the library.
  public init(of library: Library) {
    for folder in Self.scenarios {
      for name in library.names(in: folder) {
        do throws(ScenarioError) {
          let path = library.file(name, in: folder)
          add(try ResolvedScenario(path: path, library: library.path), by: "\(folder)/\(name)")
        } catch {
          problems += error.diagnostics
        }
      }
    }
    for (key, folder) in PresetFolders.presets + [
      ("host", "overlays"), ("product", "modifications"),
    ] {
      add(presetsOf: library, folder) { _ in [key] }
    }
    for (key, folder) in PresetFolders.lists {
      add(presetsOf: library, folder) { [key, Self.named.contains(key) ? "*" : $0] }
    }
    for path in known.keys { known[path]?.settings.sortByName() }
    for record in Self.rareRecords(library) where known[Self.common(record.path)] == nil {
      note(record, at: Self.common(record.path))
    }
    campaign = Self.ofCampaigns()
    problems = problems.inOrder
  }

  /// Gathers the parameters of one scenario, with the values that hold and where they stand.
  ///
  /// - Parameter scenario: the scenario.
  public init(of scenario: ResolvedScenario) {
    for (record, arms) in scenario.values {
      note(record, at: record.path)
      set(record.path, Setting(record, by: record.origin.place, arms: arms))
    }
  }

  /// The parameters that are meant by a key path, its first or last steps or, where there are none such, a part of it.
  ///
  /// - Parameter text: steps with dots between them; `*` stands for any one.
  /// - Returns: the parameters, by path; where the whole path of one is given, that.
  public func parameters(named text: String) -> [Parameter] {
    let steps = Self.steps(of: text)
    let parameters = parameters
    let whole = parameters.filter { parameter in
      parameter.path.count == steps.count
        && zip(parameter.path, steps).allSatisfy { $0 == $1 || $0 == "*" || $1 == "*" }
    }
    let isBlock = Block.all.contains { $0.key == text }
    if !whole.isEmpty, !isBlock { return whole }
    let ends = parameters.filter {
      Self.fits($0.path.suffix(steps.count), steps) || Self.fits($0.path.prefix(steps.count), steps)
    }
    if !ends.isEmpty { return ends }
    return parameters.filter { parameter in
      parameter.path.windows(of: steps.count).contains { Self.fits($0, steps) }
    }
  }

  /// A word for one who mistyped a parameter or part of one, or an endpoint.
  ///
  /// - Parameters:
  ///   - text: steps with dots between them.
  ///   - endpoints: names of endpoints.
  /// - Returns: " (did you mean 'x'?)" where something is called almost so, else nothing.
  public func suggestion(for text: String, orAmong endpoints: [String] = []) -> String {
    if let rename = Rename.of(dotted: text) {
      return "; it \(rename.words(in: nil))"
    }
    let count = Self.steps(of: text).count
    let known = Set(
      parameters.flatMap { $0.path.windows(of: count).map { $0.joined(separator: ".") } }
        + Block.all.map(\.key) + endpoints
    )
    return Suggestion.text(for: text, among: known)
  }

  private static func steps(of text: String) -> [String] {
    text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
  }

  private static func fits(_ path: ArraySlice<String>, _ steps: [String]) -> Bool {
    path.count == steps.count && zip(path, steps).allSatisfy { $0 == $1 || $1 == "*" }
  }

  /// A path with `*` for the names that a scenario gives.
  private static func common(_ path: [String]) -> [String] {
    path.indices.map { i in
      i > 0 && i < path.count - 1 && named.contains(path[i - 1]) ? "*" : path[i]
    }
  }

  private mutating func add(_ scenario: ResolvedScenario, by name: String) {
    for (record, arms) in scenario.values {
      let path = Self.common(record.path)
      note(record, at: path)
      switch record.origin.layer {
      case .standard, .commandLine: continue
      case .scenario, .preset:
        if let standard = record.standard, Self.isSame(standard.text, record.text) { continue }
      }
      if case .preset(let preset) = record.origin.layer {
        set(path, Setting(record, by: preset, arms: []))
      } else {
        set(path, Setting(record, by: name, arms: arms))
      }
    }
  }

  /// Adds what the presets of a folder give to parameters that are known, used by a scenario or not.
  private mutating func add(
    presetsOf library: Library,
    _ folder: String,
    under path: (String) -> [String]
  ) {
    var loader = Loader(library: .success(library))
    for name in library.names(in: folder) {
      do throws(ScenarioError) {
        let file = library.file(name, in: folder)
        let document = try loader.read(file, layer: .preset("\(folder)/\(name)"))
        for leaf in document.leaves(under: path(name)) {
          let standards = known[leaf.path]?.standards ?? []
          if standards.contains(where: { Self.isSame($0.text, leaf.text) }) { continue }
          set(leaf.path, Setting(leaf, by: "\(folder)/\(name)"))
        }
      } catch {
        problems += error.diagnostics
      }
    }
  }

  /// Makes a parameter known, with what it means and the schema's own value of it.
  private mutating func note(_ record: Record, at path: [String]) {
    known[path, default: Parameter(path: path)].note(record)
  }

  /// The parameters of campaigns: `vary.*.uniform` of a value that varies.
  private static func ofCampaigns() -> [Parameter] {
    var found: [[String]: Parameter] = [:]
    for record in CampaignKeys.records {
      let path = starred(record.path)
      found[path, default: Parameter(path: path, isOfCampaign: true)].note(record)
    }
    return Array(found.values)
  }

  /// Adds a value of a parameter that is known, once.
  private mutating func set(_ path: [String], _ setting: Setting) {
    let isThere = known[path]?.settings.contains {
      $0.by == setting.by && $0.text == setting.text && $0.arms == setting.arms
    }
    if isThere != true { known[path]?.settings.append(setting) }
  }

  /// Whether two texts give one value, written in one unit or in two.
  static func isSame(_ a: String, _ b: String) -> Bool {
    guard let first = try? Quantity(a), let second = try? Quantity(b) else { return a == b }
    return first == second
  }
}

extension Catalogue.Parameter {
  /// Adds what a record says of it.
  fileprivate mutating func note(_ record: Record) {
    let meaning = Catalogue.Meaning(record)
    if !meanings.contains(meaning) { meanings.append(meaning) }
    if let standard = record.standard, !standards.contains(standard) { standards.append(standard) }
  }
}

extension ResolvedScenario {
  /// The values with the arms in which they hold, none where these are all.
  fileprivate var values: [(record: Record, arms: [String])] {
    struct Value: Hashable {
      let path: [String], place: String, text: String
    }
    var found: [(record: Record, arms: [String])] = []
    var index: [Value: Int] = [:]
    for arm in arms {
      for record in arm.records {
        let value = Value(path: record.path, place: record.origin.place, text: record.text)
        if let at = index[value] {
          found[at].arms.append(arm.name)
        } else {
          index[value] = found.count
          found.append((record, [arm.name]))
        }
      }
    }
    return found.map { ($0.record, $0.arms.count == arms.count ? [] : $0.arms) }
  }
}

extension [Catalogue.Setting] {
  /// By folder and name; what one file gives stays in order.
  fileprivate mutating func sortByName() {
    self = enumerated().sorted { ($0.element.by, $0.offset) < ($1.element.by, $1.offset) }
      .map(\.element)
  }
}

extension Document {
  /// A value at the end of a path.
  struct Leaf {
    let path: [String]
    let text: String
    let range: String?, source: String?
    /// The preset that gives it, as in `tissues/infarct`; `nil` where none does.
    let preset: String?
  }

  /// The values of a preset, without what it builds on.
  func leaves(under path: [String]) -> [Leaf] {
    func text(_ node: Document?) -> String? {
      guard case .scalar(let text)? = node?.content else { return nil }
      return text.trimmed
    }
    func leaf(_ text: String, range: String? = nil, source: String?) -> Leaf {
      let preset = if case .preset(let name) = origin.layer { name } else { String?.none }
      return Leaf(path: path, text: text, range: range, source: source, preset: preset)
    }
    switch content {
    case .scalar(let text): return [leaf(text.trimmed, source: source)]
    case .sequence(let items):
      return [leaf("[\(items.compactMap(text).joined(separator: ", "))]", source: source)]
    case .mapping(let entries):
      if let value = text(self["value"]) {
        return [leaf(value, range: text(self["range"]), source: text(self["source"]) ?? source)]
      }
      return entries.filter { $0.key != "source" && $0.key != "preset" }.flatMap {
        $0.value.leaves(under: path + [$0.key])
      }
    }
  }
}

extension [String] {
  /// Its parts of `count` elements.
  fileprivate func windows(of count: Int) -> [ArraySlice<String>] {
    count > self.count ? [] : (0...(self.count - count)).map { self[$0..<($0 + count)] }
  }
}
