import Science

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
  public struct Living: Sendable, Equatable {
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
    public let factor: String
    /// Mean and largest concentration, nM.
    public let mean: Double, largest: Double
  }

  /// One cell that is followed.
  public struct Followed: Sendable {
    /// Its identity, and how many cells it stands for.
    public let cell: UInt32, cells: Int
    /// Site it is in, or died in.
    public let site: Int
    /// `circulating`, `arrested`, `tissue`, `shed`, `dead_…`.
    public let state: String
    /// Place on the grid, um, where it is on one.
    public let place: (x: Float, y: Float, z: Float)?
    /// Damage, 1/min, while it lives.
    public let damage: Double?
    /// Licensing, while it lives.
    public let licensing: Licensing.State?
  }

  /// Time, min.
  public let time: Double
  /// Cells given in all doses.
  public let dose: Int
  /// Agents that stand for them.
  public let agents: Int
  /// Living cells per site.
  public let living: [Living]
  /// Deaths by cause and site.
  public let deaths: [[Int]]
  /// Cells dead when given.
  public let deadAtThaw: Int
  /// Cells shed from the site of injection.
  public let shed: Int
  /// Cells not given yet.
  public let toBeGiven: Int
  /// DNA of corpses per organ, in cells.
  public let corpseDNA: [Double]
  /// Label in corpses, debris and phagocytes per organ, in cells.
  public let remainsLabel: [Double]
  /// Label that left the body, in cells.
  public let excretedLabel: Double
  /// Occluded share of the microvessels of each organ.
  public let occluded: [Double]
  /// Factors on each grid.
  public let levels: [[Level]]
  /// Where the mass of the solved factors of each grid came from and went to.
  public let masses: [[(factor: String, balance: MassBalance)]]
  /// The cells that are followed, by identity.
  public let followed: [Followed]

  /// Dose minus every cell accounted for: zero, or the program is wrong.
  public var residual: Int {
    dose - toBeGiven - deadAtThaw - shed - living.reduce(0) { $0 + $1.all }
      - deaths.reduce(0) { $0 + $1.reduce(0, +) }
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
      for i in 0..<cells.count {
        let resident = cells[i]
        let cell = resident.cell
        let lumen = resident.niche == .lumen
        count(site, lumen ? \.lumen : \.tissue, cell)
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
