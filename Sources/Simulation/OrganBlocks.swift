import Agents
import Body
import Fields
import Substrate
import Vocabulary

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
    for factor in experiment.carried where !factors.contains(where: { $0.name == factor.name }) {
      factors.append(factor)
    }
    self.factors = factors
    senses = Senses(
      factors,
      host: experiment.host.immunity.species ?? experiment.host.species,
      cell: experiment.product.species,
      experiment.program
    )
  }

  /// Mean concentration of each sensed factor over the blocks that carry it, by volume, nM; of those that none carries what plasma
  /// has, and of the others 0.
  func mean(of tissues: [TissueState], plasma: (String) -> Double) -> [Double] {
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
      means[sensed] = volume > 0 ? amount / volume : plasma(factors[sensed].name)
    }
    return means
  }
}
