import CCells

/// Widths of registers for which the loops over cells are compiled; all give the same bits, and the widest that the processor
/// has is used.
public enum Registers: Int32, Sendable, CaseIterable {
  /// Those that every processor of the architecture has.
  case narrow
  /// 256 bits.
  case avx2
  /// 512 bits.
  case avx512

  /// Whether this processor has them.
  public var arePresent: Bool { cells_has(rawValue) }

  /// Their name.
  public var name: String {
    switch self {
    case .narrow: "those that every processor has"
    case .avx2: "AVX2"
    case .avx512: "AVX-512"
    }
  }

  /// Those in use.
  public static var widest: Registers { allCases.last(where: \.arePresent) ?? .narrow }
}
