import Crypto
import Foundation

/// A file of a mark of eight bytes, the length of a header (4 bytes, little-endian), the header as JSON, and bytes that the
/// header describes; one that is sealed ends in the SHA-256 of all before.
public enum HeadedFile {
  /// The whole file.
  ///
  /// - Throws: where the header cannot be written as JSON, which is a bug.
  public static func bytes(
    mark: String,
    header: some Encodable,
    _ body: [UInt8],
    isSealed: Bool = false
  ) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let header = [UInt8](try encoder.encode(header))
    let all =
      Array(mark.utf8) + (0..<4).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
      + header + body
    return isSealed ? all + Array(SHA256.hash(data: all)) : all
  }

  /// Reads a file; `nil` where there is none, or where it is none with this mark, such a header and, if it is sealed, its seal.
  public static func read<Header: Decodable>(
    _ path: String,
    mark: String,
    as _: Header.Type,
    isSealed: Bool = false
  ) -> (header: Header, body: ArraySlice<UInt8>)? {
    guard let data = InputFile.contents(path) else { return nil }
    var all = [UInt8](data)
    if isSealed {
      let seal = Array(all.suffix(SHA256.byteCount))
      all.removeLast(seal.count)
      guard Array(SHA256.hash(data: all)) == seal else { return nil }
    }
    let mark = Array(mark.utf8)
    let start = mark.count + 4
    guard all.count >= start, all.starts(with: mark) else { return nil }
    let length = (0..<4).reduce(0) { $0 | Int(all[mark.count + $1]) << (8 * $1) }
    guard all.count - start >= length,
      let header = try? JSONDecoder().decode(Header.self, from: Data(all[start..<start + length]))
    else { return nil }
    return (header, all[(start + length)...])
  }
}
