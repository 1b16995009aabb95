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
  private var circuits: [PlasmaCircuit]
  private let host: Host
  private let law: PlasmaEntry
  private let given: [Given]
  private let potency: Double
  private let doses: [FactorDose]
  private let step: Double
  /// Volume that each grid stands for over that of the grids that carry a factor, by factor and grid; 0 for one that does not.
  private let weights: [[Double]]
  /// Whether blocks of an organ carry a factor, by factor and organ.
  private let isOnBlocks: [[Bool]]

  /// A factor that cells of the product give, with the rows of the levels by which they do, and how strongly the factors of the
  /// host act on them.
  private struct Given {
    let factor: Int
    let law: Secretion
    let rows: [String: Int]
    let strengths: [Double]

    init(_ factor: Int, _ law: Secretion, _ experiment: Experiment) {
      self.factor = factor
      let host = experiment.host.immunity.species ?? experiment.host.species
      let carried = experiment.circulating
      strengths = carried.map { $0.activity(of: host, on: experiment.product.species) }
      // What is not there does not act, by its lack either.
      var law = law
      law.brakes = law.brakes.filter { brake in carried.contains { $0.name == brake.signal } }
      self.law = law
      let names = law.amounts.map(\.level) + law.folds.flatMap(\.levels)
      rows = Dictionary(
        names.map { ($0, experiment.product.terms.knownRow(of: $0)) },
        uniquingKeysWith: { first, _ in first }
      )
    }
  }

  /// The plasma of an experiment at its start; `nil` where it carries nothing.
  init?(_ experiment: Experiment, _ chance: Chance) {
    let factors = experiment.carried
    guard !factors.isEmpty else { return nil }
    self.factors = factors
    let host = experiment.host
    self.host = host
    step = experiment.clock.step
    circuits = factors.map {
      PlasmaCircuit(host, Self.loss(of: $0, in: host), step: experiment.clock.step)
    }
    levels = circuits.map { PlasmaCircuit.Levels(places: $0.volume.count) }
    balance = factors.map { _ in MassBalance(initial: 0) }
    law = experiment.laws.plasmaEntry
    given = factors.enumerated().compactMap { f, factor in
      experiment.product.secretion[factor.name].flatMap { law in
        law.isGiven ? Given(f, law, experiment) : nil
      }
    }
    let potency = experiment.product.donor.potency(chance)
    self.potency = potency
    doses = experiment.factorDoses.map { $0.of(potency: potency) } + experiment.injections
    senses = Senses(
      factors,
      host: host.immunity.species ?? host.species,
      cell: experiment.product.species,
      experiment.program
    )
    weights = factors.map { factor in
      experiment.tissues.indices.map { t in
        let tissue = experiment.tissues[t]
        guard tissue.carries(factor.name) else { return 0 }
        let alike = experiment.tissues.filter {
          $0.organ == tissue.organ && $0.carries(factor.name)
        }
        return experiment.volume(about: t) / alike.reduce(0) { $0 + $1.shape.volume }
      }
    }
    isOnBlocks = factors.map { factor in
      host.organs.indices.map { organ in
        experiment.tissues.contains { $0.organ == organ && $0.carries(factor.name) }
      }
    }
  }

  /// What becomes of a factor: where organs extract it, that is all of its loss.
  private static func loss(of factor: Factor, in host: Host) -> PlasmaCircuit.Loss {
    PlasmaCircuit.Loss(
      halfLife: factor.isExtracted(in: host) ? nil : factor.plasmaHalfLife(in: host.species),
      extraction: factor.extraction
    )
  }

  /// What plasma adds of a factor to the level that the scenario states of the blood of an organ, mean over the last step, nM: that of
  /// arteries in a cavity.
  func level(_ factor: Int, in organ: Int) -> Double {
    levels[factor].mean[circuits[factor].places[organ] ?? PlasmaCircuit.arteries]
  }

  /// The same of a factor by name, no less than 0; `nil` where plasma does not carry it.
  func level(named name: String, in organ: Int) -> Double? {
    factors.firstIndex { $0.name == name }.map { max(0, level($0, in: organ)) }
  }

  /// Level of a factor in the arteries, and the largest anywhere, nM.
  func seen(_ factor: Int) -> (arterial: Double, largest: Double) {
    let levels = levels[factor].concentration
    return (levels[PlasmaCircuit.arteries], levels.max() ?? 0)
  }

  /// The same for cells of a pool: in the vessels of an organ, or in arteries.
  func level(named name: String, inPool organ: Int?) -> Double? {
    guard let organ else {
      return factors.firstIndex { $0.name == name }.map {
        max(0, levels[$0].mean[PlasmaCircuit.arteries])
      }
    }
    return level(named: name, in: organ)
  }

  /// Takes plasma through a step.
  ///
  /// - Parameters:
  ///   - number: the step.
  ///   - blood: cells in blood.
  ///   - organs: cells off the grids.
  ///   - tissues: the grids with their cells.
  ///   - weight: how many cells an agent stands for.
  ///   - pools: what pools of host cells give (nM um³/min), with their organ; `nil` for blood.
  ///   - grids: what each grid clears of plasma (um³/min) and gives to it in the step (nM um³), by factor.
  mutating func advance(
    _ number: Int,
    _ blood: BloodCells,
    _ organs: OrganCells,
    _ tissues: [TissueState],
    weight: (UInt32) -> Int,
    pools: [(factor: Int, organ: Int?, rate: Double)],
    grids: [[(clearance: Double, given: Double)]]
  ) {
    let organ = tissues.map(\.tissue.organ)
    var sources = circuits.map { $0.volume.map { _ in 0.0 } }
    give(blood, organs, tissues, weight, &sources)
    give(pools, &sources)
    let ofCells = sources.map { $0.reduce(0, +) }
    var uptake = circuits.map { $0.volume.map { _ in 0.0 } }
    for (t, rates) in grids.enumerated() {
      for f in factors.indices {
        let from = circuits[f].places[organ[t]] ?? PlasmaCircuit.arteries
        sources[f][place(of: organ[t], f)] += rates[f].given * weights[f][t] / step
        uptake[f][from] += rates[f].clearance * weights[f][t]
      }
    }
    for f in factors.indices { adopt(uptake[f], of: f) }
    let withBlocks = sources.map { $0.reduce(0, +) }
    giveDoses(number, &sources)
    for f in factors.indices {
      let all = sources[f].reduce(0, +)
      let before = levels[f]
      circuits[f].advance(&levels[f], sources: sources[f])
      balance[f].secreted += ofCells[f] * step
      balance[f].exchanged +=
        (withBlocks[f] - ofCells[f]) * step - (levels[f].intoTissue - before.intoTissue)
      balance[f].added += (all - withBlocks[f]) * step
      balance[f].decayed += levels[f].decayed - before.decayed
      balance[f].takenUp +=
        levels[f].extracted.reduce(0, +) - before.extracted.reduce(0, +)
      balance[f].turnover += sources[f].reduce(0) { $0 + $1.magnitude } * step
      balance[f].final = circuits[f].amount(levels[f])
    }
  }

  /// Lets tissue clear plasma of a factor as it does now, where that has changed by more than a hundredth.
  private mutating func adopt(_ uptake: [Double], of f: Int) {
    let isAlike = zip(uptake, circuits[f].uptake).allSatisfy { new, old in
      (new - old).magnitude <= Self.change * old
    }
    if !isAlike { remake(f, uptake) }
  }

  private mutating func remake(_ f: Int, _ uptake: [Double]) {
    circuits[f] = PlasmaCircuit(
      host,
      Self.loss(of: factors[f], in: host),
      uptake: uptake,
      step: step
    )
  }

  /// Share of a clearance by which another is the same: a circuit takes a millisecond to make.
  private static let change = 0.01

  /// The place that blood of an organ takes up a factor in: the veins where none flows, as lymph does.
  private func place(of organ: Int, _ factor: Int) -> Int {
    circuits[factor].places[organ] ?? PlasmaCircuit.veins
  }

  /// Adds what cells of the product give to plasma, nM um³/min: those off the grids, but for factors that blocks of their organ carry,
  /// for these stand for all of it, and those on grids that do not carry a factor.
  private func give(
    _ blood: BloodCells,
    _ organs: OrganCells,
    _ tissues: [TissueState],
    _ weight: (UInt32) -> Int,
    _ sources: inout [[Double]]
  ) {
    func add(_ cells: Double, _ share: Double, _ state: CellState, in organ: Int, on grid: Int?) {
      for law in given {
        let f = law.factor
        guard grid.map({ weights[f][$0] == 0 }) ?? !isOnBlocks[f][organ] else { continue }
        sources[f][place(of: organ, f)] += cells * share * rate(law, of: state, in: organ)
      }
    }
    organs.forEachGroup { cells, place, _, state in
      let isLumen = place & 1 == Niche.lumen.rawValue
      let share = isLumen ? law.lumenShare : law.tissueShare
      add(Double(cells), share, state, in: Int(place) / 2, on: nil)
    }
    for (t, tissue) in tissues.enumerated()
    where given.contains(where: { weights[$0.factor][t] == 0 }) {
      for i in 0..<tissue.cells.count {
        let resident = tissue.cells[i]
        let share = resident.niche == .lumen ? law.lumenShare : law.tissueShare
        add(Double(resident.weight), share, resident.cell.licensing, in: tissue.tissue.organ, on: t)
      }
    }
    for (cell, place) in zip(blood.cells, blood.place) {
      let cells = Double(weight(cell.identity)) * law.lumenShare
      for law in given {
        let f = law.factor
        let into =
          switch place {
          case .veins: PlasmaCircuit.veins
          case .arteries: PlasmaCircuit.arteries
          case .inlet(let organ), .organ(let organ): self.place(of: organ, f)
          }
        sources[f][into] += cells * rate(law, of: cell.licensing, in: nil)
      }
    }
  }

  /// Adds what pools of host cells give: cells in blood all of it, those of an organ whose blocks do not carry a factor the share of
  /// cells in tissue.
  private func give(
    _ pools: [(factor: Int, organ: Int?, rate: Double)],
    _ sources: inout [[Double]]
  ) {
    for (f, organ, rate) in pools {
      guard let organ else {
        sources[f][PlasmaCircuit.veins] += rate * law.lumenShare
        continue
      }
      if !isOnBlocks[f][organ] { sources[f][place(of: organ, f)] += rate * law.tissueShare }
    }
  }

  /// What a cell gives, nM um³/min.
  private func rate(_ given: Given, of state: CellState, in organ: Int?) -> Double {
    given.law.rate(
      potency: potency,
      signal: { name in
        guard let signal = factors.firstIndex(where: { $0.name == name }) else { return 0 }
        let level = organ.map { self.level(signal, in: $0) } ?? seen(signal).arterial
        return max(0, level) * given.strengths[signal]
      }
    ) { name in given.rows[name].map { Double(state[$0]) } ?? 0 }
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
        } && [levels.entered, levels.decayed, levels.intoTissue].allSatisfy { $0.magnitude < 1e30 }
      }
  }

  private mutating func read(_ uptake: [Double], of f: Int) throws(StateError) {
    guard uptake.count == circuits[f].volume.count,
      uptake.allSatisfy({ (0...1e30).contains($0) })
    else { throw StateError.unexpected }
    if uptake != circuits[f].uptake { remake(f, uptake) }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    for f in factors.indices {
      try visitor.visit(&levels[f].concentration)
      try visitor.visit(&levels[f].mean)
      try visitor.visit(&levels[f].extracted)
      try visitor.visit(&levels[f].entered)
      try visitor.visit(&levels[f].decayed)
      try visitor.visit(&levels[f].intoTissue)
      var uptake = circuits[f].uptake
      try visitor.visit(&uptake)
      if visitor.isReading { try read(uptake, of: f) }
      try visitor.visit(&balance[f])
    }
  }
}
