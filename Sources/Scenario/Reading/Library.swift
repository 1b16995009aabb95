import Files
import Foundation
import Synchronization

/// The folders of presets: `hosts`, `products`, `factors`, `modalities` and others; `overlays` over hosts and
/// `modifications` over products.
public struct Library: Sendable {
  /// The directory that holds the folders.
  public let path: String

  /// A file that was used, with the SHA-256 of its bytes.
  public struct Used: Sendable, Equatable {
    /// Its path.
    public let path: String
    /// The hash.
    public let sha256: String
  }

  /// Finds the library: the given directory, else `Scenarios/` upward from the scenario file, else
  /// upward from the program.
  ///
  /// - Throws: `ScenarioError` where there is none.
  public init(given: String?, scenario: String, program: String) throws(ScenarioError) {
    if let given {
      guard Self.isLibrary(given) else {
        throw ScenarioError(
          Origin(file: "--library", line: 0, column: 0, layer: .commandLine),
          "found \"\(given)\"; a library is a directory with a folder 'hosts' in it"
        )
      }
      path = given
      return
    }
    for start in [scenario, program] where !start.isEmpty {
      var directory = URL(fileURLWithPath: start).standardizedFileURL.deletingLastPathComponent()
      while true {
        let candidate = directory.appendingPathComponent("Scenarios").path
        if Self.isLibrary(candidate) {
          path = candidate
          return
        }
        let parent = directory.deletingLastPathComponent()
        if parent.path == directory.path || directory.path == "/" { break }
        directory = parent
      }
    }
    throw ScenarioError(
      Origin(file: scenario, line: 0, column: 0, layer: .scenario),
      "no library of hosts, products and factors above this file or the program; name one with --library DIR"
    )
  }

  private static func isLibrary(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path + "/hosts", isDirectory: &isDirectory)
      && isDirectory.boolValue
  }

  /// Names of the presets of a folder.
  public func names(in folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? [])
      .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  /// Path of the file of a preset.
  func file(_ name: String, in folder: String) -> String { "\(path)/\(folder)/\(name).yaml" }
}

/// Reads the files of one scenario, each once, and remembers which.
struct Loader: Sendable {
  private let found: Result<Library, ScenarioError>
  private let known = Known()
  private(set) var used: [Library.Used] = []

  /// The files that were read, for all copies of a loader.
  private final class Known: Sendable {
    private let files = Mutex<[String: (document: Document, file: Library.Used)]>([:])

    subscript(path: String) -> (document: Document, file: Library.Used)? {
      get { files.withLock { $0[path] } }
      set { files.withLock { $0[path] = newValue } }
    }
  }

  /// A loader that needs its library only when a preset is named.
  init(library: Result<Library, ScenarioError>) { found = library }

  /// The library, where there is one.
  var library: Library? { try? found.get() }

  /// The library.
  ///
  /// - Throws: `ScenarioError` where there is none.
  func required() throws(ScenarioError) -> Library { try found.get() }

  /// Names of the files in a folder of the library; `nil` without one.
  func names(in folder: String) -> [String]? { library?.names(in: folder) }

  /// Reads a YAML file.
  ///
  /// - Throws: `ScenarioError` for a file that cannot be read or is no YAML text within the limits.
  mutating func read(_ path: String, layer: Origin.Layer) throws(ScenarioError) -> Document {
    if let known = known[path] {
      note(known.file)
      return known.document
    }
    let (data, text) = try Self.text(path, layer: layer)
    let document = try Document.read(yaml: text, file: path, layer: layer)
    let file = Library.Used(path: path, sha256: Digest.of(data))
    known[path] = (document, file)
    note(file)
    return document
  }

  private mutating func note(_ file: Library.Used) {
    if !used.contains(where: { $0.path == file.path }) { used.append(file) }
  }

  /// The bytes of a file and their text.
  ///
  /// - Throws: `ScenarioError` for a file that cannot be read or is no text within the limits.
  static func text(_ path: String, layer: Origin.Layer) throws(ScenarioError) -> (Data, String) {
    let start = Origin(file: path, line: 0, column: 0, layer: layer)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw ScenarioError(start, "there is no such file")
    }
    if isDirectory.boolValue { throw ScenarioError(start, "is a directory; name a scenario file") }
    if let kind = InputFile.kind(at: path) {
      throw ScenarioError(start, "is \(kind), not a file; name a scenario file")
    }
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    if size > Document.sizeLimit {
      throw ScenarioError(
        start,
        "has \(size) bytes; a file of a scenario has at most \(Document.sizeLimit)"
      )
    }
    guard let file = try? InputFile.open(path),
      let data = try? file.read(upToCount: Document.sizeLimit + 1) ?? Data()
    else {
      throw ScenarioError(start, "cannot be read; check its permissions")
    }
    if data.count > Document.sizeLimit {
      throw ScenarioError(
        start,
        "is longer than the \(Document.sizeLimit) bytes a file of a scenario has at most"
      )
    }
    if let zero = data.firstIndex(of: 0) {
      throw ScenarioError(start, "is not text: it has a zero byte at \(zero)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ScenarioError(start, "is not text in UTF-8")
    }
    return (data, text)
  }

  /// Lays a value over the preset it names, and that over the preset it names in turn; between the
  /// preset and the value of a host or product lie the overlays that the value lists.
  ///
  /// - Parameters:
  ///   - value: a mapping that may have a key `preset`.
  ///   - folder: folder of the library.
  ///   - path: path of the key, for messages.
  ///   - within: presets being expanded already.
  /// - Returns: the mapping with everything its presets say.
  /// - Throws: `ScenarioError` for a name that is none, or presets that include each other in a ring.
  mutating func expand(_ value: Document, folder: String, path: String, within: [String] = [])
    throws(ScenarioError) -> Document
  {
    if let record = value["value"] {
      throw ScenarioError(
        record.origin,
        path: "\(path).value",
        "unknown key; presets and their overlays have no key 'value'"
      )
    }
    let list = Self.overlays[folder] == nil ? nil : value["overlays"]
    guard case .mapping(let entries) = value.content,
      let entry = entries.first(where: { $0.key == "preset" })
    else {
      guard let list else { return value }
      throw ScenarioError(
        list.origin,
        path: "\(path).overlays",
        "is given without 'preset'; overlays modify a preset"
      )
    }
    let preset = entry.value
    let key = entry.origin == preset.origin ? path : "\(path).preset"
    guard case .scalar(let name) = preset.content else {
      throw ScenarioError(
        preset.origin,
        path: key,
        "expected the name of one preset of '\(folder)'"
      )
    }
    let allowed = name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    guard allowed, !name.isEmpty else {
      let known = names(in: folder) ?? []
      let list =
        name.contains("/") || known.isEmpty ? "" : "; there are: \(known.joined(separator: ", "))"
      throw ScenarioError(
        preset.origin,
        path: key,
        "found \"\(name)\"\(Suggestion.text(for: name, among: known)); the name of a preset consists of letters, digits, '-' and '_', and is not a path\(list)"
      )
    }
    guard !within.contains(name) else {
      throw ScenarioError(
        preset.origin,
        path: key,
        "circular reference between presets: \((within + [name]).joined(separator: " → "))"
      )
    }
    let file = try file(name, in: folder, preset, key)
    var document = try read(file, layer: .preset("\(folder)/\(name)"))
    if folder == "tissues" { document = document.changing("kinds", \.presetsByName) }
    guard case .mapping = document.content else {
      throw ScenarioError(document.origin, path: path, "a preset is a mapping of keys to values")
    }
    var base = try expand(document, folder: folder, path: path, within: within + [name])
    guard let list else { return base.overlaid(with: value.without("preset")) }
    for overlay in try overlays(list, of: folder, path: "\(path).overlays") {
      base = base.overlaid(with: overlay)
    }
    return base.overlaid(with: value.without("preset").without("overlays"))
  }

  /// The file of a preset, which exists and lies in the library.
  private func file(_ name: String, in folder: String, _ preset: Document, _ key: String)
    throws(ScenarioError) -> String
  {
    let library = try found.get()
    let file = library.file(name, in: folder)
    guard known[file] == nil else { return file }
    let names = library.names(in: folder)
    guard names.contains(name) else {
      throw ScenarioError(
        preset.origin,
        path: key,
        "there is no '\(name)' in \(library.path)/\(folder)\(Suggestion.text(for: name, among: names)); "
          + (names.isEmpty ? "there are none" : "there are: \(names.joined(separator: ", "))")
      )
    }
    let inner = URL(fileURLWithPath: file).resolvingSymlinksInPath().path
    let outer = URL(fileURLWithPath: library.path).resolvingSymlinksInPath().path
    guard inner.hasPrefix(outer + "/") else {
      throw ScenarioError(
        preset.origin,
        path: key,
        "'\(name)' is a link that leads out of the library"
      )
    }
    return file
  }

  /// The folders whose presets take overlays, with the folder of these.
  private static let overlays = ["hosts": "overlays", "products": "modifications"]

  /// The overlays of a list, in order: changes laid over a preset of a folder.
  private mutating func overlays(_ list: Document, of folder: String, path: String)
    throws(ScenarioError) -> [Document]
  {
    guard let overlaid = Self.overlays[folder] else { preconditionFailure("expected overlays") }
    let words = "expected a list of names, as in [\(folder == "hosts" ? "cirrhosis" : "bcl2")]"
    let items: [Document]
    switch list.content {
    case .sequence(let given): items = given
    case .scalar(""): throw ScenarioError(list.origin, path: path, "has no value; \(words)")
    case .scalar(let text):
      throw ScenarioError(list.origin, path: path, "found \"\(text)\"; \(words)")
    case .mapping: throw ScenarioError(list.origin, path: path, "found keys; \(words)")
    }
    var names: Set<String> = []
    var overlays: [Document] = []
    for item in items {
      if case .scalar(let name) = item.content, !names.insert(name).inserted {
        throw ScenarioError(item.origin, path: path, "has '\(name)' more than once; keep one")
      }
      let entry = Document.Entry(key: "preset", origin: item.origin, value: item)
      let value = Document(.mapping([entry]), item.origin)
      let overlay = try expand(value, folder: overlaid, path: path)
      if let inner = overlay["overlays"] {
        throw ScenarioError(
          inner.origin,
          path: path,
          "an overlay lists no overlays; list them all where the preset is named"
        )
      }
      overlays.append(overlay)
    }
    return overlays
  }
}
