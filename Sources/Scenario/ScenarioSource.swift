import Foundation
import Simulation

/// A scenario file that has been read, to be resolved as often as wanted, each time with other values; its presets
/// are read once.
public struct ScenarioSource: Sendable {
  let loader: Loader
  let base: Document
  private(set) var overrides: [Document]
  let texts = KnownTexts.Shared()
  let factors: LibraryFactors
  let parameters: ParameterSet
  let rules = NoteRule.Shared()
  let expansions = EndpointExpansions()
  let everyRun: EndpointPatterns
  /// The arms that are resolved; `nil` for all.
  private(set) var arms: [String]?
  /// Why notes are accepted beside those that the scenario accepts, by key.
  private(set) var accepted: [String: String] = [:]

  /// A value that goes over everything else at one point of a design.
  public struct Setting: Sendable, Hashable {
    /// Path of its key, with dots.
    public let path: String
    /// Its text, as after the equals sign of `--set`.
    public let text: String

    /// A text for a path.
    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// Reads a scenario file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - library: directory of presets; without one, `Scenarios/` upward from the file or program.
  ///   - program: path of the program.
  ///   - overrides: `key.path=value` texts that go over everything else.
  /// - Throws: `ScenarioError` where it is no scenario at all, or an override is none.
  public init(path: String, library: String? = nil, program: String = "", overrides: [String] = [])
    throws(ScenarioError)
  {
    let found: Result<Library, ScenarioError>
    do {
      found = .success(try Library(given: library, scenario: path, program: program))
    } catch {
      if library != nil { throw error }
      found = .failure(error)
    }
    var loader = Loader(library: found)
    let document = try loader.read(path, layer: .scenario)
    try self.init(document, path: path, loader, overrides: overrides)
  }

  /// A scenario whose text has been read.
  init(_ document: Document, path: String, _ loader: Loader, overrides: [String] = [])
    throws(ScenarioError)
  {
    if let problem = FileKind(document, path: path)?.problem(asScenario: path) {
      throw ScenarioError(document.origin, problem)
    }
    if let refusal = try ResolvedText.revision(of: document)?.refusal("is a resolved scenario") {
      let node = document[ResolvedText.revision]
      throw ScenarioError(
        node?.origin ?? document.origin,
        "\(refusal): run the scenario that it was made of, or have it rewritten by: stroma migrate \(path)"
      )
    }
    let base = ResolvedScenario.normalised(document.without(ResolvedText.revision))
    guard case .mapping = base.content else {
      throw ScenarioError(
        base.origin,
        "a scenario is a mapping of keys to values, beginning with name: …"
      )
    }
    var loader = loader
    parameters = try ParameterSet(&loader)
    everyRun = try EndpointFiles.read(&loader)
    self.loader = loader
    factors = LibraryFactors(loader)
    self.base = base
    self.overrides = try Self.documents(overrides)
  }

  private static func documents(_ texts: [String]) throws(ScenarioError) -> [Document] {
    var documents: [Document] = []
    for text in texts { documents.append(ResolvedScenario.normalised(try override(text))) }
    return documents
  }

  /// The same scenario with values that go over what it has.
  ///
  /// - Parameter overrides: `key.path=value` texts.
  /// - Returns: the scenario.
  /// - Throws: `ScenarioError` where one of them is none.
  func with(_ overrides: [String]) throws(ScenarioError) -> ScenarioSource {
    var source = self
    source.overrides += try Self.documents(overrides)
    return source
  }

  /// The same scenario with some of its arms only.
  public func limited(to arms: [String]) -> ScenarioSource {
    var source = self
    source.arms = arms
    return source
  }

  /// The same scenario with more notes accepted, each for a reason.
  func accepting(_ reasons: [String: String]) -> ScenarioSource {
    var source = self
    source.accepted = reasons
    return source
  }

  /// Resolves it with other values.
  ///
  /// - Parameter settings: values that go over everything else.
  /// - Returns: the scenario, ready to run.
  /// - Throws: `ScenarioError` with everything that is wrong.
  public func resolved(with settings: [Setting] = []) throws(ScenarioError) -> ResolvedScenario {
    var over: [Document] = []
    for setting in settings {
      over.append(
        ResolvedScenario.normalised(try Self.override("\(setting.path)=\(setting.text)"))
      )
    }
    return try ResolvedScenario(self, settings: over)
  }

  /// Letters, digits and what stands in numbers and units: text of these is one word of YAML.
  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
      || [0x20, 0x2e, 0x2f, 0x5e, 0x2b].contains(byte)
  }

  /// Reads `key.path=value` as a tree of one value.
  static func override(_ text: String) throws(ScenarioError) -> Document {
    let origin = Origin(file: "--set \(text)", line: 0, column: 0, layer: .commandLine)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ScenarioError(origin, "expected key.path=value, as in host.body_weight=25g")
    }
    let keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(
      String.init
    )
    guard keys.allSatisfy({ !$0.isEmpty }) else {
      throw ScenarioError(origin, "a step of the key path is empty; expected key.path=value")
    }
    let value = String(text[text.index(after: equals)...])
    var tree = Document(.scalar(""), origin)
    if value.utf8.allSatisfy(Self.isPlain), value.utf8.first != 0x20, value.utf8.last != 0x20,
      !value.isEmpty
    {
      tree = Document(.scalar(value), origin)
    } else if !value.trimmed.isEmpty {
      do throws(ScenarioError) {
        tree = try Document.read(yaml: value, file: origin.file, layer: .commandLine)
          .relocated(to: origin)
      } catch {
        throw ScenarioError(
          error.diagnostics.map { Diagnostic(origin, path: $0.path, "the value \($0.message)") }
        )
      }
    }
    for key in keys.reversed() {
      tree = Document(.mapping([.init(key: key, origin: origin, value: tree)]), origin)
    }
    return tree
  }
}
