import Foundation
import Simulation

/// A file of an older version, as this program takes it: the words that are called otherwise now are replaced where they
/// stand, all else stays to the byte.
public struct Migration: Sendable {
  /// Lines that stand together and change.
  public struct Change: Sendable, Equatable {
    /// Number of the first line, from 1, in the old text and in the new one.
    public let oldLine: Int, newLine: Int
    /// The lines before and after.
    public let old: [String], new: [String]
  }

  /// The file.
  public let path: String
  /// Its text before and after.
  public let old: String, new: String
  /// What has to be changed by hand.
  public let byHand: [Diagnostic]

  /// Whether something changes.
  public var isNeeded: Bool { old != new }

  /// The lines that change.
  public var changes: [Change] {
    let before = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let after = new.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var removed: Set<Int> = []
    var inserted: Set<Int> = []
    for change in after.difference(from: before) {
      switch change {
      case .remove(let line, _, _): removed.insert(line)
      case .insert(let line, _, _): inserted.insert(line)
      }
    }
    var changes: [Change] = []
    var (i, j) = (0, 0)
    while i < before.count || j < after.count {
      let start = (i, j)
      while removed.contains(i) { i += 1 }
      while inserted.contains(j) { j += 1 }
      if start == (i, j) {
        (i, j) = (i + 1, j + 1)
      } else {
        let (old, new) = (Array(before[start.0..<i]), Array(after[start.1..<j]))
        changes.append(Change(oldLine: start.0 + 1, newLine: start.1 + 1, old: old, new: new))
      }
    }
    return changes
  }

  /// Reads a file and those that it says what varies in.
  ///
  /// - Parameters:
  ///   - path: a scenario, a campaign, a preset, or a table of values of a campaign.
  ///   - library: directory of presets; without one, `Scenarios/` upward from the file or program.
  ///   - program: path of the program.
  /// - Returns: the migration of the file, and of the table of values that a campaign names.
  /// - Throws: `ScenarioError` for a file that cannot be read.
  public static func of(_ path: String, library: String?, program: String) throws(ScenarioError)
    -> [Migration]
  {
    let (_, text) = try Loader.text(path, layer: .scenario)
    if path.hasSuffix(".csv") { return [Migration(table: path, text) { _ in false }] }
    let document = try Document.read(yaml: text, file: path, layer: .scenario)
    guard case .mapping = document.content else {
      throw ScenarioError(document.origin, "holds no keys and values")
    }
    let found: Result<Library, ScenarioError>
    do {
      found = .success(try Library(given: library, scenario: path, program: program))
    } catch {
      found = .failure(error)
    }
    var migrator = Migrator(text, Loader(library: found))
    var tables: [Migration] = []
    switch FileKind(document, path: path) {
    case .preset(let folder):
      let key = FileKind.folders[folder] ?? folder
      let isListed = PresetFolders.lists.contains { $0.folder == folder }
      migrator.scenario(document, at: isListed ? [key, "*"] : [key])
      if folder == "tissues" { migrator.exchange(ofPreset: document) }
    case .campaign:
      let hasSeveralDoses = migrator.campaign(document, path: path)
      if let file = document["design"]?["file"]?.scalar {
        let table = CampaignPlace(campaign: path, library: library, program: program).path(of: file)
        let (_, text) = try Loader.text(table, layer: .scenario)
        tables = [Migration(table: table, text, hasSeveralDoses: hasSeveralDoses)]
      }
    case .scenario, nil:
      migrator.revision(of: document)
      migrator.scenario(document, at: [])
      migrator.exchange(of: document)
      migrator.sensitisation(of: document)
    }
    return [Migration(path: path, old: text, new: migrator.edits.text, byHand: migrator.byHand)]
      + tables
  }

  private init(path: String, old: String, new: String, byHand: [Diagnostic]) {
    (self.path, self.old, self.new, self.byHand) = (path, old, new, byHand)
  }

  /// The table of values of a campaign, whose header holds paths.
  private init(table path: String, _ text: String, hasSeveralDoses: (String?) -> Bool) {
    let end = text.firstIndex(where: \.isNewline) ?? text.endIndex
    let header = text[..<end].split(separator: ",", omittingEmptySubsequences: false).map { cell in
      let name = String(cell).trimmed.filter { $0 != "\"" }
      let new = Rename.migrated(name, hasSeveralDoses: hasSeveralDoses)
      return new.map { String(cell).replacing(name, with: $0) } ?? String(cell)
    }
    self.init(path: path, old: text, new: header.joined(separator: ",") + text[end...], byHand: [])
  }
}

/// Finds what is called otherwise in a document.
struct Migrator {
  var edits: TextEdits
  private(set) var byHand: [Diagnostic] = []
  private var loader: Loader

  init(_ text: String, _ loader: Loader) {
    edits = TextEdits(text)
    self.loader = loader
  }

  mutating func leave(_ origin: Origin, _ path: [String], _ words: String) {
    byHand.append(Diagnostic(origin, path: path.joined(separator: "."), words))
  }

  // MARK: - Scenarios and presets

  /// Gives a resolved scenario the revision of this program.
  mutating func revision(of document: Document) {
    guard let revision = try? ResolvedText.revision(of: document), revision != .current else {
      return
    }
    let number = "\(Revision.current.number)"
    if let node = document[ResolvedText.revision] {
      if case .scalar(let text) = node.content {
        _ = edits.replace(text.trimmed, by: number, at: node.origin)
      }
    } else {
      edits.begin(with: "\(ResolvedText.revision): \(number)")
    }
  }

  /// Rewrites a scenario, or a part of one at a path.
  mutating func scenario(_ document: Document, at path: [String]) {
    keys(document, at: path)
    guard path.isEmpty || path == ["treatment"] else { return }
    let treatment = path.isEmpty ? document["treatment"] : document
    let arms = path.isEmpty ? Self.entries(document["arms"]) : []
    for arm in arms { keys(arm.value, at: []) }
    let several = arms.map { doses(of: $0.value["treatment"], over: treatment) > 1 }
    let isSeveral = doses(of: treatment, over: nil) > 1
    for rename in Rename.all where rename.condition == .severalDoses {
      let own = arms.map { $0.value["treatment"]?[rename.old.last ?? ""] }
      let isTaken = zip(own, several).contains { own, isSeveral in own == nil && isSeveral }
      if isSeveral || isTaken { total(treatment, rename) }
      for (arm, isSeveral) in zip(arms, several) where isSeveral {
        total(arm.value["treatment"], rename)
      }
    }
  }

  static func entries(_ document: Document?) -> [Document.Entry] {
    if case .mapping(let entries)? = document?.content { entries } else { [] }
  }

  /// Renames the keys of a tree that stay where they are.
  private mutating func keys(_ document: Document, at path: [String]) {
    for entry in Self.entries(document) where !(path.isEmpty && entry.key == "arms") {
      let old = path + [entry.key]
      if let rename = Rename.of(old), rename.isInPlace,
        rename.changesValue
          || !edits.replace(entry.key, by: rename.new.last ?? "", at: entry.origin)
      {
        leave(entry.origin, old, rename.words(in: nil))
      }
      keys(entry.value, at: old)
    }
  }

  /// Writes a plain number of several doses as that of all.
  private mutating func total(_ treatment: Document?, _ rename: Rename) {
    guard let key = rename.old.last, let node = treatment?[key], let portion = rename.new.last
    else { return }
    let isPlain = node.scalar != nil || node.isRecord
    if isPlain, !edits.wrap(node, in: portion) {
      leave(node.origin, rename.old, "write \(key): {\(portion): …}, as it meant all doses")
    }
  }

  /// Number of doses of a treatment over another; 1 where none says.
  private mutating func doses(of treatment: Document?, over base: Document?) -> Int {
    for node in [treatment, base] {
      if let own = node?["boluses"]?.scalar { return Int(own) ?? 1 }
      guard let name = node?["preset"]?.scalar ?? node?.scalar, !name.isEmpty, let node else {
        continue
      }
      let entry = Document.Entry(
        key: "preset",
        origin: node.origin,
        value: Document(.scalar(name), node.origin)
      )
      let preset = try? loader.expand(
        Document(.mapping([entry]), node.origin),
        folder: "regimens",
        path: "treatment"
      )
      if let count = preset?["boluses"]?.scalar.flatMap({ Int($0) }) { return count }
    }
    return 1
  }

  // MARK: - Campaigns

  /// Rewrites the paths of a campaign.
  ///
  /// - Returns: whether an arm of its scenario has several doses.
  mutating func campaign(_ document: Document, path: String) -> (String?) -> Bool {
    let several = severalDoses(of: document, path: path)
    let hasSeveralDoses: (String?) -> Bool = { arm in
      arm.map { several[$0] ?? several[""] == true } ?? several.values.contains(true)
    }
    for entry in Self.entries(document["vary"]) {
      rename(entry.key, at: entry.origin, ["vary"], hasSeveralDoses)
      texts(entry.value["also"], ["vary", entry.key, "also"], hasSeveralDoses)
    }
    texts(document["set"], ["set"], hasSeveralDoses)
    for entry in Self.entries(document["scenarios"]) {
      texts(entry.value["set"], ["scenarios", entry.key, "set"], hasSeveralDoses)
    }
    return hasSeveralDoses
  }

  private mutating func texts(
    _ list: Document?,
    _ path: [String],
    _ hasSeveralDoses: (String?) -> Bool
  ) {
    guard case .sequence(let items)? = list?.content else { return }
    for item in items {
      guard let text = item.scalar else { continue }
      rename(String(text.prefix { $0 != "=" }), at: item.origin, path, hasSeveralDoses)
    }
  }

  private mutating func rename(
    _ name: String,
    at origin: Origin,
    _ path: [String],
    _ hasSeveralDoses: (String?) -> Bool
  ) {
    guard let new = Rename.migrated(name, hasSeveralDoses: hasSeveralDoses) else {
      if let rename = Rename.of(dotted: name) {
        leave(origin, path, "\(name) \(rename.words(in: nil))")
      }
      return
    }
    if !edits.replace(name, by: new, at: origin) {
      leave(origin, path, "\(name) is called '\(new)' now")
    }
  }

  /// Whether each arm of the scenario of a campaign has several doses, and under no name the scenario itself.
  private mutating func severalDoses(of document: Document, path: String) -> [String: Bool] {
    var several: [String: Bool] = [:]
    if case .sequence(let items)? = document["set"]?.content {
      let counts = items.compactMap { $0.scalar?.split(separator: "=") }
        .filter { $0.count == 2 && $0[0] == "treatment.boluses" }
      if counts.contains(where: { Int(String($0[1]).trimmed) ?? 1 > 1 }) { several[""] = true }
    }
    guard let name = document["scenario"]?.scalar else { return several }
    let file = CampaignPlace(campaign: path, library: nil, program: "").path(of: name)
    guard let scenario = try? loader.read(file, layer: .scenario) else { return several }
    let treatment = scenario["treatment"]
    if doses(of: treatment, over: nil) > 1 { several[""] = true }
    for arm in Self.entries(scenario["arms"]) {
      several[arm.key] = doses(of: arm.value["treatment"], over: treatment) > 1
    }
    return several
  }
}
