import Substrate

/// The pools of remains of one run: everything here is in units of one cell given.
public struct RemainsPools: Codable, Sendable {
  /// DNA of corpses in each organ, cell equivalents.
  public private(set) var dna: [Double]
  /// Label on corpses and debris in each organ.
  public private(set) var corpseLabel: [Double]
  /// Label in phagocytes of each organ.
  public private(set) var phagocyteLabel: [Double]
  /// Free label in each organ.
  public private(set) var freeLabel: [Double]
  /// Label in plasma, and in the carcass.
  public private(set) var plasmaLabel: Double, carcassLabel: Double
  /// Label that left the body.
  public private(set) var excretedLabel: Double

  /// Empty pools for a number of organs.
  public init(organs: Int) {
    dna = Array(repeating: 0, count: organs)
    corpseLabel = dna
    phagocyteLabel = dna
    freeLabel = dna
    plasmaLabel = 0
    carcassLabel = 0
    excretedLabel = 0
  }

  /// Label in each organ, wherever it is but on living cells.
  public var label: [Double] {
    dna.indices.map { corpseLabel[$0] + phagocyteLabel[$0] + freeLabel[$0] }
  }

  /// Takes in the death of `cells` cells in an organ, each with `label` still on it.
  public mutating func bury(cells: Double, label: Double, in organ: Int) {
    dna[organ] += cells
    corpseLabel[organ] += cells * label
  }

  /// Takes in label (units of one cell) that leaves the body at once.
  public mutating func excrete(_ label: Double) { excretedLabel += label }

  /// Takes in soluble label (units of one cell).
  public mutating func dissolve(_ label: Double, _ law: Remains, _ host: Host) {
    guard label > 0, let properties = law.label else { return }
    guard properties.soluble == nil else {
      plasmaLabel += label
      return
    }
    let taken = label * properties.solubleUptake
    excretedLabel += label - taken
    spread(taken, host)
  }

  /// Advances the pools by a time (min): exact, so the split of time does not matter.
  public mutating func advance(_ law: Remains, _ host: Host, by time: Double) {
    let dnaLeft = Elementary.exp(-law.dnaDecay * time)
    let labelLeft = Elementary.exp(-law.debrisClearance * time)
    let spleen = host.index(of: "spleen")
    let retained = law.label?.retained ?? law.retained
    let dissolved = law.label?.soluble?.dissolved ?? 0
    let debris = dissolved * corpseLabel.reduce(0, +)
    for organ in dna.indices {
      dna[organ] *= dnaLeft
      let gone = corpseLabel[organ] * (1 - labelLeft)
      guard gone > 0 else { continue }
      corpseLabel[organ] *= labelLeft
      let eaten = gone * (1 - dissolved)
      phagocyteLabel[organ] += eaten * retained
      let carried = eaten * (1 - retained)
      let whole = spleen == nil ? 0 : carried * law.spleenShare
      if let spleen { phagocyteLabel[spleen] += whole }
      spread(carried - whole, host)
    }
    guard let properties = law.label, let soluble = properties.soluble else { return }
    clear(properties.solubleUptake, soluble, debris, law.debrisClearance, host, by: time)
  }

  /// Takes soluble label through a time (min), with what dissolves of debris at a rate (1/min) that had so much to dissolve.
  private mutating func clear(
    _ uptake: Double,
    _ law: Remains.Label.Soluble,
    _ debris: Double,
    _ rate: Double,
    _ host: Host,
    by time: Double
  ) {
    guard debris + plasmaLabel + carcassLabel + freeLabel.reduce(0, +) > 0 else { return }
    func chain(_ halfLife: Double?) -> DecayChain {
      DecayChain(
        rate,
        Elementary.log(2) / law.plasmaHalfLife,
        halfLife.map { Elementary.log(2) / $0 } ?? 0,
        time: time
      )
    }
    let (kept, organs, carcass) = (
      chain(nil), chain(law.organHalfLife), chain(law.carcassHalfLife)
    )
    let before = plasmaLabel + carcassLabel + freeLabel.reduce(0, +)
    let dissolved = debris * (1 - kept.firstLeft)
    let plasma = plasmaLabel
    func reached(_ chain: DecayChain) -> Double { chain.third(first: debris, second: plasma) }
    let taken = uptake * reached(kept)
    plasmaLabel = kept.second(first: debris, second: plasma)
    var shareOfCarcass = law.carcass
    var known = law.organs
    for (organ, properties) in host.organs.enumerated() {
      let share = known.removeValue(forKey: properties.name) ?? 0
      freeLabel[organ] = freeLabel[organ] * organs.thirdLeft + share * reached(organs)
    }
    // What goes to organs that the host does not have is in its carcass.
    for share in known.sorted(by: { $0.key < $1.key }) { shareOfCarcass += share.value }
    carcassLabel = carcassLabel * carcass.thirdLeft + shareOfCarcass * reached(carcass)
    spread(taken, host)
    let after = plasmaLabel + carcassLabel + freeLabel.reduce(0, +) + taken
    excretedLabel += max(0, before + dissolved - after)
  }

  private mutating func spread(_ label: Double, _ host: Host) {
    let total = host.organs.reduce(0) { $0 + $1.phagocytosis }
    for (organ, properties) in host.organs.enumerated() {
      phagocyteLabel[organ] += label * properties.phagocytosis / total
    }
  }
}

extension RemainsPools {
  /// Numbers of cells that a pool may hold: beyond any dose, and no less than none but for rounding.
  private static let possible = -1e-3...1e18

  /// Whether a state that was read is one of so many organs.
  public func isSound(organs: Int) -> Bool {
    [dna, corpseLabel, phagocyteLabel, freeLabel].allSatisfy { pools in
      pools.count == organs && pools.allSatisfy { Self.possible.contains($0) }
    } && [plasmaLabel, carcassLabel, excretedLabel].allSatisfy { Self.possible.contains($0) }
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&dna)
    try visitor.visit(&corpseLabel)
    try visitor.visit(&phagocyteLabel)
    try visitor.visit(&freeLabel)
    try visitor.visit(&plasmaLabel)
    try visitor.visit(&carcassLabel)
    try visitor.visit(&excretedLabel)
  }
}
