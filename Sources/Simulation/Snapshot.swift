import Agents
import Body
import Fields
import Laws
import Matter
import Substrate
import Vocabulary

/// Cells that are followed one by one: evenly spaced among all that are given.
public struct Sample: Sendable {
  let count: UInt32
  let spacing: UInt32

  /// A number of cells out of a total.
  public init(_ count: Int, of total: UInt32) {
    self.count = UInt32(clamping: min(count, Int(total)))
    spacing = self.count == 0 ? 1 : max(1, total / self.count)
  }

  /// Whether there are none.
  var isEmpty: Bool { count == 0 }

  /// Whether a cell is one of them.
  @inline(__always)
  func contains(_ cell: UInt32) -> Bool {
    count > 0 && cell % spacing == 0 && cell / spacing < count
  }
}

/// A run as it stands at one time: exact counts, and what outlives the cells.
///
/// What is written to the tables of observations is looked at whole; what only endpoints read is looked at in
/// the parts that they read.
public struct Snapshot: Sendable {
  /// What is looked at, beside the time, the doses and what became of host cells.
  public struct Parts: OptionSet, Sendable, BitwiseCopyable {
    /// The parts as bits.
    public let rawValue: UInt8

    /// Parts of the given bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The product's cells, where they are, and the remains of dead cells.
    public static let cells = Parts(rawValue: 1)
    /// Shares of the tissue on the grids.
    public static let tissue = Parts(rawValue: 2)
    /// Host cells as they are.
    public static let hosts = Parts(rawValue: 4)
    /// All of these, deaths by cause, factors, and the cells that are followed: what is written to tables.
    public static let whole = Parts(rawValue: 15)
    /// Slices through the grids, beside what is written to tables.
    public static let slices = Parts(rawValue: 32)
    /// All that may be looked at.
    static let known: Parts = [.whole, .slices, .readings, .pools]
    /// All of these but what is followed, for endpoints that read quantities: not written to tables.
    public static let readings = Parts(rawValue: 23)
    /// Pools of host cells, which come with the readings of a run that has some.
    static let pools = Parts(rawValue: 64)
  }

  /// Living cells of one site.
  public struct Living: Sendable, Equatable, BitwiseCopyable {
    /// Held in the lumen of microvessels, in tissue, or with the blood: in large vessels where the site is blood, in transit
    /// or delayed where it is an organ.
    public package(set) var lumen = 0, tissue = 0, circulating = 0
    /// Of all these, how many are licensed, and how many active on the NF-κB axis.
    public package(set) var licensed = 0, activated = 0
    /// Label they carry, in units of one cell.
    public package(set) var label = 0.0

    /// None.
    package init() {}

    /// All of them.
    public var all: Int { lumen + tissue + circulating }

    fileprivate mutating func multiply(by parts: Int) {
      for count in [\Living.lumen, \.tissue, \.circulating, \.licensed, \.activated] {
        self[keyPath: count] *= parts
      }
      label *= Double(parts)
    }

    /// Whether all counts are such.
    var isPossible: Bool {
      [lumen, tissue, circulating, licensed, activated].allSatisfy { (0...1 << 53).contains($0) }
    }
  }

  /// A factor on a grid.
  public struct Level: Sendable {
    /// Name of the factor.
    public package(set) var factor: String
    /// Mean and largest concentration, nM.
    public package(set) var mean: Double, largest: Double
  }

  /// Host cells of a kind on a grid.
  public struct Population: Sendable {
    /// Name of the kind, and whether its cells divide or come of those that do.
    public package(set) var kind: String, divides: Bool
    /// What they look like.
    public package(set) var summary: HostCells.Summary
    /// What became of them.
    public package(set) var ledger: HostCells.Ledger

    /// Whether it is of the same kind as another, with as many numbers where they are looked at.
    func isAlike(_ other: Population, isSeen: Bool) -> Bool {
      let known = isSeen ? other.summary : .init()
      return kind == other.kind && divides == other.divides
        && summary.levels.count == known.levels.count
        && summary.generations.count == known.generations.count
    }

    /// Whether all counts and sums are such.
    var isPossible: Bool {
      ledger.isPossible
        && ([summary.cells, summary.active] + summary.generations).allSatisfy {
          (0...1 << 53).contains($0)
        }
        && ([summary.activity] + summary.levels).allSatisfy { $0.magnitude <= 1e30 }
    }
  }

  /// What the product's cells on a grid have become, summed over them.
  public struct Licensed: Sendable, BitwiseCopyable {
    /// Cells.
    public package(set) var cells = 0.0
    /// Sums of the numbers that cells carry, by row.
    package var levels = InlineArray<16, Double>(repeating: 0)
    /// Cells that show HLA-II: with more of these proteins than the threshold of licensing.
    public package(set) var positive = 0.0
    /// Cells that have differentiated in the tissue.
    public package(set) var differentiated = 0.0

    /// Activity of the STAT1 axis.
    public var stat1: Double { levels[0] }
    /// Activity of the NF-κB axis.
    public var nfkb: Double { levels[2] }
    /// Proteins that follow the STAT1 axis.
    public var protein: Double { levels[Licensing.proteinRow] }

    /// All of its numbers.
    var numbers: [Double] {
      [cells, positive, differentiated] + levels.indices.map { levels[$0] }
    }

    fileprivate mutating func multiply(by parts: Double) {
      cells *= parts
      for row in levels.indices { levels[row] *= parts }
      positive *= parts
      differentiated *= parts
    }

    /// The mean of a number that cells carry, by row; `nil` without cells.
    public func mean(row: Int) -> Double? { cells > 0 ? levels[row] / cells : nil }

    /// A sum per cell; `nil` without cells.
    public func mean(_ sum: KeyPath<Licensed, Double>) -> Double? {
      cells > 0 ? self[keyPath: sum] / cells : nil
    }
  }

  /// One cell that is followed.
  public struct Followed: Sendable {
    /// Its identity, and how many cells it stands for.
    public package(set) var cell: UInt32, cells: Int
    /// Site it is in, or died in.
    public package(set) var site: Int
    /// `circulating`, `arrested`, `tissue`, `shed`, `dead_…`.
    public package(set) var state: String
    /// Place on the grid, um, where it is on one.
    public package(set) var place: (x: Float, y: Float, z: Float)?
    /// Damage, 1/min, while it lives.
    public package(set) var damage: Double?
    /// Licensing, while it lives.
    public package(set) var licensing: CellState?

    /// The states of cells that live.
    private static let living = ["circulating", "arrested", "tissue"]

    /// Whether a cell that was read can be, at so many sites: what is known of it depends on whether it lives.
    func isSound(sites: Int) -> Bool {
      let lives = Self.living.contains(state)
      let numbers =
        (place.map { [$0.x, $0.y, $0.z] } ?? [])
        + (licensing.map { state in
          (0..<CellState.most).map { state[$0] }
        } ?? [])
      return (0..<sites).contains(site) && (0...1 << 53).contains(cells)
        && (lives || ["shed", "dead_at_thaw"].contains(state)
          || Survival.Cause.allCases.contains {
            state == "dead_\($0.name)"
          })
        && (damage != nil) == lives && (licensing != nil) == lives && (lives || place == nil)
        && numbers.allSatisfy { $0.magnitude <= 1e9 } && (damage ?? 0).magnitude <= 1e9
    }
  }

  /// What was looked at.
  public private(set) var parts: Parts = []
  /// Time, min.
  public private(set) var time = 0.0
  /// Cells given in all doses.
  public private(set) var dose = 0
  /// Agents that stand for them.
  public private(set) var agents = 0
  /// Cells of each dose that have entered the body, and whether its condition refused it.
  public private(set) var entered: [Int] = [], refused: [Bool] = []
  /// Living cells per site.
  public private(set) var living: [Living] = []
  /// Deaths by cause and site.
  public private(set) var deaths: [[Int]] = []
  /// Cells dead when given.
  public private(set) var deadAtThaw = 0
  /// Cells shed from the site of injection.
  public private(set) var shed = 0
  /// Cells not given yet.
  public private(set) var toBeGiven = 0
  /// Cells born in the body.
  public private(set) var born = 0
  /// DNA of corpses per organ, in cells.
  public private(set) var corpseDNA: [Double] = []
  /// Label in corpses, debris and phagocytes and free label per organ, in cells.
  public private(set) var remainsLabel: [Double] = []
  /// Label in plasma, and in the carcass, in cells.
  public private(set) var plasmaLabel = 0.0, carcassLabel = 0.0
  /// Label that left the body, in cells.
  public private(set) var excretedLabel = 0.0
  /// Share of the segments of microvessels of each organ that cells and clot occlude, and of those that cells leave open the
  /// share that clot closes.
  public private(set) var occluded: [Double] = [], clotted: [Double] = []
  /// Resistance of the lung now and at its largest, relative to one without occlusion.
  public private(set) var resistance = 1.0, largestResistance = 1.0
  /// Factors on each grid.
  public private(set) var levels: [[Level]] = []
  /// Where the mass of the solved factors of each grid came from and went to.
  public private(set) var masses: [[(factor: String, balance: MassBalance)]] = []
  /// Host cells off the grids, by type and place; none where they are not followed.
  public private(set) var pools: [Pool] = []
  /// Host cells on each grid, by kind.
  public private(set) var populations: [[Population]] = []
  /// Means of the shares of the tissue on each grid that follows it.
  public private(set) var tissue: [TissueShares<Double>?] = []
  /// Licensing of the product's cells on each grid.
  public private(set) var licensing: [Licensed] = []
  /// The cells that are followed, by identity.
  public private(set) var followed: [Followed] = []
  /// Slices through each grid, where they were taken.
  public private(set) var slices: [Slices] = []

  /// Whether it holds everything that can be observed.
  public var isWhole: Bool { parts.isSuperset(of: .whole) }

  /// Whether it holds some parts.
  package func holds(_ parts: Parts) -> Bool { isWhole || self.parts.isSuperset(of: parts) }

  /// Cells of all doses of an experiment that have begun by now; a dose that was refused never does.
  public func given(of experiment: Experiment) -> Int {
    experiment.doses.enumerated().reduce(0) { sum, dose in
      dose.element.start < time && !refused[dose.offset]
        ? sum + experiment.parts * Int(dose.element.cells) : sum
    }
  }

  /// Dose and births minus every cell accounted for: zero, or the program is wrong.
  public var residual: Int {
    dose + born - toBeGiven - deadAtThaw - shed - living.reduce(0) { $0 + $1.all }
      - deaths.reduce(0) { $0 + $1.reduce(0, +) }
  }

  /// Nothing seen yet: to be read back.
  init() {}

  /// The same run as one of another experiment that shares its history: what is to be given differs.
  public func of(_ experiment: Experiment) -> Snapshot {
    var snapshot = self
    snapshot.toBeGiven += experiment.cells - dose
    snapshot.dose = experiment.cells
    snapshot.agents = Int(experiment.agents)
    let (count, known) = (experiment.doses.count, min(entered.count, experiment.doses.count))
    snapshot.entered = entered.prefix(known) + Array(repeating: 0, count: count - known)
    snapshot.refused = refused.prefix(known) + Array(repeating: false, count: count - known)
    return snapshot
  }

  /// Whether what was read of an observation can be, beside the whole of the same run at its end: of the same sites, factors
  /// and kinds, with no number out of its bounds, and every cell accounted for.
  func isSound(beside whole: Snapshot, sites: Int) -> Bool {
    let counts =
      entered + deaths.flatMap { $0 } + [dose, agents, deadAtThaw, shed, toBeGiven, born]
    guard Parts.known.isSuperset(of: parts), (0...whole.time).contains(time),
      entered.count == refused.count, counts.allSatisfy({ (0...1 << 53).contains($0) }),
      areShapesSound(beside: whole), followed.allSatisfy({ $0.isSound(sites: sites) })
    else { return false }
    let numbers =
      corpseDNA + remainsLabel + [plasmaLabel, carcassLabel, excretedLabel] + occluded
      + clotted + [resistance, largestResistance]
      + levels.flatMap { $0.flatMap { [$0.mean, $0.largest] } } + living.map(\.label)
      + licensing.flatMap(\.numbers)
    guard numbers.allSatisfy({ $0.magnitude <= 1e30 }), living.allSatisfy(\.isPossible),
      masses.allSatisfy({ $0.allSatisfy { $0.balance.isPossible } }),
      populations.allSatisfy({ $0.allSatisfy { $0.isPossible } }),
      tissue.allSatisfy({ $0?.isPossible ?? true }), slices.allSatisfy(\.isPossible),
      pools.allSatisfy(\.isPossible)
    else { return false }
    // Deaths are kept only where they are read.
    return !holds(.readings) || residual == 0
  }

  /// Whether its lists are as long as those of a whole observation, where they are looked at, and name the same.
  private func areShapesSound(beside whole: Snapshot) -> Bool {
    func fit<A, B>(_ own: [A], _ other: [B], _ parts: Parts) -> Bool {
      own.count == (holds(parts) ? other.count : 0)
    }
    guard fit(living, whole.living, .cells), fit(corpseDNA, whole.corpseDNA, .cells),
      fit(remainsLabel, whole.remainsLabel, .cells), fit(occluded, whole.occluded, .cells),
      fit(clotted, whole.clotted, .cells),
      fit(deaths, whole.deaths, .readings), fit(licensing, whole.licensing, .readings),
      fit(levels, whole.levels, .readings), fit(masses, whole.masses, .readings),
      fit(tissue, whole.tissue, .tissue), fit(pools, whole.pools, .readings),
      populations.count == whole.populations.count,
      isWhole || followed.isEmpty, slices.isEmpty || slices.count == whole.populations.count
    else { return false }
    return zip(deaths, whole.deaths).allSatisfy { $0.count == $1.count }
      && zip(levels, whole.levels).allSatisfy { $0.map(\.factor) == $1.map(\.factor) }
      && zip(masses, whole.masses).allSatisfy { $0.map(\.factor) == $1.map(\.factor) }
      && zip(tissue, whole.tissue).allSatisfy { ($0 == nil) == ($1 == nil) }
      && zip(populations, whole.populations).allSatisfy { own, others in
        own.count == others.count
          && zip(own, others).allSatisfy { $0.isAlike($1, isSeen: holds(.hosts)) }
      }
  }

  /// Goes through what was seen.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&parts)
    try visitor.visit(&time)
    try visitor.visit(&dose)
    try visitor.visit(&agents)
    try visitor.visit(&entered)
    try visitor.visit(&refused)
    try visitor.visit(&living)
    try visitor.visit(&deaths)
    try visitor.visit(&deadAtThaw)
    try visitor.visit(&shed)
    try visitor.visit(&toBeGiven)
    try visitor.visit(&born)
    try visitor.visit(&corpseDNA)
    try visitor.visit(&remainsLabel)
    try visitor.visit(&plasmaLabel)
    try visitor.visit(&carcassLabel)
    try visitor.visit(&excretedLabel)
    try visitor.visit(&occluded)
    try visitor.visit(&clotted)
    try visitor.visit(&resistance)
    try visitor.visit(&largestResistance)
    try visitor.resize(&levels, with: [])
    for t in levels.indices {
      try visitor.resize(&levels[t], with: Level(factor: "", mean: 0, largest: 0))
      for f in levels[t].indices {
        try visitor.visit(&levels[t][f].factor)
        try visitor.visit(&levels[t][f].mean)
        try visitor.visit(&levels[t][f].largest)
      }
    }
    try visitor.resize(&masses, with: [])
    for t in masses.indices {
      try visitor.resize(&masses[t], with: (factor: "", balance: MassBalance(initial: 0)))
      for f in masses[t].indices {
        try visitor.visit(&masses[t][f].factor)
        try visitor.visit(&masses[t][f].balance)
      }
    }
    try visitor.visit(&tissue)
    try visitor.visit(&licensing)
    try visitor.resize(&populations, with: [])
    for t in populations.indices {
      try visitor.resize(
        &populations[t],
        with: Population(kind: "", divides: false, summary: .init(), ledger: .init())
      )
      for k in populations[t].indices {
        try visitor.visit(&populations[t][k].kind)
        try visitor.visit(&populations[t][k].divides)
        try populations[t][k].summary.visit(&visitor)
        try visitor.visit(&populations[t][k].ledger)
      }
    }
    let none = Followed(cell: 0, cells: 0, site: 0, state: "")
    try visitor.resize(&followed, with: none)
    for i in followed.indices {
      try visitor.visit(&followed[i].cell)
      try visitor.visit(&followed[i].cells)
      try visitor.visit(&followed[i].site)
      try visitor.visit(&followed[i].state)
      try visitor.visit(&followed[i].place)
      try visitor.visit(&followed[i].damage)
      try visitor.visit(&followed[i].licensing)
    }
    if parts.contains(.pools) {
      try visitor.resize(&pools, with: Pool())
      for i in pools.indices { try pools[i].visit(&visitor) }
    }
    try visitor.resize(&slices, with: Slices())
    for t in slices.indices { try slices[t].visit(&visitor) }
  }

  /// What is seen of the parts of a model, in slices whose places stand for so many voxels along an axis.
  init(_ model: Model.Parts, experiment: Experiment, parts: Parts, shrink: Int) {
    self.parts = parts
    time = model.time
    dose = experiment.cells / experiment.parts
    agents = Int(experiment.agents)
    entered = model.census.entered
    refused = experiment.doses.indices.map { model.census.decision(on: $0) == .refused }
    toBeGiven = dose - entered.reduce(0, +)
    populations = model.tissues.map { tissue in
      zip(tissue.hosts.kinds, tissue.hosts.cells).map { kind, cells in
        Population(
          kind: kind.name,
          divides: kind.proliferation != nil
            || tissue.hosts.kinds.contains {
              $0.proliferation != nil && $0.change?.into == kind.name
            },
          summary: parts.contains(.hosts) ? cells.summary() : .init(),
          ledger: cells.ledger
        )
      }
    }
    if parts.contains(.tissue) { tissue = model.tissues.map { $0.matter?.mean } }
    if parts.contains(.cells) { count(model, experiment) }
    if holds(.readings) { lookAtRest(model, experiment) }
    if parts.contains(.slices) {
      slices = model.tissues.map { Slices(of: $0, in: experiment, shrink: shrink) }
    }
    if experiment.parts > 1 { multiply(by: experiment.parts) }
  }

  /// Makes what was counted of one part that of so many parts alike; shares, means and slices are the same.
  private mutating func multiply(by parts: Int) {
    dose *= parts
    for d in entered.indices { entered[d] *= parts }
    for site in living.indices { living[site].multiply(by: parts) }
    for cause in deaths.indices {
      for site in deaths[cause].indices { deaths[cause][site] *= parts }
    }
    deadAtThaw *= parts
    shed *= parts
    toBeGiven *= parts
    born *= parts
    for organ in corpseDNA.indices { corpseDNA[organ] *= Double(parts) }
    for organ in remainsLabel.indices { remainsLabel[organ] *= Double(parts) }
    plasmaLabel *= Double(parts)
    carcassLabel *= Double(parts)
    excretedLabel *= Double(parts)
    for t in masses.indices { for f in masses[t].indices { masses[t][f].balance *= Double(parts) } }
    for t in populations.indices {
      for k in populations[t].indices {
        populations[t][k].summary.multiply(by: parts)
        populations[t][k].ledger.multiply(by: parts)
      }
    }
    for t in licensing.indices { licensing[t].multiply(by: Double(parts)) }
    for pool in pools.indices { pools[pool].multiply(by: parts) }
    for cell in followed.indices { followed[cell].cells *= parts }
  }

  /// Counts the product's cells, and the remains of dead cells.
  private mutating func count(_ model: Model.Parts, _ experiment: Experiment) {
    let (sites, census, remains, roster) = (model.sites, model.census, model.remains, model.roster)
    var living = Array(repeating: Living(), count: sites.count)
    let threshold = Float(experiment.laws.licensing.threshold)
    let label = experiment.doses.enumerated().map {
      experiment.laws.remains.onLiveCell(after: max(0, time - $1.start)) * census.dilution[$0]
    }
    func count(
      _ site: Int,
      _ state: WritableKeyPath<Living, Int>,
      _ cells: Int,
      dose: Int,
      _ licensing: CellState
    ) {
      living[site][keyPath: state] += cells
      if licensing.stat1 >= threshold { living[site].licensed += cells }
      if licensing.nfkb >= threshold { living[site].activated += cells }
      living[site].label += Double(cells) * label[dose]
    }
    func count(_ site: Int, _ state: WritableKeyPath<Living, Int>, _ cell: Cell) {
      let cells = roster.weight(of: cell.identity)
      count(site, state, cells, dose: roster.dose(of: cell.identity), cell.licensing)
    }
    for (cell, place) in zip(model.blood.cells, model.blood.place) {
      if case .organ(let organ) = place {
        count(organ, \.circulating, cell)
      } else {
        count(sites.blood, \.circulating, cell)
      }
    }
    model.organs.forEachGroup { cells, place, dose, licensing in
      let lumen = place & 1 == Niche.lumen.rawValue
      count(Int(place) / 2, lumen ? \.lumen : \.tissue, cells, dose: dose, licensing)
    }
    for (t, tissue) in model.tissues.enumerated() {
      let cells = tissue.cells
      for i in 0..<cells.count {
        let resident = cells[i]
        count(
          sites.organs + t,
          resident.niche == .lumen ? \.lumen : \.tissue,
          resident.cell
        )
      }
    }
    self.living = living
    corpseDNA = remains.dna
    remainsLabel = remains.label
    plasmaLabel = remains.plasmaLabel
    carcassLabel = remains.carcassLabel
    excretedLabel = remains.excretedLabel
    occluded = experiment.host.organs.indices.map { organ in
      let arrested = living.indices.reduce(0) {
        sites.organ[$1] == organ ? $0 + living[$1].lumen : $0
      }
      precondition(arrested == census.lumen[organ], "the running count of arrested cells is wrong")
      let cells = Occlusion.fraction(
        arrested: Double(arrested),
        vessels: model.microvessels[organ]
      )
      return model.clots.occluded(organ, cells: cells)
    }
    clotted = model.clots.share
    resistance = Embolism.resistance(occluded: occluded[experiment.host.lung])
    largestResistance = max(resistance, model.clots.largestResistance)
    deadAtThaw = census.deadAtThaw
    shed = census.shed
    born = census.born
    deaths = census.deaths
    precondition(residual == 0, "\(residual) cells are not accounted for")
    // Few endpoints read deaths, and there are as many numbers of them as of all else.
    if !holds(.readings) { deaths = [] }
  }

  /// Looks at what is written to the tables, and is read by endpoints of quantities only.
  private mutating func lookAtRest(_ model: Model.Parts, _ experiment: Experiment) {
    licensing = model.tissues.map { licensed(on: $0, model, experiment) }
    levels = model.tissues.map { tissue in
      tissue.fields.factors.enumerated().map { i, factor in
        let statistics = tissue.fields.statistics(of: i)
        return Level(factor: factor.name, mean: statistics.mean, largest: statistics.largest)
      }
    }
    masses = model.tissues.map { tissue in
      tissue.solved.map { (tissue.fields.factors[$0].name, tissue.fields.balance[$0]) }
    }
    if let plasma = model.plasma { look(at: plasma) }
    if let pools = model.pools {
      parts.insert(.pools)
      self.pools = pools.seen(at: time)
    }
    if isWhole { followed = Self.followed(model) }
  }

  /// Looks at plasma, which comes after the grids.
  private mutating func look(at plasma: BloodPlasma) {
    levels.append(
      plasma.factors.enumerated().map { f, factor in
        let seen = plasma.seen(f)
        return Level(factor: factor.name, mean: seen.arterial, largest: seen.largest)
      }
    )
    masses.append(zip(plasma.factors, plasma.balance).map { ($0.name, $1) })
  }

  /// What the product's cells on a grid have become.
  private func licensed(on tissue: TissueState, _ model: Model.Parts, _ experiment: Experiment)
    -> Licensed
  {
    let threshold = Float(experiment.laws.licensing.threshold)
    var licensed = Licensed()
    for i in 0..<tissue.cells.count {
      let resident = tissue.cells[i]
      let cell = resident.cell
      let weight = Double(resident.weight)
      licensed.cells += weight
      for row in 0..<tissue.cells.rows {
        licensed.levels[row] += weight * Double(cell.licensing[row])
      }
      if resident.cell.licensing.protein >= threshold { licensed.positive += weight }
      let stayed = time - Double(resident.since) * experiment.clock.step
      if resident.niche != .lumen,
        experiment.laws.differentiation.hasDifferentiated(
          cell.identity,
          after: stayed,
          model.chance
        )
      {
        licensed.differentiated += weight
      }
    }
    return licensed
  }

  /// The cells that are followed, by identity.
  private static func followed(_ model: Model.Parts) -> [Followed] {
    let (sites, sample) = (model.sites, model.sample)
    if sample.isEmpty { return [] }
    var followed: [Followed] = []
    func add(
      _ cell: UInt32,
      _ site: Int,
      _ state: String,
      place: (x: Float, y: Float, z: Float)? = nil,
      damage: Double? = nil,
      _ licensing: CellState? = nil
    ) {
      followed.append(
        Followed(
          cell: cell,
          cells: model.roster.weight(of: cell),
          site: site,
          state: state,
          place: place,
          damage: damage,
          licensing: licensing
        )
      )
    }
    for cell in model.blood.cells where sample.contains(cell.identity) {
      let damage = Double(cell.damage)
      add(cell.identity, sites.blood, "circulating", damage: damage, cell.licensing)
    }
    for (cell, licensing) in model.organs.residents(where: { sample.contains($0) }) {
      let state = cell.niche == .lumen ? "arrested" : "tissue"
      let damage = model.damage(cell)
      add(cell.identity, Int(cell.place) / 2, state, damage: damage, licensing)
    }
    for (t, tissue) in model.tissues.enumerated() {
      for i in 0..<tissue.cells.count where sample.contains(tissue.cells[i].cell.identity) {
        let resident = tissue.cells[i]
        add(
          resident.cell.identity,
          sites.organs + t,
          resident.niche == .lumen ? "arrested" : "tissue",
          place: (resident.x, resident.y, resident.z),
          damage: Double(resident.cell.damage),
          resident.cell.licensing
        )
      }
    }
    for (cell, fate) in model.census.fates { add(cell, fate.site, fate.state) }
    return followed.sorted { $0.cell < $1.cell }
  }
}
