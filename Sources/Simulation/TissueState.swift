import Agents
import Body
import Fields
import Laws
import Matter
import Substrate
import Vocabulary

/// A tissue grid as it stands: its fields and the cells on it.
struct TissueState {
  let tissue: Tissue
  let step: Double
  let senses: Senses
  let solved: [Int]
  private let sensed: Set<Int>
  private var patterns: [GivenPattern]
  let exchange: GridExchange
  private(set) var fields: FieldStack
  private var transport: FieldTransport
  private let rungs: [Int]
  private var cadence: [Cadence]
  private let contact: Contact
  private let corpseDecay: Double
  /// The voxels of what cells and factors were put in; all where that has no region.
  private let bed: [Int32]
  /// Whether the formulation is in place.
  private var isPlaced = false
  /// What each factor meets once it is.
  private let media: [Medium]
  private let plasma: Plasma
  private let factorDoses: [FactorDose]
  private let held: [(field: Int, law: Formulation.Held)]
  /// What the formulation still holds, nM um³, in the order of `held`.
  private var store: [Double]
  /// What comes of factors that cells take, and of vesicles that decay.
  private var products: [Yield], cargo: [Yield]
  private var contacts: GridContacts
  private var corpses: [Corpse] = []
  private(set) var hosts: HostPopulations
  private(set) var matter: TissueMatter?
  private let repair: TissueRepair?
  private let tissueSenses: TissueSenses
  var cells = GridCells()

  init(_ tissue: Tissue, number: Int, _ experiment: Experiment, _ chance: Chance) {
    self.tissue = tissue
    step = experiment.clock.step
    let product = experiment.product
    let factors = tissue.fields.map { $0.factor.sized(as: experiment.vesicles) }
    media = zip(tissue.fields, factors).map { field, factor in
      field.medium.scaled(by: field.factor.diffusivity, to: factor.diffusivity)
    }
    plasma = experiment.plasma
    let potency = product.donorPotency(chance)
    factorDoses = experiment.factorDoses.map { $0.of(potency: potency) }
    bed = (0..<Int32(tissue.shape.count)).filter {
      tissue.bed == nil || tissue.region[Int($0)] == tissue.bed?.region
    }
    senses = Senses(
      factors,
      host: experiment.host.immunity.species ?? experiment.host.species,
      cell: product.species
    )
    // A grid without host cells at the start has no kinds: none come.
    let kinds = tissue.populations.isEmpty ? [] : experiment.kinds
    tissueSenses = TissueSenses(factors)
    sensed = Set(
      senses.all + kinds.flatMap { $0.signals(among: factors) }
        + (tissue.matter == nil ? [] : tissueSenses.all)
    )
    matter = tissue.matter.map { TissueMatter(shape: tissue.shape, initial: $0.start) }
    repair = experiment.laws.repair
    var solved: [Int] = []
    var patterns: [GivenPattern] = []
    for (i, field) in tissue.fields.enumerated() {
      switch field.origin {
      case .solved: solved.append(i)
      case .given(let given):
        patterns.append(GivenPattern(field: i, given, on: tissue.shape))
      }
    }
    self.solved = solved
    self.patterns = patterns
    let formulation = experiment.formulation.flatMap {
      $0.surrounds(organ: tissue.organ, grid: number) ? $0 : nil
    }
    held = solved.compactMap { field in
      formulation?.held[factors[field].name].map { (field, $0) }
    }
    store = held.map { _ in 0 }
    cargo = Self.cargo(experiment.vesicles, factors, solved)
    exchange = GridExchange(
      factors,
      solved,
      product,
      kinds,
      fromTissue: (tissue.matter?.outputs.map(\.factor) ?? []) + cargo.map(\.into)
        + held.map(\.field),
      perfused: tissue.matter?.perfusion.map(\.factor) ?? []
    )
    products = exchange.conversions.map { Yield(from: $0.from, into: $0.into, ratio: $0.yield) }
    fields = FieldStack(
      shape: tissue.shape,
      factors: factors,
      media: tissue.bed == nil ? media : media.map(\.withoutLastRegion),
      region: tissue.bed?.before ?? tissue.region,
      halfSaturation: exchange.halfSaturation
    )
    for (i, field) in tissue.fields.enumerated() {
      if case .solved(let initial) = field.origin { fields.fill(i, with: Float(initial)) }
    }
    transport = FieldTransport(tolerance: experiment.fieldTolerance)
    rungs = Cadence.rungs(step: step)
    cadence = factors.map { _ in Cadence() }
    var contact = experiment.laws.contact
    contact.meal *= product.efferocytosis
    contact.exposure = experiment.exposure(in: tissue.organ, grid: number)
    self.contact = contact
    corpseDecay = experiment.laws.remains.dnaDecay
    let killers = Set(kinds.filter { $0.killing > 0 }.map(\.target))
    contacts = GridContacts(
      contact,
      on: tissue.shape,
      isPlane: tissue.planes != nil,
      contacts: Set(kinds.flatMap(\.contacts)),
      killers: killers,
      reachesTissue: tissue.matter != nil
    )
    var triggered = kinds.map { _ in 0.0 }
    for population in tissue.populations { triggered[population.kind] = population.triggered }
    hosts = HostPopulations(
      kinds,
      triggered: triggered,
      on: tissue.shape,
      factors,
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

  /// What vesicles carry, by what comes of their decay.
  private static func cargo(_ vesicles: Vesicles?, _ factors: [Factor], _ solved: [Int])
    -> [Yield]
  {
    guard let vesicles, let from = solved.first(where: { factors[$0].name == Vesicles.factor })
    else { return [] }
    return solved.compactMap { into in
      vesicles.cargo[factors[into].name].map { Yield(from: from, into: into, ratio: $0) }
    }
  }

  /// Where a cell comes to lie that is put into the formulation, um, by three random numbers in 0...1.
  func bedside(_ x: Double, _ y: Double, _ z: Double) -> (x: Double, y: Double, z: Double) {
    let shape = tissue.shape
    guard tissue.bed != nil else {
      return (x * shape.extent.x, y * shape.extent.y, z * shape.extent.z)
    }
    let exact = x * Double(bed.count)
    let voxel = Int(bed[min(bed.count - 1, Int(exact))])
    let (i, j, k) = (
      voxel % shape.nx, voxel / shape.nx % shape.ny, voxel / (shape.nx * shape.ny)
    )
    return (
      (Double(i) + exact - exact.rounded(.down)) * shape.spacing,
      (Double(j) + y) * shape.spacing, (Double(k) + z) * shape.spacing
    )
  }

  /// Gives factors between two times (min): into this tissue what is put into it, and what a formulation
  /// holds; what enters blood is met from now on.
  ///
  /// - Parameters:
  ///   - number: the step that begins.
  ///   - part: share that this grid takes of what is put into the organ.
  ///   - filling: how much of the formulation is put in, with what it holds.
  ///   - workers: cores that share the work.
  mutating func give(
    before number: Int,
    share part: Double,
    filling: Double,
    using workers: Workers
  ) {
    let (from, to) = (Double(number) * step, Double(number + 1) * step)
    for n in held.indices {
      store[n] += filling * held[n].law.level * tissue.shape.voxelVolume * Double(bed.count)
    }
    var amounts: [String: Double] = [:]
    var isFresh = filling > 0
    for dose in factorDoses where dose.share(from: from, to: to) > 0 {
      guard case .deposit(tissue.organ, let retention, _) = dose.route else {
        isFresh = true
        continue
      }
      let share = dose.share(from: from, to: to) * retention * part
      for (factor, amount) in dose.amounts { amounts[factor, default: 0] += amount * share }
      isFresh = true
    }
    guard isFresh else { return }
    let behind = solved.filter { cadence[$0].elapsed > 0 }
    carryOn(behind, to: number, isSensed: true, using: workers)
    if filling > 0, !isPlaced {
      isPlaced = true
      layBed()
    }
    for field in solved {
      if let amount = amounts[fields.factors[field].name], amount > 0 {
        fields.give(amount, of: field, to: bed)
      }
      scaleExchange(of: field, by: Float(cadence[field].steps))
      cadence[field] = Cadence()
    }
  }

  /// Lets factors diffuse and meet blood as they do with the formulation in place.
  private mutating func layBed() {
    guard tissue.bed != nil else { return }
    let blood = fields.media.map(\.blood)
    fields.lay(media, region: tissue.region)
    for field in solved { fields.setBlood(of: field, to: blood[field]) }
  }

  /// Mean level of a factor that giving adds to that in blood between the starts of two steps, nM.
  private func added(_ field: Int, from: Int, to: Int) -> Double? {
    plasma.mean(
      fields.factors[field].name,
      factorDoses,
      in: tissue.organ,
      from: Double(from) * step,
      to: Double(to) * step
    )
  }

  /// Whether cells of any sort live here, or tissue that is followed.
  var isInhabited: Bool { cells.count > 0 || hosts.count > 0 || matter != nil }

  /// How many cells there are, of all sorts.
  private var population: Int { cells.weight + hosts.count }

  /// Writes the given fields of a time (min).
  mutating func prescribe(at time: Double) {
    for i in patterns.indices { patterns[i].prescribe(&fields, at: time) }
  }

  /// Does to the medium what is due before a step.
  mutating func change(before number: Int, using workers: Workers) {
    for change in tissue.changes where change.step == number {
      let behind = solved.filter { cadence[$0].elapsed > 0 }
      carryOn(behind, to: number, isSensed: true, using: workers)
      for field in solved {
        guard case .solved(let initial) = tissue.fields[field].origin else { continue }
        guard change.washes || change.added[field] != nil else { continue }
        // A wash takes away what was made of other factors and is still to come.
        if change.washes {
          for n in products.indices where products[n].into == field { products[n].clear() }
        }
        scaleExchange(of: field, by: change.washes ? 0 : Float(cadence[field].steps))
        fields.change(
          field,
          fresh: change.washes ? initial : nil,
          more: change.added[field] ?? 0
        )
        cadence[field] = Cadence()
      }
    }
  }

  /// Leaves what is dead where it came to rest: food for those who eat, where some do.
  mutating func bury(_ corpse: Corpse) {
    if hosts.kinds.contains(where: { $0.eating > 0 }) { corpses.append(corpse) }
  }

  /// Takes the cells through a step: the product's, then the host's, each as the others stood at its start.
  ///
  /// - Parameters:
  ///   - step: the step of the product's cells, before it is known which killers are about them.
  ///   - mismatch: share of the killers' rate that the match leaves.
  ///   - workers: cores that share the work.
  /// - Returns: the product's cells whose clock rang.
  mutating func live(_ step: GridStep, mismatch: Double, using workers: Workers) -> [Rung] {
    guard !hosts.kinds.isEmpty || matter != nil else {
      return cells.live(step, &fields, senses, using: workers)
    }
    let life = step.hosts(height: tissue.planes?.hosts)
    let killers = Set(
      zip(hosts.kinds, hosts.cells).filter { $0.killing > 0 && $1.count > 0 }.map(\.0.target)
    )
    contacts.look(cells, hosts.cells, hosts.kinds, mismatch: mismatch, life)
    let rung = cells.live(
      killers.isEmpty ? step : step.among(killers),
      &fields,
      senses,
      &contacts,
      using: workers
    )
    var killed: [Victim] = []
    for event in rung {
      guard case .death(let cause) = event.ring, let voxel = event.voxel else { continue }
      let corpse = Corpse(identity: event.cell.identity, voxel: voxel)
      bury(corpse)
      if cause == .killing, event.isByNeighbours {
        let spared = contact.shielding * Double(event.cell.licensing.protein)
        killed.append(Victim(corpse, spared: spared))
      }
    }
    hosts.settleContacts(
      killed: killed,
      corpses: &corpses,
      contact,
      contacts,
      decay: corpseDecay,
      life
    )
    hosts.live(life, &fields, &contacts, using: workers)
    if let repair {
      matter?.advance(repair, tissueSenses, &fields, &contacts, by: self.step, using: workers)
    }
    return rung
  }

  /// Carries those solved fields on that cannot wait until a step, for the cells are others by now.
  ///
  /// - Parameters:
  ///   - number: number of the step.
  ///   - isSensed: whether a living cell is left to sense the fields.
  ///   - workers: cores that share the work.
  mutating func catchUp(to number: Int, isSensed: Bool, using workers: Workers) {
    let overdue = solved.filter { cadence[$0].isOverdue(cells: population) }
    carryOn(overdue, to: number, isSensed: isSensed, using: workers)
  }

  /// Lets cells, tissue and vessels give and take in a step.
  mutating func exchangeFactors(in number: Int, using workers: Workers) {
    guard !solved.isEmpty else { return }
    let share = cadence.map { 1 / Double($0.steps) }
    for n in products.indices { products[n].give(to: &fields, share: share[products[n].into]) }
    for n in cargo.indices { cargo[n].give(to: &fields, share: share[cargo[n].into]) }
    cells.exchange(
      exchange.secretion,
      exchange.uptake,
      &fields,
      senses,
      share: share,
      using: workers
    )
    hosts.exchange(
      given: exchange.hostGiven,
      taken: exchange.hostTaken,
      &fields,
      &contacts,
      share: share,
      using: workers
    )
    for (n, (field, law)) in held.enumerated() where store[n] > 0 {
      let released = store[n] * (1 - Elementary.exp(-law.release * step))
      store[n] -= released
      fields.secrete(released / step * share[field], of: field, from: bed)
    }
    if let law = tissue.matter {
      matter?.give(law.outputs, share: share, &fields, using: workers)
      let perfusion = law.perfusion.map { exchange in
        let more = added(exchange.factor, from: number, to: number + 1) ?? 0
        return (factor: exchange.factor, rate: exchange.rate, blood: exchange.blood + more)
      }
      matter?.perfuse(perfusion, share: share, &fields, using: workers)
    }
  }

  /// Carries those solved fields on that are due after a step.
  mutating func spread(_ number: Int, isSensed: Bool, using workers: Workers) {
    var due: [Int] = []
    for field in solved where cadence[field].isDue() { due.append(field) }
    carryOn(due, to: number + 1, isSensed: isSensed, using: workers)
  }

  /// The grid with all its fields carried on to the start of a step.
  func upToDate(at number: Int, using workers: Workers) -> TissueState {
    let behind = solved.filter { cadence[$0].elapsed > 0 }
    guard !behind.isEmpty else { return self }
    var state = self
    state.carryOn(behind, to: number, isSensed: true, using: workers)
    return state
  }

  /// Carries fields on over the steps since they last were.
  private mutating func carryOn(
    _ due: [Int],
    to number: Int,
    isSensed: Bool,
    using workers: Workers
  ) {
    for elapsed in Set(due.map { cadence[$0].elapsed }).sorted() {
      let together = due.filter { cadence[$0].elapsed == elapsed }
      for field in together where cadence[field].steps != elapsed {
        scaleExchange(of: field, by: Float(cadence[field].steps) / Float(elapsed))
      }
      if !isInhabited { for field in together { fields.clearTrace(of: field) } }
      let time = Double(elapsed) * step
      for field in together {
        guard let more = added(field, from: number - elapsed, to: number) else { continue }
        fields.setBlood(of: field, to: tissue.fields[field].medium.blood + more)
      }
      let taken = products.map { fields.balance[$0.from].takenUp }
      let decayed = cargo.map { fields.balance[$0.from].decayed }
      transport.advance(&fields, factors: together, by: time, using: workers)
      for n in products.indices where together.contains(products[n].from) {
        let amounts = fields.products(
          of: products[n].from,
          taken: fields.balance[products[n].from].takenUp - taken[n],
          yield: products[n].ratio
        )
        if let amounts { products[n].add(amounts, over: elapsed, of: step) }
      }
      for n in cargo.indices where together.contains(cargo[n].from) {
        let amount = cargo[n].ratio * (fields.balance[cargo[n].from].decayed - decayed[n])
        if let amounts = fields.spread(amount, as: cargo[n].from) {
          cargo[n].add(amounts, over: elapsed, of: step)
        }
      }
      for field in together {
        scaleExchange(of: field, by: 0)
        cadence[field].begin(
          moved: transport.moved(field),
          mean: fields.balance[field].final / tissue.shape.volume,
          time: time,
          step: number,
          cells: population,
          tolerance: isSensed ? transport.tolerance * (sensed.contains(field) ? 1 : 2) : nil,
          rungs
        )
      }
    }
  }

  private mutating func scaleExchange(of field: Int, by share: Float) {
    fields.scaleExchange(
      of: field,
      by: share,
      given: exchange.given.contains(field),
      taken: exchange.taken.contains(field)
    )
  }

  /// Amount of a factor as cells sense it, nM um³.
  func amount(of factor: Int) -> Double {
    guard let given = patterns.firstIndex(where: { $0.field == factor }) else {
      return fields.balance[factor].final
    }
    return patterns[given].amount
  }

  /// Looks whether the mass of every solved factor is accounted for.
  ///
  /// - Throws: `MassError` for the first that is not.
  func audit(at time: Double) throws(MassError) {
    for field in solved {
      try MassError.check(
        fields.balance[field],
        of: fields.factors[field].name,
        in: tissue.name,
        at: time
      )
    }
  }
}

/// A field that the scenario gives, on a grid.
private struct GivenPattern {
  let field: Int
  private let given: GivenField
  private let pattern: [Float]
  private let sum: Double
  /// a(t) as it was written last.
  private var course: Double?
  /// Amount of it, nM um³.
  private(set) var amount = 0.0

  init(field: Int, _ given: GivenField, on shape: GridShape) {
    self.field = field
    self.given = given
    pattern = given.pattern(on: shape)
    sum = pattern.reduce(0) { $0 + Double($1) }
  }

  /// Writes the field of a time (min) where it is another than before.
  mutating func prescribe(_ fields: inout FieldStack, at time: Double) {
    let course = given.course(at: time)
    guard course != self.course else { return }
    self.course = course
    given.fill(&fields, factor: field, pattern: pattern, time: time)
    let values = given.baseline * Double(fields.shape.count) + given.amplitude * course * sum
    amount = values * fields.shape.voxelVolume
  }
}

/// The blocks of one organ, as cells outside them sense their mean.
struct OrganBlocks {
  let organ: Int
  let senses: Senses
  private let factors: [Factor]
  private let blocks: [Int]

  init(_ organ: Int, _ experiment: Experiment) {
    self.organ = organ
    blocks = experiment.tissues.indices.filter { experiment.tissues[$0].organ == organ }
    var factors: [Factor] = []
    for field in blocks.flatMap({ experiment.tissues[$0].fields })
    where !factors.contains(where: { $0.name == field.factor.name }) {
      factors.append(field.factor)
    }
    self.factors = factors
    senses = Senses(
      factors,
      host: experiment.host.immunity.species ?? experiment.host.species,
      cell: experiment.product.species
    )
  }

  /// Mean concentration of each sensed factor over the blocks that carry it, by volume, nM; of the
  /// others 0.
  func mean(of tissues: [TissueState]) -> [Double] {
    var means = [Double](repeating: 0, count: factors.count)
    for sensed in senses.all {
      var amount = 0.0
      var volume = 0.0
      for block in blocks {
        let state = tissues[block]
        guard let f = state.fields.factors.firstIndex(where: { $0.name == factors[sensed].name })
        else { continue }
        amount += state.amount(of: f)
        volume += state.tissue.shape.volume
      }
      means[sensed] = amount / volume
    }
    return means
  }
}

extension TissueState {
  /// Whether a state that was read fits the grid.
  var isSound: Bool {
    let values = fields.shape.count * fields.factors.count
    return [fields.concentration, fields.source, fields.sink].allSatisfy { $0.count == values }
      && [0, values].contains(fields.capacity.count) && cadence.count == fields.factors.count
      && fields.balance.count == fields.factors.count && cells.isSound(on: fields.shape)
      && hosts.isSound && store.count == held.count
      && (products + cargo).allSatisfy { $0.isSound(on: fields.shape) }
      && matter?.count ?? fields.shape.count == fields.shape.count
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    let wasPlaced = isPlaced
    try visitor.visit(&isPlaced)
    if isPlaced, !wasPlaced { layBed() }
    try fields.visit(&visitor)
    try transport.visit(&visitor, fields)
    try visitor.visit(&cadence)
    try cells.visit(&visitor)
    try hosts.visit(&visitor)
    try contacts.visit(&visitor)
    try visitor.visit(&corpses)
    try visitor.visit(&store)
    for n in products.indices { try products[n].visit(&visitor) }
    for n in cargo.indices { try cargo[n].visit(&visitor) }
    try matter?.visit(&visitor)
  }
}
