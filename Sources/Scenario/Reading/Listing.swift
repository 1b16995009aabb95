/// What a folder of the library holds: each file that can be read, and what is in it in a sentence.
public struct Listing: Sendable {
  /// One file of the folder.
  public struct Entry: Sendable {
    /// Its name, without the ending.
    public let name: String
    /// The question of a scenario, else the first sentence of the comment at the top of the file.
    public let sentence: String
    /// The sources of its values, each once, in order.
    public let sources: [String]
    /// The values of the keys that were requested, those of the presets it builds on included; empty texts where it
    /// has none.
    public let values: [String]
  }

  /// The files that can be read, by name.
  public let entries: [Entry]
  /// What is wrong with the others.
  public let problems: [Diagnostic]

  /// Reads the files of a folder.
  ///
  /// - Parameters:
  ///   - folder: folder of the library, as in `products`; one that is not there holds nothing.
  ///   - library: the library.
  ///   - keys: keys whose values are listed too.
  public init(of folder: String, in library: Library, keys: [String] = []) {
    var entries: [Entry] = []
    var problems: [Diagnostic] = []
    for name in library.names(in: folder) {
      do throws(ScenarioError) {
        entries.append(try Self.entry(name, keys, folder, library))
      } catch {
        problems += error.diagnostics
      }
    }
    self.entries = entries
    self.problems = problems
  }

  private static func entry(_ name: String, _ keys: [String], _ folder: String, _ library: Library)
    throws(ScenarioError) -> Entry
  {
    let path = library.file(name, in: folder)
    let layer = Origin.Layer.preset("\(folder)/\(name)")
    let (_, text) = try Loader.text(path, layer: layer)
    let document = try Document.read(yaml: text, file: path, layer: layer)
    guard case .mapping = document.content else {
      throw ScenarioError(document.origin, "a file of the library is a mapping of keys to values")
    }
    let sentence = document["question"]?.scalar ?? firstSentence(of: comment(atTopOf: text))
    var known: Set<String> = []
    let sources = document.leaves(under: []).compactMap(\.source)
      .filter { known.insert($0).inserted }.map(\.visible)
    return Entry(
      name: name,
      sentence: sentence.visible,
      sources: sources,
      values: try values(of: keys, name, folder, library)
    )
  }

  /// The texts of some keys of a preset, with what it builds on.
  private static func values(
    of keys: [String],
    _ name: String,
    _ folder: String,
    _ library: Library
  )
    throws(ScenarioError) -> [String]
  {
    guard !keys.isEmpty else { return [] }
    var loader = Loader(library: .success(library))
    let preset = Document.Entry(
      key: "preset",
      origin: .standard,
      value: Document(.scalar(name), .standard)
    )
    let whole = try loader.expand(
      Document(.mapping([preset]), .standard),
      folder: folder,
      path: "\(folder).\(name)"
    )
    return keys.map { whole[$0]?.plainText?.visible ?? "" }
  }

  /// The first paragraph of the comment that a file begins with, on one line.
  private static func comment(atTopOf text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }
      .map { String($0.drop { $0 == "#" }).trimmed }
      .drop { $0.isEmpty }.prefix { !$0.isEmpty }
      .joined(separator: " ")
  }

  /// A text up to the first full stop, question or exclamation mark that a capital letter or nothing
  /// follows: `Lee et al. 2009` and `i.v.` do not end a sentence.
  private static func firstSentence(of text: String) -> String {
    for i in text.indices where ".?!".contains(text[i]) {
      let rest = text[text.index(after: i)...]
      let next = rest.dropFirst().first
      if rest.isEmpty || rest.first == " " && next?.isUppercase == true {
        return String(text[...i])
      }
    }
    return text
  }
}
