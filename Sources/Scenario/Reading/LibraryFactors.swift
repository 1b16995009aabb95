import Science
import Synchronization

/// The factors of a library: presets may name them whether a scenario carries them or not.
final class LibraryFactors: Sendable {
  private let loader: Loader
  private let names: Set<String>
  private let read = Mutex<[String: Factor?]>([:])

  /// The factors that a loader finds, each read when it is first asked for.
  init(_ loader: Loader) {
    self.loader = loader
    names = Set(loader.names(in: "factors") ?? [])
  }

  /// Whether the library has a factor of a name.
  func contains(_ name: String) -> Bool { names.contains(name) }

  /// A word for somebody who mistyped the name of a factor.
  func suggestion(for name: String) -> String { Suggestion.text(for: name, among: names) }

  /// A factor; `nil` where its file cannot be read.
  subscript(name: String) -> Factor? {
    read.withLock { read in
      if let known = read[name] { return known }
      let factor = load(name)
      read[name] = .some(factor)
      return factor
    }
  }

  private func load(_ name: String) -> Factor? {
    var loader = loader
    let preset = Document(.scalar(name), .standard)
    let entry = Document.Entry(key: "preset", origin: .standard, value: preset)
    let value = Document(.mapping([entry]), .standard)
    guard let whole = try? loader.expand(value, folder: "factors", path: name) else { return nil }
    let reading = Reading()
    let factor = Section.read(whole, [], reading, at: whole.origin) { FactorSchema.read(name, $0) }
    return reading.diagnostics.isEmpty ? factor : nil
  }
}
