import Agents
import Body
import Fields
import Laws
import Matter
import Substrate
import Vocabulary

/// The factors of a grid: their fields, what they meet and are given, and what comes of what cells take of them.
struct DissolvedFactors {
  let tissue: Tissue
  let solved: [Int]
  let exchange: GridExchange
  let bed: TissueBed
  var fields: FieldStack
  private let step: Double
  private let sensed: Set<Int>
  private var patterns: [GivenPattern] = []
  private var transport: FieldTransport
  private let cadences: [Int]
  private var cadence: [Cadence]
  /// Whether the formulation is in place.
  private var isPlaced = false
  /// What each factor meets once it is.
  private let media: [Medium]
  private let plasma: Plasma
  private let factorDoses: [FactorDose]
  private var formulation: FormulationStore
  /// Share of the segments of microvessels that blood flows through, as it was last said, and as each field was last carried on.
  private var open = Open()
  /// Fields that vessels do not bring: oxygen in the lung, which comes from air.
  private let isFromAir: [Bool]
  /// What plasma that goes round brings and takes, of the fields that it carries.
  private var plasmaTies: [PlasmaTie] = []
  /// Vessels of the tissue, of those of healthy tissue, by voxel; none where no exchange of what plasma carries goes with them.
  private var vessels: [Float] = []
  /// What comes of factors that cells take, and of vesicles that decay.
  private var products: [Yield], cargo: [Yield]

  /// The factors of a grid at the start of a run.
  ///
  /// - Parameters:
  ///   - tissue: the grid.
  ///   - number: its position.
  ///   - experiment: what is run.
  ///   - factors: the factors, as they are carried here.
  ///   - kinds: kinds of the host cells that live here.
  ///   - sensed: those that cells or tissue sense.
  ///   - chance: random numbers of the run.
  init(
    _ tissue: Tissue,
    number: Int,
    _ experiment: Experiment,
    _ factors: [Factor],
    _ kinds: [HostKind],
    sensed: Set<Int>,
    _ chance: Chance
  ) {
    self.tissue = tissue
    self.sensed = sensed
    step = experiment.clock.step
    media = zip(tissue.fields, factors).map { field, factor in
      field.medium.scaled(by: field.factor.diffusivity, to: factor.diffusivity)
    }
    plasma = experiment.plasma
    let isLung = experiment.host.organs[tissue.organ].supply == .pulmonary
    isFromAir = factors.map { isLung && $0.name == "oxygen" }
    open.ofFields = factors.map { _ in 1 }
    let potency = experiment.product.donor.potency(chance)
    factorDoses = experiment.factorDoses.map { $0.of(potency: potency) }
    bed = TissueBed(of: tissue)
    var solved: [Int] = []
    for (i, field) in tissue.fields.enumerated() {
      switch field.origin {
      case .solved: solved.append(i)
      case .given(let given):
        patterns.append(GivenPattern(field: i, given, on: tissue.shape))
      }
    }
    self.solved = solved
    formulation = FormulationStore(
      experiment.formulation.flatMap {
        $0.surrounds(organ: tissue.organ, grid: number) ? $0 : nil
      },
      factors,
      solved
    )
    cargo = Self.cargo(experiment.vesicles, factors, solved)
    exchange = GridExchange(
      factors,
      solved,
      experiment.product,
      kinds,
      fromTissue: (tissue.matter?.outputs.map(\.factor) ?? []) + cargo.map(\.into)
        + formulation.fields,
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
    transport = FieldTransport(tolerance: experiment.fieldTolerance)
    cadences = Cadence.lengths(step: step)
    cadence = factors.map { _ in Cadence() }
    for (i, field) in tissue.fields.enumerated() {
      if case .solved(let initial) = field.origin { fields.fill(i, with: Float(initial)) }
    }
    for (n, carried) in experiment.carried.enumerated() {
      for field in solved where factors[field].name == carried.name {
        plasmaTies.append(
          PlasmaTie(factor: n, field: field, clearance: fields.clearance(of: field))
        )
      }
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

  /// Of each factor the share of an advance of its field that a step is.
  var share: [Double] { cadence.map { 1 / Double($0.steps) } }

  /// Writes the given fields of a time (min).
  mutating func prescribe(at time: Double) {
    for i in patterns.indices { patterns[i].prescribe(&fields, at: time) }
  }

  // MARK: - What is given

  /// Gives factors between two times (min): what is put into this tissue, and what a formulation holds; what enters blood
  /// is met from now on.
  ///
  /// - Parameters:
  ///   - number: the step that begins.
  ///   - part: share that this grid takes of what is put into the organ.
  ///   - filling: how much of the formulation is put in, with what it holds.
  ///   - cells: how many cells there are, of all sorts.
  ///   - workers: cores that share the work.
  mutating func give(
    before number: Int,
    share part: Double,
    filling: Double,
    cells: Int,
    using workers: Workers
  ) {
    let (from, to) = (Double(number) * step, Double(number + 1) * step)
    formulation.fill(filling, volume: tissue.shape.voxelVolume, voxels: bed.voxels.count)
    var amounts: [String: Double] = [:]
    var isFresh = filling > 0
    for dose in factorDoses where dose.share(from: from, to: to) > 0 {
      isFresh = true
      guard case .deposit(tissue.organ, let retention, _) = dose.route else { continue }
      let share = dose.share(from: from, to: to) * retention * part
      for (factor, amount) in dose.amounts { amounts[factor, default: 0] += amount * share }
    }
    guard isFresh else { return }
    let behind = solved.filter { cadence[$0].elapsed > 0 }
    carryOn(behind, to: number, cells: cells, isSensed: true, using: workers)
    if filling > 0, !isPlaced {
      isPlaced = true
      layBed()
    }
    for field in solved {
      if let amount = amounts[fields.factors[field].name], amount > 0 {
        fields.give(amount, of: field, to: bed.voxels)
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
    exchangeThroughOpenVessels()
  }

  /// Says which share of the segments of microvessels is open to blood from a step on; fields that are behind are carried on
  /// with the share of before.
  mutating func perfuse(
    open share: Double,
    from number: Int,
    cells: Int,
    isSensed: Bool,
    using workers: Workers
  ) {
    let rounded = Open.rounded(share)
    guard rounded != open.now else { return }
    let behind = solved.filter { cadence[$0].elapsed > 0 }
    carryOn(behind, to: number, cells: cells, isSensed: isSensed, using: workers)
    open.now = rounded
  }

  /// Share of the segments of microvessels that bring and take a factor.
  func perfusion(of field: Int) -> Double { isFromAir[field] ? 1 : open.now }

  /// Lets each field exchange with blood as it was last carried on.
  private mutating func exchangeThroughOpenVessels() {
    for field in solved where open.ofFields[field] != 1 { exchange(field, open.ofFields[field]) }
  }

  private mutating func exchange(_ field: Int, _ share: Double) {
    let rates = media[field].exchange.prefix(fields.media[field].exchange.count)
    fields.setExchange(of: field, to: rates.map { $0 * share })
  }

  /// Mean level of a factor that plasma adds to that which the scenario states of blood between the starts of two steps, nM;
  /// `nil` where it adds none.
  func added(_ field: Int, from: Int, to: Int) -> Double? {
    if let tie = plasmaTies.first(where: { $0.field == field }) { return tie.mean(step) }
    return plasma.mean(
      fields.factors[field].name,
      factorDoses,
      in: tissue.organ,
      from: Double(from) * step,
      to: Double(to) * step
    )
  }

  /// Does to the medium what is due before a step.
  mutating func change(before number: Int, cells: Int, using workers: Workers) {
    for change in tissue.changes where change.step == number {
      let behind = solved.filter { cadence[$0].elapsed > 0 }
      carryOn(behind, to: number, cells: cells, isSensed: true, using: workers)
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

  /// Gives, in a step, what came of factors that cells took and of vesicles that decayed.
  mutating func giveYields(share: [Double]) {
    for n in products.indices { products[n].give(to: &fields, share: share[products[n].into]) }
    for n in cargo.indices { cargo[n].give(to: &fields, share: share[cargo[n].into]) }
  }

  /// Gives off, in a step, what the formulation holds.
  mutating func releaseFormulation(share: [Double]) {
    formulation.release(to: &fields, in: bed, step: step, share: share)
  }

  // MARK: - Plasma

  /// Takes note of the vessels of the tissue, where exchange of a factor that plasma carries goes with them.
  mutating func see(_ vessels: [Float]) {
    if !plasmaTies.isEmpty { self.vessels = vessels }
  }

  /// Meets the plasma of a step, which adds so much (nM) of each factor that it carries to the level that the scenario states.
  mutating func meet(_ level: (Int) -> Double) {
    for n in plasmaTies.indices { plasmaTies[n].meet(level(plasmaTies[n].factor), in: step) }
  }

  /// What vessels of the tissue clear of a field (um³/min), and took of it at its levels (nM um³) of what all sinks took; nothing where
  /// its exchange does not go with vessels.
  private func alongVessels(_ field: Int, taken: Double) -> (clearance: Double, taken: Double) {
    guard let law = tissue.matter?.perfusion.first(where: { $0.factor == field }), !vessels.isEmpty
    else { return (0, 0) }
    let start = fields.range(of: field).lowerBound
    let half = fields.halfSaturation.isEmpty ? 0 : Double(fields.halfSaturation[field])
    let rate = law.rate * open.ofFields[field]
    var density = 0.0, own = 0.0, all = 0.0
    for voxel in vessels.indices {
      let level = Double(fields.concentration[start + voxel])
      let vessel = Double(vessels[voxel])
      density += vessel
      own += rate * vessel * level
      all += Double(fields.sink[start + voxel]) * level
      if half > 0 {
        let capacity = Double(fields.capacity[start + voxel])
        all += capacity * level / (half + level)
      }
    }
    return (
      rate * density * fields.shape.voxelVolume, all > 0 ? taken * min(1, own / all) : 0
    )
  }

  /// What blood clears of plasma (um³/min) and the field gives to it in a step (nM um³), of each of so many factors.
  mutating func exchangeWithPlasma(of factors: Int) -> [(clearance: Double, given: Double)] {
    var rates = [(clearance: Double, given: Double)](repeating: (0, 0), count: factors)
    for n in plasmaTies.indices {
      let given = plasmaTies[n].give()
      rates[plasmaTies[n].factor].clearance += plasmaTies[n].clearance
      rates[plasmaTies[n].factor].given += given
    }
    return rates
  }

  // MARK: - Transport

  /// Carries those solved fields on that cannot wait until a step, for the cells are others by now.
  ///
  /// - Parameters:
  ///   - number: number of the step.
  ///   - cells: how many cells there are, of all sorts.
  ///   - isSensed: whether a living cell is left to sense the fields.
  ///   - workers: cores that share the work.
  mutating func catchUp(
    to number: Int,
    cells: Int,
    isSensed: Bool,
    using workers: Workers
  ) {
    let overdue = solved.filter { cadence[$0].isOverdue(cells: cells) }
    carryOn(overdue, to: number, cells: cells, isSensed: isSensed, using: workers)
  }

  /// Carries those solved fields on that are due after a step.
  mutating func spread(
    _ number: Int,
    cells: Int,
    isSensed: Bool,
    using workers: Workers
  ) {
    var due: [Int] = []
    for field in solved where cadence[field].isDue() { due.append(field) }
    carryOn(due, to: number + 1, cells: cells, isSensed: isSensed, using: workers)
  }

  /// The factors with all fields carried on to the start of a step; `nil` where they are there.
  func upToDate(at number: Int, cells: Int, using workers: Workers) -> Self? {
    let behind = solved.filter { cadence[$0].elapsed > 0 }
    guard !behind.isEmpty else { return nil }
    var factors = self
    factors.carryOn(behind, to: number, cells: cells, isSensed: true, using: workers)
    return factors
  }

  /// Carries fields on over the steps since they last were.
  private mutating func carryOn(
    _ due: [Int],
    to number: Int,
    cells: Int,
    isSensed: Bool,
    using workers: Workers
  ) {
    for elapsed in Set(due.map { cadence[$0].elapsed }).sorted() {
      let together = due.filter { cadence[$0].elapsed == elapsed }
      for field in together where cadence[field].steps != elapsed {
        scaleExchange(of: field, by: Float(cadence[field].steps) / Float(elapsed))
      }
      for field in together { fields.clearTrace(of: field) }
      let time = Double(elapsed) * step
      for field in together {
        guard let more = added(field, from: number - elapsed, to: number) else { continue }
        fields.setBlood(of: field, to: max(0, tissue.fields[field].medium.blood + more))
      }
      for field in together where open.ofFields[field] != perfusion(of: field) {
        open.ofFields[field] = perfusion(of: field)
        exchange(field, open.ofFields[field])
      }
      let yields = yieldsBefore
      let before = plasmaTies.map {
        (came: fields.fromBlood(of: $0.field), taken: fields.balance[$0.field].takenUp)
      }
      transport.advance(&fields, factors: together, by: time, using: workers)
      collect(yields, of: together, over: elapsed)
      for n in plasmaTies.indices where together.contains(plasmaTies[n].field) {
        let field = plasmaTies[n].field
        let taken = fields.balance[field].takenUp - before[n].taken
        let along = alongVessels(field, taken: taken)
        let blood = tissue.fields[field].medium.blood
        let given =
          before[n].came - fields.fromBlood(of: field) + along.taken - along.clearance * blood
          * time
        plasmaTies[n].carryOn(
          fields.clearance(of: field),
          vessels: along.clearance,
          given: given,
          over: elapsed
        )
      }
      for field in together {
        scaleExchange(of: field, by: 0)
        cadence[field].begin(
          moved: transport.moved(field),
          mean: fields.balance[field].final / tissue.shape.volume,
          time: time,
          step: number,
          cells: cells,
          tolerance: isSensed ? transport.tolerance * (sensed.contains(field) ? 1 : 2) : nil,
          cadences
        )
      }
    }
  }

  /// What has been taken of the factors that others come of, and what of vesicles has decayed, nM um³.
  private var yieldsBefore: (taken: [Double], decayed: [Double]) {
    (
      products.map { fields.balance[$0.from].takenUp },
      cargo.map { fields.balance[$0.from].decayed }
    )
  }

  /// Keeps what came of factors that were taken and of vesicles that decayed in an advance.
  ///
  /// - Parameters:
  ///   - before: what had been taken and had decayed before it.
  ///   - together: the fields that were advanced.
  ///   - elapsed: steps that it took.
  private mutating func collect(
    _ before: (taken: [Double], decayed: [Double]),
    of together: [Int],
    over elapsed: Int
  ) {
    for n in products.indices where together.contains(products[n].from) {
      let amounts = fields.products(
        of: products[n].from,
        taken: fields.balance[products[n].from].takenUp - before.taken[n],
        yield: products[n].ratio
      )
      if let amounts { products[n].add(amounts, over: elapsed, of: step) }
    }
    for n in cargo.indices where together.contains(cargo[n].from) {
      let amount = cargo[n].ratio * (fields.balance[cargo[n].from].decayed - before.decayed[n])
      if let amounts = fields.spread(amount, as: cargo[n].from) {
        cargo[n].add(amounts, over: elapsed, of: step)
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

  // MARK: - State

  /// Whether a state that was read fits the grid at the start of a step; whether mass is accounted for is seen after the next one.
  func isSound(before number: Int) -> Bool {
    let values = fields.shape.count * fields.factors.count
    guard [fields.concentration, fields.source, fields.sink].allSatisfy({ $0.count == values }),
      fields.capacity.count == (fields.halfSaturation.isEmpty ? 0 : values),
      cadence.count == fields.factors.count, fields.balance.count == fields.factors.count,
      formulation.isSound(in: fields.shape.voxelVolume * Double(bed.voxels.count)),
      (products + cargo).allSatisfy({ $0.isSound(on: fields.shape) }),
      fields.balance.allSatisfy(\.isPossible),
      cadence.allSatisfy({ $0.isSound(cadences, before: number) }),
      fields.concentration.allSatisfy({ $0.magnitude <= 1e12 })
    else { return false }
    return solved.allSatisfy { fields.isSound($0, isCarriedOn: cadence[$0].elapsed == 0) }
  }

  /// Goes through the fields and what carries them.
  mutating func visitFields(_ visitor: inout some StateVisitor) throws(StateError) {
    let wasPlaced = isPlaced
    try visitor.visit(&isPlaced)
    if isPlaced, !wasPlaced { layBed() }
    try open.visit(&visitor)
    if visitor.isReading { exchangeThroughOpenVessels() }
    try fields.visit(&visitor)
    try transport.visit(&visitor, fields)
    try visitor.visit(&cadence)
  }

  /// Goes through what is still to be given.
  mutating func visitStores(_ visitor: inout some StateVisitor) throws(StateError) {
    try formulation.visit(&visitor)
    for n in products.indices { try products[n].visit(&visitor) }
    for n in cargo.indices { try cargo[n].visit(&visitor) }
    for n in plasmaTies.indices { try plasmaTies[n].visit(&visitor) }
  }
}

/// The share of microvessels that exchanges factors with blood.
private struct Open {
  /// As it was last said, and as each field was last carried on.
  var now = 1.0, ofFields: [Double] = []

  /// A share is rounded to one of so many parts, since each change of it costs the preparation of a medium.
  private static let parts = 64.0

  static func rounded(_ share: Double) -> Double {
    (min(1, max(0, share)) * parts).rounded() / parts
  }

  func isSound(fields: Int) -> Bool {
    ofFields.count == fields && (ofFields + [now]).allSatisfy { (0...1).contains($0) }
  }

  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    let fields = ofFields.count
    try visitor.visit(&now)
    try visitor.visit(&ofFields)
    guard isSound(fields: fields) else { throw StateError.unexpected }
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
