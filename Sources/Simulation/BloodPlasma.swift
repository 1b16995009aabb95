import Agents
import Body
import Fields
import Laws
import Substrate
import Vocabulary

/// The factors that plasma carries between the organs of a host.
struct BloodPlasma {
  /// What it carries.
  let factors: [Factor]
  /// What cells off the grids sense of it.
  let senses: Senses
  /// Levels of each factor, and where its mass came from and went to.
  private(set) var levels: [PlasmaCircuit.Levels]
  private(set) var balance: [MassBalance]
  private let circuits: [PlasmaCircuit]
  private let law: PlasmaEntry
  private let secretion: [Secretion?]
  private let terms: CellTerms
  private let potency: Double
  private let doses: [FactorDose]
  private let step: Double
  /// Volume of the organ of each grid over that of the grids that carry a factor, by factor and grid.
  private let weights: [[Double]]

  /// The plasma of an experiment at its start; `nil` where it carries nothing.
  init?(_ experiment: Experiment, _ chance: Chance) {
    guard !experiment.circulating.isEmpty else { return nil }
    let factors = experiment.circulating
    self.factors = factors
    let host = experiment.host
    step = experiment.clock.step
    circuits = factors.map {
      PlasmaCircuit(
        host,
        PlasmaCircuit.Loss(halfLife: $0.plasmaHalfLife, extraction: $0.extraction),
        step: experiment.clock.step
      )
    }
    levels = circuits.map { PlasmaCircuit.Levels(places: $0.volume.count) }
    balance = factors.map { _ in MassBalance(initial: 0) }
    law = experiment.laws.plasmaEntry
    secretion = factors.map { experiment.product.secretion[$0.name] }
    terms = experiment.product.terms
    let potency = experiment.product.donor.potency(chance)
    self.potency = potency
    doses = experiment.factorDoses.map { $0.of(potency: potency) }
    senses = Senses(
      factors,
      host: host.immunity.species ?? host.species,
      cell: experiment.product.species,
      experiment.program
    )
    weights = factors.map { factor in
      experiment.tissues.map { tissue in
        let alike = experiment.tissues.filter {
          $0.organ == tissue.organ && $0.carries(factor.name)
        }
        return alike.isEmpty
          ? 0 : host.organs[tissue.organ].volume / alike.reduce(0) { $0 + $1.shape.volume }
      }
    }
  }

  /// Mean level of a factor in the blood of an organ over the last step, nM; 0 where no blood flows.
  func level(_ factor: Int, in organ: Int) -> Double {
    circuits[factor].places[organ].map { max(0, levels[factor].mean[$0]) } ?? 0
  }

  /// Level of a factor in the arteries, and the largest anywhere, nM.
  func seen(_ factor: Int) -> (arterial: Double, largest: Double) {
    let levels = levels[factor].concentration
    return (levels[PlasmaCircuit.arteries], levels.max() ?? 0)
  }

  /// Takes plasma through a step.
  ///
  /// - Parameters:
  ///   - number: the step.
  ///   - blood: cells in blood.
  ///   - organs: cells off the grids.
  ///   - weight: how many cells an agent stands for.
  ///   - lost: what each grid loses to blood in the step less what it takes, nM um³, by grid and factor.
  ///   - organ: of each grid.
  mutating func advance(
    _ number: Int,
    _ blood: BloodCells,
    _ organs: OrganCells,
    weight: (UInt32) -> Int,
    lost: [[Double]],
    organ: [Int]
  ) {
    var sources = circuits.map { $0.volume.map { _ in 0.0 } }
    give(blood, organs, weight, &sources)
    let ofCells = sources.map { $0.reduce(0, +) }
    for (t, amounts) in lost.enumerated() {
      for f in factors.indices where amounts[f] != 0 {
        sources[f][place(of: organ[t], f)] += amounts[f] * weights[f][t] / step
      }
    }
    let withBlocks = sources.map { $0.reduce(0, +) }
    giveDoses(number, &sources)
    for f in factors.indices {
      let all = sources[f].reduce(0, +)
      let before = levels[f]
      circuits[f].advance(&levels[f], sources: sources[f])
      balance[f].secreted += ofCells[f] * step
      balance[f].exchanged += (withBlocks[f] - ofCells[f]) * step
      balance[f].added += (all - withBlocks[f]) * step
      balance[f].decayed += levels[f].decayed - before.decayed
      balance[f].takenUp +=
        levels[f].extracted.reduce(0, +) - before.extracted.reduce(0, +)
      balance[f].turnover += sources[f].reduce(0) { $0 + $1.magnitude } * step
      balance[f].final = circuits[f].amount(levels[f])
    }
  }

  /// The place that blood of an organ takes up a factor in: the veins where none flows, as lymph does.
  private func place(of organ: Int, _ factor: Int) -> Int {
    circuits[factor].places[organ] ?? PlasmaCircuit.veins
  }

  /// Adds what cells off the grids give, nM um³/min.
  private func give(
    _ blood: BloodCells,
    _ organs: OrganCells,
    _ weight: (UInt32) -> Int,
    _ sources: inout [[Double]]
  ) {
    let given = factors.indices.filter { secretion[$0]?.isGiven ?? false }
    func rate(_ factor: Int, of state: CellState, in organ: Int?) -> Double {
      secretion[factor]?.rate(
        potency: potency,
        signal: { name in
          factors.firstIndex { $0.name == name }.map { signal in
            organ.map { level(signal, in: $0) } ?? seen(signal).arterial
          } ?? 0
        }
      ) { Double(state[terms.knownRow(of: $0)]) } ?? 0
    }
    for f in given {
      organs.forEachGroup { cells, place, _, state in
        let organ = Int(place) / 2
        let share = place & 1 == Niche.lumen.rawValue ? law.lumenShare : law.tissueShare
        sources[f][self.place(of: organ, f)] +=
          Double(cells) * share * rate(f, of: state, in: organ)
      }
      for (cell, where_) in zip(blood.cells, blood.place) {
        let place =
          switch where_ {
          case .veins: PlasmaCircuit.veins
          case .arteries: PlasmaCircuit.arteries
          case .inlet(let organ), .organ(let organ): self.place(of: organ, f)
          }
        sources[f][place] +=
          Double(weight(cell.identity)) * law.lumenShare * rate(f, of: cell.licensing, in: nil)
      }
    }
  }

  /// Adds what doses of factors bring into blood in a step, nM um³/min.
  private func giveDoses(_ number: Int, _ sources: inout [[Double]]) {
    let (from, to) = (Double(number) * step, Double(number + 1) * step)
    for dose in doses {
      let share = dose.share(from: from, to: to) * dose.route.shareIntoBlood
      guard share > 0 else { continue }
      for (f, factor) in factors.enumerated() {
        guard let amount = dose.amounts[factor.name] else { continue }
        let place =
          switch dose.route {
          case .intravenous: PlasmaCircuit.veins
          case .intraArterial(let organ), .deposit(let organ, _, _): self.place(of: organ, f)
          }
        sources[f][place] += amount * share / step
      }
    }
  }

  /// Looks whether the mass of every factor is accounted for.
  ///
  /// - Throws: `MassError` for the first that is not.
  func audit(at time: Double) throws(MassError) {
    for (factor, balance) in zip(factors, balance) {
      try MassError.check(balance, of: factor.name, in: "plasma", at: time)
    }
  }

  /// Whether a state that was read is one of these factors.
  var isSound: Bool {
    levels.count == factors.count && balance.count == factors.count
      && balance.allSatisfy(\.isPossible)
      && zip(levels, circuits).allSatisfy { levels, circuit in
        [levels.concentration, levels.mean, levels.extracted].allSatisfy {
          $0.count == circuit.volume.count && $0.allSatisfy { $0.magnitude < 1e30 }
        } && levels.decayed.magnitude < 1e30
      }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    for f in factors.indices {
      try visitor.visit(&levels[f].concentration)
      try visitor.visit(&levels[f].mean)
      try visitor.visit(&levels[f].extracted)
      try visitor.visit(&levels[f].entered)
      try visitor.visit(&levels[f].decayed)
      try visitor.visit(&balance[f])
    }
  }
}
