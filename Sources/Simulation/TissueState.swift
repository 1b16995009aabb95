import Science
import Substrate

/// A tissue grid as it stands: its fields and the cells on it.
struct TissueState {
  let tissue: Tissue
  let step: Double
  let senses: Senses
  let solved: [Int]
  private let sensed: Set<Int>
  private var patterns: [GivenPattern]
  let secretion: [(factor: Int, law: Secretion)]
  let uptake: [(factor: Int, law: Uptake)]
  private(set) var fields: FieldStack
  private var transport: FieldTransport
  private let rungs: [Int]
  private var cadence: [Cadence]
  var cells = GridCells()

  init(_ tissue: Tissue, host: Host, product: Product, step: Double, tolerance: Double) {
    self.tissue = tissue
    let factors = tissue.fields.map(\.factor)
    senses = Senses(factors, host: host.species, cell: product.species)
    sensed = Set(senses.all)
    let uptakes = factors.map { product.uptake[$0.name]?.halfSaturation ?? 0 }
    fields = FieldStack(
      shape: tissue.shape,
      factors: factors,
      media: tissue.fields.map(\.medium),
      region: tissue.region,
      halfSaturation: uptakes.contains { $0 > 0 } ? uptakes : []
    )
    transport = FieldTransport(tolerance: tolerance)
    self.step = step
    rungs = Cadence.rungs(step: step)
    cadence = factors.map { _ in Cadence() }
    var solved: [Int] = []
    var patterns: [GivenPattern] = []
    for (i, field) in tissue.fields.enumerated() {
      switch field.origin {
      case .solved(let initial):
        solved.append(i)
        fields.fill(i, with: Float(initial))
      case .given(let given):
        patterns.append(GivenPattern(field: i, given, on: tissue.shape))
      }
    }
    self.solved = solved
    self.patterns = patterns
    secretion = solved.compactMap { i in product.secretion[factors[i].name].map { (i, $0) } }
    uptake = solved.compactMap { i in product.uptake[factors[i].name].map { (i, $0) } }
  }

  /// Writes the given fields of a time (min).
  mutating func prescribe(at time: Double) {
    for i in patterns.indices { patterns[i].prescribe(&fields, at: time) }
  }

  /// Takes the cells through a step; returns those whose clock rang.
  mutating func live(_ step: GridStep, using workers: Workers) -> [Rung] {
    cells.live(step, &fields, senses, using: workers)
  }

  /// Lets cells give and take in a step, and carries those solved fields on that are due.
  ///
  /// - Parameters:
  ///   - number: number of the step.
  ///   - isSensed: whether a living cell is left to sense the fields.
  ///   - workers: cores that share the work.
  mutating func spread(_ number: Int, isSensed: Bool, using workers: Workers) {
    guard !solved.isEmpty else { return }
    let overdue = solved.filter { cadence[$0].isOverdue(cells: cells.weight) }
    carryOn(overdue, to: number, isSensed: isSensed, using: workers)
    cells.exchange(
      secretion,
      uptake,
      &fields,
      senses,
      share: cadence.map { 1 / Double($0.steps) },
      using: workers
    )
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
      if cells.count == 0 { for field in together { fields.clearTrace(of: field) } }
      let time = Double(elapsed) * step
      transport.advance(&fields, factors: together, by: time, using: workers)
      for field in together {
        scaleExchange(of: field, by: 0)
        cadence[field].begin(
          moved: transport.moved(field),
          mean: fields.balance[field].final / tissue.shape.volume,
          time: time,
          step: number,
          cells: cells.weight,
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
      given: secretion.contains { $0.factor == field },
      taken: uptake.contains { $0.factor == field }
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
    senses = Senses(factors, host: experiment.host.species, cell: experiment.product.species)
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
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try fields.visit(&visitor)
    try transport.visit(&visitor, fields)
    try visitor.visit(&cadence)
    try cells.visit(&visitor)
  }
}
