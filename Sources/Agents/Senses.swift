import Laws
import Vocabulary

/// Which factors of a grid a cell of the product senses, and how strongly they act across species.
public struct Senses: Sendable {
  /// Position of each signal of its program in the stack, where the grid carries it, and how strongly it acts.
  let signals: [(position: Int?, activity: Double)]
  /// Positions of oxygen and of what draws cells.
  let oxygen: Int?, attractant: Int?
  /// Strength with which what draws cells acts.
  let attraction: Double

  /// The factor that draws cells with working CXCR4.
  public static let attractant = "cxcl12"
  /// What cells of a species with a program sense among the factors of a host.
  public init(_ factors: [Factor], host: Species, cell: Species, _ program: CellProgram) {
    func position(_ name: String) -> Int? { factors.firstIndex { $0.name == name } }
    func strength(_ name: String) -> Double {
      if CellProgram.nutrients.contains(name) { return 1 }
      return position(name).map { factors[$0].activity(of: host, on: cell) } ?? 0
    }
    signals = program.signals.map { (position($0), strength($0)) }
    oxygen = position("oxygen")
    attractant = position(Self.attractant)
    attraction = strength(Self.attractant)
  }

  /// Positions of all factors that are sensed.
  public var all: Set<Int> {
    Set(signals.compactMap(\.position) + [oxygen, attractant].compactMap { $0 })
  }

  /// What acts on a cell where each factor has the concentration (nM) that `level` tells.
  public func levels(_ level: (Int) -> Double) -> CellProgram.Levels {
    CellProgram.Levels(
      signals.map { signal in
        signal.position.map { level($0) * signal.activity }
      }
    )
  }

  /// What draws a cell, nM.
  public func attractant(_ level: (Int) -> Double) -> Double {
    attractant.map { level($0) * attraction } ?? 0
  }
}
