import Science
import Substrate

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
public struct Snapshot: Sendable {
  /// Living cells of one site.
  public struct Living: Sendable, Equatable, BitwiseCopyable {
    /// In the lumen of microvessels, in tissue, or circulating where the site is blood.
    public internal(set) var lumen = 0, tissue = 0, circulating = 0
    /// Of all these, how many are licensed, and how many active on the NF-κB axis.
    public internal(set) var licensed = 0, activated = 0
    /// Label they carry, in units of one cell.
    public internal(set) var label = 0.0

    /// All of them.
    public var all: Int { lumen + tissue + circulating }
  }

  /// A factor on a grid.
  public struct Level: Sendable {
    /// Name of the factor.
    public internal(set) var factor: String
    /// Mean and largest concentration, nM.
    public internal(set) var mean: Double, largest: Double
  }

  /// Host cells of a kind on a grid.
  public struct Population: Sendable {
    /// Name of the kind, and whether its cells divide or come of those that do.
    public internal(set) var kind: String, divides: Bool
    /// What they look like.
    public internal(set) var summary: HostCells.Summary
    /// What became of them.
    public internal(set) var ledger: HostCells.Ledger
  }

  /// What the product's cells on a grid have become, summed over them.
  public struct Licensed: Sendable, BitwiseCopyable {
    /// Cells.
    public internal(set) var cells = 0.0
    /// Activity of both axes, and proteins that follow the STAT1 axis.
    public internal(set) var stat1 = 0.0, nfkb = 0.0, protein = 0.0
    /// Cells that show HLA-II: with more of these proteins than the threshold of licensing.
    public internal(set) var positive = 0.0
    /// Cells that have differentiated in the tissue.
    public internal(set) var differentiated = 0.0

    /// A sum per cell; `nil` without cells.
    public func mean(_ sum: KeyPath<Licensed, Double>) -> Double? {
      cells > 0 ? self[keyPath: sum] / cells : nil
    }
  }

  /// One cell that is followed.
  public struct Followed: Sendable {
    /// Its identity, and how many cells it stands for.
    public internal(set) var cell: UInt32, cells: Int
    /// Site it is in, or died in.
    public internal(set) var site: Int
    /// `circulating`, `arrested`, `tissue`, `shed`, `dead_…`.
    public internal(set) var state: String
    /// Place on the grid, um, where it is on one.
    public internal(set) var place: (x: Float, y: Float, z: Float)?
    /// Damage, 1/min, while it lives.
    public internal(set) var damage: Double?
    /// Licensing, while it lives.
    public internal(set) var licensing: Licensing.State?
  }

  /// Time, min.
  public private(set) var time = 0.0
  /// Cells given in all doses.
  public private(set) var dose = 0
  /// Agents that stand for them.
  public private(set) var agents = 0
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
  /// DNA of corpses per organ, in cells.
  public private(set) var corpseDNA: [Double] = []
  /// Label in corpses, debris and phagocytes per organ, in cells.
  public private(set) var remainsLabel: [Double] = []
  /// Label that left the body, in cells.
  public private(set) var excretedLabel = 0.0
  /// Occluded share of the microvessels of each organ.
  public private(set) var occluded: [Double] = []
  /// Factors on each grid.
  public private(set) var levels: [[Level]] = []
  /// Where the mass of the solved factors of each grid came from and went to.
  public private(set) var masses: [[(factor: String, balance: MassBalance)]] = []
  /// Host cells on each grid, by kind.
  public private(set) var populations: [[Population]] = []
  /// Means of the shares of the tissue on each grid that follows it.
  public private(set) var tissue: [TissueShares<Double>?] = []
  /// Licensing of the product's cells on each grid.
  public private(set) var licensing: [Licensed] = []
  /// The cells that are followed, by identity.
  public private(set) var followed: [Followed] = []

  /// Dose minus every cell accounted for: zero, or the program is wrong.
  public var residual: Int {
    dose - toBeGiven - deadAtThaw - shed - living.reduce(0) { $0 + $1.all }
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
    return snapshot
  }

  /// Goes through what was seen.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&time)
    try visitor.visit(&dose)
    try visitor.visit(&agents)
    try visitor.visit(&living)
    try visitor.visit(&deaths)
    try visitor.visit(&deadAtThaw)
    try visitor.visit(&shed)
    try visitor.visit(&toBeGiven)
    try visitor.visit(&corpseDNA)
    try visitor.visit(&remainsLabel)
    try visitor.visit(&excretedLabel)
    try visitor.visit(&occluded)
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
  }

  init(
    experiment: Experiment,
    sites: Sites,
    time: Double,
    blood: BloodCells,
    organs: OrganCells,
    tissues: [TissueState],
    remains: RemainsPools,
    census: Census,
    roster: Roster,
    sample: Sample,
    chance: Chance,
    damage: (OrganCells.Resident) -> Double
  ) {
    self.time = time
    dose = experiment.cells
    agents = Int(experiment.agents)
    var living = Array(repeating: Living(), count: sites.count)
    var followed: [Followed] = []
    let threshold = Float(experiment.licensedThreshold)
    let label = experiment.doses.map {
      experiment.laws.remains.onLiveCell(after: max(0, time - $0.start))
    }
    func count(
      _ site: Int,
      _ state: WritableKeyPath<Living, Int>,
      _ cells: Int,
      dose: Int,
      _ licensing: Licensing.State
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
    for cell in blood.cells {
      count(sites.blood, \.circulating, cell)
      if sample.contains(cell.identity) {
        followed.append(
          Followed(
            cell: cell.identity,
            cells: roster.weight(of: cell.identity),
            site: sites.blood,
            state: "circulating",
            place: nil,
            damage: Double(cell.damage),
            licensing: cell.licensing
          )
        )
      }
    }
    organs.forEachGroup { cells, place, dose, licensing in
      let lumen = place & 1 == Niche.lumen.rawValue
      count(Int(place) / 2, lumen ? \.lumen : \.tissue, cells, dose: dose, licensing)
    }
    if !sample.isEmpty {
      for cell in organs.residents(where: { sample.contains($0) }) {
        followed.append(
          Followed(
            cell: cell.identity,
            cells: roster.weight(of: cell.identity),
            site: Int(cell.place) / 2,
            state: cell.niche == .lumen ? "arrested" : "tissue",
            place: nil,
            damage: damage(cell),
            licensing: cell.licensing
          )
        )
      }
    }
    for (t, tissue) in tissues.enumerated() {
      let cells = tissue.cells
      let site = sites.organs + t
      var licensed = Licensed()
      for i in 0..<cells.count {
        let resident = cells[i]
        let cell = resident.cell
        let lumen = resident.niche == .lumen
        count(site, lumen ? \.lumen : \.tissue, cell)
        let weight = Double(resident.weight)
        licensed.cells += weight
        licensed.stat1 += weight * Double(cell.licensing.stat1)
        licensed.nfkb += weight * Double(cell.licensing.nfkb)
        licensed.protein += weight * Double(resident.protein)
        if resident.protein >= threshold { licensed.positive += weight }
        let stayed = time - Double(resident.since) * experiment.clock.step
        if !lumen,
          experiment.laws.differentiation.hasDifferentiated(cell.identity, after: stayed, chance)
        {
          licensed.differentiated += weight
        }
        if sample.contains(cell.identity) {
          followed.append(
            Followed(
              cell: cell.identity,
              cells: roster.weight(of: cell.identity),
              site: site,
              state: lumen ? "arrested" : "tissue",
              place: (resident.x, resident.y, resident.z),
              damage: Double(cell.damage),
              licensing: cell.licensing
            )
          )
        }
      }
      licensing.append(licensed)
      self.tissue.append(tissue.matter?.mean)
      populations.append(
        zip(tissue.hosts.kinds, tissue.hosts.cells).map { kind, cells in
          Population(
            kind: kind.name,
            divides: kind.proliferation != nil
              || tissue.hosts.kinds.contains {
                $0.proliferation != nil && $0.change?.into == kind.name
              },
            summary: cells.summary(),
            ledger: cells.ledger
          )
        }
      )
    }
    for (cell, fate) in census.fates {
      followed.append(
        Followed(
          cell: cell,
          cells: roster.weight(of: cell),
          site: fate.site,
          state: fate.state,
          place: nil,
          damage: nil,
          licensing: nil
        )
      )
    }
    self.living = living
    self.followed = followed.sorted { $0.cell < $1.cell }
    deaths = census.deaths
    deadAtThaw = census.deadAtThaw
    shed = census.shed
    toBeGiven = dose - census.entered.reduce(0, +)
    corpseDNA = remains.dna
    remainsLabel = zip(remains.corpseLabel, remains.phagocyteLabel).map { $0 + $1 }
    excretedLabel = remains.excretedLabel
    occluded = experiment.host.organs.indices.map { organ in
      let arrested = living.indices.reduce(0) {
        sites.organ[$1] == organ ? $0 + living[$1].lumen : $0
      }
      precondition(arrested == census.lumen[organ], "the running count of arrested cells is wrong")
      return Occlusion.fraction(
        arrested: Double(arrested),
        vessels: experiment.host.organs[organ].microvessels
      )
    }
    levels = tissues.map { tissue in
      tissue.fields.factors.enumerated().map { i, factor in
        let statistics = tissue.fields.statistics(of: i)
        return Level(factor: factor.name, mean: statistics.mean, largest: statistics.largest)
      }
    }
    masses = tissues.map { tissue in
      tissue.solved.map { (tissue.fields.factors[$0].name, tissue.fields.balance[$0]) }
    }
    precondition(residual == 0, "\(residual) cells are not accounted for")
  }
}
