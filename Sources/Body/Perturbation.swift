/// What is done to host cells off the grids: cells taken away, the margin emptied, production stopped.
public struct Perturbation: Codable, Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Names of the types of cells that it acts on, in order; empty for all.
  public var types: [String]
  /// Names of the places that it acts in, in order; empty for all outside marrow.
  public var places: [String]
  /// When it begins and ends, min; `nil` where it does not end.
  public var start: Double, end: Double?
  /// Share of the cells that it takes away when it begins.
  public var share = 0.0
  /// Rate at which it takes cells away from then on, 1/min.
  public var rate = 0.0
  /// The margin while it lasts, relative to that at rest.
  public var margin = 1.0
  /// Production while it lasts, relative to that at rest.
  public var production = 1.0

  /// A perturbation without effect, from a time to another, min.
  public init(
    name: String,
    types: [String] = [],
    places: [String] = [],
    from start: Double,
    to end: Double?
  ) {
    self.name = name
    self.types = types
    self.places = places
    self.start = start
    self.end = end
  }

  /// Whether it takes cells of a pool away.
  public func acts(on pool: CellPools.Pool) -> Bool {
    actsOn(type: pool.type)
      && (places.isEmpty ? pool.place != Leukocytes.reserve : places.contains(pool.place))
  }

  /// Whether it acts on a type of cells.
  public func actsOn(type: String) -> Bool { types.isEmpty || types.contains(type) }

  /// Whether it lasts in some part of a step from a time to another, min.
  public func lasts(from time: Double, to next: Double) -> Bool {
    start < next && end.map { $0 > time } ?? true
  }

  /// Whether it begins in a step from a time to another, min.
  public func begins(from time: Double, to next: Double) -> Bool { start >= time && start < next }
}
