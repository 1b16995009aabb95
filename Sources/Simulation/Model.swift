import Agents
import Body
import Fields
import Laws
import Matter
import Substrate
import Vocabulary

/// One run of one arm: every cell given, followed from the vein to its end.
///
/// The model is a value with one owner and no threads of its own: many runs go in parallel, or the
/// fields of one are shared among the workers it is given.
public struct Model: Sendable {
  /// Number of the equations, of their arithmetic and of the layout of what is kept of runs: whatever changes one of them
  /// raises it, see `Revision`.
  public static let revision = 18

  /// What is simulated.
  public let experiment: Experiment
  /// The sites cells are counted in.
  public let sites: Sites
  /// Number of steps taken.
  public private(set) var step = 0
  /// Time the steps took on this machine.
  public private(set) var spent = Spent()

  /// Time that parts of the steps took on a machine; no part of the state.
  public struct Spent: Sendable {
    /// On cells off the grids and all else, on cells on the grids, and on the fields.
    public var body = Duration.zero, gridCells = Duration.zero, fields = Duration.zero
  }

  private static let largestBatch: UInt32 = 1024
  private let chance: Chance
  private let circulation: Circulation
  private var roster: Roster
  private let clock: OrganClock
  private let length: DamageStep
  private let program: CellProgram
  private let placeStress: [PlaceStress]
  /// Microvessels of each organ over those that a cell stops the flow to.
  private let microvessels: [Double]
  private let leaves: Residence
  private let sample: Sample
  private let blocks: [OrganBlocks]

  private var blood = BloodCells()
  private var organs = OrganCells()
  private var tissues: [TissueState]
  private var places: PlaceHistories
  /// What acts in each place off the grids; where there is a grid, as of the last step.
  private var acting: [PlaceSignals] = []
  /// The factors that plasma carries; `nil` where it carries none.
  private var plasma: BloodPlasma?
  /// Host cells off the grids; `nil` where they are not followed.
  private var pools: HostPools?
  /// Cells of an organ that stand for one on each grid.
  private let shares: [Double]
  /// How the endothelium of each organ holds cells off the grids.
  private var held: [Endothelium.Binding]
  private var remains: RemainsPools
  private var clots: Clots
  private var census: Census

  /// A model that has not started.
  ///
  /// - Parameters:
  ///   - experiment: what to simulate.
  ///   - seed: seed of the random numbers.
  ///   - replicate: number of the replicate, from 1.
  ///   - sampled: number of cells to follow one by one in the observations.
  public init(_ experiment: Experiment, seed: UInt64, replicate: Int, sampled: Int = 0) {
    var experiment = experiment
    experiment.product = experiment.product.drawn(by: seed)
    self.experiment = experiment
    let laws = experiment.laws
    let program = experiment.program
    self.program = program
    let dt = experiment.clock.step
    sites = Sites(experiment)
    chance = Chance(seed: seed, replicate: UInt32(replicate))
    circulation = Circulation(experiment.host)
    roster = Roster(experiment.doses)
    let product = experiment.product
    leaves = product.leaves(laws.residence)
    clock = OrganClock(
      laws.survival,
      leaves,
      program,
      releases: product.releases(leaves, from: experiment.host.organs.map(\.calibre), chance),
      receptorFraction: experiment.product.traits.receptorFraction,
      largestKilling: laws.killing.largestHazard(in: experiment.host.immunity),
      killingRise: experiment.firstDose + laws.killing.onset,
      step: dt
    )
    length = DamageStep(laws.survival, filling: experiment.bloodStress.filling, time: dt)
    placeStress = experiment.stressOffGrids
    let blocked = product.blocked(
      calibres: experiment.host.organs.map(\.calibre),
      experiment.host.tree
    )
    microvessels = zip(experiment.host.organs, blocked).map { $0.microvessels / $1 }
    tissues = experiment.tissues.enumerated().map { [chance, experiment] number, tissue in
      TissueState(tissue, number: number, experiment, chance)
    }
    let gridded = Set(experiment.tissues.map(\.organ))
    blocks = gridded.sorted().map { OrganBlocks($0, experiment) }
    places = PlaceHistories(
      placeStress.enumerated().map { i, stress in
        let lasting = laws.survival.lastingStress(of: stress)
        return PlaceHistories.Place(
          DamageStep(laws.survival, filling: stress.filling, time: dt),
          largestDamage: gridded.contains(i / 2) || !experiment.carried.isEmpty
            ? program.largestSteadyDamage(at: lasting) : lasting,
          passing: laws.survival.passingStress(of: stress),
          holds: i % 2 == 0 && experiment.canHold(in: i / 2)
        )
      }
    )
    remains = RemainsPools(organs: experiment.host.organs.count)
    clots = Clots(organs: experiment.host.organs.count)
    sample = Sample(sampled, of: experiment.agents)
    census = Census(sites: sites, doses: experiment.doses, sample: sample)
    held = Array(repeating: .init(), count: experiment.host.organs.count)
    plasma = BloodPlasma(experiment, chance)
    pools = HostPools(experiment)
    shares = experiment.tissues.indices.map { experiment.represented(by: $0) }
    acting = placeStress.indices.map { signals(program.nothing, in: $0) }
  }

  /// Time reached, min.
  public var time: Double { Double(step) * experiment.clock.step }

  /// Cells alive in the body.
  public var alive: Int { blood.count + organs.count + tissues.reduce(0) { $0 + $1.cells.count } }

  /// Advances the run by one step.
  ///
  /// - Parameter workers: cores that share the fields of a grid; the result does not depend on them.
  /// - Throws: `MassError` when the mass of a factor is not accounted for.
  public mutating func advance(using workers: Workers) throws(MassError) {
    let start = ContinuousClock.now
    let before = spent
    decide()
    let (now, next) = (time, Double(step + 1) * experiment.clock.step)
    pools?.perturb(from: now, to: next)
    change(using: workers)
    sense()
    give()
    circulate()
    license()
    live(using: workers)
    try spread(using: workers)
    step += 1
    let parts = spent.gridCells - before.gridCells + (spent.fields - before.fields)
    spent.body += ContinuousClock.now - start - parts
  }

  /// Bytes that the state of a model takes at most: cells, fields, what it remembers of places.
  public static func bytes(_ experiment: Experiment) -> Double {
    let places = 2 * Double(experiment.host.organs.count)
    let histories =
      Double(PlaceHistories.bytesPerStep) * places * Double(experiment.clock.steps)
    let fields = experiment.tissues.reduce(0.0) { sum, tissue in
      sum
        + FieldTransport.bytes(
          tissue.shape,
          factors: tissue.fields.count,
          regions: !tissue.region.isEmpty
        )
    }
    let agents = Double(experiment.agents) * experiment.growth
    // Arrays that grow have room for a quarter more, more or less.
    let cells =
      1.25 * agents * Double(OrganCells.bytesPerCell)
      + experiment.agentsOnGrids
      * Double(GridCells.bytesPerCell(rows: experiment.product.terms.names.count + 1))
    let hosts = experiment.hostCells
    let rows = experiment.kinds.reduce(1) { max($0, $1.names.count) }
    return histories + fields + cells + 2 * hosts * Double(HostCells.bytesPerCell(rows: rows))
  }

  /// Whether cells live in the body or are to be given.
  private var isAnyoneLeft: Bool {
    alive > 0 || tissues.contains(where: \.isInhabited)
      || experiment.doses.indices.contains {
        census.decision(on: $0) != .refused && census.agents[$0] < experiment.doses[$0].agents
      }
  }

  /// What an observation is made of.
  struct Parts {
    let sites: Sites, time: Double
    let blood: BloodCells, organs: OrganCells, tissues: [TissueState]
    let remains: RemainsPools, clots: Clots, census: Census, roster: Roster
    let sample: Sample, chance: Chance, microvessels: [Double], plasma: BloodPlasma?,
      pools: HostPools?
    /// Damage of a cell off the grids, 1/min.
    let damage: (OrganCells.Resident) -> Double
  }

  /// What the run looks like now; observing changes nothing.
  ///
  /// - Parameters:
  ///   - parts: what is looked at.
  ///   - shrink: voxels along an axis that a place of a slice stands for.
  ///   - workers: cores that carry fields on that are held, where factors are looked at.
  /// - Returns: what is seen.
  public func observe(
    _ parts: Snapshot.Parts = .whole,
    shrink: Int = 1,
    using workers: Workers = Workers(count: 1)
  ) -> Snapshot {
    let isWhole = parts.isSuperset(of: .whole)
    return Snapshot(
      Parts(
        sites: sites,
        time: time,
        blood: blood,
        organs: organs,
        tissues: isWhole ? tissues.map { $0.upToDate(at: step, using: workers) } : tissues,
        remains: remains,
        clots: clots,
        census: census,
        roster: roster,
        sample: sample,
        chance: chance,
        microvessels: microvessels,
        plasma: plasma,
        pools: pools,
        damage: { clock.damage($0, step: UInt32(step), places) }
      ),
      experiment: experiment,
      parts: parts,
      shrink: shrink
    )
  }

  /// The grids in full as they stand: for each grid a frame of each part; taking them changes nothing.
  public func frames(_ parts: [Frame.Part], using workers: Workers) -> [Frame] {
    tissues.flatMap { tissue in
      let tissue = parts.contains(.fields) ? tissue.upToDate(at: step, using: workers) : tissue
      return parts.map { Frame($0, of: tissue, in: experiment, at: time) }
    }
  }

  /// Goes through the state; a model that is read back was made of the same experiment.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&step)
    try blood.visit(&visitor)
    try organs.visit(&visitor)
    for t in tissues.indices { try tissues[t].visit(&visitor) }
    try places.visit(&visitor)
    try remains.visit(&visitor)
    try clots.visit(&visitor)
    try census.visit(&visitor)
    try roster.visit(&visitor)
    try plasma?.visit(&visitor)
    try pools?.visit(&visitor)
  }

  /// Checks that a state that was read, with room for the doses of the experiment, is one of it: no number is out of its
  /// bounds, every cell is one that was given or born, and what is counted of cells is what there is of them.
  ///
  /// - Throws: `StateError` where it is not.
  func checkState() throws(StateError) {
    guard (0...experiment.clock.steps).contains(step) else { throw StateError.unexpected }
    let dt = experiment.clock.step
    let end = step > 0 ? Double(step - 1) * dt + dt : 0
    let entered = census.agents
    guard places.isSound(at: step), remains.isSound(organs: experiment.host.organs.count),
      clots.isSound(organs: experiment.host.organs.count),
      census.isSound(by: end, time: time, sites: sites.count),
      census.lumen.count == experiment.host.organs.count, roster.isSound(entered: entered),
      plasma?.isSound ?? true, pools?.isSound ?? true
    else { throw StateError.unexpected }
    var enrolment = Enrolment(
      step: step,
      time: time,
      levels: experiment.product.terms.names.count,
      agents: experiment.agents,
      doses: experiment.doses.count,
      organs: experiment.host.organs.count,
      dose: { [roster] in roster.dose(of: $0, entered: entered) },
      weight: { [roster] in roster.weight(of: $0) }
    )
    guard blood.isSound(&enrolment), organs.isSound(&enrolment, places) else {
      throw StateError.unexpected
    }
    for tissue in tissues {
      guard tissue.isSound(before: step, &enrolment) else { throw StateError.unexpected }
    }
    guard census.agrees(with: enrolment, roster, sites: sites.count) else {
      throw StateError.unexpected
    }
  }

  /// What the run looks like as it stands, its fields not carried on: what a whole observation of it is made of.
  var outline: Snapshot {
    Snapshot(
      Parts(
        sites: sites,
        time: time,
        blood: blood,
        organs: organs,
        tissues: tissues,
        remains: remains,
        clots: clots,
        census: census,
        roster: roster,
        sample: sample,
        chance: chance,
        microvessels: microvessels,
        plasma: plasma,
        pools: pools,
        damage: { clock.damage($0, step: UInt32(step), places) }
      ),
      experiment: experiment,
      parts: .whole,
      shrink: 1
    )
  }

  /// Makes room for the doses of the experiment, after a state with others was read.
  mutating func adoptDoses() { census.adopt(experiment.doses) }

  // MARK: - The step

  private mutating func change(using workers: Workers) {
    for t in tissues.indices { tissues[t].change(before: step, using: workers) }
    guard !experiment.factorDoses.isEmpty || experiment.formulation != nil else { return }
    let filling = filling(until: time + experiment.clock.step)
    for t in tissues.indices {
      let organ = tissues[t].tissue.organ
      let isFilled = experiment.formulation?.surrounds(organ: organ, grid: t) ?? false
      tissues[t].give(
        before: step,
        share: experiment.shareOfPut(into: t),
        filling: isFilled ? filling : 0,
        using: workers
      )
    }
  }

  /// How much of a formulation is put in from now until a time (min): the planned doses bring it once together.
  private func filling(until end: Double) -> Double {
    func isNow(_ start: Double) -> Bool { start >= time && start < end }
    let factors = experiment.factorDoses
    let planned = experiment.doses.filter { $0.condition == nil }.reduce(0) {
      $0 + Double($1.cells)
    }
    let cells = experiment.doses.enumerated().reduce(0.0) { sum, dose in
      let isGiven = isNow(dose.element.start) && census.decision(on: dose.offset) == .given
      return isGiven ? sum + Double(dose.element.cells) : sum
    }
    let parts = factors.filter { isNow($0.start) }.count
    return (planned > 0 ? cells / planned : 0)
      + (factors.isEmpty ? 0 : Double(parts) / Double(factors.count))
  }

  /// Decides on the doses that depend on how the host is.
  private mutating func decide() {
    for (d, dose) in experiment.doses.enumerated() where census.decision(on: d) == .open {
      guard let condition = dose.condition, condition.time < time + experiment.clock.step
      else { continue }
      guard let matter = tissues[condition.tissue].matter else {
        preconditionFailure("a condition on tissue that is followed")
      }
      census.decide(on: d, isGiven: condition.isMet(by: matter.mean))
    }
  }

  /// Looks at what acts on cells off the grids: the mean of the blocks of their organ, and what the host states.
  private mutating func sense() {
    for (organ, properties) in experiment.host.organs.enumerated()
    where properties.activation != nil {
      held[organ] = experiment.endothelium(of: organ, at: time).binding(tnf: 0, cxcl12: 0)
    }
    for t in tissues.indices { tissues[t].prescribe(at: time) }
    sensePlasma()
    for block in blocks {
      let means = block.mean(of: tissues) { [plasma] name in
        plasma.flatMap { $0.level(named: name, in: block.organ) } ?? 0
      }
      let levels = block.senses.levels { means[$0] }
      for place in 2 * block.organ...2 * block.organ + 1 {
        acting[place] = signals(levels, in: place)
      }
      held[block.organ] = experiment.endothelium(of: block.organ, at: time).binding(
        tnf: program.activator(levels),
        cxcl12: block.senses.attractant { means[$0] }
      )
    }
  }

  /// Looks at what plasma brings to cells off the grids of organs that have none.
  private mutating func sensePlasma() {
    guard let plasma else { return }
    let gridded = Set(blocks.map(\.organ))
    for organ in experiment.host.organs.indices where !gridded.contains(organ) {
      let levels = plasma.senses.levels { max(0, plasma.level($0, in: organ)) }
      for place in 2 * organ...2 * organ + 1 { acting[place] = signals(levels, in: place) }
    }
  }

  /// What some levels of signals lead to in a place.
  private func signals(_ levels: CellProgram.Levels, in place: Int) -> PlaceSignals {
    let laws = experiment.laws
    return PlaceSignals(
      levels,
      stress: laws.survival.lastingStress(of: placeStress[place]),
      program
    )
  }

  /// Share of the segments of each organ that cells and clot occlude.
  private func occluded() -> [Double] {
    microvessels.indices.map { organ in
      let cells = Occlusion.fraction(
        arrested: Double(census.lumen[organ]),
        vessels: microvessels[organ]
      )
      return clots.occluded(organ, cells: cells)
    }
  }

  /// Lets clot grow and dissolve for a step.
  private mutating func clot() {
    clots.advance(
      experiment.laws.clot,
      clearance: experiment.laws.remains.debrisClearance,
      experiment.product,
      coagulation: experiment.host.coagulation,
      living: census.lumen,
      vessels: microvessels,
      by: experiment.clock.step
    )
    clots.note(occluded: occluded()[circulation.lung])
  }

  /// Lets the cells due in this step enter, in order; each batch meets what the one before occluded.
  private mutating func give() {
    var occluded = occluded()
    var flow = circulation.diverted(by: occluded)
    let end = time + experiment.clock.step
    let damage = Float(experiment.product.condition.damage)
    let law = experiment.laws.remains
    for (d, dose) in experiment.doses.enumerated() where census.decision(on: d) == .given {
      let living = census.living[d]
      let batch = max(1, min(Self.largestBatch, dose.agents / 4096))
      for n in census.agents[d]..<dose.entered(before: end) {
        let identity = roster.first[d] + n
        let cells = dose.weight(of: n)
        if n % batch == 0 {
          occluded = self.occluded()
          flow = circulation.diverted(by: occluded)
        }
        census.enter(cells, dose: d)
        guard experiment.product.isViable(identity, chance) else {
          census.bury(thawedDead: identity, cells, dose: d)
          buryDead(identity, cells, dose)
          continue
        }
        let cell = Cell(
          identity: identity,
          episode: 0,
          damage: damage,
          budget: experiment.product.traits.areInert
            ? Cell.endless : Float(chance.block(.hazard, cell: identity).exponential),
          licensing: experiment.product.priming
        )
        guard let start = inject(cell, dose) else { continue }
        let wait = circulation.dwell(start) * chance.block(.injection, cell: identity).exponential
        follow(cell, from: start, jump: dose.entry(of: n) + wait, jumps: 0, flow, occluded) {
          $0.append(cell, at: $1, nextJump: $2, jumps: $3)
        }
      }
      // What cells lost between labelling and entry comes in with them, in soluble form.
      let lost = law.onLiveCell(after: 0) - law.onLiveCell(after: max(0, time - dose.start))
      remains.dissolve(
        census.newLabel(of: d) * (law.label?.free ?? 0)
          + Double(census.living[d] - living) * lost,
        law,
        experiment.host
      )
    }
  }

  /// Places cells that are dead when given where living cells would first arrest.
  private mutating func buryDead(_ identity: UInt32, _ cells: Int, _ dose: Dose) {
    let label = experiment.laws.remains.onLiveCell(after: 0)
    let rest: Int
    var isInBlood = true
    switch dose.route {
    case .intravenous: rest = circulation.lung
    case .intraArterial(let organ): rest = organ
    case .deposit(let organ, let retention, let shed):
      let draw = chance.block(.injection, cell: identity, step: 1)
      if draw.uniform < retention {
        rest = organ
        isInBlood = false
      } else if draw.secondUniform < shed {
        remains.excrete(Double(cells) * label)
        return
      } else {
        rest = circulation.filter(after: .organ(organ)) ?? circulation.lung
      }
    }
    remains.bury(cells: Double(cells), label: label, in: rest)
    if isInBlood { clots.bury(cells: Double(cells), in: rest) }
    if let spot = spot(for: identity, episode: 0, in: rest, isPut: !isInBlood) {
      let voxel = tissues[spot.tissue].tissue.shape.voxel(
        x: spot.place.x,
        y: spot.place.y,
        z: spot.place.z
      )
      tissues[spot.tissue].bury(Corpse(identity: identity, voxel: voxel))
    }
  }

  /// Where in blood a cell begins, or `nil` where it stays at the site of injection or is shed.
  private mutating func inject(_ cell: Cell, _ dose: Dose) -> Circulation.Place? {
    switch dose.route {
    case .intravenous: return .veins
    case .intraArterial(let organ): return .inlet(organ)
    case .deposit(let organ, let retention, let shed):
      let draw = chance.block(.injection, cell: cell.identity, step: 1)
      if draw.uniform < retention {
        lodge(cell, in: organ, .tissue)
        return nil
      }
      guard draw.secondUniform < shed else { return .organ(organ) }
      let cells = roster.weight(of: cell.identity)
      let d = roster.dose(of: cell.identity)
      census.shed(cell.identity, cells, site: organ, dose: d)
      remains.excrete(Double(cells) * experiment.laws.remains.onLiveCell(after: 0))
      return nil
    }
  }

  private mutating func circulate() {
    let occluded = occluded()
    let flow = circulation.diverted(by: occluded)
    var arrested: [Int] = []
    for i in 0..<blood.count where blood.nextJump[i] < time + experiment.clock.step {
      let stays = follow(
        blood.cells[i],
        from: blood.place[i],
        jump: blood.nextJump[i],
        jumps: blood.jumps[i],
        flow,
        occluded
      ) { $0.move(i, to: $1, nextJump: $2, jumps: $3) }
      if !stays { arrested.append(i) }
    }
    blood.remove(at: arrested)
  }

  /// Follows a cell in blood to the end of the step: lodges it where it arrests, or calls `stay`.
  @discardableResult
  private mutating func follow(
    _ cell: Cell,
    from place: Circulation.Place,
    jump: Double,
    jumps: UInt32,
    _ flow: Circulation,
    _ occluded: [Double],
    stay: (inout BloodCells, Circulation.Place, Double, UInt32) -> Void
  ) -> Bool {
    let law = experiment.laws.arrest
    let diameter = experiment.product.diameter(of: cell.identity, chance)
    let carriesReceptor = experiment.product.carriesReceptor(cell.identity, chance)
    var jumps = jumps
    let landing = flow.follow(
      from: place,
      time: jump,
      until: time + experiment.clock.step,
      draw: {
        jumps += 1
        return chance.block(.jump, cell: cell.identity, step: jumps, draw: cell.episode)
      },
      pass: { organ in
        Circulation.Pass(
          of: diameter,
          through: experiment.host.organs[organ],
          law,
          leaves,
          occluded: occluded[organ],
          adheres: law.adhesion * held[organ][carriesReceptor]
        )
      }
    )
    switch landing {
    case .circulating(let place, let until):
      stay(&blood, place, until, jumps)
      return true
    case .arrested(let organ):
      census.lumen[organ] += roster.weight(of: cell.identity)
      lodge(cell, in: organ, .lumen)
      return false
    }
  }

  /// Puts a cell that comes to an organ into one of its blocks, in proportion to their share of
  /// the organ, or into the remainder.
  private mutating func lodge(_ cell: Cell, in organ: Int, _ niche: Niche) {
    let spot = spot(for: cell.identity, episode: cell.episode, in: organ, isPut: niche == .tissue)
    guard let spot else {
      reside(cell, OrganCells.place(organ: organ, niche), from: UInt32(step))
      return
    }
    tissues[spot.tissue].cells.append(
      cell,
      standingFor: roster.weight(of: cell.identity),
      niche,
      step: UInt32(step),
      at: spot.place,
      on: tissues[spot.tissue].tissue.shape,
      experiment.product,
      chance
    )
  }

  /// Where on a grid a cell comes to rest that comes to an organ by blood or is put into it, um; `nil` for
  /// the remainder.
  private func spot(for cell: UInt32, episode: UInt32, in organ: Int, isPut: Bool) -> (
    tissue: Int, place: (x: Double, y: Double, z: Double)
  )? {
    let draw = chance.block(.lodging, cell: cell, step: episode)
    var share = draw.uniform
    for t in tissues.indices where tissues[t].tissue.organ == organ {
      let shape = tissues[t].tissue.shape
      share -=
        isPut ? experiment.shareOfPut(into: t) : experiment.share(of: t, arrivingAt: time)
      guard share < 0 else { continue }
      let spot = chance.block(.lodging, cell: cell, step: episode, draw: 1)
      let (x, y, z) = (spot.uniform, spot.secondUniform, draw.secondUniform)
      var place: (x: Double, y: Double, z: Double) =
        isPut
        ? tissues[t].bed.place(x, y, z)
        : (x * shape.extent.x, y * shape.extent.y, z * shape.extent.z)
      if let height = tissues[t].tissue.planes?.product { place.z = height }
      return (t, place)
    }
    return nil
  }

  private mutating func license() {
    organs.license(program, acting, responsiveness: responsiveness, by: experiment.clock.step)
  }

  /// R of each dose in the middle of the step.
  private var responsiveness: [Double] {
    let middle = time + experiment.clock.step / 2
    return experiment.doses.map { dose in
      experiment.product.condition.sinceThaw.map {
        experiment.laws.licensing.responsiveness(sinceThaw: $0 + middle - dose.start)
      } ?? 1
    }
  }

  private mutating func live(using workers: Workers) {
    let laws = experiment.laws
    let first = experiment.firstDose
    let killing = laws.killing.hazard(
      in: experiment.host.immunity,
      sinceFirstDose: time - first,
      isSensitised: laws.killing.sensitises(chance),
      isMetAgain: experiment.doses.indices.contains {
        let start = experiment.doses[$0].start
        return start <= time && start >= first + laws.killing.onset
          && census.decision(on: $0) == .given
      }
    )
    let now = LifeStep(
      laws.survival,
      leaves,
      killing: killing.sum,
      number: UInt32(step),
      length: length,
      chance: chance,
      lastEntry: roster.lastEntry(before: time + experiment.clock.step),
      entry: { [roster] cell in roster.entry(of: cell) },
      weight: { [roster] cell in roster.weight(of: cell) }
    )
    // Now and then, for it takes as long as a few looks.
    if organs.count == 0, step % 64 == 0 { places.forget() }
    places.extend(by: experiment.clock.step) { place in
      let (organ, isLumen) = (place / 2, place % 2 == 0)
      return PlaceHistories.Acting(
        steady: acting[place].steady,
        killing: killing.part(
          isLumen ? 1 : experiment.exposure(in: organ),
          natural: experiment.host.organs[organ].naturalKillers
        ).sum,
        binding: isLumen ? held[organ] : .init()
      )
    }
    var events = clock.advance(&organs, now, places, using: workers)
    let ready = responsiveness
    // A cell that is born has recovered as the first dose has.
    let isDividing = experiment.product.terms.division != nil && !roster.first.isEmpty
    let start = ContinuousClock.now
    for t in tissues.indices {
      let organ = tissues[t].tissue.organ
      var step = GridStep(
        now,
        program,
        responsiveness: isDividing ? ready + ready.prefix(1) : ready,
        first: isDividing ? roster.first + [Roster.leastBorn] : roster.first,
        laws.crawling.slowed(to: experiment.mobility(in: organ, grid: t)),
        place: experiment.stress(in: organ, grid: t),
        site: sites.organs + t,
        isPlane: tissues[t].tissue.planes != nil,
        // Cells may come from another block with an axis that is active.
        isPrimed: experiment.product.priming != .init() || !program.restsAlone || tissues.count > 1
          || plasma != nil,
        shielding: laws.contact.shielding,
        shield: experiment.product.terms.knownRow(of: experiment.product.terms.shield),
        killing: killing.part(
          experiment.exposure(in: organ, grid: t),
          natural: experiment.host.organs[organ].naturalKillers
        )
      )
      step.endothelium = experiment.endothelium(of: organ, at: time)
      step.calibre = experiment.host.organs[organ].calibre
      step.restingHLA = laws.contact.restingHLA
      events += recruit(to: t) { $0.live(step, laws.killing, supply: $1, using: workers) }
    }
    spent.gridCells += ContinuousClock.now - start
    events += blood.live(now, program, place: experiment.bloodStress.damage, site: sites.blood)
    clear()
    // Numbers are put in order rather than events, which are large.
    let order = events.enumerated().map { (cell: $1.cell.identity, position: UInt32($0)) }
      .sorted { $0.cell < $1.cell }
    for next in order { apply(events[Int(next.position)]) }
    clot()
  }

  /// Takes a grid through a step, in which it recruits host cells from what blood has to give.
  private mutating func recruit(
    to t: Int,
    _ live: (inout TissueState, [HostPopulations.Supply?]) -> [ClockEvent]
  ) -> [ClockEvent] {
    let kinds = tissues[t].hosts.kinds
    guard let pools else { return live(&tissues[t], []) }
    let supply = kinds.map { kind in
      kind.recruitment?.source.flatMap { pools.supply(of: $0, weight: shares[t]) }
    }
    let events = live(&tissues[t], supply)
    for (kind, drawn) in zip(kinds, tissues[t].hosts.drawn) where drawn > 0 {
      guard let source = kind.recruitment?.source else { continue }
      self.pools?.draw(Double(drawn) * shares[t], of: source)
    }
    return events
  }

  /// Lets remains fade for a step, and live cells leak their label.
  private mutating func clear() {
    let law = experiment.laws.remains
    remains.advance(law, experiment.host, by: experiment.clock.step)
    remains.dissolve(
      census.leak(law, from: time, to: time + experiment.clock.step),
      law,
      experiment.host
    )
  }

  private mutating func apply(_ event: ClockEvent) {
    let organ = sites.organ[event.site]
    let cells = roster.weight(of: event.cell.identity)
    if event.niche == .lumen, let organ { census.lumen[organ] -= cells }
    let end = time + experiment.clock.step
    switch event.ring {
    case .death(let cause):
      let dose = roster.dose(of: event.cell.identity)
      if organ == nil || event.niche == .lumen {
        clots.bury(cells: Double(cells), in: organ ?? circulation.lung)
      }
      census.bury(event.cell.identity, cells, cause, site: event.site, dose: dose)
      remains.bury(
        cells: Double(cells),
        label: experiment.laws.remains.onLiveCell(after: end - experiment.doses[dose].start)
          * census.dilution[dose],
        in: organ ?? circulation.lung
      )
    case .division(let overspent): bear(event, overspent: overspent, cells)
    case .release:
      guard let organ else { preconditionFailure("cells in blood are not released") }
      blood.append(
        event.cell,
        at: .organ(organ),
        nextJump: end,
        jumps: 0
      )
    case .extravasation:
      guard let organ, event.site < sites.organs else { return }
      reside(event.cell, OrganCells.place(organ: organ, .tissue), from: UInt32(step) + 1)
    }
  }

  /// Lets a cell divide where it is; its daughter goes on from the end of the step.
  private mutating func bear(_ event: ClockEvent, overspent: Float, _ cells: Int) {
    let next = UInt32(step) + 1
    let daughter = event.cell.daughter(
      roster.bear(by: event.cell.identity),
      overspent: overspent,
      chance
    )
    census.bear(cells, dose: roster.dose(of: event.cell.identity))
    if event.niche == .lumen, let organ = sites.organ[event.site] {
      census.lumen[organ] += 2 * cells
    }
    if let place = event.circulating {
      let wait =
        circulation.dwell(place) * chance.block(.injection, cell: daughter.identity).exponential
      let end = time + experiment.clock.step
      blood.append(daughter, at: place, nextJump: end + wait, jumps: 0)
    } else if let place = event.place {
      let t = event.site - sites.organs
      tissues[t].cells.append(
        daughter,
        standingFor: cells,
        event.niche,
        step: event.stay?.since ?? next,
        at: place,
        on: tissues[t].tissue.shape,
        experiment.product,
        chance
      )
    } else if let organ = sites.organ[event.site] {
      let place = OrganCells.place(organ: organ, event.niche)
      for cell in [event.cell, daughter] {
        reside(cell, place, from: next, goingOnWith: event.stay)
      }
    }
  }

  /// Puts a cell into a place off the grids at the start of a step, where it came at that time or goes on with the stay of the
  /// cell it was born of.
  private mutating func reside(
    _ cell: Cell,
    _ place: UInt8,
    from step: UInt32,
    goingOnWith stay: ClockEvent.Stay? = nil
  ) {
    organs.append(
      cell,
      standingFor: roster.weight(of: cell.identity),
      dose: roster.dose(of: cell.identity),
      place: place,
      step: step,
      places,
      goingOnWith: stay
    )
  }

  private mutating func spread(using workers: Workers) throws(MassError) {
    let isSensed = isAnyoneLeft
    let occluded = occluded()
    for t in tissues.indices {
      spending(\.fields) {
        $0.tissues[t].perfuse(
          open: 1 - occluded[$0.tissues[t].tissue.organ],
          from: $0.step,
          isSensed: isSensed,
          using: workers
        )
      }
      spending(\.fields) { $0.tissues[t].catchUp(to: $0.step, isSensed: isSensed, using: workers) }
      spending(\.gridCells) { $0.tissues[t].exchangeFactors(in: $0.step, using: workers) }
      if let plasma {
        let organ = tissues[t].tissue.organ
        tissues[t].meet { plasma.level($0, in: organ) }
      }
      spending(\.fields) { $0.tissues[t].spread($0.step, isSensed: isSensed, using: workers) }
      try tissues[t].audit(at: time + experiment.clock.step)
    }
    try carryPlasma()
  }

  /// Takes pools of host cells through a step, and lets plasma take what cells and grids give to it, and bring it to the organs.
  private mutating func carryPlasma() throws(MassError) {
    let (now, next, carrier) = (time, Double(step + 1) * experiment.clock.step, plasma)
    pools?.advance(from: now, to: next, carrier)
    let given = carrier.flatMap { [pools] in pools?.given($0) } ?? []
    guard let factors = plasma?.factors.count else { return }
    let grids = tissues.indices.map { tissues[$0].exchangeWithPlasma(of: factors) }
    plasma?.advance(
      step,
      blood,
      organs,
      tissues,
      weight: { [roster] in roster.weight(of: $0) },
      pools: given,
      grids: grids
    )
    try plasma?.audit(at: time + experiment.clock.step)
  }

  /// Counts the time that a part of the step takes.
  private mutating func spending(
    _ part: WritableKeyPath<Spent, Duration>,
    _ body: (inout Model) -> Void
  ) {
    let start = ContinuousClock.now
    body(&self)
    spent[keyPath: part] += ContinuousClock.now - start
  }
}
