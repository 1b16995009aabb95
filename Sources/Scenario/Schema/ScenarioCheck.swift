import Agents
import Body
import Fields
import Files
import Laws
import Simulation
import Vocabulary

/// What the parts of a scenario say of one another.
enum ScenarioCheck {
  /// Reports a product that may divide into more agents than a run can hold.
  static func births(in experiment: Experiment, _ top: Section) {
    // Descendants of few agents vary as an exponential distribution: this many are not exceeded in 1e13 runs.
    let given = Double(experiment.agents)
    let agents = (given + 8 * given.squareRoot() + 32) * experiment.growth
    guard experiment.growth > 1, agents > Experiment.mostAgents else { return }
    top.reading.report(
      top.origin(of: "product"),
      ["product", "division", "rate"],
      "may make more than the \(Int(Experiment.mostAgents)) cells that can be followed of the \(experiment.agents) that are given, where none dies; expected a lower rate, a shorter run or fewer agents"
    )
  }

  /// Reports kinds of cells that no grid holds, and grids that are too many to hold them.
  static func kinds(
    _ kinds: [HostKind],
    liveIn tissues: [Tissue],
    orPools pooled: Set<String>,
    _ top: Section
  ) {
    let holding = tissues.filter { !$0.populations.isEmpty }.count
    if holding == 0, let kind = kinds.first(where: { !pooled.contains($0.name) }) {
      top.report(
        "kinds",
        pooled.isEmpty
          ? "no grid holds such cells; give them to one under 'cells'"
          : "no grid holds \(kind.name), and no pool follows its law; give it to a grid under 'cells'"
      )
    }
    let last = tissues.lastIndex { !$0.populations.isEmpty } ?? 0
    if last >= 16 {
      top.report(
        "tissues",
        "host cells live on the first 16 grids only; put those with 'cells' first"
      )
    }
  }

  /// Reports kinds that come from cells that blood does not have.
  static func sources(of kinds: [HostKind], among types: [Leukocytes.CellType], _ top: Section) {
    let names = types.filter { $0.home == nil }.map(\.name)
    for kind in kinds {
      guard let source = kind.recruitment?.source, !names.contains(source) else { continue }
      top.reading.report(
        top.origin(of: "kinds"),
        ["kinds", kind.name, "recruitment", "from"],
        "found \"\(source)\"\(Suggestion.text(for: source, among: names)); blood of the host has \(names.joined(separator: ", "))"
      )
    }
  }

  /// Reports factors given instead of cells that have no effect: not secreted by the product, or not present in any
  /// tissue where
  /// they are given; and those whose loss from plasma is not known.
  static func given(
    _ doses: [FactorDose],
    _ factors: [Factor],
    meets tissues: [Tissue],
    in species: Species,
    _ top: Section
  ) {
    guard let first = doses.first else { return }
    let given = first.amounts.filter { $0.value > 0 }.keys.sorted()
    let words = given.joined(separator: ", ")
    if given.isEmpty, first.amounts.isEmpty {
      top.report(
        "treatment",
        "gives the factors that the product secretes, but the scenario has none of them; add at least one to 'factors'"
      )
    }
    let isCarried = top.has("systemic")
    let met = given.filter { name in tissues.contains { $0.meetsBlood(of: name) } }
    if let site = first.route.site {
      let solved = tissues.filter { $0.organ == site }.flatMap(\.solved)
      if !given.isEmpty, !given.contains(where: solved.contains) {
        top.report(
          "treatment",
          "gives \(words) into tissue without a grid; add a tissue of the organ in which at least one of these is solved"
        )
      }
    } else if met.isEmpty, !given.isEmpty, !isCarried {
      top.report(
        "treatment",
        "gives \(words) into blood, but no tissue exchanges any of these with blood; add 'exchange' to a tissue in which one is solved, as for \(given[0])"
      )
    }
    guard first.route.shareIntoBlood > 0 else { return }
    for factor in factors
    where met.contains(factor.name) && factor.plasmaHalfLife(in: species) == nil
      && !(isCarried && !factor.extraction.isEmpty)
    {
      top.report(
        "factors",
        "\(factor.name) enters blood but has no plasma_half_life; give one"
      )
    }
  }

  /// Reports uptakes of one factor that differ in what they have in common on a grid.
  static func uptake(of product: Product, _ frame: ScenarioSchema.Frame) {
    let (kinds, top) = (frame.kinds, frame.top)
    for factor in frame.factors {
      let own = product.uptake[factor.name].map { [($0.halfSaturation, $0.conversion)] } ?? []
      let all =
        own + kinds.compactMap { $0.uptake[factor.name] }.map { ($0.halfSaturation, $0.conversion) }
      let saturable = all.filter { $0.0 > 0 }
      guard let first = saturable.first else { continue }
      guard saturable.allSatisfy({ $0.0 == first.0 && $0.1 == first.1 }) else {
        top.report(
          "kinds",
          "cells take up \(factor.name) with different values of half_saturation, into or yield; these must be the same for all cells of a run"
        )
        continue
      }
    }
  }

  /// Reports factors that no tissue carries.
  static func factors(
    _ factors: [Factor],
    areCarriedBy tissues: [Tissue],
    or plasma: [Factor],
    _ top: Section
  ) {
    let carried = Set(tissues.flatMap { $0.fields.map(\.factor.name) } + plasma.map(\.name))
    for factor in factors where !carried.contains(factor.name) {
      top.section("factors") { list in
        list.report(
          key: factor.name,
          factor.plasmaHalfLife == nil || top.has("systemic")
            ? "is not used in any tissue; add it to one under 'tissues' or remove it"
            : "is not used in any tissue; add it to one under 'tissues', let plasma carry it (systemic: {plasma: true}), or remove it"
        )
        list.skipAll()
      }
    }
  }

  /// Reports levels in blood that are stated of factors that plasma carries, and so are computed.
  static func levels(of circulating: [Factor], in tissues: [Tissue], _ top: Section) {
    for tissue in tissues {
      for field in tissue.fields where field.medium.blood > 0 {
        guard circulating.contains(where: { $0.name == field.factor.name }) else { continue }
        top.report(
          "tissues",
          "\(tissue.name) states the level of \(field.factor.name) in blood, which plasma carries: its level is computed; remove 'blood', or leave out 'systemic'"
        )
      }
    }
  }

  /// Reports tissues that share a name, and blocks that are more than their organ.
  static func tissues(_ tissues: [Tissue], fit host: Host, _ top: Section) {
    for (i, tissue) in tissues.enumerated() {
      guard let other = tissues[..<i].first(where: { $0.name == tissue.name }) else { continue }
      top.report(
        "tissues",
        "\(other.key) and \(tissue.key) are both called \(tissue.name) in tables; rename one of them"
      )
    }
    for (i, organ) in host.organs.enumerated() {
      let volume = tissues.filter { $0.organ == i }.reduce(0) { $0 + $1.shape.volume }
      if volume > organ.volume {
        let excess = (volume / organ.volume * 1000).rounded() / 1000
        top.report(
          "tissues",
          "the blocks of \(organ.name) together are \(excess) times the volume of the organ; allowed is at most 1"
        )
      }
    }
  }

  /// Reports a volume about the injection that is less than the grids of the organ.
  static func spread(
    of treatment: TreatmentSchema.Treatment,
    holds tissues: [Tissue],
    _ host: Host,
    _ top: Section
  ) {
    guard let spread = treatment.spread, let site = treatment.doses.first?.route.site else {
      return
    }
    let blocks = tissues.filter { $0.organ == site }.reduce(0) { $0 + $1.shape.volume }
    guard blocks > spread * (1 + 1e-9) else { return }
    top.report(
      "treatment",
      "spread is less than the blocks of \(host.organs[site].name) together; expected at least their volume"
    )
  }
}
