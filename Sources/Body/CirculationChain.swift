/// The jump process of `Circulation` as a Markov chain with the organs as absorbing states.
///
///     Q: transitions between stretches of blood,  R_ki = (chance k → organ i) · a_i
///     n = expected visits: (I − Qᵀ) n = e_start
///     arrested share of organ i = Σ_k n_k R_ki,   time in blood = Σ_k n_k (τ_k + wait in k)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | a | argument | 1 | probability of arrest per pass, `Circulation.Pass` |
/// | τ | `Circulation.dwell` | min | host |
public struct CirculationChain: Sendable {
  /// The stretches of blood, in the order of the matrix.
  public let places: [Circulation.Place]
  /// (I − Qᵀ), column by column.
  public let matrix: [Double]
  /// Chance to go from a stretch (first index) into arrest in an organ (second index).
  public let arrest: [[Double]]
  /// Mean dwell in each stretch, min.
  public let dwell: [Double]

  /// The chain of a host's circulation for a cell to which each organ does what is given in a pass.
  public init(_ circulation: Circulation, passes: [Circulation.Pass]) {
    let organs = passes.count
    let arrestChance = passes.map(\.arrests)
    let places =
      [Circulation.Place.veins, .arteries] + (0..<organs).map { .organ($0) }
      + (0..<organs).map { .inlet($0) }
    self.places = places
    let count = places.count
    var matrix = [Double](repeating: 0, count: count * count)
    var arrest = Array(repeating: Array(repeating: 0.0, count: organs), count: count)
    for (k, place) in places.enumerated() {
      matrix[k * count + k] = 1
      var before = 0.0
      let exits: [(to: Circulation.Place, share: Double)] =
        place == .arteries
        ? circulation.arterialShares.map { entry in
          defer { before = entry.upTo }
          return (.organ(entry.organ), entry.upTo - before)
        } : [(circulation.next(after: place, share: 0.5), 1)]
      for exit in exits {
        var passes = exit.share
        if case .organ(let i) = exit.to {
          arrest[k][i] += exit.share * arrestChance[i]
          passes *= 1 - arrestChance[i]
        }
        guard let to = places.firstIndex(of: exit.to) else { continue }
        matrix[k * count + to] -= passes
      }
    }
    self.matrix = matrix
    self.arrest = arrest
    dwell = places.map { place in
      guard case .organ(let i) = place else { return circulation.dwell(place) }
      return circulation.dwell(place) + passes[i].wait
    }
  }
}
