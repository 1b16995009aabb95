import Crypto
import Foundation

/// SHA-256 of bytes, as hexadecimal text.
public struct Digest: Sendable {
  private var hash = SHA256()

  /// The digest of nothing yet.
  public init() {}

  /// Adds text.
  public mutating func add(_ text: String) { hash.update(data: Data(text.utf8)) }

  /// Adds the bytes of numbers.
  package mutating func add<Number: BitwiseCopyable>(_ numbers: [Number]) {
    numbers.withUnsafeBytes { hash.update(bufferPointer: $0) }
  }

  /// The digest so far.
  public var hexadecimal: String {
    hash.finalize().map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0" + digits : digits
    }.joined()
  }

  /// The digest of some bytes.
  public static func of(_ bytes: some DataProtocol) -> String {
    var digest = Digest()
    digest.hash.update(data: bytes)
    return digest.hexadecimal
  }
}
