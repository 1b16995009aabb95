import Agents
import Body
import Fields
import Laws
import Matter
import Substrate
import Vocabulary

/// Everything one arm of a run needs to know: validated, in base units (um, min, nM, cells, g).
public struct Experiment: Sendable {
  /// Where it takes place.
  public enum Setting: String, Sendable, CaseIterable {
    /// A body whose organs are connected by blood.
    case organism
    /// A well with medium; what stands for the host's only organ is the well.
    case culture
  }

  /// Name of the run.
  public var name: String
  /// Name of the arm, and of the one that read-outs are compared with.
  public var arm: String, control: String?
  /// Where it takes place.
  public var setting: Setting
  /// The time axis.
  public var clock: TimeAxis
  /// Who receives the cells.
  public var host: Host
  /// What is given.
  public var product: Product
  /// How it is given.
  public var doses: [Dose] = []
  /// Factors that are given.
  public var factorDoses: [FactorDose] = []
  /// Volume of tissue about the site of injection that takes what is put into it, um³; `nil` for all of the
  /// organ.
  public var spread: Double?
  /// Vesicles among them, as they are made.
  public var vesicles: Vesicles?
  /// What cells and factors are put into tissue in; `nil` for none that matters.
  public var formulation: Formulation?
  /// The tissue grids.
  public var tissues: [Tissue] = []
  /// The kinds of host cells.
  public var kinds: [HostKind] = []
  /// The factors that plasma is to carry between organs; none without `systemic`.
  public var circulating: [Factor] = []
  /// Whether plasma carries them: not where that is switched off.
  public var plasmaCarries = true
  /// The factors that plasma carries between organs.
  public var carried: [Factor] { plasmaCarries ? circulating : [] }
  /// Whether host cells off the grids are followed, and grids draw from them; `nil` without `systemic`.
  public var poolsAct: Bool?
  /// What is done to them.
  public var perturbations: [Perturbation] = []
  /// Factors that are put into blood beside the treatment, as endotoxin is.
  public var injections: [FactorDose] = []
  /// Pools of host cells off the grids; `nil` where they are not followed.
  var pools: CellPools? {
    guard poolsAct == true else { return nil }
    let cells = host.leukocytes
    return CellPools(cells.pools, excised: cells.excised, step: clock.step)
  }
  /// What a laboratory observes with.
  public var modalities: [Modality] = []
  /// The endpoints that the scenario defines, beside those of every run.
  public var endpoints: [NamedEndpoint] = []
  /// The endpoints that every run tells.
  public var everyRun = EndpointPatterns.none
  /// The laws of the body and the cells.
  public var laws: Laws
  /// Stress in each organ of the host, by position, whatever cells are put in.
  public var stress: [NicheStress]
  /// Stress in blood.
  public var bloodStress: PlaceStress
  /// Largest error of a step of transport, as a share of the largest concentration.
  public var fieldTolerance: Double
  /// Which places and times the long tables hold.
  public var recorded = Recorded.all
  /// How many parts alike the whole is made of, of which one is simulated.
  ///
  /// The host, the doses and the grids are those of the part, `part(of:)`; what is observed is the whole.
  public internal(set) var parts = 1

  /// The laws that hold in a run.
  public struct Laws: Sendable {
    /// Arrest in microvessels.
    public var arrest = Arrest()
    /// Leaving the lumen.
    public var residence = Residence()
    /// Damage and death.
    public var survival = Survival()
    /// Killing by the host.
    public var killing = Killing()
    /// Licensing.
    public var licensing = Licensing()
    /// Crawling.
    public var crawling = Crawling()
    /// Corpses and label.
    public var remains = Remains()
    /// Clot about arrested cells.
    public var clot = Clot()
    /// What occlusion does to the lung.
    public var embolism = Embolism()
    /// Differentiation in tissue.
    public var differentiation = Differentiation()
    /// Contact with host cells.
    public var contact = Contact()
    /// Entry of factors into plasma.
    public var plasmaEntry = PlasmaEntry()
    /// Injury and repair of tissue, where some grid follows it.
    public var repair: TissueRepair?

    /// Laws whose parameters are to be set.
    public init() {}
  }

  /// An experiment without a dose, a grid or host cells, which are set afterwards.
  ///
  /// - Parameters:
  ///   - name: name of the run.
  ///   - arm: name of the arm.
  ///   - setting: where it takes place.
  ///   - clock: the time axis.
  ///   - host: who receives the cells.
  ///   - product: what is given.
  ///   - laws: the laws of the body and the cells.
  ///   - stress: stress in each organ of the host, by position.
  ///   - bloodStress: stress in blood.
  ///   - fieldTolerance: largest error of a step of transport, as a share of the largest concentration.
  public init(
    name: String,
    arm: String,
    setting: Setting,
    clock: TimeAxis,
    host: Host,
    product: Product,
    laws: Laws,
    stress: [NicheStress],
    bloodStress: PlaceStress,
    fieldTolerance: Double
  ) {
    precondition(stress.count == host.organs.count, "every organ has its stress")
    self.name = name
    self.arm = arm
    self.setting = setting
    self.clock = clock
    self.host = host
    self.product = product
    self.laws = laws
    self.stress = stress
    self.bloodStress = bloodStress
    self.fieldTolerance = fieldTolerance
  }

  /// What cells of the product sense, and what they make of it.
  public var program: CellProgram {
    CellProgram(laws.licensing, laws.survival, product.terms)
  }

  /// How many times more cells there may be at the end than are given, where none dies.
  public var growth: Double {
    guard let division = product.terms.division, !doses.isEmpty else { return 1 }
    return Elementary.exp(division.rate * max(0, clock.step * Double(clock.steps) - firstDose))
  }

  /// Most agents that there may be with those that are born.
  public static var mostAgents: Double { Double(Roster.mostBorn) }

  /// Names of the factors that act on cells of the product by receptors, whose strength differs between species.
  package var ligands: Set<String> {
    Set(program.signals + product.brakes + [Senses.attractant])
      .subtracting(CellProgram.nutrients.union(Response.Contact.allCases.map(\.rawValue)))
  }

  /// When the first dose begins, min; 0 where there is none.
  public var firstDose: Double { doses.map(\.start).min() ?? 0 }

  /// Share of the cells arriving in an organ by blood at a time (min) that a grid receives.
  package func share(of grid: Int, arrivingAt time: Double) -> Double {
    let tissue = tissues[grid]
    return min(
      1,
      tissue.shape.volume / host.organs[tissue.organ].volume * tissue.bloodFlow.fold(at: time)
    )
  }

  /// Share of the cells put into an organ that a grid receives.
  package func shareOfPut(into grid: Int) -> Double {
    let tissue = tissues[grid]
    if let formulation, formulation.organ == tissue.organ,
      !formulation.surrounds(organ: tissue.organ, grid: grid)
    {
      return 0
    }
    return min(1, tissue.shape.volume / (spread ?? host.organs[tissue.organ].volume))
  }

  /// Volume that the blocks of the organ of a grid stand for, um³: where something is put into that organ, the volume that takes it.
  func volume(about grid: Int) -> Double {
    let organ = tissues[grid].organ
    let isSite =
      doses.contains { $0.route.site == organ } || factorDoses.contains { $0.route.site == organ }
    return isSite ? spread ?? host.organs[organ].volume : host.organs[organ].volume
  }

  /// Whether cells off the grids respond to a factor that plasma carries.
  public func respondsOffGrids(to factor: String) -> Bool {
    guard carried.contains(where: { $0.name == factor }) else { return false }
    if !doses.isEmpty, program.signals.contains(factor) { return true }
    let pooled = poolsAct == true ? Set(host.leukocytes.types.map(\.kind)) : []
    return kinds.contains {
      pooled.contains($0.name) && !$0.signals(among: carried.filter { $0.name == factor }).isEmpty
    }
  }

  /// Volume that a grid stands for over its own: that of its organ, shared with other grids of it that hold host cells.
  func represented(by grid: Int) -> Double {
    let organ = tissues[grid].organ
    let alike = tissues.filter { $0.organ == organ && !$0.populations.isEmpty }
    let volume = alike.reduce(0) { $0 + $1.shape.volume }
    return volume > 0 ? max(1, self.volume(about: grid) / volume) : 1
  }

  /// What cells lie in that were put into an organ, on one of its grids or off them.
  private func surroundings(in organ: Int, grid: Int?) -> Formulation? {
    formulation.flatMap { $0.surrounds(organ: organ, grid: grid) ? $0 : nil }
  }

  /// Share of contact with the host that cells in tissue of an organ have, on one of its grids or off them.
  func exposure(in organ: Int, grid: Int? = nil) -> Double {
    surroundings(in: organ, grid: grid)?.contact ?? 1
  }

  /// Share of their speed that cells in tissue of an organ have on one of its grids.
  func mobility(in organ: Int, grid: Int) -> Double {
    surroundings(in: organ, grid: grid)?.mobility ?? 1
  }

  /// Stress in an organ as cells there meet it, on one of its grids or off them.
  func stress(in organ: Int, grid: Int? = nil) -> NicheStress {
    var stress = stress[organ]
    if let around = surroundings(in: organ, grid: grid) {
      stress.tissue.damage *= 1 - around.matrix
    }
    return stress
  }

  /// Endothelium of an organ at a time (min), as cells of the product meet it.
  func endothelium(of organ: Int, at time: Double) -> Endothelium {
    Endothelium(
      laws.arrest,
      scale: host.organs[organ].adhesion,
      activation: host.organs[organ].activation?.share(at: time) ?? 0,
      ligands: product.traits.ligands
    )
  }

  /// Whether the endothelium of an organ can come to hold cells.
  func canHold(in organ: Int) -> Bool {
    host.organs[organ].activation != nil || tissues.contains { $0.organ == organ }
  }

  /// Stress of every niche off the grids, lumen before tissue, by organ.
  var stressOffGrids: [PlaceStress] {
    host.organs.indices.flatMap { organ in
      let stress = stress(in: organ)
      return [stress.lumen, stress.tissue]
    }
  }

  /// The plasma that takes what is given into blood.
  public var plasma: Plasma {
    var halfLife: [String: Double] = [:]
    for field in tissues.flatMap(\.fields) {
      halfLife[field.factor.name] = field.factor.plasmaHalfLife(in: host.species)
    }
    return Plasma(
      volume: host.plasma,
      halfLife: halfLife,
      flow: host.throughFlow,
      drainsTo: host.organs.map(\.drainsTo),
      lung: host.lung
    )
  }

  /// Cells given in all doses, of the whole.
  public var cells: Int { parts * doses.reduce(0) { $0 + Int($1.cells) } }

  /// Agents that are on grids at the same time at most.
  public var agentsOnGrids: Double {
    let shares = tissues.reduce(0.0) {
      $0 + min(1, $1.shape.volume / host.organs[$1.organ].volume)
    }
    return Double(agents) * growth * min(1, shares)
  }

  /// Host cells that are on grids at the same time at most, but for those born there.
  public var hostCells: Double { tissues.reduce(0.0) { $0 + $1.hostCells(of: self) } }

  /// The least hazard of death (1/min) of cells of a kind and of those that they become.
  func leastDeath(of kind: HostKind) -> Double {
    var passed = [kind.name]
    var least = kind.death
    var next = kind.change?.into
    while let name = next, !passed.contains(name),
      let other = kinds.first(where: { $0.name == name })
    {
      passed.append(name)
      least = min(least, other.death)
      next = other.change?.into
    }
    return least
  }

  /// Agents that stand for them.
  public var agents: UInt32 { doses.reduce(0) { $0 + $1.agents } }
}

/// The time axis of a run.
public struct TimeAxis: Sendable {
  /// Length of a cell step, min.
  public let step: Double
  /// Number of steps.
  public let steps: Int
  /// Steps after which the run is observed, ascending.
  public let outputs: [Int]
  /// Steps that all arms have in common, 0 where each runs from the start.
  public let fork: Int

  /// A time axis of at least one step, with observations inside it.
  public init(step: Double, steps: Int, outputs: [Int], fork: Int = 0) {
    precondition(step > 0 && steps > 0, "time goes forward")
    precondition(outputs.allSatisfy { (1...steps).contains($0) }, "outputs lie in the run")
    self.step = step
    self.steps = steps
    self.outputs = outputs
    self.fork = fork
  }
}

/// A tissue grid: a representative block of an organ.
public struct Tissue: Sendable {
  /// Whether it solves a factor of a name.
  func carries(_ factor: String) -> Bool {
    fields.contains { field in
      guard case .solved = field.origin else { return false }
      return field.factor.name == factor
    }
  }

  /// A factor on the grid.
  public struct Field: Sendable {
    /// How its concentration comes about.
    public enum Origin: Sendable {
      /// Solved from an initial concentration, nM.
      case solved(initial: Double)
      /// Given by the scenario.
      case given(GivenField)
    }

    /// The factor.
    public var factor: Factor
    /// How its concentration comes about.
    public var origin: Origin
    /// What it meets.
    public var medium: Medium

    /// A factor that comes about in the given way.
    public init(factor: Factor, origin: Origin, medium: Medium) {
      self.factor = factor
      self.origin = origin
      self.medium = medium
    }
  }

  /// Host cells of a kind that are there at the start.
  public struct Population: Sendable, Equatable {
    /// Position of the kind.
    public var kind: Int
    /// How many.
    public var cells: Int
    /// Share of them, and of those that come, that is triggered.
    public var triggered: Double

    /// A number of cells of a kind.
    public init(kind: Int, cells: Int, triggered: Double) {
      self.kind = kind
      self.cells = cells
      self.triggered = triggered
    }
  }

  /// Cells on planes, as in a well: heights of the product's and of the host's, um.
  public struct Planes: Sendable, Equatable {
    /// Heights, um.
    public var product: Double, hosts: Double

    /// Planes at the given heights.
    public init(product: Double, hosts: Double) {
      self.product = product
      self.hosts = hosts
    }
  }

  /// The tissue itself: how it is at the start, and what it exchanges with its factors.
  public struct Matter: Sendable {
    /// Injury, scar, vessels and tumour at the start.
    public var start: TissueStart
    /// How it differs from other tissue.
    public var terms: TissueTerms
    /// What it gives.
    public var outputs: [TissueOutput]
    /// What its vessels exchange with blood: position of the factor, rate (1/min) and level in blood (nM).
    public var perfusion: [(factor: Int, rate: Double, blood: Double)]

    /// Tissue of the given properties.
    public init(
      start: TissueStart,
      terms: TissueTerms = TissueTerms(),
      outputs: [TissueOutput],
      perfusion: [(factor: Int, rate: Double, blood: Double)]
    ) {
      self.start = start
      self.terms = terms
      self.outputs = outputs
      self.perfusion = perfusion
    }
  }

  /// Where a formulation lies on a grid.
  public struct Bed: Sendable, Equatable {
    /// Its region: the last one, and what each factor meets there stands last in its medium.
    public var region: UInt8
    /// The region of each voxel before it is put in; empty where the block was one region.
    public var before: [UInt8]

    /// A place of its own.
    public init(region: UInt8, before: [UInt8]) {
      self.region = region
      self.before = before
    }
  }

  /// What is done to the medium of a well at a time.
  public struct Change: Sendable, Equatable {
    /// Step before which it is done.
    public var step: Int
    /// Whether the medium is replaced with fresh one first.
    public var washes: Bool
    /// What is added to it, nM by position of the factor.
    public var added: [Int: Double]

    /// A change before a step.
    public init(step: Int, washes: Bool, added: [Int: Double]) {
      self.step = step
      self.washes = washes
      self.added = added
    }
  }

  /// Name: a site of the output.
  public var name: String
  /// Its key in the scenario: its name, or that of its organ.
  public var key: String
  /// Position of the organ it is a block of.
  public var organ: Int
  /// Its voxels.
  public var shape: GridShape
  /// Its factors.
  public var fields: [Field]
  /// The region of each voxel; empty where the block is one region.
  public var region: [UInt8]
  /// The region that is what cells or factors are put in; `nil` where there is none.
  public var bed: Bed?
  /// The tissue itself, where it is followed.
  public var matter: Matter?
  /// Host cells at the start.
  public var populations: [Population]
  /// Where cells lie; `nil` where they fill the tissue.
  public var planes: Planes?
  /// What is done to the medium, in order of time.
  public var changes: [Change]
  /// Blood flow relative to that of its organ, by volume.
  public var bloodFlow = BloodFlow()

  /// A block of an organ with the given factors.
  public init(
    name: String,
    key: String? = nil,
    organ: Int,
    shape: GridShape,
    fields: [Field],
    region: [UInt8] = [],
    bed: Bed? = nil,
    matter: Matter? = nil,
    populations: [Population] = [],
    planes: Planes? = nil,
    changes: [Change] = []
  ) {
    self.name = name
    self.key = key ?? name
    self.organ = organ
    self.shape = shape
    self.fields = fields
    self.region = region
    self.bed = bed
    self.matter = matter
    self.populations = populations
    self.planes = planes
    self.changes = changes
  }
}

extension Tissue {
  /// Names of the factors it solves.
  public var solved: [String] {
    fields.compactMap { field in
      if case .solved = field.origin { field.factor.name } else { nil }
    }
  }

  /// Host cells that it holds at most, but for those born there: those at the start, and as many as come from blood
  /// where every signal for it is at its largest, each for as long as it lives on average.
  func hostCells(of experiment: Experiment) -> Double {
    guard !populations.isEmpty else { return 0 }
    let step = experiment.clock.step
    let duration = step * Double(experiment.clock.steps)
    let come = experiment.kinds.reduce(0.0) { sum, kind in
      guard let recruitment = kind.recruitment else { return sum }
      let hazard = experiment.leastDeath(of: kind)
      let life = hazard > 0 ? (1 - Elementary.exp(-hazard * duration)) / hazard : duration
      return sum + recruitment.largest * shape.volume * max(life, step)
    }
    return populations.reduce(come) { $0 + Double($1.cells) }
  }

  /// Whether it solves a factor that it exchanges with blood somewhere.
  public func meetsBlood(of factor: String) -> Bool {
    guard solved.contains(factor), let n = fields.firstIndex(where: { $0.factor.name == factor })
    else { return false }
    let medium = fields[n].medium
    return medium.exchange.contains { $0 > 0 }
      || medium.faces.contains { if case .blood = $0 { true } else { false } }
      || matter?.perfusion.contains { $0.factor == n && $0.rate > 0 } ?? false
  }
}
