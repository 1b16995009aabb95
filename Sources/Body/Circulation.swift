import Laws
import Substrate

/// The circulation as a jump process per cell.
///
/// A cell dwells in a stretch of blood for an exponential time of mean V/Q and moves on:
/// veins → lung → arteries → an organ in proportion to flow → (portal vein → liver) → veins.
/// On entering an organ it arrests with the probability given by `Arrest`, or passes, at once or after a wait.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | V | `Host.venousBlood`, `.arterialBlood`, `Organ.bloodVolume` | um³ | host |
/// | Q | `Host.cardiacOutput`, through-flow of the organ | um³/min | host |
public struct Circulation: Sendable {
  /// A stretch of blood a cell can be in.
  public enum Place: Equatable, Sendable, BitwiseCopyable {
    case veins
    case arteries
    /// In the artery that feeds the organ of that position.
    case inlet(Int)
    /// In transit through the organ of that position.
    case organ(Int)
  }

  /// What a pass through the microvessels of an organ may do to a cell.
  public struct Pass: Sendable {
    /// Probabilities that the endothelium arrests it, and that its size stops it where endothelium does not.
    let adheres: Double, stops: Double
    /// Mean wait of one that its size stops, min; `nil` where it is arrested.
    let delay: Double?

    /// A pass.
    public init(adheres: Double, stops: Double, delay: Double?) {
      self.adheres = adheres
      self.stops = stops
      self.delay = delay
    }

    /// A pass of a cell of a diameter (um) through an organ.
    ///
    /// - Parameters:
    ///   - diameter: the diameter.
    ///   - organ: the organ.
    ///   - arrest: what stops it.
    ///   - residence: how long.
    ///   - occluded: share of the organ's segments that cells and clot occlude, 0...1.
    ///   - adheres: probability that endothelium arrests it.
    public init(
      of diameter: Double,
      through organ: Organ,
      _ arrest: Arrest,
      _ residence: Residence,
      occluded: Double = 0,
      adheres: Double = 0
    ) {
      let ratio = diameter / organ.calibre
      self.init(
        adheres: adheres,
        stops: arrest.stops(ratio: ratio, bypass: organ.bypass, occluded: occluded),
        delay: residence.delay(ratio: ratio)
      )
    }

    /// Probability that the pass ends in arrest.
    public var arrests: Double { adheres + (delay == nil ? (1 - adheres) * stops : 0) }

    /// Mean wait beside the transit, over the passes that do not end in arrest, min.
    public var wait: Double { delay.map { stops * $0 } ?? 0 }

    /// Whether the cell arrests (`nil`), or how much longer than the transit it takes on average, min.
    func wait(_ chance: Double) -> Double? {
      if chance < adheres { return nil }
      return chance < adheres + (1 - adheres) * stops ? delay : 0
    }
  }

  /// Where a cell is after a jump.
  public enum Landing: Equatable, Sendable {
    /// Still in blood: its place and the time of its next jump (min).
    case circulating(Place, until: Double)
    /// Arrested in the organ of that position.
    case arrested(Int)
  }

  /// Position of the lung; in a closed vessel, where no cells circulate, of its only place.
  public let lung: Int
  /// Mean dwell in veins, arteries and each organ, min.
  public let venousDwell, arterialDwell: Double
  /// Mean dwell in each organ, min.
  public let organDwell: [Double]
  /// Organs fed by an artery with the running sum of their share of the cardiac output.
  public private(set) var arterialShares: [(organ: Int, upTo: Double)]
  let drainsTo: [Int?]
  /// Blood that each organ takes from the aorta, as a share of the cardiac output.
  private let arterialFlow: [Double]

  /// The circulation of a host.
  public init(_ host: Host) {
    precondition(
      host.organs.count == 1 || host.organs.contains { $0.supply == .pulmonary },
      "a body has a lung"
    )
    lung = host.lung
    drainsTo = host.organs.map(\.drainsTo)
    venousDwell = host.venousBlood / host.cardiacOutput
    arterialDwell = host.arterialBlood / host.cardiacOutput
    let through = host.throughFlow
    organDwell = host.organs.indices.map { i in
      through[i] > 0 ? host.organs[i].bloodVolume / through[i] : 0
    }
    let fed = host.organs.indices.filter { host.organs[$0].supply == .arterial }
    let total = fed.reduce(0) { $0 + host.organs[$1].flow }
    let shares = host.organs.map { $0.supply == .arterial ? $0.flow / total : 0 }
    arterialFlow = shares
    arterialShares = Self.running(shares, over: fed)
  }

  /// The running sum of the shares of the organs that an artery feeds, which ends at 1.
  private static func running(_ shares: [Double], over fed: [Int]) -> [(organ: Int, upTo: Double)] {
    var sum = 0.0
    return fed.map { organ in
      sum += shares[organ]
      return (organ, organ == fed.last ? 1 : sum)
    }
  }

  /// Open share of all organs together below which the flow is left as it is without occlusion.
  private static let leastFlow = 1e-6

  /// The circulation where a share of the segments of each organ is occluded.
  ///
  /// What an organ takes from the aorta is in proportion to its flow without occlusion, to its open share and to that of the organ
  /// it drains to; all organs together take the cardiac output. Segments that are closed hold no moving blood, so the mean dwell
  /// stays as it is.
  public func diverted(by occluded: [Double]) -> Circulation {
    let fed = arterialShares.map(\.organ)
    var shares = arterialFlow
    for organ in fed {
      shares[organ] *= (1 - occluded[organ]) * (drainsTo[organ].map { 1 - occluded[$0] } ?? 1)
    }
    let sum = shares.reduce(0, +)
    guard sum > Self.leastFlow, shares != arterialFlow else { return self }
    for organ in fed { shares[organ] /= sum }
    var other = self
    other.arterialShares = Self.running(shares, over: fed)
    return other
  }

  /// Mean dwell at a place, min.
  public func dwell(_ place: Place) -> Double {
    switch place {
    case .veins: venousDwell
    case .arteries: arterialDwell
    case .inlet: 0
    case .organ(let i): organDwell[i]
    }
  }

  /// The place after the given one; `share` in (0, 1) picks the organ after the arteries.
  public func next(after place: Place, share: Double) -> Place {
    switch place {
    case .veins: return .organ(lung)
    case .arteries:
      for entry in arterialShares where share < entry.upTo { return .organ(entry.organ) }
      preconditionFailure("shares of the cardiac output end at 1")
    case .inlet(let i): return .organ(i)
    case .organ(let i):
      if i == lung { return .arteries }
      if let next = drainsTo[i] { return .organ(next) }
      return .veins
    }
  }

  /// The first organ whose microvessels a cell meets after leaving a place; `nil` from the lung and
  /// the arteries, after which it may be any.
  public func filter(after place: Place) -> Int? {
    switch next(after: place, share: 0.5) {
    case .veins: lung
    case .organ(let organ): place == .arteries ? nil : organ
    case .arteries, .inlet: nil
    }
  }

  /// Follows one cell through its jumps until it arrests or the time is up.
  ///
  /// - Parameters:
  ///   - place: where the cell is.
  ///   - time: time of its next jump, min.
  ///   - end: time to stop at, min.
  ///   - draw: random numbers of the n-th jump of the cell.
  ///   - pass: what the organ of a position may do to the cell on entering.
  /// - Returns: where the cell is at `end`, or where it arrested.
  public func follow(
    from place: Place,
    time: Double,
    until end: Double,
    draw: () -> Philox.Block,
    pass: (Int) -> Pass
  ) -> Landing {
    var place = place
    var time = time
    while time < end {
      let chance = draw()
      place = next(after: place, share: (Double(chance.w0) + 0.5) * 0x1p-32)
      var mean = dwell(place)
      if case .organ(let i) = place {
        guard let wait = pass(i).wait((Double(chance.w1) + 0.5) * 0x1p-32) else {
          return .arrested(i)
        }
        mean += wait
      }
      time += mean * chance.secondExponential
    }
    return .circulating(place, until: time)
  }
}
