/// Powers of the base quantities a unit is made of.
struct Dimension: Equatable, Sendable {
  var length = 0, mass = 0, time = 0, amount = 0, cells = 0

  static let one = Dimension()
  static let lengths = Dimension(length: 1)
  static let volumes = Dimension(length: 3)
  static let masses = Dimension(mass: 1)
  static let times = Dimension(time: 1)
  static let amounts = Dimension(amount: 1)
  static let counts = Dimension(cells: 1)

  static func * (a: Dimension, b: Dimension) -> Dimension {
    Dimension(
      length: a.length + b.length,
      mass: a.mass + b.mass,
      time: a.time + b.time,
      amount: a.amount + b.amount,
      cells: a.cells + b.cells
    )
  }

  static func / (a: Dimension, b: Dimension) -> Dimension { a * b.raised(to: -1) }

  func raised(to power: Int) -> Dimension {
    Dimension(
      length: length * power,
      mass: mass * power,
      time: time * power,
      amount: amount * power,
      cells: cells * power
    )
  }

  /// Whether every base quantity of another dimension is one of this.
  func has(_ other: Dimension) -> Bool {
    let bases = [\Dimension.length, \.mass, \.time, \.amount, \.cells]
    return bases.allSatisfy { other[keyPath: $0] == 0 || self[keyPath: $0] != 0 }
  }

  /// In words, for messages.
  var words: String {
    for kind in QuantityKind.named where kind.dimensions.contains(self) { return kind.name }
    let parts = [
      ("length", length), ("mass", mass), ("time", time), ("amount", amount), ("cells", cells),
    ]
    let text = parts.filter { $0.1 != 0 }.map { $0.1 == 1 ? $0.0 : "\($0.0)^\($0.1)" }
    return "a quantity in \(text.joined(separator: "·"))"
  }
}
