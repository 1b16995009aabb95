import Laws

/// Licensing of cells in culture before they are given.
///
/// Cells meet cytokines of their own species for a time, then medium without them until they are given. What they
/// carry over follows the laws of `Licensing`, taken in steps of ten minutes.
public struct Preconditioning: Codable, Sendable, Equatable {
  /// What the medium holds, nM.
  public var tnf: Double, il1b: Double, ifn: Double
  /// Time in it, and from its end to giving, min.
  public var time: Double, rest: Double

  private static let step = 10.0

  /// Preconditioning in medium of the given concentrations (nM) for a time, then rest (min).
  public init(tnf: Double, il1b: Double, ifn: Double, time: Double, rest: Double) {
    (self.tnf, self.il1b, self.ifn) = (tnf, il1b, ifn)
    self.time = time
    self.rest = rest
  }

  /// The state of a cell at giving that began in the given one.
  public func state(after start: Licensing.State, _ law: Licensing) -> Licensing.State {
    let drive = law.drive(Survival.Surroundings(tnf: tnf, il1b: il1b, ifn: ifn))
    let licensed = Self.advance(start, law, stat1: drive.stat1, nfkb: drive.nfkb, for: time)
    return Self.advance(licensed, law, stat1: 0, nfkb: 0, for: rest)
  }

  private static func advance(
    _ start: Licensing.State,
    _ law: Licensing,
    stat1: Double,
    nfkb: Double,
    for time: Double
  ) -> Licensing.State {
    guard time > 0 else { return start }
    let steps = max(1, Int((time / step).rounded(.up)))
    return (0..<steps).reduce(start) { state, _ in
      law.advance(state, stat1: stat1, nfkb: nfkb, by: time / Double(steps))
    }
  }
}
