import Substrate

/// The damage that places lead to, integrated over the run: what cells off the grids need to know.
///
///     G(t): damage of a cell that entered at t = 0 with none, dG/dt = r (D∞(t) − G)
///     Γ(t) = ∫G dt,   X(t) = ∫ε dt,   K(t) = ∫κ dt
///
/// The damage of any cell in the place is G plus a term that decays from its entry, so one
/// trajectory per place serves all its cells.
public struct PlaceHistory: Sendable {
  /// G, 1/min, and Γ at the start of each step so far.
  public private(set) var damage: [Double] = [0], damageIntegral: [Double] = [0]
  /// X at the start of each step so far.
  public private(set) var extravasation: [Double] = [0]
  /// K at the start of each step so far.
  public private(set) var killing: [Double] = [0]
  /// Rate of extravasation after the onset in the last step, 1/min.
  public private(set) var extravasationRate = 0.0
  /// The largest damage the place can lead to, 1/min.
  public let largestDamage: Double

  /// The history of a place that has seen nothing yet.
  public init(largestDamage: Double) { self.largestDamage = largestDamage }

  /// G, Γ, X and K at the start of a step.
  func state(at step: Int) -> (
    damage: Double, damageIntegral: Double, extravasation: Double, killing: Double
  ) {
    (damage[step], damageIntegral[step], extravasation[step], killing[step])
  }

  /// Adds a step in which the place leads to a damage and extravasation has a rate (both 1/min).
  public mutating func extend(
    _ step: DamageStep,
    steady: Double,
    extravasation rate: Double,
    killing hazard: Double,
    by time: Double
  ) {
    let last = damage.count - 1
    damageIntegral.append(
      damageIntegral[last] + step.integral(from: damage[last], steady: steady)
    )
    damage.append(step.damage(after: damage[last], steady: steady))
    extravasation.append(extravasation[last] + rate * time)
    killing.append(killing[last] + hazard * time)
    extravasationRate = rate
  }
}

/// Cells in organs, off the grids, as columns.
///
/// They cost nothing until their clock may ring.
///
/// The clock of a cell rings when its cumulative hazard of death, release and extravasation
/// together passes its budget; which of them it was is drawn by their shares at that moment.
/// After each look at a cell the next one is set where the largest possible hazard could first
/// exhaust what is left of the budget.
public struct OrganCells: Sendable {
  /// Number of each cell in the order of giving.
  public private(set) var identity: [UInt32] = []
  /// Place: organ · 2 + niche.
  public private(set) var place: [UInt8] = []
  /// How many times the clock has rung.
  public private(set) var episode: [UInt32] = []
  /// Step in which the cell came to the place.
  public private(set) var since: [UInt32] = []
  /// Damage at entry minus G at entry, 1/min.
  public private(set) var excess: [Float] = []
  /// Cumulative hazard left at entry.
  public private(set) var budget: [Float] = []
  /// Step at whose end the clock is looked at next.
  public private(set) var check: [UInt32] = []
  /// The cohort whose licensing the cell shares.
  private var cohort: [UInt32] = []
  private var cohorts = LicensingCohorts()

  /// No cells.
  public init() {}

  /// Number of cells.
  public var count: Int { identity.count }

  /// Number of a place.
  public static func place(organ: Int, _ niche: Niche) -> UInt8 {
    UInt8(organ * 2) + niche.rawValue
  }

  /// Licensing of a cell.
  public func licensing(_ i: Int) -> Licensing.State { cohorts.state[Int(cohort[i])] }

  /// Adds a cell of a dose that comes to a place at the start of a step.
  public mutating func append(
    _ cell: Cell,
    dose: Int,
    place: UInt8,
    step: UInt32,
    _ history: PlaceHistory
  ) {
    identity.append(cell.identity)
    self.place.append(place)
    episode.append(cell.episode)
    since.append(step)
    excess.append(cell.damage - Float(history.damage[Int(step)]))
    budget.append(cell.budget)
    check.append(step)
    cohort.append(cohorts.join(place: place, dose: UInt8(dose), state: cell.licensing))
  }

  /// Licenses every cell by what acts in its place, for a time (min).
  ///
  /// - Parameters:
  ///   - law: licensing.
  ///   - drives: f of both axes in each organ, by position.
  ///   - responsiveness: R of each dose, by position.
  ///   - time: the time, min.
  public mutating func license(
    _ law: Licensing,
    drives: [(stat1: Double, nfkb: Double)],
    responsiveness: [Double],
    by time: Double
  ) {
    cohorts.advance(law, drives: drives, responsiveness: responsiveness, by: time)
  }

  /// Removes the cells at ascending positions.
  public mutating func remove(at positions: [Int]) {
    for i in positions { cohorts.leave(cohort[i]) }
    cohort.remove(at: positions)
    identity.remove(at: positions)
    place.remove(at: positions)
    episode.remove(at: positions)
    since.remove(at: positions)
    excess.remove(at: positions)
    budget.remove(at: positions)
    check.remove(at: positions)
  }
}

/// The clocks of cells off the grids.
///
///     H(t) = h₀ T + c·overlap + ΔK + (1 − p)[ΔΓ + E (1 − e^{−rT})/r] + (lumen) [ρ T + ΔX after onset]
///
/// T is the time since entry, E the excess damage at entry; symbols as in `Survival`, `Residence`
/// and `PlaceHistory`.
public struct OrganClock: Sendable {
  let survival: Survival
  let residence: Residence
  let dt: Double
  let onsetSteps: UInt32
  let complement: Double
  let largestKilling: Double
  /// The shares exp(−r n Δt) of an excess that are left after n = 0, 1, 2, … steps.
  let kept: [Double]

  /// Clocks for a run of a number of steps of a length (min), under killers of a largest hazard (1/min).
  public init(
    _ survival: Survival,
    _ residence: Residence,
    largestKilling: Double,
    step: Double,
    steps: Int
  ) {
    self.largestKilling = largestKilling
    self.survival = survival
    self.residence = residence
    dt = step
    onsetSteps = UInt32((residence.onset / step).rounded())
    complement = survival.complementHazard
    kept = (0...steps).map { Elementary.exp(-survival.repair * Double($0) * step) }
  }

  /// Damage of a cell at the start of a step, 1/min.
  public func damage(_ cells: OrganCells, _ i: Int, step: UInt32, _ places: [PlaceHistory])
    -> Double
  {
    let history = places[Int(cells.place[i])]
    return history.damage[Int(step)] + Double(cells.excess[i]) * kept[Int(step - cells.since[i])]
  }

  /// Looks at every clock that may ring by the end of a step and removes the cells whose does.
  ///
  /// - Parameters:
  ///   - cells: the cells.
  ///   - step: the step, which has just been added to the histories.
  ///   - places: the history of every place.
  /// - Returns: the cells whose clock rang, in order.
  public func advance(
    _ cells: inout OrganCells,
    _ step: LifeStep,
    _ places: [PlaceHistory]
  ) -> [Rung] {
    let end = step.number + 1
    var rung: [Rung] = []
    let now = places.map { $0.state(at: Int(end)) }
    cells.visit(due: step.number) { due in
      let place = Int(due.place)
      let lumen = due.niche == .lumen
      let from = Int(due.since)
      let steps = Int(end) - from
      let time = Double(steps) * dt
      let excess = Double(due.excess)
      let entered = step.entry(due.identity)
      let exposureEnd = entered + Survival.bloodLossTime
      let exposed = lumen && exposureEnd > step.start
      let open = lumen && end > due.since + onsetSteps

      var spent = survival.floor * time
      spent += now[place].killing - places[place].killing[from]
      spent +=
        (1 - survival.protection)
        * (now[place].damageIntegral - places[place].damageIntegral[from]
          + excess * (1 - kept[steps]) / survival.repair)
      if lumen {
        let exposure = min(exposureEnd, Double(end) * dt) - max(entered, Double(from) * dt)
        spent += complement * max(0, exposure) + residence.release * time
      }
      if open {
        spent +=
          now[place].extravasation
          - places[place].extravasation[Int(due.since + onsetSteps)]
      }
      let damage = now[place].damage + excess * kept[steps]
      let left = Double(due.budget) - spent
      if left > 0 {
        let bound =
          survival.floor + (exposed ? complement : 0) + largestKilling
          + (1 - survival.protection) * max(damage, places[place].largestDamage)
          + (lumen ? residence.largestRate : 0)
        let quiet = bound > 0 ? left / (bound * dt) : .infinity
        return end + UInt32(min(quiet, 0x1p30))
      }
      var cell = Cell(
        identity: due.identity,
        episode: due.episode,
        damage: Float(damage),
        budget: 0,
        licensing: due.licensing
      )
      let ring = cell.ring(
        step,
        exposed: exposed,
        release: lumen ? residence.release : 0,
        extravasation: open ? places[place].extravasationRate : 0
      )
      rung.append(Rung(cell: cell, site: Int(due.place) / 2, niche: due.niche, ring: ring))
      return nil
    }
    return rung
  }
}

extension OrganCells {
  /// One cell as the clock sees it.
  struct Due {
    let identity, since: UInt32
    let place: UInt8
    let episode: UInt32
    let excess, budget: Float
    let licensing: Licensing.State
    var niche: Niche { place & 1 == 0 ? .lumen : .tissue }
  }

  /// Visits the cells whose clock is due by a step; the visit says when to look next, or `nil`
  /// where the cell leaves: those are removed.
  mutating func visit(due step: UInt32, _ visit: (Due) -> UInt32?) {
    var leaving: [Int] = []
    for i in check.indices where check[i] <= step {
      let due = Due(
        identity: identity[i],
        since: since[i],
        place: place[i],
        episode: episode[i],
        excess: excess[i],
        budget: budget[i],
        licensing: licensing(i)
      )
      if let next = visit(due) { check[i] = next } else { leaving.append(i) }
    }
    remove(at: leaving)
  }
}
