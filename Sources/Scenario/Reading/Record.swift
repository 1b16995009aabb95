import Simulation
import Synchronization

/// The value that the schema gives a key where nothing else does.
public struct Standard: Sendable, Hashable {
  /// Its text.
  public let text: String
  /// Where the value is known to lie, as text, where that is given.
  public let range: String?
  /// Citation, or "assumed" and why.
  public let source: String?
  /// Where it is the default, where that depends on other values: "in heart".
  public let condition: String?
}

/// A value of a resolved scenario with all that is known of it.
public struct Record: Sendable {
  /// Path of its key.
  public let path: [String]
  /// Its text, as given.
  public let text: String
  /// The value in base units, where it is a quantity.
  public let value: Double?
  /// The allowed range as text, where it has one.
  public let allowed: String?
  /// Where the value is known to lie, as text, where that is given.
  public let range: String?
  /// Citation, or "assumed" and why.
  public let source: String?
  /// What it means.
  public let meaning: String
  /// What the key takes, in words: "a time, as in 25 min".
  public let takes: String
  /// Units in which papers print such quantities, where these are others.
  public let printed: [String]
  /// The schema's own value, where it has one.
  public let standard: Standard?
  /// Where it comes from.
  public let origin: Origin
  /// Whether the text is a list in YAML's flow style.
  let isList: Bool

  /// Whether the value is assumed, fitted or calibrated instead of measured.
  public var isAssumed: Bool { source.map(Self.isAssumed) ?? false }

  /// Whether a source says that a value is assumed, fitted or calibrated instead of measured.
  static func isAssumed(_ source: String) -> Bool {
    ["assumed", "trial fit", "calibrated"].contains { source.contains($0) }
  }

  /// The unit that the allowed range is given in; `nil` for a number without one.
  public var unit: String? {
    guard let unit = allowed.flatMap(Self.parts)?.unit, !unit.isEmpty else { return nil }
    return unit.trimmed
  }

  /// Both ends of the range as texts that the key takes; `nil` for a range that is none.
  public var ends: (low: String, high: String)? {
    guard let parts = range.flatMap(Self.parts) else { return nil }
    let ends = (low: parts.low + parts.unit, high: parts.high + parts.unit)
    return ends.low == ends.high ? nil : ends
  }

  /// The parts of `low to high unit`, the unit with the space before it.
  private static func parts(_ range: String) -> (low: String, high: String, unit: String)? {
    guard let separator = range.firstRange(of: " to ") else { return nil }
    let rest = range[separator.upperBound...]
    let end = rest.firstIndex(of: " ") ?? rest.endIndex
    return (String(range[..<separator.lowerBound]), String(rest[..<end]), String(rest[end...]))
  }
}

/// Quantities and bounds by their texts, and parts that were checked, so that each is read once.
struct KnownTexts: Sendable {
  fileprivate var quantities: [String: Quantity] = [:]
  fileprivate var bounds: [String: Bounds] = [:]
  /// Parts of presets that no run uses and in which nothing is wrong, by their identity.
  fileprivate var sound: [ObjectIdentifier: Document] = [:]
  /// Records of the parameter set in which nothing is wrong for a kind of quantity; one of `*` may serve several kinds.
  fileprivate var soundEntries: [EntryUse: ParameterSet.Entry] = [:]

  /// A record, by its identity, as one of a kind of quantity.
  fileprivate struct EntryUse: Hashable {
    let entry: ObjectIdentifier
    let kind: String, isPositive: Bool
  }

  /// The texts that all readings of a scenario have in common.
  final class Shared: Sendable {
    /// Texts that are kept at most: those that vary are read and forgotten.
    private static let limit = 8192
    private let texts = Mutex(KnownTexts())

    var all: KnownTexts { texts.withLock { $0 } }

    /// Keeps what a reading found, where that is more than some values that vary.
    func keep(_ found: KnownTexts) {
      guard !found.bounds.isEmpty || found.quantities.count > 16 || !found.sound.isEmpty else {
        return
      }
      texts.withLock { texts in
        guard texts.quantities.count + found.quantities.count < Self.limit else { return }
        texts.quantities.merge(found.quantities) { known, _ in known }
        texts.bounds.merge(found.bounds) { known, _ in known }
        texts.soundEntries.merge(found.soundEntries) { known, _ in known }
        guard texts.sound.count + found.sound.count < Self.limit else { return }
        texts.sound.merge(found.sound) { known, _ in known }
      }
    }
  }
}

/// Collects what is read and what is wrong while a scenario is read.
final class Reading {
  /// Unknown keys of which it is said what may have been meant, at most.
  static let mostExplained = 100
  private let known: KnownTexts
  /// The factors that presets may name whether a scenario carries them or not; `nil` where none are looked for.
  let library: LibraryFactors?
  /// The parameter set: what keys take where nothing else gives them.
  let parameters: ParameterSet
  /// The endpoints that every run tells.
  var everyRun = EndpointPatterns.none
  /// The texts it did not know before.
  private(set) var found = KnownTexts()
  private(set) var records: [Record] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Paths of all keys that the schema takes, where they are collected.
  private(set) var asked: Set<[String]>?
  /// Keys of parts that could not be read whole and have been reported.
  private var unread: Set<String> = []
  /// How often something could not be read.
  private(set) var failures = 0

  /// A reading that knows some texts already.
  init(
    _ known: KnownTexts = KnownTexts(),
    library: LibraryFactors? = nil,
    parameters: ParameterSet = ParameterSet(),
    collectsKeys: Bool = false
  ) {
    self.known = known
    self.library = library
    self.parameters = parameters
    asked = collectsKeys ? [] : nil
  }

  /// A reading of the same library and parameter set whose values and problems are not kept.
  var aside: Reading { Reading(known, library: library, parameters: parameters) }

  /// Collects the keys that a section takes.
  func collect(_ keys: [String], at path: [String]) {
    guard asked != nil else { return }
    for key in keys { asked?.insert(path + [key]) }
  }

  /// Looks for what is wrong with a part that the run does not use; what it reads is not kept.
  ///
  /// - Parameters:
  ///   - part: the part.
  ///   - body: reads it.
  func check(_ part: Document, _ body: (Reading) -> Void) {
    let identity = ObjectIdentifier(part)
    guard known.sound[identity] == nil, found.sound[identity] == nil else { return }
    let trial = aside
    body(trial)
    found.quantities.merge(trial.found.quantities) { known, _ in known }
    found.bounds.merge(trial.found.bounds) { known, _ in known }
    found.sound.merge(trial.found.sound) { known, _ in known }
    found.soundEntries.merge(trial.found.soundEntries) { known, _ in known }
    diagnostics += trial.diagnostics
    failures += trial.failures
    if trial.failures == 0 { found.sound[identity] = part }
  }

  /// The quantity of a text.
  ///
  /// - Throws: `Quantity.Problem`.
  func quantity(_ text: String) throws(Quantity.Problem) -> Quantity {
    if let known = known.quantities[text] ?? found.quantities[text] { return known }
    let quantity = try Quantity(text)
    found.quantities[text] = quantity
    return quantity
  }

  /// The bounds of a text; `nil` for one that has none.
  func bounds(_ text: String) -> Bounds? {
    if let known = known.bounds[text] ?? found.bounds[text] { return known }
    let bounds = Bounds(text)
    found.bounds[text] = bounds
    return bounds
  }

  /// Whether nothing is wrong with a record of the parameter set as one of a kind of quantity, which `examine`
  /// determines once.
  func isSound(
    _ entry: ParameterSet.Entry,
    as kind: QuantityKind,
    isPositive: Bool,
    _ examine: () -> Bool
  ) -> Bool {
    let use = KnownTexts.EntryUse(
      entry: ObjectIdentifier(entry),
      kind: kind.name,
      isPositive: isPositive
    )
    if known.soundEntries[use] != nil || found.soundEntries[use] != nil { return true }
    guard examine() else { return false }
    found.soundEntries[use] = entry
    return true
  }

  func add(_ record: Record) { records.append(record) }

  func report(_ origin: Origin, _ path: [String], _ message: String) {
    diagnostics.append(Diagnostic(origin, path: path.joined(separator: "."), message))
    failures += 1
  }

  /// Reports a part that cannot be read whole, so that nothing more is said about what it lacks.
  func report(_ error: ScenarioError, unread key: String) {
    diagnostics += error.diagnostics
    unread.insert(key)
    failures += 1
  }

  /// Notes that a value builds on one that could not be read, and was reported.
  func fail() { failures += 1 }

  /// Whether a part was reported as unread.
  func isUnread(_ key: String) -> Bool { unread.contains(key) }

  /// What `body` reads, and whether all of it could be read: only then can values be compared.
  func whole<Result>(_ body: () -> Result) -> (Result, isWhole: Bool) {
    let before = failures
    let result = body()
    return (result, failures == before)
  }
}
