import Synchronization

/// The factors of a library: presets may name them whether a scenario carries them or not.
final class LibraryFactors: Sendable {
  private let loader: Loader
  private let names: Set<String>
  private let read = Mutex<[String: Double?]>([:])

  /// The factors that a loader finds, each looked up when it is first asked for.
  init(_ loader: Loader) {
    self.loader = loader
    names = Set(loader.names(in: "factors") ?? [])
  }

  /// Whether the library has a factor of a name.
  func contains(_ name: String) -> Bool { names.contains(name) }

  /// A suggestion for a misspelt name of a factor.
  func suggestion(for name: String) -> String { Suggestion.text(for: name, among: names) }

  /// Molar mass of a factor, g per nM um³; `nil` where its file cannot be read.
  func molarMass(of name: String) -> Double? {
    read.withLock { read in
      if let known = read[name] { return known }
      let mass = load(name)
      read[name] = .some(mass)
      return mass
    }
  }

  private func load(_ name: String) -> Double? {
    var loader = loader
    let preset = Document(.scalar(name), .standard)
    let entry = Document.Entry(key: "preset", origin: .standard, value: preset)
    let value = Document(.mapping([entry]), .standard)
    guard let whole = try? loader.expand(value, folder: "factors", path: name) else { return nil }
    let reading = Reading()
    let mass = Section.read(whole, [], reading, at: whole.origin) { section in
      section.skipAll()
      return MolarMass.of(section)
    }
    return reading.diagnostics.isEmpty ? mass : nil
  }
}
