import Substrate
import Vocabulary

/// What cells sense, and what they make of it: axes, what follows them, stress and hazards, with each signal and each
/// number of a cell by its position.
public struct CellProgram: Sendable {
  /// A response, with the positions of its signals.
  public struct Term: Sendable {
    /// The response.
    public let law: Response
    /// Position of its signal, and of the antagonist of that.
    public let signal: Int, antagonist: Int?

    /// A response to signals of a list; the stress of a place comes after these, then the numbers of the cell itself.
    fileprivate init(_ law: Response, among signals: [String], _ rows: [String]) {
      func position(_ name: String) -> Int {
        signals.firstIndex(of: name) ?? rows.firstIndex(of: name).map { signals.count + 1 + $0 }
          ?? signals.count
      }
      self.law = law
      signal = position(law.signal)
      antagonist = law.antagonist.map { position($0.signal) }
    }

    func callAsFunction(_ levels: Levels) -> Double {
      guard let level = levels.level(signal) else { return 0 }
      return law(level, antagonist: antagonist.flatMap { levels.level($0) } ?? 0)
    }
  }

  /// An axis, with the rows of its activity and memory.
  public struct AxisTerms: Sendable {
    /// The axis.
    public let axis: Axis
    /// Its responses.
    public let raise: [Term], amplifiers: [Term], lower: [Term], hasten: [Term]
    /// Its rows.
    public let activity: Int, memory: Int?

    /// e where signals have some levels.
    private func direct(_ levels: Levels) -> Double {
      guard let first = raise.first else { return 0 }
      switch axis.combination {
      case .sum: return raise.reduce(0) { $0 + $1(levels) }
      case .any where raise.count > 1: return 1 - raise.reduce(1) { $0 * (1 - $1(levels)) }
      case .any, .all: return raise.dropFirst().reduce(first(levels)) { $0 * $1(levels) }
      }
    }

    /// f and Σ hasten where signals have some levels, for a cell that is triggered (1) or not (0).
    func drive(_ levels: Levels, trigger: Double = 0) -> Axis.Drive {
      let direct = direct(levels)
      let gain = amplifiers.reduce(1) { $0 * (1 + $1(levels)) }
      let raised = amplifiers.isEmpty ? direct : gain * direct / (1 + (gain - 1) * direct)
      let driven = axis.always + axis.triggered * trigger + raised
      return Axis.Drive(
        lower.reduce(driven) { $0 * (1 - $1(levels)) },
        hastened: hasten.reduce(0) { $0 + $1(levels) }
      )
    }
  }

  /// What a step of an axis needs, without its responses.
  private struct Course: BitwiseCopyable, Sendable {
    let rates: Axis.Rates
    let activity: Int, memory: Int?
    let recovers: Bool
  }

  /// What follows an axis, with its rows.
  public struct FollowerTerm: Sendable {
    /// The law.
    public let law: Follower
    /// Its row, and the one that it follows.
    public let row: Int, followed: Int
  }

  /// Damage by signals.
  public struct StressTerm: Sendable {
    /// The largest damage, 1/min.
    public let weight: Double
    /// The responses whose product counts.
    public let responses: [Term]

    func damage(_ levels: Levels) -> Double {
      responses.reduce(weight) { $0 * $1(levels) }
    }
  }

  /// A rate in proportion to a row.
  public struct Rate: Sendable {
    /// The row.
    public let row: Int
    /// The rate where the row is full, 1/min.
    public let rate: Double
  }

  /// What acts on a cell: the level of each signal of a program, by position; `nil` where there is none.
  public struct Levels: Sendable {
    /// The levels, nM.
    public var signals: [Double?]
    /// Damage that the place leads to, 1/min, which is a signal too; `nil` where no place is stated.
    public var stress: Double?
    /// The numbers of the cell itself, which are signals of its axes.
    public var own = CellState()

    /// Levels of signals.
    public init(_ signals: [Double?]) { self.signals = signals }

    @inlinable
    func level(_ position: Int) -> Double? {
      let beyond = position - signals.count
      return beyond < 0 ? signals[position] : beyond == 0 ? stress : Double(own[beyond - 1])
    }
  }

  /// Name of the damage that a place leads to, as a signal.
  public static let stressName = "stress"

  /// What cells use up rather than bind: its strength does not depend on species or antibodies.
  public static let nutrients: Set<String> = ["oxygen", "glucose"]

  /// Names of the factors that are sensed, each once.
  public let signals: [String]
  /// The axes.
  public let axes: [AxisTerms]
  private let courses: [Course]
  /// What follows them.
  public let followers: [FollowerTerm]
  /// What adds to the damage that a place leads to.
  public let stress: [StressTerm]
  /// What adds to the hazard.
  public let hazards: [Rate]
  /// Rate of division in proportion to a row; `nil` for a cell that does not divide, or divides whatever its rows.
  public let drivenDivision: Rate?
  /// Rate of division whatever the rows, 1/min.
  public let steadyDivision: Double
  /// The largest rate of division, and the most that death and division add to the rate at which a budget is spent, 1/min.
  public let largestDivision: Double, largestRate: Double
  /// How many numbers a cell carries.
  public let rows: Int
  /// Whether some axis responds to numbers of the cell itself.
  public let sensesItself: Bool
  /// Position of the signal that activates endothelium.
  public let activator: Int

  /// Signals, axes and terms of stress or hazard that a program has room for, as the kernel has it.
  public static let mostSignals = 24, mostAxes = 7, mostTerms = 8

  /// The program of a product's cells under the laws of licensing and survival.
  public init(_ licensing: Licensing, _ survival: Survival, _ terms: CellTerms = CellTerms()) {
    var axes = licensing.axes
    for added in terms.standard {
      guard let i = axes.firstIndex(where: { $0.name == added.name }) else { continue }
      axes[i].raise += added.raise
      axes[i].amplifiers += added.amplifiers
      axes[i].lower += added.lower
      axes[i].hasten += added.hasten
    }
    var all = terms
    all.stress = survival.stress + terms.stress
    all.followers = [licensing.follower] + terms.followers
    self.init(axes + terms.axes, all, rows: terms.names, sensing: [Self.endothelium])
  }

  /// The program of cells with some axes, under terms whose own axes are among these.
  ///
  /// - Parameters:
  ///   - axes: all axes.
  ///   - terms: what follows them, stress, hazards and division.
  ///   - rows: names of the numbers that a cell carries, in their order.
  ///   - others: signals that are sensed besides.
  public init(_ axes: [Axis], _ terms: CellTerms, rows: [String], sensing others: [String] = []) {
    let named =
      terms.stress.flatMap { $0.responses.flatMap(\.signals) } + axes.flatMap(\.signals) + others
    let factors = named.filter { $0 != Self.stressName && !rows.contains($0) }
    let signals = factors.indices.filter { factors.firstIndex(of: factors[$0]) == $0 }
      .map { factors[$0] }
    self.signals = signals
    func resolved(_ laws: [Response]) -> [Term] { laws.map { Term($0, among: signals, rows) } }
    func row(of name: String) -> Int {
      guard let row = rows.firstIndex(of: name) else {
        preconditionFailure("a name that was checked: \(name)")
      }
      return row
    }
    self.axes = axes.map { axis in
      AxisTerms(
        axis: axis,
        raise: resolved(axis.raise),
        amplifiers: resolved(axis.amplifiers),
        lower: resolved(axis.lower),
        hasten: resolved(axis.hasten),
        activity: row(of: axis.name),
        memory: axis.remembers ? row(of: Axis.memory(of: axis.name)) : nil
      )
    }
    courses = self.axes.map {
      Course(
        rates: $0.axis.rates,
        activity: $0.activity,
        memory: $0.memory,
        recovers: $0.axis.recovers
      )
    }
    followers = terms.followers.map {
      FollowerTerm(law: $0, row: row(of: $0.name), followed: row(of: $0.axis))
    }
    stress = terms.stress.map { StressTerm(weight: $0.weight, responses: resolved($0.responses)) }
    hazards = terms.hazards.sorted { $0.key < $1.key }.map {
      Rate(row: row(of: $0.key), rate: $0.value)
    }
    drivenDivision = terms.division.flatMap { division in
      division.level.map { Rate(row: row(of: $0), rate: division.rate) }
    }
    steadyDivision = terms.division.flatMap { $0.level == nil ? $0.rate : nil } ?? 0
    largestDivision = steadyDivision + (drivenDivision?.rate ?? 0)
    largestRate = hazards.reduce(largestDivision) { $0 + $1.rate }
    self.rows = rows.count
    let last = signals.count
    sensesItself = self.axes.contains { axis in
      (axis.raise + axis.amplifiers + axis.lower + axis.hasten).contains {
        $0.signal > last || ($0.antagonist ?? 0) > last
      }
    }
    activator = signals.firstIndex(of: Self.endothelium) ?? signals.count
  }

  /// The factor that activates endothelium.
  private static let endothelium = "tnfa"

  /// No signals.
  public var nothing: Levels { Levels(Array(repeating: nil, count: signals.count)) }

  /// Levels of signals by name.
  public func levels(_ level: (String) -> Double?) -> Levels { Levels(signals.map(level)) }
}

extension CellProgram {
  /// What acts on each axis where signals have some levels, for a cell that is triggered (1) or not (0).
  public func drives(_ levels: Levels, trigger: Double = 0) -> [Axis.Drive] {
    axes.map { $0.drive(levels, trigger: trigger) }
  }

  /// Responses with the positions of their signals, which the program senses.
  public func terms(_ laws: [Response]) -> [Term] { laws.map { Term($0, among: signals, []) } }

  /// D∞: the damage that a place of the given stress leads to, 1/min.
  public func steadyDamage(at place: Double, _ levels: Levels) -> Double {
    stress.reduce(place) { $0 + $1.damage(levels) }
  }

  /// The largest D∞ a place can lead to, 1/min.
  public func largestSteadyDamage(at place: Double) -> Double {
    stress.reduce(place) { $0 + $1.responses.reduce($1.weight) { $0 * $1.law.weight } }
  }

  /// What the numbers of a cell add to its hazard of death, 1/min.
  @inlinable
  public func hazard(of state: CellState) -> Double {
    hazards.isEmpty ? 0 : hazards.reduce(0) { $0 + $1.rate * Double(state[$1.row]) }
  }

  /// Rate at which a cell divides, 1/min.
  @inlinable
  public func division(of state: CellState) -> Double {
    steadyDivision + (drivenDivision.map { $0.rate * Double(state[$0.row]) } ?? 0)
  }

  /// What spends the budget of a cell in proportion to its rows.
  public var driven: [Rate] { hazards + (drivenDivision.map { [$0] } ?? []) }

  /// Level of the signal that activates endothelium, nM.
  public func activator(_ levels: Levels) -> Double { levels.signals[activator] ?? 0 }

  /// Contacts that are sensed.
  public var contacts: [Response.Contact] {
    signals.compactMap { Response.Contact(rawValue: $0) }
  }

  /// Whether cells whose numbers are all 0 stay as they are where factors are absent.
  public var restsAlone: Bool {
    axes.allSatisfy { terms in
      terms.axis.always == 0 && terms.raise.allSatisfy { $0.signal < signals.count }
    }
  }

  /// The numbers of a cell after a time (min) under what acts on its axes.
  ///
  /// - Parameters:
  ///   - state: the numbers before.
  ///   - drives: what acts on each axis, by position.
  ///   - ready: R: responsiveness after thawing.
  ///   - time: the time, min.
  /// - Returns: the numbers after it.
  public func advance(
    _ state: CellState,
    drives: ArraySlice<Axis.Drive>,
    ready: Double = 1,
    by time: Double
  ) -> CellState {
    var state = state
    // Activities in double precision, by row, for what follows them.
    var activities = InlineArray<16, Double>(repeating: 0)
    for (course, drive) in zip(courses, drives) {
      let felt = course.recovers ? drive.rise * ready : drive.rise
      let memory = course.memory.map { state[$0] } ?? 0
      guard felt > 0 || state[course.activity] > 0 || memory > 0 else { continue }
      let next = course.rates.advance(
        activity: Double(state[course.activity]),
        memory: Double(memory),
        drive: felt,
        hastened: drive.hastened,
        by: time
      )
      state[course.activity] = Float(next.activity)
      if let row = course.memory { state[row] = Float(next.memory) }
      activities[course.activity] = next.activity
    }
    for follower in followers {
      let activity = activities[follower.followed]
      guard activity > 0 || state[follower.row] > 0 else { continue }
      let lag = Double(state[follower.row]) - activity
      state[follower.row] = Float(activity + lag * follower.law.kept(over: time))
    }
    return state
  }
}
