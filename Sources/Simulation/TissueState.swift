import Agents
import Body
import Fields
import Laws
import Matter
import Substrate
import Vocabulary

/// A grid of tissue, or of a well, as it stands: its factors, the cells on it and what they lie in.
struct TissueState {
  let tissue: Tissue
  let senses: Senses
  var cells: GridCells
  private(set) var hosts: HostPopulations
  private(set) var matter: TissueMatter?
  private let step: Double
  private let terms: CellTerms
  private var factors: DissolvedFactors
  private let contact: Contact
  private let corpseDecay: Double
  private var contacts: GridContacts
  private var corpses: [Corpse] = []
  private let repair: TissueRepair?
  private let tissueSenses: TissueSenses

  init(_ tissue: Tissue, number: Int, _ experiment: Experiment, _ chance: Chance) {
    self.tissue = tissue
    step = experiment.clock.step
    let carried = tissue.fields.map { $0.factor.sized(as: experiment.vesicles) }
    // A grid without host cells at the start has no kinds: none come.
    let kinds = tissue.populations.isEmpty ? [] : experiment.kinds
    senses = Senses(
      carried,
      host: experiment.host.immunity.species ?? experiment.host.species,
      cell: experiment.product.species,
      experiment.program
    )
    terms = experiment.product.terms
    cells = GridCells(
      rows: terms.names.count,
      areFrail: experiment.laws.survival.frailtyVariation > 0
    )
    tissueSenses = TissueSenses(carried, tissue.matter?.terms ?? TissueTerms())
    factors = DissolvedFactors(
      tissue,
      number: number,
      experiment,
      carried,
      kinds,
      sensed: Set(
        Array(senses.all)
          + carried.indices.filter { experiment.product.brakes.contains(carried[$0].name) }
          + kinds.flatMap { $0.signals(among: carried) }
          + (tissue.matter == nil ? [] : tissueSenses.all)
      ),
      chance
    )
    matter = tissue.matter.map { TissueMatter(shape: tissue.shape, initial: $0.start) }
    repair = experiment.laws.repair.map { tissue.matter?.terms.changed($0) ?? $0 }
    var contact = experiment.laws.contact
    contact.polarisationPerCorpse *= experiment.product.clearance.efferocytosis
    contact.polarisationByAntibody *= experiment.product.clearance.efferocytosis
    contact.exposure = experiment.exposure(in: tissue.organ, grid: number)
    self.contact = contact
    corpseDecay = experiment.laws.remains.dnaDecay
    contacts = GridContacts(
      contact,
      on: tissue.shape,
      isPlane: tissue.planes != nil,
      contacts: Set(kinds.flatMap(\.contacts) + experiment.program.contacts),
      killers: Set(kinds.filter { $0.killing > 0 }.map(\.target)),
      reachesTissue: tissue.matter != nil,
      shown: experiment.product.traits.areInert ? nil : terms.knownRow(of: terms.shown),
      hla: terms.knownRow(of: terms.shield)
    )
    var triggered = kinds.map { _ in 0.0 }
    for population in tissue.populations { triggered[population.kind] = population.triggered }
    hosts = HostPopulations(
      kinds,
      triggered: triggered,
      on: tissue.shape,
      carried,
      first: UInt32(number) << 28
    )
    for population in tissue.populations {
      hosts.seed(
        population.cells,
        of: population.kind,
        height: tissue.planes?.hosts,
        chance
      )
    }
  }

  /// The fields of the factors.
  var fields: FieldStack { factors.fields }
  /// Positions of the factors that are solved.
  var solved: [Int] { factors.solved }
  /// The voxels that receive cells put into tissue.
  var bed: TissueBed { factors.bed }
  /// What cells, tissue and vessels give and take.
  var exchange: GridExchange { factors.exchange }

  /// Whether cells of any sort live here, or tissue that is followed.
  var isInhabited: Bool { cells.count > 0 || hosts.count > 0 || matter != nil }

  /// How many cells there are to sense and change the fields, of all sorts.
  private var inhabitants: Int { cells.weight + hosts.count }

  /// Gives factors before a step; see `DissolvedFactors`.
  mutating func give(
    before number: Int,
    share: Double,
    filling: Double,
    using workers: Workers
  ) {
    factors.give(before: number, share: share, filling: filling, cells: inhabitants, using: workers)
  }

  /// Writes the given fields of a time (min).
  mutating func prescribe(at time: Double) { factors.prescribe(at: time) }

  /// Says which share of the segments of microvessels is open to blood from now on.
  mutating func perfuse(
    open share: Double,
    from number: Int,
    isSensed: Bool,
    using workers: Workers
  ) {
    factors.perfuse(
      open: share,
      from: number,
      cells: inhabitants,
      isSensed: isSensed,
      using: workers
    )
  }

  /// Does to the medium what is due before a step.
  mutating func change(before number: Int, using workers: Workers) {
    factors.change(before: number, cells: inhabitants, using: workers)
  }

  /// Leaves what is dead where it came to rest: food for those who eat, where some do.
  mutating func bury(_ corpse: Corpse) {
    if hosts.kinds.contains(where: { $0.eating > 0 }) { corpses.append(corpse) }
  }

  /// Takes the cells through a step: the product's, then the host's, each as the others stood at its start.
  ///
  /// - Parameters:
  ///   - step: the step of the product's cells, before it is known which killers are about them.
  ///   - killing: which killers act.
  ///   - supply: what blood has to give of the cells that each kind is recruited from.
  ///   - workers: cores that share the work.
  /// - Returns: the product's cells whose clock rang.
  mutating func live(
    _ step: GridStep,
    _ killing: Killing,
    supply: [HostPopulations.Supply?],
    using workers: Workers
  ) -> [ClockEvent] {
    guard !hosts.kinds.isEmpty || matter != nil else {
      return cells.live(step, &factors.fields, senses, using: workers)
    }
    let life = step.hosts(height: tissue.planes?.hosts)
    let killers = Set(
      zip(hosts.kinds, hosts.cells).filter { $0.killing > 0 && $1.count > 0 }.map(\.0.target)
    )
    contacts.look(
      cells,
      hosts.cells,
      hosts.kinds,
      natural: killing.natural,
      mismatch: killing.mismatch,
      life
    )
    let events = cells.live(
      killers.isEmpty ? step : step.among(killers),
      &factors.fields,
      senses,
      &contacts,
      using: workers
    )
    var killed: [Victim] = []
    for event in events {
      guard case .death(let cause) = event.ring, let voxel = event.voxel else { continue }
      let corpse = Corpse(
        identity: event.cell.identity,
        voxel: voxel,
        isMarked: cause == .killing && !event.isByNeighbours
          && step.marks(event.cell.identity, killers)
      )
      bury(corpse)
      if cause == .killing, event.isByNeighbours {
        let protein = Double(event.cell.licensing[step.shield])
        let spared = contact.shielding * protein
        // T cells kill none that match.
        let hla = killing.mismatch > 0 ? contact.hla(protein: protein) : 0
        killed.append(Victim(corpse, spared: spared, hla: hla))
      }
    }
    hosts.resolveContacts(
      killed: killed,
      corpses: &corpses,
      contact,
      contacts,
      decay: corpseDecay,
      life
    )
    hosts.live(life, &factors.fields, &contacts, supply: supply, using: workers)
    if let repair {
      matter?.advance(
        repair,
        tissueSenses,
        &factors.fields,
        &contacts,
        by: self.step,
        using: workers
      )
    }
    return events
  }

  /// Carries those solved fields on that cannot wait until a step; `isSensed` where a living cell is left to sense them.
  mutating func catchUp(to number: Int, isSensed: Bool, using workers: Workers) {
    factors.catchUp(to: number, cells: inhabitants, isSensed: isSensed, using: workers)
  }

  /// Lets cells, tissue and vessels give and take in a step.
  mutating func exchangeFactors(in number: Int, using workers: Workers) {
    guard !factors.solved.isEmpty else { return }
    let share = factors.share
    let exchange = factors.exchange
    factors.giveYields(share: share)
    cells.exchange(
      exchange.secretion,
      exchange.uptake,
      &factors.fields,
      senses,
      row: { [terms] in terms.knownRow(of: $0) },
      share: share,
      using: workers
    )
    hosts.exchange(
      given: exchange.hostGiven,
      taken: exchange.hostTaken,
      &factors.fields,
      &contacts,
      share: share,
      using: workers
    )
    factors.releaseFormulation(share: share)
    if let law = tissue.matter {
      matter?.give(law.outputs, share: share, &factors.fields, using: workers)
      let perfusion = law.perfusion.map { exchange in
        let more = factors.added(exchange.factor, from: number, to: number + 1) ?? 0
        let open = factors.perfusion(of: exchange.factor)
        return (
          factor: exchange.factor, rate: exchange.rate * open, blood: max(0, exchange.blood + more)
        )
      }
      matter?.perfuse(perfusion, share: share, &factors.fields, using: workers)
      if let matter, !perfusion.isEmpty { factors.see(matter.vessels) }
    }
  }

  /// Carries those solved fields on that are due after a step.
  mutating func spread(_ number: Int, isSensed: Bool, using workers: Workers) {
    factors.spread(number, cells: inhabitants, isSensed: isSensed, using: workers)
  }

  /// Meets the plasma of a step, whose level of each factor that it carries `level` tells, nM.
  mutating func meet(_ level: (Int) -> Double) { factors.meet(level) }

  /// What the tissue clears of plasma (um³/min) and gives to it in a step (nM um³), of each of so many factors that plasma carries.
  mutating func exchangeWithPlasma(of number: Int) -> [(clearance: Double, given: Double)] {
    factors.exchangeWithPlasma(of: number)
  }

  /// The grid with all its fields carried on to the start of a step.
  func upToDate(at number: Int, using workers: Workers) -> TissueState {
    guard let factors = factors.upToDate(at: number, cells: inhabitants, using: workers) else {
      return self
    }
    var state = self
    state.factors = factors
    return state
  }

  /// Amount of a factor as cells sense it, nM um³.
  func amount(of factor: Int) -> Double { factors.amount(of: factor) }

  /// Looks whether the mass of every solved factor is accounted for.
  ///
  /// - Throws: `MassError` for the first that is not.
  func audit(at time: Double) throws(MassError) { try factors.audit(at: time) }
}

extension TissueState {
  /// Whether a state that was read fits the grid at the start of a step; its cells are counted.
  func isSound(before number: Int, _ enrolment: inout Enrolment) -> Bool {
    factors.isSound(before: number)
      && cells.isSound(on: tissue.shape, in: tissue.organ, &enrolment) && hosts.isSound
      && corpses.allSatisfy { (0..<tissue.shape.count).contains($0.voxel) }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try factors.visitFields(&visitor)
    try cells.visit(&visitor)
    try hosts.visit(&visitor)
    try contacts.visit(&visitor)
    try visitor.visit(&corpses)
    try factors.visitStores(&visitor)
    try matter?.visit(&visitor)
    if visitor.isReading, let matter, !(tissue.matter?.perfusion.isEmpty ?? true) {
      factors.see(matter.vessels)
    }
  }
}
