import Files
import Foundation
import Recording

@testable import Campaign
@testable import Scenario

/// A reader of what users give.
enum Target: String, CaseIterable {
  /// Quantities with units; `--set key=value`; several of these over a scenario, resolved.
  case units, set, value
  /// Tables of users: observations and designs.
  case csv
  /// Checkpoints with right checksums.
  case checkpoint
  /// Rows of the store of a campaign, and the file of the store.
  case store, database
  /// Frames and slices; archives of runs.
  case frame, zip
  /// Documents.
  case scenario, campaign, migrate

  /// What reads an input.
  func reader() throws -> Reader {
    switch self {
    case .units: return { Self.units(Self.text($0)) }
    case .set:
      let bench = try Bench()
      return { bench.set(Self.text($0)) }
    case .value:
      let bench = try Bench()
      return { bench.values(Self.text($0)) }
    case .csv: return try UserTables().read
    case .checkpoint: return try ForgedCheckpoints().read
    case .store: return Self.rows
    case .database: return Self.database
    case .frame: return Self.frame
    case .zip: return Self.archive
    case .scenario:
      let bench = try Bench()
      return { bench.scenario(Self.text($0)) }
    case .campaign:
      let bench = try Bench()
      return { bench.campaign(Self.text($0)) }
    case .migrate:
      let library = Bench.library
      return { Self.migrate($0, library) }
    }
  }

  static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  private static func units(_ text: String) {
    _ = CommandTime.minutes(text)
    if let quantity = try? Quantity(text) {
      _ = quantity.dimension.words
      for kind in [QuantityKind.concentration, .dose, .cellularRate] {
        _ = kind.dimension(of: quantity.dimension)
        _ = Quantity.printed(text, in: kind.printed)
      }
      _ = Words.number(quantity.value)
    }
    var reader = NumberReader()
    _ = reader.number(text)
    _ = VariationSchema.number(text)
    _ = NumberColumn([text, "1 h", text])
  }

  private static func rows(_ bytes: [UInt8]) {
    let data = Data(bytes)
    if let endpoints = Unpacking.endpoints(data) {
      let packed = Packing.pack(endpoints)
      guard Unpacking.endpoints(packed).map({ Packing.pack($0) }) == packed else {
        fatalError("endpoints are not those that were packed")
      }
    }
    if let readings = Unpacking.readings(data) {
      let packed = Packing.pack(readings)
      guard Unpacking.readings(packed).map({ Packing.pack($0) }) == packed else {
        fatalError("readings are not those that were packed")
      }
    }
  }

  private static func database(_ bytes: [UInt8]) {
    let path = Scratch.write("runs.sqlite", bytes)
    defer {
      for suffix in ["", "-wal", "-shm", "-journal"] { unlink(path + suffix) }
    }
    do {
      let store = try RunStore(path)
      _ = try store.count()
      _ = try store.known(["a", "b"], withTimeseries: true)
      _ = try? store.run("a")
      _ = try? store.runs(["a", "b"], withRows: true)
      try store.forgetFailures()
      try store.release()
    } catch {
      _ = error.description
    }
    let own = Scratch.write("own.sqlite", [])
    defer { unlink(own) }
    _ = try? RunStore(own).merge(path)
  }

  private static func frame(_ bytes: [UInt8]) {
    let path = Scratch.write("a.frame", bytes)
    if let frame = FrameFile(path: path), (try? frame.file()) == nil {
      fatalError("a frame that was read cannot be written")
    }
    _ = SlicesFile(path: path)
  }

  private static func archive(_ bytes: [UInt8]) {
    for bytes in [bytes, Checksums.repaired(bytes)] {
      _ = try? RunArchive.files(in: bytes)
      guard let archive = try? ZipArchive(bytes) else { continue }
      guard let again = try? ZipArchive(archive.file()), again == archive else {
        fatalError("an archive that was read is another when it is written")
      }
    }
  }

  private static func migrate(_ bytes: [UInt8], _ library: String) {
    let isTable = bytes.first == UInt8(ascii: ",")
    let path = Scratch.write(
      isTable ? "a.csv" : "a.yaml",
      isTable ? Array(bytes.dropFirst()) : bytes
    )
    do {
      for migration in try Migration.of(path, library: library, program: "") {
        _ = migration.changes
        _ = migration.byHand.map(\.description)
      }
    } catch {
      _ = error.description
    }
  }
}

/// Checksums of archives, so that altered bytes get past them.
enum Checksums {
  private static let remainders: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
  }

  static func crc32(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ remainders[Int($0 & 0xFF) ^ Int($1)] }
  }

  /// An archive whose list has the checksums of the bytes that it points to.
  static func repaired(_ archive: [UInt8]) -> [UInt8] {
    var bytes = archive
    func two(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    func four(_ at: Int) -> Int { two(at) | two(at + 2) << 16 }
    let end = bytes.count - 22
    guard end >= 0 else { return bytes }
    var position = four(end + 16)
    for _ in 0..<min(64, two(end + 10)) where position + 46 <= end {
      let (length, name, start) = (four(position + 20), two(position + 28), four(position + 42))
      let body = start + 30 + name
      guard body + length <= end else { break }
      let sum = crc32(bytes[body..<body + length])
      for n in 0..<4 {
        bytes[position + 16 + n] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(n)))
      }
      position += 46 + name + two(position + 30) + two(position + 32)
    }
    return bytes
  }
}
