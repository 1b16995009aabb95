/// The numbers that a cell carries, each in 0...1: activity and memory of its axes, and what follows them, in the order of
/// its program; 0 beyond.
@frozen
public struct CellState: Sendable, BitwiseCopyable {
  /// How many there can be.
  public static let most = 16
  @usableFromInline var numbers: InlineArray<16, Float>

  /// All of them 0.
  @inlinable
  public init() { numbers = InlineArray(repeating: 0) }

  /// The number of a row.
  @inlinable
  public subscript(row: Int) -> Float {
    get { numbers[row] }
    set { numbers[row] = newValue }
  }
}

/// The numbers of the axes of every cell of the product.
extension CellState {
  /// A state of the given levels of the axes of every cell.
  @inlinable
  public init(
    stat1: Float = 0,
    stat1Memory: Float = 0,
    nfkb: Float = 0,
    nfkbMemory: Float = 0,
    protein: Float = 0
  ) {
    self.init()
    (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) = (
      stat1, stat1Memory, nfkb, nfkbMemory, protein
    )
  }

  /// Activity and memory of the STAT1 axis.
  @inlinable public var stat1: Float { numbers[0] }
  /// Memory of the STAT1 axis.
  @inlinable public var stat1Memory: Float { numbers[1] }
  /// Activity of the NF-κB axis.
  @inlinable public var nfkb: Float { numbers[2] }
  /// Memory of the NF-κB axis.
  @inlinable public var nfkbMemory: Float { numbers[3] }
  /// E: proteins that follow the STAT1 axis.
  @inlinable public var protein: Float { numbers[4] }

  /// The same cell as nothing has licensed it.
  public var unlicensed: Self {
    var state = self
    for row in Licensing.names.indices { state[row] = 0 }
    return state
  }
}

extension CellState: Equatable {
  /// Whether all numbers are the same.
  @inlinable
  public static func == (a: Self, b: Self) -> Bool {
    for row in 0..<most where a.numbers[row] != b.numbers[row] { return false }
    return true
  }

  /// A number made of all of them: the same for the same state, and hardly ever for another.
  @inlinable
  public var digest: UInt64 {
    var mixed: UInt64 = 0
    for row in stride(from: 0, to: Self.most, by: 2) {
      // Adding 0 makes one zero of both.
      let (low, high) = ((numbers[row] + 0).bitPattern, (numbers[row + 1] + 0).bitPattern)
      mixed = mixed &* 0x9E37_79B9_7F4A_7C15 ^ (UInt64(high) << 32 | UInt64(low))
    }
    return mixed
  }
}

extension CellState: Codable {
  /// Reads the numbers.
  public init(from decoder: any Decoder) throws {
    let read = try [Float](from: decoder)
    self.init()
    for (row, number) in read.prefix(Self.most).enumerated() { numbers[row] = number }
  }

  /// Writes the numbers.
  public func encode(to encoder: any Encoder) throws {
    try (0..<Self.most).map { numbers[$0] }.encode(to: encoder)
  }
}
