import Science
import Simulation

/// The keys of a scenario, top level.
enum ScenarioSchema {
  /// Parts that are presets of the library, with the folder they are in.
  static let presets = [
    ("host", "hosts"), ("product", "products"), ("label", "labels"), ("medium", "media"),
    ("formulation", "formulations"), ("treatment", "regimens"),
  ]
  /// The parts that are lists of presets, with their folders.
  static let lists = [
    (key: "tissues", folder: "tissues"), (key: "factors", folder: "factors"),
    (key: "kinds", folder: "kinds"), (key: "observe", folder: "modalities"),
  ]

  /// Reads one arm; `notes` tells the names in a folder of the library, `nil` without one.
  static func read(
    _ document: Document,
    arm: String,
    notes: (String) -> [String]?,
    _ reading: Reading
  ) -> Read? {
    Section.read(document, [], reading, at: document.origin) { top in
      if top.has("arms") { top.report(key: "arms", "an arm has no arms of its own") }
      top.skip("arms")
      let name = top.text("name", "name of the run")
      _ = top.text("question", default: "none stated", "what the run is to tell")
      let accepted = NoteSchema.accepted(top, among: notes)
      let seed = top.integer("seed", default: 1, in: 0...Int.max, "seed of chance")
      let replicates = top.integer(
        "replicates",
        default: 1,
        in: 1...100_000,
        "number of replicates"
      )
      let (length, isLengthRead) = reading.whole {
        top.quantity("duration", .time, allowed: "0.01 to 240000 h", "time the run covers")
      }
      let duration = isLengthRead ? length : nil
      let clock = top.section("clock") { readClock($0, duration: duration) }
      let factors = top.section("factors") { list in
        list.sections { FactorSchema.read($0, $1) }
      }
      let names = top.section("kinds") { list in
        list.skipAll()
        return list.keys
      }
      // Chance is drawn by the position of a kind, so that has nothing to do with the order of the list.
      let kinds = top.section("kinds") { list in
        list.sections { KindSchema.read($0, $1, factors: factors, kinds: names) }
      }.sorted { $0.name < $1.name }
      let preset = "the name of a preset, or keys and values"
      let isCulture = top.has("culture")
      let (place, isHostRead) = reading.whole {
        Self.place(top, preset, factors, kinds, clock, isCulture: isCulture)
      }
      let host = place.host
      let (product, isProductRead) = reading.whole {
        top.part("product", preset) {
          ProductSchema.read($0, factors: factors, isCulture: isCulture)
        }
      }
      if isCulture, top.has("formulation") {
        top.report(key: "formulation", "is put into a body; leave it out where there is a culture")
      }
      var formulation =
        top.has("formulation") && !isCulture
        ? top.part("formulation", preset) { FormulationSchema.read($0, factors: factors) } : nil
      top.skip("formulation")
      let treatment = top.part(
        "treatment",
        isCulture ? "keys and values, with dose" : "keys and values, with route and dose"
      ) { section in
        isCulture
          ? TreatmentSchema.Treatment(
            doses: CultureSchema.treatment(section, place.culture, duration: duration),
            relation: TreatmentSchema.relation(
              section,
              isProductRead ? product : nil,
              isHostRead ? host : nil
            )
          )
          : TreatmentSchema.read(
            section,
            isHostRead ? host : nil,
            isProductRead ? product : nil,
            factors,
            formulation: formulation,
            duration: duration
          )
      }
      if !treatment.place(&formulation) {
        top.report(
          key: "formulation",
          "is put into tissue; treatment.route takes one that does, as intramuscular"
        )
      }
      let (tissues, areTissuesRead) = reading.whole {
        if let culture = place.culture { return [culture.tissue] }
        if isCulture { return [] }
        if reading.isUnread("tissues") { reading.fail() }
        return top.section("tissues") { list in
          list.sections {
            TissueSchema.read(
              $0,
              $1,
              host: host,
              factors: factors,
              kinds: kinds,
              formulation: formulation
            )
          }
        }.compactMap { $0 }
      }
      if isHostRead && areTissuesRead && !isCulture { check(tissues, host, top) }
      let hasPlace = areTissuesRead && (!isCulture || place.culture != nil)
      if hasPlace { check(factors, tissues, top) }
      if hasPlace && reading.diagnostics.isEmpty { check(kinds, tissues, top) }
      if areTissuesRead, let spread = treatment.spread, let site = treatment.doses.first?.route.site
      {
        let blocks = tissues.filter { $0.organ == site }.reduce(0) { $0 + $1.shape.volume }
        if blocks > spread * (1 + 1e-9) {
          top.report(
            "treatment",
            "spread is less than the blocks of \(host.organs[site].name) together; it takes at least their volume"
          )
        }
      }
      let factorDoses = TreatmentSchema.factorDoses(treatment, product, factors)
      if areTissuesRead, isProductRead { check(factorDoses, factors, tissues, top) }
      if areTissuesRead { TissueSchema.checkMemory(of: tissues, top) }
      let (label, isLabelRead) = reading.whole {
        top.has("label") && !isCulture ? top.part("label", preset) { LawsSchema.label($0) } : nil
      }
      if !isCulture { top.skip("label") }
      let carried: ModalitySchema.Carried =
        isCulture ? .noneInAWell : isLabelRead ? label.map { .label($0.name) } ?? .none : .unread
      let modalities = top.section("observe") { list in
        list.sections { ModalitySchema.read($0, $1, carried, list) }
      }
      /// A law of the body: a well has none, and its keys are none there.
      func bodily<Law>(_ key: String, _ read: (Section) -> Law) -> Law {
        isCulture
          ? Section.read(nil, [key], reading.aside, at: top.origin, read) : top.section(key, read)
      }
      let licensing: Licensing = top.section("licensing") { $0.law(factors) }
      let survival = top.section("survival") {
        LawsSchema.survival(
          $0,
          factors,
          relation: treatment.relation,
          host: host,
          product: product
        )
      }
      let laws = Experiment.Laws(
        arrest: bodily("arrest") { $0.law(factors) },
        residence: bodily("residence") { $0.law() },
        survival: survival,
        killing: top.section("killing") {
          LawsSchema.killing($0, relation: treatment.relation, host: host)
        },
        licensing: licensing,
        crawling: top.section("crawling") { $0.law(factors) },
        remains: bodily("remains") { LawsSchema.remains($0, label: label) },
        differentiation: top.section("differentiation") { $0.law() },
        contact: top.section("contact") { $0.law() },
        repair: repair(top, factors, tissues)
      )
      if areTissuesRead { Self.check(product, kinds, factors, top) }
      let tolerance = top.section("transport") { section in
        section.parameter(
          "tolerance",
          .fraction,
          "largest error of a step as a share of the largest concentration"
        )
      }
      top.skip("stress")
      guard !host.organs.isEmpty else { return nil }
      let stress = top.section("stress") { LawsSchema.stress($0, host) }
      let control =
        top.has("control") ? top.text("control", "arm that read-outs are compared with") : nil
      top.skip("control")
      top.skip("record")
      let without = top.names("without", "mechanisms that are switched off")
      let endpoints = top.section("endpoints") { EndpointSchema.read($0) }
      guard reading.diagnostics.isEmpty, let clock else { return nil }
      let finished = product.waited(survival).licensed(licensing)
      let isCellFree = treatment.content.part != .cells
      var experiment = Experiment(
        name: name,
        arm: arm,
        control: control,
        setting: isCulture ? .culture : .organism,
        clock: clock,
        host: host,
        product: finished,
        doses: isCellFree ? [] : treatment.asked(tissues, top),
        factorDoses: TreatmentSchema.factorDoses(treatment, finished, factors),
        spread: treatment.spread,
        vesicles: treatment.content.vesicles,
        formulation: formulation.map { FormulationSchema.place($0, in: tissues, top) },
        tissues: tissues,
        kinds: kinds,
        modalities: modalities,
        laws: laws,
        stress: stress.organs,
        bloodStress: stress.blood,
        fieldTolerance: tolerance
      )
      for (i, mechanism) in without.enumerated() {
        let known = Mechanism.names(of: experiment)
        guard known.contains(mechanism) else {
          top.report(
            "without",
            item: i,
            "it takes mechanisms of the run\(Suggestion.text(for: mechanism, among: known)): \(known.joined(separator: ", "))"
          )
          continue
        }
        Mechanism.remove(mechanism, from: &experiment)
      }
      if top.has("record") {
        experiment.recorded = top.section("record") { RecordSchema.read($0, experiment) }
      }
      top.skip("record")
      experiment.endpoints = EndpointSchema.endpoints(endpoints, of: [experiment])
      guard reading.diagnostics.isEmpty else { return nil }
      let words = DoseWords(
        treatment: treatment,
        setting: experiment.setting,
        host: host,
        product: finished.name,
        volume: place.culture?.tissue.shape.volume ?? 1,
        isGiven: !experiment.doses.isEmpty || !experiment.factorDoses.isEmpty
      )
      return Read(
        experiment: experiment,
        seed: UInt64(seed),
        replicates: replicates,
        accepted: accepted,
        doses: words
      )
    }
  }

  /// What one arm says.
  struct Read {
    let experiment: Experiment
    let seed: UInt64
    let replicates: Int
    /// Why notes are accepted, by key.
    let accepted: [String: String]
    /// Number, size and time of every dose, in words.
    let doses: DoseWords
  }

  /// Five minutes after the start, where that is a step of the run: the lung's first catch.
  private static func early(_ section: Section, duration: Double?) -> [String] {
    guard let step = section.peek("cell_step", default: "5 min"), let duration, duration >= 5,
      let steps = Optional(5 / step), (steps - steps.rounded()).magnitude < 1e-9, steps >= 1
    else { return [] }
    return ["5 min"]
  }

  private static func readClock(_ section: Section, duration: Double?) -> TimeAxis? {
    let standard = (step: "5 min", every: "1 h")
    let (times, areTimesRead) = section.reading.whole {
      (
        step: section.quantity(
          "cell_step",
          .time,
          default: standard.step,
          allowed: "0.0001 to 24 h",
          source: "assumed: endpoints move by less than their replicate error when it is halved",
          "step of the cells"
        ),
        every: section.quantity(
          "output_every",
          .time,
          default: standard.every,
          allowed: "0.0001 to 10000 h",
          source: "by definition",
          "time between observations"
        ),
        also: section.quantities(
          "also_at",
          .time,
          default: early(section, duration: duration),
          allowed: "0.0001 to 240000 h",
          "further times to observe at"
        ),
        fork: section.optionalQuantity(
          "fork_at",
          .time,
          allowed: "0.0001 to 240000 h",
          "time up to which the arms have one history in common, that of the first"
        )
      )
    }
    let (step, every, also, fork) = times
    guard let duration, areTimesRead else { return nil }
    let steps = (duration / step).rounded()
    guard steps >= 1, (steps * step / duration - 1).magnitude < 1e-9 else {
      let found = section.found("cell_step", default: standard.step)
      section.report(
        "cell_step",
        "\(found); it takes a time that divides the duration of the run into whole steps"
      )
      return nil
    }
    guard steps <= 5e6 else {
      section.report("cell_step", "makes \(Int(steps)) steps; allowed are 5000000")
      return nil
    }
    /// The step at whose end a time of the run lies.
    func index(_ time: Double) -> Int? {
      let at = (time / step).rounded()
      return at >= 1 && at <= steps && (at * step / time - 1).magnitude < 1e-9 ? Int(at) : nil
    }
    let words = "a whole number of cell steps, at most the duration of the run"
    guard let stride = index(every) else {
      let found = section.found("output_every", default: standard.every)
      section.report("output_every", "\(found); it takes \(words)")
      return nil
    }
    var outputs = Set(Swift.stride(from: stride, through: Int(steps), by: stride))
    for (i, time) in also.enumerated() {
      guard let at = index(time) else {
        section.report("also_at", item: i, "it takes \(words)")
        return nil
      }
      outputs.insert(at)
    }
    outputs.insert(Int(steps))
    let forkStep = fork.map { index($0) } ?? 0
    if forkStep == nil {
      let found = section.found("fork_at", default: "")
      section.report("fork_at", "\(found); it takes \(words)")
    }
    return TimeAxis(step: step, steps: Int(steps), outputs: outputs.sorted(), fork: forkStep ?? 0)
  }

  /// How tissue is injured and heals, where some grid follows it.
  private static func repair(_ top: Section, _ factors: [Factor], _ tissues: [Tissue])
    -> TissueRepair?
  {
    let followed = tissues.compactMap(\.matter)
    guard !followed.isEmpty else { return nil }
    let hasTumour = followed.contains { $0.start.tumour != nil }
    return top.section("repair") { LawsSchema.repair($0, factors, hasTumour: hasTumour) }
  }

  /// Where it takes place: a body, or a well that stands for one.
  private static func place(
    _ top: Section,
    _ preset: String,
    _ factors: [Factor],
    _ kinds: [HostKind],
    _ clock: TimeAxis?,
    isCulture: Bool
  ) -> (host: Host, culture: CultureSchema.Culture?) {
    guard isCulture else {
      top.skip("culture")
      let vessels = top.section("vessels") { Vessels.read($0) }
      return (top.part("host", preset) { HostSchema.read($0, vessels: vessels) }, nil)
    }
    let culture = top.section("culture") { culture in
      top.section("medium") { medium in
        medium.skip("preset")
        return CultureSchema.read(
          culture,
          medium: medium,
          factors: factors,
          kinds: kinds,
          clock: clock
        )
      }
    }
    return (culture?.host ?? CultureSchema.vessel(.human, 1), culture)
  }

  /// Reports kinds of cells that no grid holds, and grids that are too many to hold them.
  private static func check(_ kinds: [HostKind], _ tissues: [Tissue], _ top: Section) {
    let holding = tissues.filter { !$0.populations.isEmpty }.count
    if !kinds.isEmpty, holding == 0 {
      top.report("kinds", "no grid holds such cells; give them to one under 'cells'")
    }
    let last = tissues.lastIndex { !$0.populations.isEmpty } ?? 0
    if last >= 16 {
      top.report(
        "tissues",
        "host cells live on the first 16 grids only; put those with 'cells' first"
      )
    }
  }

  /// Reports factors in place of cells that do nothing: that the product does not give, or that nobody meets where
  /// they are given; and those whose loss from plasma is not known.
  private static func check(
    _ doses: [FactorDose],
    _ factors: [Factor],
    _ tissues: [Tissue],
    _ top: Section
  ) {
    guard let first = doses.first else { return }
    let given = first.amounts.filter { $0.value > 0 }.keys.sorted()
    let words = given.joined(separator: ", ")
    if given.isEmpty, first.amounts.isEmpty {
      top.report(
        "treatment",
        "gives what the product leaves of the scenario's factors, and it leaves none; add some that it gives to 'factors'"
      )
    }
    let met = given.filter { name in tissues.contains { $0.meetsBlood(of: name) } }
    if let site = first.route.site {
      let solved = tissues.filter { $0.organ == site }.flatMap(\.solved)
      if !given.isEmpty, !given.contains(where: solved.contains) {
        top.report(
          "treatment",
          "puts \(words) into tissue that no grid follows; add a tissue of the organ that solves some of it"
        )
      }
    } else if met.isEmpty, !given.isEmpty {
      top.report(
        "treatment",
        "gives \(words) into blood, and no tissue meets any of it; give a tissue that solves it 'exchange' with blood, as for \(given[0])"
      )
    }
    guard first.route.shareIntoBlood > 0 else { return }
    for factor in factors where met.contains(factor.name) && factor.plasmaHalfLife == nil {
      top.report(
        "factors",
        "\(factor.name) enters blood and has no plasma_half_life; say how fast plasma loses it"
      )
    }
  }

  /// Reports uptakes of one factor that differ in what they have in common on a grid.
  private static func check(
    _ product: Product,
    _ kinds: [HostKind],
    _ factors: [Factor],
    _ top: Section
  ) {
    for factor in factors {
      let own = product.uptake[factor.name].map { [($0.halfSaturation, $0.conversion)] } ?? []
      let all =
        own + kinds.compactMap { $0.uptake[factor.name] }.map { ($0.halfSaturation, $0.conversion) }
      let saturable = all.filter { $0.0 > 0 }
      guard let first = saturable.first else { continue }
      guard saturable.allSatisfy({ $0.0 == first.0 && $0.1 == first.1 }) else {
        top.report(
          "kinds",
          "cells take \(factor.name) with different half_saturation, into or yield; all cells of a run share them"
        )
        continue
      }
    }
  }

  private static func check(_ factors: [Factor], _ tissues: [Tissue], _ top: Section) {
    let carried = Set(tissues.flatMap { $0.fields.map(\.factor.name) })
    for factor in factors where !carried.contains(factor.name) {
      top.section("factors") { list in
        list.report(
          key: factor.name,
          "is carried by no tissue; add it to one under 'tissues' or remove it"
        )
        list.skipAll()
      }
    }
  }

  private static func check(_ tissues: [Tissue], _ host: Host, _ top: Section) {
    for (i, tissue) in tissues.enumerated() {
      guard let other = tissues[..<i].first(where: { $0.name == tissue.name }) else { continue }
      top.report(
        "tissues",
        "\(other.key) and \(tissue.key) are both called \(tissue.name) in tables; take another name"
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
}
