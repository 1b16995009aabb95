import Laws
import Vocabulary

/// Which signals of a grid a cell of the product senses, and how strongly they act across species.
public struct Senses: Sendable {
  /// Where signals are found.
  public let places: GridSignals
  /// Position of each signal of its program in the stack, where the grid carries it as a factor, and how strongly it acts.
  private let signals: [(position: Int?, strength: Double)]
  /// Positions of oxygen and of what draws cells.
  let oxygen: Int?, attractant: Int?
  /// Strength with which what draws cells acts.
  let attraction: Double

  /// The factor that draws cells with working CXCR4.
  public static let attractant = "cxcl12"

  /// What cells of a species with a program sense among the factors of a host.
  public init(_ factors: [Factor], host: Species, cell: Species, _ program: CellProgram) {
    let places = GridSignals(factors) {
      CellProgram.nutrients.contains($0.name) ? 1 : $0.activity(of: host, on: cell)
    }
    self.places = places
    signals = program.signals.map { (places.position(of: $0), places.strength(of: $0)) }
    oxygen = places.position(of: "oxygen")
    attractant = places.position(of: Self.attractant)
    attraction = places.strength(of: Self.attractant)
  }

  /// Positions of all factors that are sensed.
  public var all: Set<Int> {
    Set(signals.compactMap(\.position) + [oxygen, attractant].compactMap { $0 })
  }

  /// What acts on a cell where each factor has the concentration (nM) that `level` tells, away from other cells.
  public func levels(_ level: (Int) -> Double) -> CellProgram.Levels {
    CellProgram.Levels(
      signals.map { signal in
        signal.position.map { level($0) * signal.strength }
      }
    )
  }

  /// What draws a cell, nM.
  public func attractant(_ level: (Int) -> Double) -> Double {
    attractant.map { level($0) * attraction } ?? 0
  }
}
