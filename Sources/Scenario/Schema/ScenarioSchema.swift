import Science
import Simulation

/// The keys of a scenario, top level.
enum ScenarioSchema {
  /// Parts that are presets of the library, with the folder they are in.
  static let presets = [("host", "hosts"), ("product", "products"), ("label", "labels")]
  /// The part that is a list of presets, with its folder.
  static let factors = (key: "factors", folder: "factors")

  /// Reads one arm.
  static func read(_ document: Document, arm: String, _ reading: Reading) -> Read? {
    Section.read(document, [], reading, at: document.origin) { top in
      let name = top.text("name", "name of the run")
      _ = top.text("question", default: "none stated", "what the run is to tell")
      let seed = top.integer("seed", default: 1, in: 0...Int.max, "seed of chance")
      let replicates = top.integer(
        "replicates",
        default: 1,
        in: 1...100_000,
        "number of replicates"
      )
      let duration = top.quantity(
        "duration",
        .time,
        allowed: "0.01 to 240000 h",
        "time the run covers"
      )
      let clock = top.section("clock") { readClock($0, duration: duration) }
      let factors = top.section("factors") { list in
        list.sections { FactorSchema.read($0, $1) }
      }
      let vessels = top.section("vessels") { Vessels.read($0) }
      let host = top.section("host") { HostSchema.read($0, vessels: vessels) }
      let product = top.section("product") { ProductSchema.read($0, factors: factors) }
      let treatment = top.section("treatment") {
        readTreatment($0, host, product, duration: duration)
      }
      let tissues = top.section("tissues") { list in
        list.sections { TissueSchema.read($0, $1, host: host, factors: factors) }
      }.compactMap { $0 }
      check(tissues, host, top)
      for factor in factors
      where !tissues.contains(where: { $0.fields.contains { $0.factor.name == factor.name } }) {
        if !tissues.isEmpty || !top.has("tissues") {
          top.section("factors") { list in
            list.report(
              factor.name,
              "is carried by no tissue; add it to one under 'tissues' or remove it"
            )
            list.skipAll()
          }
        }
      }
      let label = top.has("label") ? top.section("label") { LawsSchema.label($0) } : nil
      top.skip("label")
      let licensing = top.section("licensing") { LawsSchema.licensing($0, factors) }
      let laws = Experiment.Laws(
        arrest: top.section("arrest") { LawsSchema.arrest($0, factors) },
        residence: top.section("residence") { LawsSchema.residence($0) },
        survival: top.section("survival") {
          LawsSchema.survival(
            $0,
            factors,
            relation: treatment.relation,
            host: host,
            product: product
          )
        },
        killing: top.section("killing") { LawsSchema.killing($0, relation: treatment.relation) },
        licensing: licensing.law,
        crawling: top.section("crawling") { LawsSchema.crawling($0, factors) },
        remains: top.section("remains") { LawsSchema.remains($0, label: label) }
      )
      let stress = top.section("stress") { LawsSchema.stress($0, host) }
      guard reading.diagnostics.isEmpty, let clock else { return nil }
      return Read(
        experiment: Experiment(
          name: name,
          arm: arm,
          clock: clock,
          host: host,
          product: product,
          doses: [treatment.dose],
          tissues: tissues,
          laws: laws,
          stress: stress.organs,
          bloodStress: stress.blood,
          licensedThreshold: licensing.threshold
        ),
        seed: UInt64(seed),
        replicates: replicates
      )
    }
  }

  /// What one arm says.
  struct Read {
    let experiment: Experiment
    let seed: UInt64
    let replicates: Int
  }

  private static func readClock(_ section: Section, duration: Double) -> Clock? {
    let step = section.quantity(
      "cell_step",
      .time,
      default: "5 min",
      allowed: "0.0001 to 24 h",
      source: "assumed: endpoints move by less than their replicate error when it is halved",
      "step of the cells"
    )
    let every = section.quantity(
      "output_every",
      .time,
      default: "1 h",
      allowed: "0.0001 to 10000 h",
      source: "by definition",
      "time between observations"
    )
    let also = section.quantities(
      "also_at",
      .time,
      allowed: "0 to 240000 h",
      "further times to observe at"
    )
    let steps = (duration / step).rounded()
    guard steps >= 1, (steps * step / duration - 1).magnitude < 1e-9 else {
      section.report("cell_step", "does not divide the duration of the run into whole steps")
      return nil
    }
    guard steps <= 5e6 else {
      section.report("cell_step", "makes \(Int(steps)) steps; allowed are 5000000")
      return nil
    }
    func index(_ time: Double, _ key: String) -> Int? {
      let at = (time / step).rounded()
      guard at >= 1, (at * step / time - 1).magnitude < 1e-9 else {
        section.report(key, "is not a whole number of cell steps")
        return nil
      }
      return at <= steps ? Int(at) : nil
    }
    guard let stride = index(every, "output_every") else {
      if every > duration { section.report("output_every", "is longer than the run") }
      return nil
    }
    var outputs = Set(Swift.stride(from: stride, through: Int(steps), by: stride))
    for time in also {
      guard time <= duration else {
        section.report("also_at", "names a time after the end of the run")
        return nil
      }
      if let at = index(time, "also_at") { outputs.insert(at) }
    }
    outputs.insert(Int(steps))
    return Clock(step: step, steps: Int(steps), outputs: outputs.sorted())
  }

  private static func readTreatment(
    _ section: Section,
    _ host: Host,
    _ product: Product,
    duration: Double
  )
    -> (dose: Dose, relation: Relation)
  {
    let route = RouteSchema.read(section, host)
    let given = section.dose("dose", weight: host.bodyWeight)
    let start = section.quantity(
      "at",
      .time,
      default: "0 h",
      allowed: "0 to 240000 h",
      source: "by definition",
      "time of giving"
    )
    let over = section.quantity(
      "over",
      .time,
      default: "10 s",
      allowed: "0 to 240 h",
      range: "5 to 60 s",
      source: "assumed: a hand-pushed bolus",
      "time the infusion takes"
    )
    let alien = product.species != host.species
    let relation: Relation = section.choice(
      "relation",
      default: alien ? .xenogeneic : .allogeneic,
      source: "from the species of donor and host",
      "how the donor relates to the host"
    )
    if alien != (relation == .xenogeneic) {
      section.report(
        "relation",
        "found \"\(relation.rawValue)\" for \(product.species.rawValue) cells in a \(host.species.rawValue); only donors of another species are xenogeneic"
      )
    }
    let agents = section.optionalQuantity(
      "agents",
      .number,
      allowed: "1 to 4e9",
      "number of agents that stand for the cells; without it one per cell up to 5e6"
    )
    if let agents, agents != agents.rounded() || agents > given {
      section.report(
        "agents",
        "takes a whole number of at most the \(Int(given)) cells of the dose"
      )
    }
    if start >= duration { section.report("at", "is not before the end of the run") }
    let dose = Dose(
      route: route,
      cells: UInt32(given),
      agents: UInt32(max(1, min(agents ?? min(given, 5e6), given))),
      start: start,
      duration: over
    )
    return (dose, relation)
  }

  private static func check(_ tissues: [Tissue], _ host: Host, _ top: Section) {
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
}

extension Section {
  /// A number of cells, or of cells per body weight (g): a whole number that the model can hold.
  fileprivate func dose(_ key: String, weight: Double) -> Double {
    let words = "a whole number of cells from 1 to 4e9"
    var cells = 1.0
    if let quantity = count(key, .dose, "number of cells given, alive or not") {
      cells = quantity.dimension.mass == 0 ? quantity.value : quantity.value * weight
      cells = cells.rounded()
      if cells < 1 || cells > 4e9 {
        report(key, "makes \(cells) cells; it takes \(words)")
        return 1
      }
    }
    return cells
  }
}
