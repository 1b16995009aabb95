import Agents
import Body
import Laws
import Matter
import Simulation
import Vocabulary

/// The keys of a scenario, top level.
enum ScenarioSchema {
  /// What the name of a preset or its keys are read as.
  static let preset = "the name of a preset, or keys and values"

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
      let heading = Heading(top, arm: arm, notes: notes)
      let frame = Frame(top)
      let found =
        top.has("culture")
        ? experiment(in: WellSchema(frame), heading, frame)
        : experiment(in: BodySchema(frame), heading, frame)
      guard let (experiment, words) = found else { return nil }
      return Read(
        experiment: experiment,
        seed: heading.seed,
        replicates: heading.replicates,
        accepted: heading.accepted,
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

  /// What a run is called, and which and how many runs there are.
  private struct Heading {
    let name: String, arm: String
    let accepted: [String: String]
    let seed: UInt64
    let replicates: Int
    /// Parts alike of which one is simulated.
    let parts: Int

    init(_ top: Section, arm: String, notes: (String) -> [String]?) {
      self.arm = arm
      name = top.text("name", "name of the run")
      _ = top.text("question", default: "none stated", "what the run is to tell")
      accepted = NoteSchema.accepted(top, among: notes)
      seed = UInt64(top.integer("seed", default: 1, in: 0...Int.max, "seed of the random numbers"))
      replicates = top.integer(
        "replicates",
        default: 1,
        in: 1...100_000,
        "number of replicates"
      )
      parts =
        top.has("reduced")
        ? top.integer(
          "reduced",
          in: 1...4096,
          "number of identical parts into which the scenario is divided; one is simulated and its counts are multiplied"
        ) : 1
      top.skip("reduced")
    }

    /// An experiment of that name, of which nothing is given yet.
    func experiment(
      _ clock: TimeAxis,
      _ setting: Experiment.Setting,
      _ host: Host,
      _ product: Product,
      _ laws: Experiment.Laws,
      _ stress: (organs: [NicheStress], blood: PlaceStress),
      _ tolerance: Double
    ) -> Experiment {
      Experiment(
        name: name,
        arm: arm,
        setting: setting,
        clock: clock,
        host: host,
        product: product.waited(laws.survival).licensed(
          CellProgram(laws.licensing, laws.survival, product.terms)
        ),
        laws: laws,
        stress: stress.organs,
        bloodStress: stress.blood,
        fieldTolerance: tolerance
      )
    }

    /// Takes the part of an experiment that is simulated.
    func reduce(_ experiment: inout Experiment, _ top: Section) {
      do throws(NoPart) {
        experiment = try experiment.part(of: parts)
      } catch {
        top.report(key: "reduced", "\(parts) parts: \(error.words)")
      }
    }
  }

  /// Reads the experiment of a setting, with its doses in words; `nil` where something is wrong, which was reported.
  private static func experiment(
    in setting: some SettingSchema,
    _ heading: Heading,
    _ frame: Frame
  ) -> (Experiment, DoseWords)? {
    let top = frame.top
    let host = setting.host ?? setting.substitute
    let (product, isProductRead) = top.reading.whole {
      top.part("product", preset) {
        ProductSchema.read($0, factors: frame.factors, vehicle: setting.vehicle)
      }
    }
    let given = Given(top, setting, isProductRead ? product : nil, frame)
    let (tissues, areTissuesRead) = top.reading.whole {
      setting.tissues(formulation: given.formulation)
    }
    let systemic = systemic(in: setting, frame)
    if areTissuesRead {
      check(tissues, systemic, given, isProductRead ? product : nil, host, setting, frame)
    }
    let label = setting.label()
    let modalities = top.section("observe") { list in
      list.sections { ModalitySchema.read($0, $1, label.carried, list) }
    }
    let laws = laws(
      in: setting,
      host,
      product,
      given.treatment.relation,
      label.label,
      tissues,
      frame
    )
    if areTissuesRead { ScenarioCheck.uptake(of: product, frame) }
    let tolerance = top.section("transport") { section in
      section.parameter(
        "tolerance",
        .fraction,
        "largest error of a step as a share of the largest concentration"
      )
    }
    top.skip("stress")
    top.skip("filling")
    guard !host.organs.isEmpty else { return nil }
    let stress = LawsSchema.stress(top, host)
    let outlook = Outlook(top)
    guard top.reading.diagnostics.isEmpty, let clock = frame.clock else { return nil }
    var experiment = heading.experiment(
      clock,
      setting.setting,
      host,
      product,
      laws,
      stress,
      tolerance
    )
    experiment.tissues = tissues
    experiment.kinds = frame.kinds
    experiment.modalities = modalities
    systemic.join(&experiment)
    given.give(to: &experiment, top)
    heading.reduce(&experiment, top)
    outlook.look(at: &experiment, top)
    guard top.reading.diagnostics.isEmpty else { return nil }
    ScenarioCheck.births(in: experiment, top)
    guard top.reading.diagnostics.isEmpty else { return nil }
    let words = DoseWords(
      treatment: given.treatment,
      setting: experiment.setting,
      host: host,
      product: experiment.product.name,
      volume: setting.volume,
      isGiven: !experiment.doses.isEmpty || !experiment.factorDoses.isEmpty,
      parts: experiment.parts
    )
    return (experiment, words)
  }

  /// What joins the organs of a body.
  private struct Systemic {
    /// How factors enter plasma, and which it carries.
    var entry = PlasmaEntry(), factors: [Factor] = []
    /// Whether host cells off the grids are followed, and what is done to them.
    var hasPools = false, perturbations: [Perturbation] = []
    /// What is put into blood beside the treatment.
    var injections: [FactorDose] = []
    /// Kinds of host cells whose law they follow.
    var kinds: Set<String> = []

    func join(_ experiment: inout Experiment) {
      experiment.circulating = factors
      experiment.laws.plasmaEntry = entry
      experiment.poolsAct = hasPools ? true : nil
      experiment.perturbations = perturbations
      experiment.injections = injections
    }
  }

  /// What joins the organs; nothing where the scenario does not ask for it.
  private static func systemic(in setting: some SettingSchema, _ frame: Frame) -> Systemic {
    let top = frame.top
    guard top.has("systemic") else {
      top.skip("systemic")
      return Systemic()
    }
    return setting.bodily("systemic") { section in
      var systemic = Systemic()
      let host = setting.host ?? setting.substitute
      (systemic.entry, systemic.factors) = plasma(section, host, frame)
      systemic.injections = section.section("injections") { list in
        if systemic.factors.isEmpty, let first = list.keys.first {
          list.report(
            key: first,
            "goes into plasma, which carries no factor; add plasma: true, and to 'factors' what is put in"
          )
          list.skipAll()
          return []
        }
        return list.sections {
          PerturbationSchema.injection($1, systemic.factors, duration: frame.duration)
        }.compactMap { $0 }
      }
      systemic.hasPools = section.flag(
        "pools",
        default: false,
        "whether host cells off the grids are followed, and grids draw from them"
      )
      guard systemic.hasPools else {
        section.skip("perturbations")
        if section.has("perturbations") {
          section.report(key: "perturbations", "act on pools of host cells; add pools: true")
        }
        return systemic
      }
      let cells = host.leukocytes
      let pools = cells.remaining.filter { !cells.excised.contains($0.place) }
      systemic.kinds = Set(cells.types.map(\.kind))
      systemic.perturbations = section.section("perturbations") { list in
        list.sections { PerturbationSchema.read($0, $1, pools, duration: frame.duration) }
      }
      if setting.host != nil, pools.isEmpty {
        section.report("pools", "the host has no 'leukocytes'")
      }
      if CellPools(cells.pools, step: 1) == nil {
        section.report(
          "pools",
          "no production keeps the numbers of host.leukocytes; a type that another becomes has no 'marrow', and none becomes one with a 'home'"
        )
      }
      return systemic
    }
  }

  /// What plasma carries between organs, and how it enters plasma.
  private static func plasma(_ section: Section, _ host: Host, _ frame: Frame)
    -> (entry: PlasmaEntry, factors: [Factor])
  {
    let isCarried = section.flag(
      "plasma",
      default: false,
      "whether plasma carries factors between organs"
    )
    let entry: PlasmaEntry = section.law()
    guard isCarried else { return (entry, []) }
    let factors = frame.factors.filter {
      !CellProgram.nutrients.contains($0.name)
        && ($0.isExtracted(in: host) || $0.plasmaHalfLife(in: host.species) != nil)
    }
    if factors.isEmpty {
      section.report(
        "plasma",
        "carries nothing: no factor of 'factors' has a 'plasma_half_life' or an 'extraction'"
      )
    }
    return (entry, factors)
  }

  /// What is given: the treatment, and what it is put into.
  private struct Given {
    let treatment: TreatmentSchema.Treatment
    let formulation: FormulationSchema.Reading?
    private let factors: [Factor]

    init(_ top: Section, _ setting: some SettingSchema, _ product: Product?, _ frame: Frame) {
      factors = frame.factors
      var formulation = setting.formulation()
      treatment = setting.treatment(of: product, formulation)
      if !treatment.place(&formulation) {
        top.report(
          key: "formulation",
          "is put into tissue; treatment.route takes one that does, as intramuscular"
        )
      }
      self.formulation = formulation
    }

    /// Factors in place of cells.
    func factorDoses(of product: Product) -> [FactorDose] {
      TreatmentSchema.factorDoses(treatment, product, factors)
    }

    /// Gives it.
    func give(to experiment: inout Experiment, _ top: Section) {
      let tissues = experiment.tissues
      if treatment.content.part == .cells { experiment.doses = treatment.asked(tissues, top) }
      experiment.factorDoses = factorDoses(of: experiment.product)
      experiment.spread = treatment.spread
      experiment.vesicles = treatment.content.vesicles
      experiment.formulation = formulation.map { FormulationSchema.place($0, in: tissues, top) }
    }
  }

  /// Reports what does not go together, where the tissues could be read.
  private static func check(
    _ tissues: [Tissue],
    _ systemic: Systemic,
    _ given: Given,
    _ product: Product?,
    _ host: Host,
    _ setting: some SettingSchema,
    _ frame: Frame
  ) {
    let top = frame.top
    setting.check(tissues)
    ScenarioCheck.levels(of: systemic.factors, in: tissues, top)
    if setting.hasPlace {
      ScenarioCheck.factors(frame.factors, areCarriedBy: tissues, or: systemic.factors, top)
    }
    if setting.hasPlace, top.reading.diagnostics.isEmpty {
      ScenarioCheck.kinds(frame.kinds, liveIn: tissues, orPools: systemic.kinds, top)
      if systemic.hasPools {
        ScenarioCheck.sources(of: frame.kinds, among: host.leukocytes.types, top)
      }
    }
    ScenarioCheck.spread(of: given.treatment, holds: tissues, host, top)
    if let product {
      ScenarioCheck.given(
        given.factorDoses(of: product),
        frame.factors,
        meets: tissues,
        in: host.species,
        top
      )
    }
    TissueSchema.checkMemory(of: tissues, top)
  }

  /// Reads the laws, in the order in which their keys are listed.
  private static func laws(
    in setting: some SettingSchema,
    _ host: Host,
    _ product: Product,
    _ relation: Relation,
    _ label: Remains.Label?,
    _ tissues: [Tissue],
    _ frame: Frame
  ) -> Experiment.Laws {
    let (top, factors) = (frame.top, frame.factors)
    var laws = Experiment.Laws()
    laws.licensing = top.section("licensing") { $0.law(factors) }
    laws.survival = top.section("survival") {
      LawsSchema.survival($0, factors, relation: relation, host: host, product: product)
    }
    laws.arrest = setting.bodily("arrest") { $0.law(factors) }
    laws.residence = setting.bodily("residence") { $0.law() }
    let isForeign = product.species != host.immunity.species ?? host.species
    laws.killing = top.section("killing") {
      LawsSchema.killing($0, relation: relation, host: host, isForeign: isForeign)
    }
    laws.crawling = top.section("crawling") { $0.law(factors) }
    laws.remains = setting.bodily("remains") { LawsSchema.remains($0, label: label) }
    laws.clot = setting.bodily("clot") { $0.law() }
    laws.embolism = setting.bodily("embolism") { $0.law() }
    laws.differentiation = top.section("differentiation") { $0.law() }
    laws.contact = top.section("contact") { $0.law() }
    // Killers know HLA-I of their own species only.
    if isForeign { laws.contact.shielding = 0 }
    if relation.isOwn || product.traits.areInert { laws.contact.alloantigen = 0 }
    if product.traits.areInert {
      laws.licensing.naiveRate = 0
      laws.licensing.memoryRate = 0
    }
    laws.repair = repair(top, factors, tissues)
    return laws
  }

  /// What is switched off and what is looked at.
  private struct Outlook {
    let control: String?
    let without: [String]
    let endpoints: [EndpointSchema.Definition]

    init(_ top: Section) {
      control =
        top.has("control") ? top.text("control", "arm that read-outs are compared with") : nil
      top.skip("control")
      top.skip("record")
      without = top.names("without", "mechanisms that are switched off")
      endpoints = top.section("endpoints") { EndpointSchema.read($0) }
    }

    /// Switches mechanisms off, then says what is looked at.
    func look(at experiment: inout Experiment, _ top: Section) {
      experiment.control = control
      for (i, mechanism) in without.enumerated() {
        let known = Mechanism.names(of: experiment)
        guard known.contains(mechanism) else {
          top.report(
            "without",
            item: i,
            "expected mechanisms of the run\(Suggestion.text(for: mechanism, among: known)): \(known.joined(separator: ", "))"
          )
          continue
        }
        Mechanism.remove(mechanism, from: &experiment)
      }
      if top.has("record") {
        experiment.recorded = top.section("record") { RecordSchema.read($0, experiment) }
      }
      top.skip("record")
      experiment.everyRun = top.reading.everyRun
      experiment.endpoints = EndpointSchema.endpoints(endpoints, of: [experiment])
    }
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
}
