import Science
import Substrate

/// A tissue grid as it stands: its fields and the cells on it.
struct TissueState {
  let tissue: Tissue
  let senses: Senses
  let solved: [Int]
  let patterns: [(field: Int, given: GivenField, pattern: [Float])]
  let secretion: [(factor: Int, law: Secretion)]
  let uptake: [(factor: Int, law: Uptake)]
  private(set) var fields: FieldStack
  private var transport: ImplicitSplitting
  var cells = GridCells()

  init(_ tissue: Tissue, host: Host, product: Product, step: Double) {
    self.tissue = tissue
    let factors = tissue.fields.map(\.factor)
    senses = Senses(factors, host: host.species, cell: product.species)
    fields = FieldStack(shape: tissue.shape, factors: factors)
    transport = ImplicitSplitting(step: step)
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

  /// Lets cells give and take, then advances the solved fields by one step.
  mutating func spread() {
    guard !solved.isEmpty else { return }
    fields.clearExchange()
    cells.exchange(secretion, uptake, &fields, senses)
    transport.advance(&fields, factors: solved)
  }

  /// Mean concentration of each factor that cells sense, nM; of the others 0.
  func means() -> [Double] {
    var means = [Double](repeating: 0, count: fields.factors.count)
    for factor in senses.all { means[factor] = fields.amount(of: factor) / tissue.shape.volume }
    return means
  }
}
