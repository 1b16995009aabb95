/// Where the mass of one factor on one grid came from and went to.
///
///     initial + added + secreted + boundary + exchanged − taken up − decayed + repaired = final
///
/// Each term is summed on its own, in double precision, from what the scheme did; none is the rest of
/// the others. All are amounts, nM um³.
public struct MassBalance: Codable, Sendable, Equatable, BitwiseCopyable {
  /// Amount at the start.
  public var initial: Double
  /// Added by hand less taken away by washing.
  public var added = 0.0
  /// Given by cells, tissue and vessels.
  public var secreted = 0.0
  /// Come in through the faces less gone out.
  public var boundary = 0.0
  /// Come from blood less gone to it, within the tissue.
  public var exchanged = 0.0
  /// Taken by cells and vessels.
  public var takenUp = 0.0
  /// Decayed.
  public var decayed = 0.0
  /// Added where the scheme would have gone below zero and the neighbours could not make up for it.
  public var repaired = 0.0
  /// Amount at the end.
  public var final: Double
  /// Amount that passed, whatever its direction: the scale of rounding.
  public var turnover: Double

  /// A balance that begins with an amount (nM um³).
  public init(initial: Double) {
    self.initial = initial
    final = initial
    turnover = initial
  }

  /// Whether all amounts are numbers, and what passed is no less than nothing.
  public var isPossible: Bool {
    [initial, added, secreted, boundary, exchanged, takenUp, decayed, repaired, final, turnover]
      .allSatisfy { $0.magnitude < 1e30 } && turnover >= 0
  }

  /// What the terms leave unexplained.
  public var residual: Double {
    initial + added + secreted + boundary + exchanged - takenUp - decayed + repaired - final
  }

  /// The residual as a share of the amount that passed; 0 where there is none.
  public var relativeResidual: Double { residual == 0 ? 0 : residual.magnitude / turnover }

  /// An amount in amol of one in nM um³.
  public static func amol(_ amount: Double) -> Double { amount / 1e6 }

  /// The balance of so many grids alike.
  public static func *= (balance: inout MassBalance, grids: Double) {
    balance.initial *= grids
    balance.added *= grids
    balance.secreted *= grids
    balance.boundary *= grids
    balance.exchanged *= grids
    balance.takenUp *= grids
    balance.decayed *= grids
    balance.repaired *= grids
    balance.final *= grids
    balance.turnover *= grids
  }

  /// Applies decay to the remainder.
  mutating func loseTrace() {
    decayed += final
    final = 0
  }

  /// Adds what was done to the medium by hand, which ends with an amount.
  mutating func add(byHand amount: Double, final: Double) {
    added += amount
    turnover += amount.magnitude
    self.final = final
  }

  /// Adds what happened in a step that ended with an amount.
  mutating func add(_ step: StepBalance, final: Double) {
    secreted += step.secreted
    boundary += step.boundary
    exchanged += step.exchanged
    takenUp += step.takenUp
    decayed += step.decayed
    repaired += step.repaired
    turnover += step.secreted + max(0, step.boundary) + max(0, step.exchanged)
    self.final = final
  }
}

/// The terms of a balance over one step, nM um³.
struct StepBalance: Sendable {
  var secreted = 0.0
  var boundary = 0.0
  var exchanged = 0.0
  var takenUp = 0.0
  var decayed = 0.0
  var repaired = 0.0
}
