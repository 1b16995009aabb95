import Body
import Substrate

extension Snapshot {
  /// Host cells of a type in a place off the grids.
  public struct Pool: Sendable {
    /// Name of the type and of the place.
    public package(set) var type: String, place: String
    /// How many there are, and how many of these flow with blood where the place is blood.
    public package(set) var cells: Double, flowing: Double
    /// Their mean activity; `nil` where the scenario does not have their kind.
    public package(set) var activity: Double?
    /// Cells at the start, and what became of these and others since.
    public package(set) var initial: Double, produced: Double, came: Double, died: Double,
      removed: Double, drawn: Double

    /// No cells of a type in a place.
    init(_ type: String = "", in place: String = "") {
      self.type = type
      self.place = place
      (cells, flowing) = (0, 0)
      (initial, produced, came, died, removed, drawn) = (0, 0, 0, 0, 0, 0)
    }

    /// What the ledger leaves unexplained.
    public var residual: Double { initial + produced + came - died - removed - drawn - cells }

    private static var counts: [WritableKeyPath<Pool, Double>] {
      [\.cells, \.flowing, \.initial, \.produced, \.came, \.died, \.removed, \.drawn]
    }

    mutating func multiply(by parts: Int) {
      for count in Self.counts { self[keyPath: count] *= Double(parts) }
    }

    /// Whether all numbers are such.
    var isPossible: Bool {
      Self.counts.allSatisfy { self[keyPath: $0].magnitude < 1e30 }
        && (0...1).contains(activity ?? 0)
    }

    mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
      try visitor.visit(&type)
      try visitor.visit(&place)
      for count in Self.counts { try visitor.visit(&self[keyPath: count]) }
      try visitor.visit(&activity)
    }
  }
}

extension HostPools {
  /// The pools as they are seen at a time, min.
  func seen(at time: Double) -> [Snapshot.Pool] {
    pools.pools.enumerated().map { i, pool in
      var seen = Snapshot.Pool(pool.type, in: pool.place)
      seen.cells = numbers.cells[i]
      if pool.place == Leukocytes.vessels {
        seen.flowing = pools.free(i, numbers, margin: margin(of: i, at: time))
      }
      seen.activity = levels[i].first
      seen.initial = numbers.initial[i]
      seen.produced = numbers.produced[i]
      seen.came = numbers.came[i]
      seen.died = numbers.died[i]
      seen.removed = numbers.removed[i]
      seen.drawn = numbers.drawn[i]
      return seen
    }
  }
}
