/// Which room of some sources names types of which other.
///
/// A room is a folder of a target, `Scenario/Units`; what lies in no folder of it is a room too, `Body/.`. Names in
/// comments and strings do not count, those in what a string interpolates do. A name is that of a type of another room
/// unless it is declared where it is used: as a type or generic parameter of the file, or within a type that the file
/// declares, extends or inherits from.
struct RoomGraph {
  /// The types that each room names, by the room that declares them.
  private(set) var uses: [String: [String: Set<String>]] = [:]

  /// The graph of sources by their paths below `Sources`.
  init(_ sources: [String: String]) {
    let files = sources.map { SourceFile(path: $0.key, text: $0.value) }
    var nested: [String: Set<String>] = [:]
    var declared: [String: [SourceFile]] = [:]
    for file in files {
      nested.merge(file.nested) { $0.union($1) }
      for name in file.types { declared[name, default: []].append(file) }
    }
    for file in files {
      let local = file.scopes.reduce(file.local) { $0.union(nested[$1] ?? []) }
      for name in file.used.subtracting(local) {
        guard let room = Self.room(of: declared[name] ?? [], from: file), room != file.room else {
          continue
        }
        uses[file.room, default: [:]][room, default: []].insert(name)
      }
    }
  }

  /// The room of the declaration that a name means in a file: one of its target before one of another target, one that
  /// is imported before one that is not; `nil` where there are several.
  private static func room(of declarations: [SourceFile], from file: SourceFile) -> String? {
    let choices = [
      declarations.filter { $0.target == file.target },
      declarations.filter { file.imports.contains($0.target) },
      declarations,
    ]
    let rooms = Set((choices.first { !$0.isEmpty } ?? []).map(\.room))
    return rooms.count == 1 ? rooms.first : nil
  }

  /// The rooms that use one another, directly or by others, in groups.
  var circles: Set<Set<String>> {
    let rooms = Set(uses.keys).union(uses.values.flatMap(\.keys))
    var reached = uses.mapValues { Set($0.keys) }
    for middle in rooms {
      let beyond = reached[middle] ?? []
      for room in rooms where reached[room]?.contains(middle) == true {
        reached[room]?.formUnion(beyond)
      }
    }
    return Set(
      rooms.filter { reached[$0]?.contains($0) == true }.map { room in
        rooms.filter {
          reached[room]?.contains($0) == true && reached[$0]?.contains(room) == true
        }
      }
    )
  }
}

/// The names of types that a file of Swift declares and uses.
struct SourceFile {
  /// The target, and the room in it.
  let target: String, room: String
  /// Modules that it imports.
  private(set) var imports: Set<String> = []
  /// Types that others can name.
  private(set) var types: Set<String> = []
  /// Types and generic parameters that only this file can name.
  private(set) var local: Set<String> = []
  /// Types within types, by the innermost of these.
  private(set) var nested: [String: Set<String>] = [:]
  /// Types whose members it can name: those that it declares, extends or inherits from.
  private(set) var scopes: Set<String> = []
  /// Names that it uses, other than members.
  private(set) var used: Set<String> = []

  private static let declaring: Set = [
    "struct", "class", "enum", "protocol", "actor", "typealias", "associatedtype",
  ]

  init(path: String, text: String) {
    let parts = path.split(separator: "/").map(String.init)
    target = parts[0]
    room = parts.count > 2 ? "\(parts[0])/\(parts[1])" : "\(parts[0])/."
    read(SwiftText(text).tokens)
  }

  private mutating func read(_ tokens: [String]) {
    // The type of each open brace; `nil` for other braces.
    var open: [String?] = []
    var next: String?
    for (i, token) in tokens.enumerated() {
      func at(_ n: Int) -> String { tokens.indices.contains(n) ? tokens[n] : "" }
      switch token {
      case "{":
        open.append(next)
        next = nil
      case "}": if !open.isEmpty { open.removeLast() }
      case "import" where i == 0 || at(i - 1) != ".": imports.insert(at(i + 1))
      case "extension":
        next = Self.path(tokens, from: i + 1).last
        scopes.formUnion(Self.path(tokens, from: i + 1))
        inherit(tokens, from: i + 1)
      case "func" where at(i + 2) == "<": parameters(tokens, from: i + 2)
      case _ where Self.declaring.contains(token) && Self.isType(at(i + 1)) && at(i - 1) != ".":
        let name = at(i + 1)
        declare(name, in: open, isPrivate: Self.isPrivate(tokens, before: i))
        if token != "typealias", token != "associatedtype" {
          next = name
          scopes.insert(name)
          inherit(tokens, from: i + 1)
        }
        parameters(tokens, from: i + 2)
      case _ where Self.isType(token):
        if at(i - 1) != ".", at(i - 1) != "@", !Self.declaring.contains(at(i - 1)) {
          used.insert(token)
        }
      default: break
      }
    }
  }

  private mutating func declare(_ name: String, in open: [String?], isPrivate: Bool) {
    if open.isEmpty {
      if isPrivate { local.insert(name) } else { types.insert(name) }
    } else if let outer = open.last ?? nil {
      nested[outer, default: []].insert(name)
    } else {
      local.insert(name)
    }
  }

  /// Takes in what a type inherits from.
  private mutating func inherit(_ tokens: [String], from start: Int) {
    scopes.formUnion(tokens[start...].prefix { $0 != "{" }.filter(Self.isType))
  }

  /// Takes in generic parameters.
  private mutating func parameters(_ tokens: [String], from start: Int) {
    guard tokens.indices.contains(start), tokens[start] == "<" else { return }
    for (before, name) in zip(tokens[start...], tokens[(start + 1)...]) {
      if name == ">" || name == "(" { return }
      if before == "<" || before == ",", Self.isType(name) { local.insert(name) }
    }
  }

  /// The names of `A.B`.
  private static func path(_ tokens: [String], from start: Int) -> [String] {
    Array(tokens[start...].prefix { isType($0) || $0 == "." }.filter { $0 != "." })
  }

  private static func isPrivate(_ tokens: [String], before position: Int) -> Bool {
    let modifiers: Set = [
      "private", "fileprivate", "final", "indirect", "public", "package", "internal",
    ]
    return tokens[..<position].reversed().prefix { modifiers.contains($0) }
      .contains { $0 == "private" || $0 == "fileprivate" }
  }

  private static func isType(_ token: String) -> Bool { token.first?.isUppercase == true }
}

/// A text in Swift as identifiers and marks, without comments and strings.
struct SwiftText {
  /// The identifiers and marks, in order.
  private(set) var tokens: [String] = []
  private let bytes: [UInt8]
  private var at = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    read(until: nil)
  }

  private func byte(_ ahead: Int = 0) -> UInt8? {
    at + ahead < bytes.count ? bytes[at + ahead] : nil
  }

  private func has(_ text: String) -> Bool {
    text.utf8.enumerated().allSatisfy { byte($0.offset) == $0.element }
  }

  /// Reads to the end, or to the closing parenthesis of what a string interpolates.
  private mutating func read(until end: UInt8?) {
    var depth = 0
    while let now = byte() {
      if has("//") {
        while let next = byte(), next != UInt8(ascii: "\n") { at += 1 }
      } else if has("/*") {
        while at < bytes.count, !has("*/") { at += 1 }
        at += 2
      } else if now == UInt8(ascii: "\"") || now == UInt8(ascii: "#") && startsRawString {
        string()
      } else if Self.isWord(now) {
        let start = at
        while let next = byte(), Self.isWord(next) { at += 1 }
        tokens.append(String(decoding: bytes[start..<at], as: UTF8.self))
      } else {
        if now == end, depth == 0 { return }
        if now == UInt8(ascii: "(") { depth += 1 }
        if now == UInt8(ascii: ")") { depth -= 1 }
        if now > 32 { tokens.append(String(UnicodeScalar(now))) }
        at += 1
      }
    }
  }

  private var startsRawString: Bool {
    var ahead = 0
    while byte(ahead) == UInt8(ascii: "#") { ahead += 1 }
    return byte(ahead) == UInt8(ascii: "\"")
  }

  /// Passes over a string, and reads what it interpolates.
  private mutating func string() {
    var hashes = ""
    while byte() == UInt8(ascii: "#") {
      hashes += "#"
      at += 1
    }
    let quotes = has("\"\"\"") ? "\"\"\"" : "\""
    at += quotes.utf8.count
    while at < bytes.count, !has(quotes + hashes) {
      if has("\\\(hashes)(") {
        at += 2 + hashes.utf8.count
        read(until: UInt8(ascii: ")"))
        at += 1
      } else {
        at += has("\\\(hashes)") ? 2 + hashes.utf8.count : 1
      }
    }
    at += (quotes + hashes).utf8.count
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte >= 128 || byte == UInt8(ascii: "_")
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
  }
}
