import Laws

/// How cells are given.
///
/// A dose of many cells may be followed by fewer agents, each of which stands for a whole number of
/// cells; the weights of all agents add up to the dose exactly.
public struct Dose: Codable, Sendable, Equatable {
  /// The way into the body.
  public enum Route: Codable, Sendable, Equatable {
    /// Into a vein: the lung is met first.
    case intravenous
    /// Into the artery that feeds the organ of that position: its microvessels are met first.
    case intraArterial(organ: Int)
    /// Into the tissue of the organ of that position, where a share is retained; of the rest a share
    /// is shed from the body and the others wash out into blood.
    case deposit(organ: Int, retention: Double, shed: Double)

    /// The way in where tissue has room for so much of the volume of cells (um³) only.
    public func retaining(atMost room: Double, of volume: Double) -> Route {
      guard case .deposit(let organ, let retention, let shed) = self, volume > 0 else {
        return self
      }
      return .deposit(organ: organ, retention: min(retention, room / volume), shed: shed)
    }

    /// Position of the organ whose tissue it is put into; `nil` for a way through blood.
    public var site: Int? {
      if case .deposit(let organ, _, _) = self { organ } else { nil }
    }

    /// Share of what is given that enters blood at once.
    public var shareIntoBlood: Double {
      if case .deposit(_, let retention, let shed) = self {
        (1 - retention) * (1 - shed)
      } else {
        1
      }
    }

    /// Position of the organ through which it enters the body: that whose artery or tissue is injected; `nil` for a
    /// vein.
    public var entrance: Int? {
      switch self {
      case .intravenous: nil
      case .intraArterial(let organ), .deposit(let organ, _, _): organ
      }
    }
  }

  /// The way in.
  public var route: Route
  /// Number of cells, alive or not.
  public var cells: UInt32
  /// Number of agents that stand for them.
  public var agents: UInt32
  /// Time of the start, min.
  public var start: Double
  /// Time the infusion takes, min.
  public var duration: Double
  /// What decides whether it is given at all; `nil` where nothing does.
  public var condition: Condition?

  /// What the host must look like for a dose to be given: a share of the tissue of a grid, at a time.
  public struct Condition: Codable, Sendable, Equatable {
    /// Position of the grid.
    public var tissue: Int
    /// Name of the share, as `TissueShares.named` has it.
    public var share: String
    /// Range in which it must lie.
    public var low: Double, high: Double
    /// When it is looked at, min.
    public var time: Double

    /// A share of a grid that must lie in a range at a time.
    public init(tissue: Int, share: String, low: Double, high: Double, time: Double) {
      self.tissue = tissue
      self.share = share
      (self.low, self.high) = (low, high)
      self.time = time
    }

    /// Whether the shares of the tissue let the dose be given.
    public func isMet(by shares: TissueShares<Double>) -> Bool {
      guard let found = shares.named.first(where: { $0.name == share }) else {
        preconditionFailure("a share that no tissue has")
      }
      return found.value >= low && found.value <= high
    }
  }

  /// A dose of the given properties; there are no more agents than cells.
  public init(route: Route, cells: UInt32, agents: UInt32, start: Double, duration: Double) {
    precondition(agents > 0 && agents <= cells, "an agent stands for at least one cell")
    self.route = route
    self.cells = cells
    self.agents = agents
    self.start = start
    self.duration = duration
  }

  /// Number of cells the n-th agent stands for: all the same, the first ones more by one where the
  /// dose does not divide.
  public func weight(of n: UInt32) -> Int {
    Int(cells / agents) + (n < cells % agents ? 1 : 0)
  }

  /// When the n-th agent of the dose enters the body, min: evenly over the infusion.
  public func entry(of n: UInt32) -> Double {
    start + duration * (Double(n) + 0.5) / Double(agents)
  }

  /// How many agents have entered before a time (min).
  public func entered(before time: Double) -> UInt32 {
    if time <= start { return 0 }
    if time >= start + duration { return agents }
    var low: UInt32 = 0
    var high = agents
    while low < high {
      let middle = low + (high - low) / 2
      if entry(of: middle) < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
