import Laws
import Substrate

/// Clot in the organs of one host, the dead cells that start it, and the resistance of the lung that came of it.
public struct Clots: Sendable {
  /// c of each organ: share of the segments left open by cells that clot closes.
  public private(set) var share: [Double]
  /// Dead cells of the product in the lumen of each organ, cells; they are cleared as debris is.
  public private(set) var corpses: [Double]
  /// The largest resistance of the lung so far, relative to one without occlusion.
  public private(set) var largestResistance = 1.0

  /// None in a number of organs.
  public init(organs: Int) {
    share = Array(repeating: 0, count: organs)
    corpses = share
  }

  /// Takes in cells that died in the lumen of an organ, or came to rest there dead.
  public mutating func bury(cells: Double, in organ: Int) { corpses[organ] += cells }

  /// o_c: share of the segments of an organ that cells and clot occlude, of which cells alone occlude `cells`.
  public func occluded(_ organ: Int, cells: Double) -> Double {
    share[organ] > 0 ? 1 - (1 - cells) * (1 - share[organ]) : cells
  }

  /// Advances clot by a time (min), during which no living cell comes or goes.
  ///
  /// Inert bodies start none.
  ///
  /// - Parameters:
  ///   - law: of clot.
  ///   - clearance: rate at which debris is cleared, 1/min.
  ///   - product: the cells.
  ///   - coagulation: of the host.
  ///   - living: living cells in the lumen of each organ.
  ///   - vessels: segments of each organ over those that one cell stops.
  ///   - time: how long, min.
  public mutating func advance(
    _ law: Clot,
    clearance: Double,
    _ product: Product,
    coagulation: Double,
    living: [Int],
    vessels: [Double],
    by time: Double
  ) {
    let left = Elementary.exp(-clearance * time)
    for organ in share.indices where living[organ] > 0 || corpses[organ] > 0 || share[organ] > 0 {
      let density = law.density(
        living: Double(living[organ]),
        corpses: corpses[organ],
        vessels: vessels[organ],
        procoagulance: product.clearance.procoagulance,
        coagulation: product.traits.areInert ? 0 : coagulation
      )
      share[organ] = law.share(after: time, at: density, from: share[organ])
      corpses[organ] = Self.rest(corpses[organ] * left)
      share[organ] = Self.rest(share[organ])
    }
  }

  /// Takes note of the share of the segments of the lung that is occluded now.
  public mutating func note(occluded: Double) {
    largestResistance = max(largestResistance, Embolism.resistance(occluded: occluded))
  }

  /// What is left of a pool, nothing where it is a trace.
  private static func rest(_ pool: Double) -> Double { pool < 1e-12 ? 0 : pool }
}

extension Clots {
  /// Whether a state that was read is one of so many organs.
  public func isSound(organs: Int) -> Bool {
    share.count == organs && corpses.count == organs
      && share.allSatisfy { (0...1).contains($0) }
      && corpses.allSatisfy { (0...1e18).contains($0) } && (1...1e6).contains(largestResistance)
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&share)
    try visitor.visit(&corpses)
    try visitor.visit(&largestResistance)
  }
}
