import Files

/// A group of a Zarr store, version 3 of the format, whose arrays are written chunk by chunk, without compression.
///
/// Source: zarr-specs.readthedocs.io, core version 3.0.
struct ZarrGroup {
  private let directory: OutputDirectory
  /// Path within the directory.
  let path: String

  /// A group at a path of a directory, with its attributes.
  ///
  /// - Throws: `OutputError` where the system refuses.
  init(_ path: String, in directory: OutputDirectory, attributes: JSON) throws {
    self.path = path
    self.directory = directory
    _ = try directory.folder(path)
    let node = JSON.object([
      .init(key: "zarr_format", value: .number(3)),
      .init(key: "node_type", value: .string("group")),
      .init(key: "attributes", value: attributes),
    ])
    try directory.write("\(path)/zarr.json", node.text)
  }

  /// A group in it.
  ///
  /// - Throws: `OutputError` where the system refuses.
  func group(_ name: String, attributes: JSON) throws -> ZarrGroup {
    try ZarrGroup("\(path)/\(name)", in: directory, attributes: attributes)
  }

  /// The type of an array's elements, with the bytes that stand for them.
  enum Kind: String {
    case float32, float64, uint32, int32, string

    fileprivate var codec: JSON {
      let bytes: JSON = .object([
        .init(key: "name", value: .string("bytes")),
        .init(
          key: "configuration",
          value: .object([.init(key: "endian", value: .string("little"))])
        ),
      ])
      return self == .string ? .object([.init(key: "name", value: .string("vlen-utf8"))]) : bytes
    }

    fileprivate var fill: JSON { self == .string ? .string("") : .number(0) }
  }

  /// Writes the description of an array.
  ///
  /// - Throws: `OutputError` where the system refuses.
  func array(
    _ name: String,
    _ kind: Kind,
    shape: [Int],
    chunk: [Int],
    dimensions: [String]? = nil,
    attributes: JSON
  ) throws {
    func numbers(_ values: [Int]) -> JSON { .array(values.map { .number(Double($0)) }) }
    func named(_ name: String, _ key: String, _ value: JSON) -> JSON {
      .object([
        .init(key: "name", value: .string(name)),
        .init(key: "configuration", value: .object([.init(key: key, value: value)])),
      ])
    }
    var node = JSON.object([
      .init(key: "zarr_format", value: .number(3)),
      .init(key: "node_type", value: .string("array")),
      .init(key: "shape", value: numbers(shape)),
      .init(key: "data_type", value: .string(kind.rawValue)),
      .init(
        key: "chunk_grid",
        value: named("regular", "chunk_shape", numbers(chunk.map { max(1, $0) }))
      ),
      .init(key: "chunk_key_encoding", value: named("default", "separator", .string("/"))),
      .init(key: "fill_value", value: kind.fill), .init(key: "codecs", value: .array([kind.codec])),
      .init(key: "attributes", value: attributes),
    ])
    if let dimensions { node["dimension_names"] = .array(dimensions.map(JSON.string)) }
    try folders(name)
    try directory.write("\(path)/\(name)/zarr.json", node.text)
  }

  /// Writes a chunk of an array, by its position along each axis.
  ///
  /// - Throws: `OutputError` where the system refuses.
  func chunk(of name: String, at position: [Int], _ bytes: [UInt8]) throws {
    let parts = ["c"] + position.map(String.init)
    try folders(([name] + parts.dropLast()).joined(separator: "/"))
    try directory.write("\(path)/\(name)/\(parts.joined(separator: "/"))", bytes)
  }

  /// Makes the folders on the way to a name.
  private func folders(_ name: String) throws {
    var made = path
    for part in name.split(separator: "/") {
      made += "/\(part)"
      _ = try directory.folder(made)
    }
  }
}

/// An array of one axis, or of rows, that grows; what fills a chunk is written at once.
struct ZarrColumn {
  /// Rows of a chunk.
  static let rows = 1 << 13
  private let group: ZarrGroup, name: String, kind: ZarrGroup.Kind, width: Int
  private var bytes: [UInt8] = []
  private var pending = 0
  private(set) var count = 0

  /// A column of a group, with so many numbers in a row; `nil` width for one axis.
  init(_ name: String, _ kind: ZarrGroup.Kind, width: Int? = nil, in group: ZarrGroup) {
    self.group = group
    self.name = name
    self.kind = kind
    self.width = width ?? 0
  }

  /// Adds a row of numbers as bytes.
  ///
  /// - Throws: `OutputError` where the system refuses.
  mutating func append(_ row: [UInt8]) throws {
    bytes += row
    try added()
  }

  /// Adds a text.
  ///
  /// - Throws: `OutputError` where the system refuses.
  mutating func append(_ text: String) throws {
    let utf8 = Array(text.utf8)
    bytes += [UInt32(utf8.count)].littleEndianBytes + utf8
    try added()
  }

  private mutating func added() throws {
    pending += 1
    count += 1
    if pending == Self.rows { try flush() }
  }

  private mutating func flush() throws {
    guard pending > 0 else { return }
    var chunk = bytes
    if kind == .string {
      chunk = [UInt32(Self.rows)].littleEndianBytes + bytes
      for _ in pending..<Self.rows { chunk += [0, 0, 0, 0] }
    } else {
      // Chunks are whole, also the last one.
      chunk += Array(repeating: 0, count: bytes.count / pending * (Self.rows - pending))
    }
    let position = [(count - 1) / Self.rows] + (width > 0 ? [0] : [])
    try group.chunk(of: name, at: position, chunk)
    bytes = []
    pending = 0
  }

  /// Writes what is left, and the description.
  ///
  /// - Throws: `OutputError` where the system refuses.
  mutating func finish(attributes: JSON) throws {
    try flush()
    try group.array(
      name,
      kind,
      shape: [count] + (width > 0 ? [width] : []),
      chunk: [Self.rows] + (width > 0 ? [width] : []),
      attributes: attributes
    )
  }
}
