import Body
import Laws
import Substrate
import Vocabulary

/// The clocks of cells off the grids.
///
///     H(t) = h₀ T + c·overlap + ΔK + (1 − p) v [ΔΓ + E (1 − e^{−kT})/k + P I(T)]
///            + (lumen) [ρ(x) (T − ΔB) + ε E ΔB + ε (T' − ΔB'), ' after the onset]
///
/// T is the time since entry, E the excess damage at entry, P I(T) what stress that passes adds, k and I of `DamageStep`; symbols
/// as in `Survival`, `Residence` and `PlaceHistories`.
public struct OrganClock: Sendable {
  let survival: Survival
  let residence: Residence
  let dt: Double
  let onsetSteps: UInt32
  let complement: Double
  let largestKilling: Double
  let killingRise: Double
  let program: CellProgram
  let receptorFraction: Double
  /// ρ(x) of a cell in an organ, by number and position, 1/min; `nil` where it is that of the law for all.
  let releases: (@Sendable (UInt32, Int) -> Double)?

  /// Clocks for a run.
  ///
  /// - Parameters:
  ///   - survival: damage and death.
  ///   - residence: leaving the lumen.
  ///   - program: what axes add to the hazard.
  ///   - releases: ρ(x) of a cell in an organ, by number and position, 1/min; `nil` where it is that of the law for all.
  ///   - receptorFraction: share of cells with working CXCR4.
  ///   - largestKilling: largest hazard by killers of the host, 1/min.
  ///   - killingRise: time up to which that hazard stays as it is, min.
  ///   - step: length of a step, min.
  public init(
    _ survival: Survival,
    _ residence: Residence,
    _ program: CellProgram,
    releases: (@Sendable (UInt32, Int) -> Double)? = nil,
    receptorFraction: Double = 0,
    largestKilling: Double,
    killingRise: Double,
    step: Double
  ) {
    self.largestKilling = largestKilling
    self.killingRise = killingRise
    self.survival = survival
    self.residence = residence
    self.program = program
    self.receptorFraction = receptorFraction
    self.releases = releases
    dt = step
    onsetSteps = residence.onsetSteps(of: step)
    complement = survival.complementHazard
  }

  /// Damage of a cell at the start of a step, 1/min.
  public func damage(_ cell: OrganCells.Resident, step: UInt32, _ places: PlaceHistories)
    -> Double
  {
    places.damage(in: cell.place, at: Int(step))
      + own(of: cell, until: step, in: places.place(cell.place)).damage
  }

  /// Damage that a cell has beyond G at the start of a step (1/min), its integral since the cell came, and the stress that is
  /// still to pass, 1/min.
  @inline(__always)
  private func own(
    of cell: OrganCells.Resident,
    until step: UInt32,
    in place: PlaceHistories.Place
  ) -> (damage: Double, integral: Double, passing: Double) {
    let length = place.length
    let time = Double(step - cell.since) * dt
    let excess = Double(cell.excess)
    let kept = length.kept(after: time)
    let damage = excess * kept
    let integral = excess * length.integral(kept: kept)
    guard place.passing > 0 else { return (damage, integral, 0) }
    let added = length.passing(time: time, kept: kept)
    return (
      damage + place.passing * added.damage, integral + place.passing * added.integral,
      place.passing * length.left(after: time)
    )
  }

  /// Looks at every clock that may ring by the end of a step and removes the cells whose does.
  ///
  /// - Parameters:
  ///   - cells: the cells.
  ///   - step: the step, which has just been added to the histories.
  ///   - places: the histories of all places.
  ///   - workers: cores that share the cells; the result does not depend on them.
  /// - Returns: the cells whose clock rang, in no order that means anything.
  public func advance(
    _ cells: inout OrganCells,
    _ step: LifeStep,
    _ places: PlaceHistories,
    using workers: Workers
  ) -> [ClockEvent] {
    places.withView { places in
      var events: [ClockEvent] = []
      cells.look(due: step.number, weight: step.weight, using: workers) {
        nextLook(at: $0, step, places)
      } ring: {
        events.append(ring($0, $1, step, places))
      }
      return events
    }
  }

  /// When a cell is to be looked at next; 0 where its clock rings by the end of the step.
  private func nextLook(
    at cell: OrganCells.Resident,
    _ step: LifeStep,
    _ places: PlaceHistories.View
  ) -> UInt32 {
    let end = step.number + 1
    let now = places.now(cell.place)
    let lumen = cell.niche == .lumen
    let place = places.place(cell.place)
    let own = own(of: cell, until: end, in: place)
    let open = lumen && end > cell.since + onsetSteps
    let release = lumen ? release(of: cell) : 0
    let (budget, exposed) = budget(of: cell, own.integral, release: release, step, places)
    guard budget > 0 else { return 0 }
    let damage = now.damage + own.damage
    let toOnset = lumen && !open ? (Double(cell.since + onsetSteps) - Double(end)) * dt : 0
    let quiet = quiet(
      for: budget,
      rate: survival.floor + program.largestRate + (exposed ? complement : 0) + step.killing
        + (lumen ? max(release, place.holds ? residence.held : 0) : 0),
      rises: (toOnset, lumen ? residence.extravasation : 0),
      (max(0, killingRise - Double(end) * dt), largestKilling - step.killing),
      vulnerability: vulnerability(of: cell, step),
      damage: damage,
      largest: max(damage, place.largestDamage + own.passing),
      length: place.length
    )
    return end + UInt32(min(quiet / dt, 0x1p30))
  }

  /// ρ of a cell in the lumen, 1/min.
  @inline(__always)
  private func release(of cell: OrganCells.Resident) -> Double {
    guard residence.release > 0, let releases else { return residence.release }
    return releases(cell.identity, Int(cell.place) / 2)
  }

  /// (1 − p) v z of a cell.
  @inline(__always)
  private func vulnerability(of cell: OrganCells.Resident, _ step: LifeStep) -> Double {
    survival.vulnerability * survival.frailty(of: cell.identity, step.chance)
  }

  /// What is left of the budget of a cell, whose damage beyond G has an integral, at the end of a step, and whether complement
  /// still acts on it.
  @inline(__always)
  private func budget(
    of cell: OrganCells.Resident,
    _ integral: Double,
    release: Double,
    _ step: LifeStep,
    _ places: PlaceHistories.View
  ) -> (left: Double, isExposed: Bool) {
    let end = step.number + 1
    let now = places.now(cell.place)
    let lumen = cell.niche == .lumen
    let from = Int(cell.since)
    let then = places.state(of: cell.place, at: from)
    let time = Double(Int(end) - from) * dt
    let open = lumen && end > cell.since + onsetSteps

    var spent = survival.floor * time
    spent += cell.spentByAxes + program.steadyDivision * time
    spent += now.killing - then.killing
    spent +=
      vulnerability(of: cell, step)
      * (now.damageIntegral - then.damageIntegral + integral)
    var exposed = false
    if lumen {
      let entered = step.entry(cell.identity)
      let exposureEnd = entered + Survival.bloodLossTime
      exposed = exposureEnd > step.start
      let exposure = min(exposureEnd, Double(end) * dt) - max(entered, Double(from) * dt)
      let carries = places.place(cell.place).holds && carriesReceptor(cell.identity, step.chance)
      let bound = now.bound[carries] - then.bound[carries]
      spent += complement * max(0, exposure)
      spent += release * (time - bound) + residence.held * bound
      if open {
        let opened = cell.since + onsetSteps
        let boundBefore = places.state(of: cell.place, at: Int(opened)).bound[carries]
        let time = Double(end - opened) * dt
        spent += residence.extravasation * (time - (now.bound[carries] - boundBefore))
      }
    }
    return (Double(cell.budget) - spent, exposed)
  }

  private func carriesReceptor(_ cell: UInt32, _ chance: Chance) -> Bool {
    Product.carriesReceptor(cell, share: receptorFraction, chance)
  }

  /// A cell whose clock rings.
  private func ring(
    _ cell: OrganCells.Resident,
    _ licensing: CellState,
    _ step: LifeStep,
    _ places: PlaceHistories.View
  ) -> ClockEvent {
    let end = step.number + 1
    let lumen = cell.niche == .lumen
    let open = lumen && end > cell.since + onsetSteps
    let own = own(of: cell, until: end, in: places.place(cell.place))
    let release = lumen ? release(of: cell) : 0
    let left =
      program.largestDivision > 0
      ? budget(of: cell, own.integral, release: release, step, places).left : 0
    var ringing = Cell(
      identity: cell.identity,
      episode: cell.episode,
      damage: Float(places.now(cell.place).damage + own.damage),
      budget: Float(left),
      licensing: licensing
    )
    let acting = places.acting(in: cell.place)
    let binding = acting.binding[lumen && carriesReceptor(cell.identity, step.chance)]
    let ring = ringing.ring(
      step,
      killing: acting.killing,
      turnover: program.hazard(of: licensing),
      exposed: lumen && step.entry(cell.identity) + Survival.bloodLossTime > step.start,
      release: release * (1 - binding),
      extravasation: lumen ? residence.extravasation(binding: binding, isOpen: open) : 0,
      division: program.division(of: licensing)
    )
    var event = ClockEvent(cell: ringing, site: Int(cell.place) / 2, niche: cell.niche, ring: ring)
    if case .division = ring, !lumen {
      event.stay = ClockEvent.Stay(
        since: cell.since,
        excess: cell.excess,
        spent: Double(cell.budget) - left - cell.spentByAxes
      )
    }
    return event
  }

  /// Time (min) in which a cell cannot use up the rest of its budget.
  ///
  /// Damage rises by k (L − D) at most, L the largest it can come to, so that over a time T
  ///
  ///     spent ≤ (h + (1 − p) v z D) T + (1 − p) v z k (L − D) T²/2
  ///
  /// where h rises twice, each time after some time (min) by so much (1/min).
  private func quiet(
    for left: Double,
    rate: Double,
    rises one: (after: Double, by: Double),
    _ other: (after: Double, by: Double),
    vulnerability: Double,
    damage: Double,
    largest: Double,
    length: DamageStep
  ) -> Double {
    let bend = vulnerability * length.rate * (largest - damage)
    func time(_ rate: Double) -> Double {
      let now = rate + vulnerability * damage
      let root = (now * now + 2 * bend * left).squareRoot()
      return now + root > 0 ? 2 * left / (now + root) : .infinity
    }
    let (first, second) = one.after <= other.after ? (one, other) : (other, one)
    if first.after > 0 {
      let still = time(rate)
      if still <= first.after { return still }
    }
    if second.after > 0 {
      let risen = max(first.after, time(rate + first.by))
      if risen <= second.after { return risen }
    }
    return max(second.after, time(rate + first.by + second.by))
  }
}
