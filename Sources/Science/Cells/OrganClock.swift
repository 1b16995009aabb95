import Substrate

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
    onsetSteps = residence.onsetSteps(of: step)
    complement = survival.complementHazard
    kept = (0...steps).map { Elementary.exp(-survival.repair * Double($0) * step) }
  }

  /// Damage of a cell at the start of a step, 1/min.
  public func damage(_ cell: OrganCells.Resident, step: UInt32, _ places: [PlaceHistory])
    -> Double
  {
    places[Int(cell.place)].damage[Int(step)]
      + Double(cell.excess) * kept[Int(step - cell.since)]
  }

  /// Looks at every clock that may ring by the end of a step and removes the cells whose does.
  ///
  /// - Parameters:
  ///   - cells: the cells.
  ///   - step: the step, which has just been added to the histories.
  ///   - places: the history of every place.
  /// - Returns: the cells whose clock rang, in no order that means anything.
  public func advance(
    _ cells: inout OrganCells,
    _ step: LifeStep,
    _ places: [PlaceHistory]
  ) -> [Rung] {
    let end = step.number + 1
    var rung: [Rung] = []
    let now = places.map { $0.state(at: Int(end)) }
    cells.visit(due: step.number, weight: step.weight) { due in
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
        let toOnset = lumen && !open ? (Double(due.since + onsetSteps) - Double(end)) * dt : 0
        let quiet = quiet(
          for: left,
          rate: survival.floor + (exposed ? complement : 0) + largestKilling
            + (lumen ? residence.release : 0),
          extravasation: lumen ? residence.largestRate - residence.release : 0,
          after: toOnset,
          damage: damage,
          largest: max(damage, places[place].largestDamage)
        )
        return end + UInt32(min(quiet / dt, 0x1p30))
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

  /// Time (min) in which a cell cannot spend what is left of its budget.
  ///
  /// Damage rises by r (L − D) at most, L the largest it can come to, so that over a time T
  ///
  ///     spent ≤ (h + (1 − p) D) T + (1 − p) r (L − D) T²/2
  ///
  /// with the largest extravasation in h from its onset on.
  private func quiet(
    for left: Double,
    rate: Double,
    extravasation: Double,
    after onset: Double,
    damage: Double,
    largest: Double
  ) -> Double {
    let bend = (1 - survival.protection) * survival.repair * (largest - damage)
    func time(_ rate: Double) -> Double {
      let now = rate + (1 - survival.protection) * damage
      let root = (now * now + 2 * bend * left).squareRoot()
      return now + root > 0 ? 2 * left / (now + root) : .infinity
    }
    let closed = time(rate)
    if closed <= onset { return closed }
    return max(onset, time(rate + extravasation))
  }
}
