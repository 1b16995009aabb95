import Science
import Substrate

/// A tissue grid as it stands: its fields and the cells on it.
struct TissueState {
  let tissue: Tissue
  let step: Double
  let senses: Senses
  let solved: [Int]
  let patterns: [(field: Int, given: GivenField, pattern: [Float])]
  let secretion: [(factor: Int, law: Secretion)]
  let uptake: [(factor: Int, law: Uptake)]
  private(set) var fields: FieldStack
  private var transport: FieldTransport
  var cells = GridCells()

  init(_ tissue: Tissue, host: Host, product: Product, step: Double, tolerance: Double) {
    self.tissue = tissue
    let factors = tissue.fields.map(\.factor)
    senses = Senses(factors, host: host.species, cell: product.species)
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
    var solved: [Int] = []
    var patterns: [(field: Int, given: GivenField, pattern: [Float])] = []
    for (i, field) in tissue.fields.enumerated() {
      switch field.origin {
      case .solved(let initial):
        solved.append(i)
        fields.fill(i, with: Float(initial))
      case .given(let given):
        patterns.append((i, given, given.pattern(on: tissue.shape)))
      }
    }
    self.solved = solved
    self.patterns = patterns
    secretion = solved.compactMap { i in product.secretion[factors[i].name].map { (i, $0) } }
    uptake = solved.compactMap { i in product.uptake[factors[i].name].map { (i, $0) } }
  }

  /// Writes the given fields of a time (min).
  mutating func prescribe(at time: Double) {
    for entry in patterns {
      entry.given.fill(&fields, factor: entry.field, pattern: entry.pattern, time: time)
    }
  }

  /// Takes the cells through a step; returns those whose clock rang.
  mutating func live(_ step: GridStep, using workers: Workers) -> [Rung] {
    cells.live(step, &fields, senses, using: workers)
  }

  /// Lets cells give and take, then advances the solved fields by one step.
  mutating func spread(using workers: Workers) {
    guard !solved.isEmpty else { return }
    fields.clearExchange()
    let share = [Double](repeating: 1, count: fields.factors.count)
    cells.exchange(secretion, uptake, &fields, senses, share: share, using: workers)
    transport.advance(&fields, factors: solved, by: step, using: workers)
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
        let fields = tissues[block].fields
        guard let f = fields.factors.firstIndex(where: { $0.name == factors[sensed].name }) else {
          continue
        }
        amount += fields.amount(of: f)
        volume += fields.shape.volume
      }
      means[sensed] = amount / volume
    }
    return means
  }
}
