import Foundation

/// A ZIP archive whose files are stored as they are, in order, without compression or times: the same files give the same bytes.
///
/// Source: PKWARE, .ZIP File Format Specification (APPNOTE.TXT) 6.3.
public struct ZipArchive: Sendable, Equatable {
  /// A file in it.
  public struct Entry: Sendable, Equatable {
    /// Its path in the archive, with slashes, and its bytes.
    public let path: String, bytes: [UInt8]

    /// A file.
    public init(path: String, bytes: [UInt8]) {
      self.path = path
      self.bytes = bytes
    }
  }

  /// Why an archive cannot be made or read: one sentence for the user.
  public struct Problem: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  /// The files, in order.
  public let entries: [Entry]

  private static let fileMark: UInt32 = 0x0403_4B50, listMark: UInt32 = 0x0201_4B50
  private static let endMark: UInt32 = 0x0605_4B50
  /// Bytes of the records before what is of variable length.
  private static let fileLength = 30, listLength = 46, endLength = 22
  /// Version needed, and the flag of paths in UTF-8.
  private static let version: UInt16 = 20, utf8: UInt16 = 0x0800
  /// 1 January 1980, the first day that the format knows.
  private static let day: UInt16 = 0x0021

  /// An archive of some files.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// The archive as a file.
  ///
  /// - Throws: `Problem` where it would hold 4 GB or more, or 65,535 files or more.
  public func file() throws(Problem) -> [UInt8] {
    let size = entries.reduce(0) { $0 + $1.bytes.count + 2 * $1.path.utf8.count + 76 }
    guard size < Int(UInt32.max), entries.count < Int(UInt16.max) else {
      throw Problem(description: "the archive would hold 4 GB or more, or too many files")
    }
    var bytes: [UInt8] = []
    var list: [UInt8] = []
    for entry in entries {
      let path = Array(entry.path.utf8)
      let length = UInt32(entry.bytes.count)
      var common: [UInt8] = []
      common.append(Self.version, Self.utf8, 0, 0, Self.day)
      common.append(CRC32.of(entry.bytes), length, length)
      common.append(UInt16(path.count), 0)
      list.append(Self.listMark)
      list.append(Self.version)
      list += common
      list.append(UInt16(0), 0, 0)
      list.append(UInt32(0), UInt32(bytes.count))
      list += path
      bytes.append(Self.fileMark)
      bytes += common + path + entry.bytes
    }
    let start = UInt32(bytes.count)
    bytes += list
    bytes.append(Self.endMark)
    bytes.append(0, 0, UInt16(entries.count), UInt16(entries.count))
    bytes.append(UInt32(list.count), start)
    bytes.append(UInt16(0))
    return bytes
  }

  /// Reads an archive.
  ///
  /// - Throws: `Problem` where it is damaged, or holds what `file` does not write.
  public init(_ bytes: [UInt8]) throws(Problem) {
    func damaged() -> Problem { Problem(description: "it is no whole archive of this program") }
    func two(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    func four(_ at: Int) -> Int { two(at) | two(at + 2) << 16 }
    let end = bytes.count - Self.endLength
    guard end >= 0, four(end) == Int(Self.endMark) else { throw damaged() }
    var entries: [Entry] = []
    var (position, next) = (four(end + 16), 0)
    for _ in 0..<two(end + 10) {
      guard position >= 0, position + Self.listLength <= end,
        four(position) == Int(Self.listMark), two(position + 10) == 0
      else { throw damaged() }
      let (length, name) = (four(position + 20), two(position + 28))
      let start = four(position + 42)
      let body = start + Self.fileLength + name
      // Files lie one after the other, so that none is read twice.
      guard start == next, position + Self.listLength + name <= end, body + length <= end,
        four(start) == Int(Self.fileMark), two(start + 26) == name, two(start + 28) == 0
      else { throw damaged() }
      let path = bytes[(position + Self.listLength)..<(position + Self.listLength + name)]
      let content = Array(bytes[body..<(body + length)])
      guard path == bytes[(start + Self.fileLength)..<body],
        CRC32.of(content) == UInt32(four(position + 16)),
        let text = String(validating: path, as: UTF8.self)
      else { throw damaged() }
      entries.append(Entry(path: text, bytes: content))
      next = body + length
      position += Self.listLength + name + two(position + 30) + two(position + 32)
    }
    self.entries = entries
  }
}

/// The checksum of archives.
private enum CRC32 {
  /// Remainders of the bytes by the polynomial of IEEE 802.3.
  private static let remainders: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in
      sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
    }
  }

  static func of(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      sum >> 8 ^ remainders[Int(sum & 0xFF) ^ Int(byte)]
    }
  }
}

extension [UInt8] {
  /// Adds whole numbers, little-endian.
  fileprivate mutating func append<Number: FixedWidthInteger>(_ numbers: Number...) {
    for number in numbers {
      Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
  }
}
