import Laws
import Vocabulary

/// Which factors of a grid a cell senses, and how strongly they act across species.
public struct Senses: Sendable {
  /// Positions of the factors in the stack, where the scenario has them.
  public let ifn, tnf, il1b, oxygen, glucose, cxcl12: Int?
  /// Strength with which the host's cytokines act on the cell.
  public let ifnActivity, tnfActivity, il1bActivity, cxcl12Activity: Double

  /// Names of the ligands that act by receptors, whose strength differs between species.
  public static let cytokines: Set<String> = ["ifng", "tnfa", "il1b", "cxcl12"]
  /// Names of what cells need.
  public static let nutrients: Set<String> = ["oxygen", "glucose"]

  /// What cells of a species sense among the factors of a host.
  public init(_ factors: [Factor], host: Species, cell: Species) {
    func position(_ name: String) -> Int? { factors.firstIndex { $0.name == name } }
    func strength(_ position: Int?) -> Double {
      position.map { factors[$0].activity(of: host, on: cell) } ?? 0
    }
    ifn = position("ifng")
    tnf = position("tnfa")
    il1b = position("il1b")
    oxygen = position("oxygen")
    glucose = position("glucose")
    cxcl12 = position("cxcl12")
    ifnActivity = strength(ifn)
    tnfActivity = strength(tnf)
    il1bActivity = strength(il1b)
    cxcl12Activity = strength(cxcl12)
  }

  /// Positions of all factors that are sensed.
  public var all: [Int] { [ifn, tnf, il1b, oxygen, glucose, cxcl12].compactMap { $0 } }

  /// What acts on a cell where each factor has the concentration (nM) that `level` tells.
  @inlinable
  public func surroundings(_ level: (Int) -> Double) -> Survival.Surroundings {
    .init(
      tnf: tnf.map { level($0) * tnfActivity } ?? 0,
      il1b: il1b.map { level($0) * il1bActivity } ?? 0,
      ifn: ifn.map { level($0) * ifnActivity } ?? 0,
      oxygen: oxygen.map(level),
      glucose: glucose.map(level)
    )
  }

  /// CXCL12 that acts on a cell, nM.
  @inlinable
  public func cxcl12(_ level: (Int) -> Double) -> Double {
    cxcl12.map { level($0) * cxcl12Activity } ?? 0
  }
}
