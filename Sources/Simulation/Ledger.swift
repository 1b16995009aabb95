import Agents
import Body
import Laws
import Substrate

/// Who the agents of all doses are: identities run through the doses in order.
struct Roster: Sendable {
  let doses: [Dose]
  let first: [UInt32]
  /// The given cell that each born one descends from, in the order of birth.
  private(set) var founders: [UInt32] = []

  /// Identities of cells that are born count down from the largest, whatever is given.
  private static let firstBorn = UInt32.max
  /// Most cells that may be born in a run.
  static let mostBorn = 1 << 30
  /// No cell that is given has an identity from here on.
  static let leastBorn = firstBorn - UInt32(mostBorn)

  init(_ doses: [Dose]) {
    self.doses = doses
    var next: UInt32 = 0
    first = doses.map { dose in
      defer { next += dose.agents }
      return next
    }
  }

  /// The given cell that a cell is, or descends from.
  private func founder(of cell: UInt32) -> UInt32 {
    founders.isEmpty || cell < Self.leastBorn ? cell : founders[Int(Self.firstBorn - cell)]
  }

  /// Identity of a cell that a cell bears.
  mutating func bear(by cell: UInt32) -> UInt32 {
    precondition(founders.count < Self.mostBorn, "more births than identities")
    founders.append(founder(of: cell))
    return Self.firstBorn - UInt32(founders.count - 1)
  }

  /// Position of the dose a cell, or the one it descends from, came with.
  func dose(of cell: UInt32) -> Int {
    let cell = founder(of: cell)
    var d = first.count - 1
    while cell < first[d] { d -= 1 }
    return d
  }

  /// When a cell, or the one it descends from, entered the body, min.
  func entry(of cell: UInt32) -> Double {
    let cell = founder(of: cell)
    let d = dose(of: cell)
    return doses[d].entry(of: cell - first[d])
  }

  /// When the last cell that has entered before a time (min) did, or a bound of it; −∞ for none.
  func lastEntry(before time: Double) -> Double {
    doses.filter { $0.start < time }.map { min($0.start + $0.duration, time) }.max() ?? -.infinity
  }

  /// How many cells an agent stands for.
  func weight(of cell: UInt32) -> Int {
    let cell = founder(of: cell)
    let d = dose(of: cell)
    return doses[d].weight(of: cell - first[d])
  }
}

extension Roster {
  /// Whether a state that was read is one in which so many agents of each dose have entered: every founder is one of them.
  func isSound(entered: [UInt32]) -> Bool {
    founders.count <= Self.mostBorn
      && founders.allSatisfy { $0 < Self.leastBorn && dose(of: $0, entered: entered) != nil }
  }

  /// Position of the dose of a cell, or of the one it descends from; `nil` where no such cell has entered the body by now.
  func dose(of cell: UInt32, entered: [UInt32]) -> Int? {
    if cell >= Self.leastBorn {
      guard Int(Self.firstBorn - cell) < founders.count else { return nil }
    }
    let given = founder(of: cell)
    guard !first.isEmpty, given < Self.leastBorn else { return nil }
    let d = dose(of: given)
    return given - first[d] < entered[d] ? d : nil
  }

  /// How many cells were born, by the agents that stand for them; `founders` are sound.
  var born: Int { founders.reduce(0) { $0 + weight(of: $1) } }
}

extension Roster {
  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&founders)
  }
}

/// What has happened to the cells so far, as exact integers.
struct Census: Sendable {
  /// Whether each dose is given or refused, or that is not decided yet.
  enum Decision: UInt8 {
    case open, given, refused
  }

  /// What was decided on each dose.
  private var decisions: [UInt8]
  /// Agents of each dose that have entered the body.
  private(set) var agents: [UInt32]
  /// Cells of each dose that have entered the body, and how many of them live in it.
  private(set) var entered: [Int], living: [Int]
  /// Share of the label of a cell that was given which a living cell of each dose carries: births dilute it.
  private(set) var dilution: [Double]
  /// Cells born in the body.
  private(set) var born = 0
  /// Cells dead when given.
  private(set) var deadAtThaw = 0
  /// Cells shed from the site of injection.
  private(set) var shed = 0
  /// Deaths by cause and site.
  private(set) var deaths: [[Int]]
  /// Cells in the lumen of each organ's microvessels, blocks included.
  var lumen: [Int]
  /// How each cell of the sample that is gone ended, and where.
  private(set) var fates: [UInt32: (state: String, site: Int)] = [:]

  private let sample: Sample
  private let blood: Int
  private var doses: [Dose]
  private var labelled: [Int]

  init(sites: Sites, doses: [Dose], sample: Sample) {
    self.sample = sample
    blood = sites.blood
    self.doses = doses
    decisions = doses.map(Self.atFirst)
    agents = Array(repeating: 0, count: doses.count)
    entered = Array(repeating: 0, count: doses.count)
    living = entered
    labelled = entered
    dilution = doses.map { _ in 1 }
    deaths = Array(
      repeating: Array(repeating: 0, count: sites.count),
      count: Survival.Cause.allCases.count
    )
    lumen = Array(repeating: 0, count: sites.organs)
  }

  private static func atFirst(_ dose: Dose) -> UInt8 {
    (dose.condition == nil ? Decision.given : .open).rawValue
  }

  /// What was decided on a dose.
  func decision(on dose: Int) -> Decision {
    guard let decision = Decision(rawValue: decisions[dose]) else {
      preconditionFailure("a state that was checked")
    }
    return decision
  }

  mutating func decide(on dose: Int, isGiven: Bool) {
    decisions[dose] = (isGiven ? Decision.given : .refused).rawValue
  }

  mutating func enter(_ cells: Int, dose: Int) {
    agents[dose] += 1
    entered[dose] += cells
    spread(Double(living[dose]) * dilution[dose] + Double(cells), overMore: cells, dose: dose)
  }

  /// Counts cells that are born of living ones.
  mutating func bear(_ cells: Int, dose: Int) {
    born += cells
    spread(Double(living[dose]) * dilution[dose], overMore: cells, dose: dose)
  }

  /// Takes cells out that have just entered, with all of their label.
  private mutating func remove(_ cells: Int, dose: Int) {
    spread(Double(living[dose]) * dilution[dose] - Double(cells), overMore: -cells, dose: dose)
  }

  /// Spreads label over the living cells of a dose, which are some more.
  private mutating func spread(_ label: Double, overMore cells: Int, dose: Int) {
    living[dose] += cells
    if born > 0 { dilution[dose] = max(0, label) / Double(max(1, living[dose])) }
  }

  mutating func bury(thawedDead cell: UInt32, _ cells: Int, dose: Int) {
    if sample.contains(cell) { fates[cell] = ("dead_at_thaw", blood) }
    deadAtThaw += cells
    remove(cells, dose: dose)
  }

  mutating func shed(_ cell: UInt32, _ cells: Int, site: Int, dose: Int) {
    if sample.contains(cell) { fates[cell] = ("shed", site) }
    shed += cells
    remove(cells, dose: dose)
  }

  mutating func bury(_ cell: UInt32, _ cells: Int, _ cause: Survival.Cause, site: Int, dose: Int) {
    if sample.contains(cell) { fates[cell] = ("dead_\(cause.name)", site) }
    deaths[cause.rawValue][site] += cells
    living[dose] -= cells
  }

  /// Cells of a dose that have entered since the last call: their free label is still to be moved.
  mutating func newLabel(of dose: Int) -> Double {
    defer { labelled[dose] = entered[dose] }
    return Double(entered[dose] - labelled[dose])
  }

  /// Label that live cells lose between two times (min), in units of one cell.
  func leak(_ law: Remains, from: Double, to: Double) -> Double {
    doses.indices.reduce(0) { sum, d in
      let start = doses[d].start
      let before = law.onLiveCell(after: max(0, from - start))
      let after = law.onLiveCell(after: max(0, to - start))
      return sum + Double(living[d]) * (before - after) * dilution[d]
    }
  }
}

extension Census {
  /// Whether the counts of a state that was read can be, of the doses of the experiment at the end of a step.
  ///
  /// - Parameters:
  ///   - end: end of the step as the last cells were given by, min; 0 where none was taken.
  ///   - time: the time reached, min, which differs from it by rounding.
  ///   - sites: number of the sites.
  /// - Returns: whether they can be.
  func isSound(by end: Double, time: Double, sites: Int) -> Bool {
    let counts = deaths.flatMap { $0 } + lumen + [born, deadAtThaw, shed]
    guard decisions.allSatisfy({ Decision(rawValue: $0) != nil }),
      deaths.count == Survival.Cause.allCases.count, deaths.allSatisfy({ $0.count == sites }),
      counts.allSatisfy({ (0...1 << 53).contains($0) })
    else { return false }
    return doses.enumerated().allSatisfy { d, dose in
      let due = decision(on: d) == .given ? dose.entered(before: end) : 0
      guard dose.agents > 0 else { return agents[d] == 0 && entered[d] == 0 }
      guard agents[d] == due || agents[d] == 0 && dose.start >= time, agents[d] <= dose.agents,
        dose.condition != nil || dose.start >= time || decision(on: d) == .given
      else { return false }
      let cells =
        Int(agents[d]) * Int(dose.cells / dose.agents)
        + min(Int(agents[d]), Int(dose.cells % dose.agents))
      return entered[d] == cells && labelled[d] == cells && (0...1.001).contains(dilution[d])
        && (born > 0 || dilution[d] == 1)
    }
  }

  /// Whether the counts agree with the cells that live and were born, and whoever of the sample is gone can be.
  func agrees(with enrolment: Enrolment, _ roster: Roster, sites: Int) -> Bool {
    let gone = deaths.reduce(0) { $0 + $1.reduce(0, +) } + deadAtThaw + shed
    let causes = Survival.Cause.allCases.map { "dead_\($0.name)" } + ["dead_at_thaw", "shed"]
    return living == enrolment.living && lumen == enrolment.lumen && born == roster.born
      && entered.reduce(0, +) + born == living.reduce(0, +) + gone
      && fates.allSatisfy { cell, fate in
        sample.contains(cell) && roster.dose(of: cell, entered: agents) != nil
          && !enrolment.lives(cell) && causes.contains(fate.state)
          && (0..<sites).contains(fate.site)
      }
  }
}

extension Census {
  /// Counts for other doses to come; those that have begun are the same.
  mutating func adopt(_ doses: [Dose]) {
    self.doses = doses
    func fit<Number: ExpressibleByIntegerLiteral>(_ counts: inout [Number]) {
      counts = Array(counts.prefix(doses.count))
      counts += Array(repeating: 0, count: doses.count - counts.count)
    }
    let decided = decisions.prefix(doses.count)
    decisions = decided + doses.dropFirst(decided.count).map(Self.atFirst)
    fit(&agents)
    fit(&entered)
    fit(&living)
    fit(&labelled)
    dilution = dilution.prefix(doses.count) + doses.dropFirst(dilution.count).map { _ in 1 }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&decisions)
    try visitor.visit(&agents)
    try visitor.visit(&entered)
    try visitor.visit(&living)
    try visitor.visit(&labelled)
    try visitor.visit(&dilution)
    try visitor.visit(&born)
    try visitor.visit(&deadAtThaw)
    try visitor.visit(&shed)
    try visitor.visit(&deaths)
    try visitor.visit(&lumen)
    var gone = fates.keys.sorted()
    try visitor.visit(&gone)
    for cell in gone {
      var fate = fates[cell] ?? ("", 0)
      try visitor.visit(&fate.state)
      try visitor.visit(&fate.site)
      fates[cell] = fate
    }
  }
}
