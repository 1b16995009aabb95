import CCells
import Laws
import Vocabulary

/// A kind of host cell: data, and the processes it runs.
///
/// What a kind does not do is absent.
public struct HostKind: Codable, Sendable {
  /// How cells leave a kind for another.
  public struct Change: Codable, Sendable {
    /// Name of the kind they become.
    public var into: String
    /// Rate without any signal, 1/min.
    public var rate: Double
    /// Signals that add to it, 1/min.
    public var raise: [Response]
    /// Name of the level of the cell that the rate is in proportion to; `nil` where cells change whatever their levels.
    public var needs: String?

    /// A change into a kind.
    public init(into: String, rate: Double, raise: [Response], needs: String? = nil) {
      self.into = into
      self.rate = rate
      self.raise = raise
      self.needs = needs
    }
  }

  /// Recruitment from blood: arrivals per tissue volume = (r₀ + Σ raise) I / I₀.
  ///
  /// Blood has I of the cells that it has I₀ of without disease. What comes at rest, r₀, is among what keeps these numbers; the
  /// others are missing in blood.
  public struct Recruitment: Codable, Sendable {
    /// Arrivals without any signal, cells/um³/min.
    public var rate: Double
    /// Signals that add to them, cells/um³/min.
    public var raise: [Response]
    /// Type of cells in blood that they come from, where pools of these are followed; `nil` for a reservoir that does not empty.
    public var source: String?

    /// A recruitment at the given rates.
    public init(rate: Double, raise: [Response], from source: String? = nil) {
      self.rate = rate
      self.raise = raise
      self.source = source
    }

    /// The largest rate of arrivals, cells/um³/min.
    public var largest: Double { rate + raise.reduce(0) { $0 + $1.weight } }
  }

  /// Which cells of the product a killer attacks.
  public enum Target: String, Codable, Sendable, CaseIterable {
    /// All mismatched ones, less those whose HLA-I protects them.
    case natural
    /// All mismatched ones.
    case mismatched
  }

  /// Name, as the scenario gives it.
  public var name: String
  /// Its activity; what lowers that brakes its cycle too.
  public var activity: Axis
  /// Activity of cells that come, 0...1.
  public var initialActivity: Double
  /// Its axes beside activity, what follows axes, and hazards by them.
  public var terms: CellTerms
  /// Levels of these axes in cells that come, 0...1; 0 where absent.
  public var initialLevels: [String: Double]
  /// Its division.
  public var proliferation: Proliferation?
  /// Signals that trigger it, 1/min.
  public var primers: [Response]
  /// Hazard of death, 1/min, and signals that add to it.
  public var death: Double, killers: [Response]
  /// How it becomes another kind.
  public var change: Change?
  /// How it moves; `nil` where it stays.
  public var wandering: Wandering?
  /// Secretion and uptake per factor.
  public var secretion: [String: Secretion], uptake: [String: Uptake]
  /// Rate at which an active cell kills what it touches, 1/min, and what it attacks.
  public var killing: Double, target: Target
  /// Rate at which it eats a corpse that it touches, 1/min.
  public var eating: Double
  /// Whether corpses that it eats shift its activity, as that of a macrophage between M1 (0) and M2 (1).
  public var polarises: Bool
  /// Whether active cells present antigen.
  public var presents: Bool
  /// Its recruitment.
  public var recruitment: Recruitment?

  /// A kind that does nothing but live.
  public init(name: String) {
    self.name = name
    activity = Axis(Self.activityName, combination: .sum, rate: 1, decay: 0)
    initialActivity = 0
    terms = CellTerms()
    initialLevels = [:]
    primers = []
    death = 0
    killers = []
    secretion = [:]
    uptake = [:]
    killing = 0
    target = .mismatched
    eating = 0
    polarises = true
    presents = false
  }
}

extension HostKind {
  /// Name of the axis that every kind has.
  public static let activityName = "activity"

  /// Names of the numbers that a cell carries, in their order.
  public var names: [String] { [Self.activityName] + terms.added }

  /// What can be named by uses of these.
  public var levels: [String] { [Self.activityName] + terms.addedLevels }

  /// Row of a number that was checked to be there.
  func knownRow(of name: String) -> Int {
    guard let row = names.firstIndex(of: name) else {
      preconditionFailure("a name that was checked: \(name)")
    }
    return row
  }

  /// Rows and levels of the axes beside activity in cells that come.
  var initial: [(row: Int, level: Double)] {
    names.enumerated().compactMap { row, name in initialLevels[name].map { (row, $0) } }
  }

  /// What its cells make of what they sense.
  public var program: CellProgram {
    CellProgram(
      [activity] + terms.axes,
      terms,
      rows: names,
      sensing: (primers + killers + (change?.raise ?? [])).flatMap(\.signals)
    )
  }

  private var responses: [Response] {
    ([activity] + terms.axes).flatMap { $0.raise + $0.amplifiers + $0.lower + $0.hasten }
      + primers + killers + (change?.raise ?? []) + (recruitment?.raise ?? [])
      + secretion.values.flatMap(\.brakes)
  }

  /// Positions of the factors it responds to.
  public func signals(among factors: [Factor]) -> [Int] {
    let names = Set(responses.flatMap(\.signals))
    return factors.indices.filter { names.contains(factors[$0].name) }
  }

  /// The contacts it responds to.
  public var contacts: [Response.Contact] {
    responses.compactMap { Response.Contact(rawValue: $0.signal) }
  }
}

extension HostKind {
  /// Signals that one list of responses has room for.
  public static let mostResponses = Int(CELLS_RESPONSES)

  /// Keeps the responses that pass.
  public mutating func keepResponses(where keeps: (Response) -> Bool) {
    changeResponses { $0.filter(keeps) }
  }

  /// Takes a signal away: its lack is complete, and it acts in no other way.
  public mutating func neutralise(_ signal: String) {
    changeResponses { $0.neutralised(signal) }
  }

  private mutating func changeResponses(_ changed: ([Response]) -> [Response]) {
    activity.changeResponses(changed)
    for axis in terms.axes.indices { terms.axes[axis].changeResponses(changed) }
    primers = changed(primers)
    killers = changed(killers)
    change = change.map { law in
      var law = law
      law.raise = changed(law.raise)
      return law
    }
    recruitment = recruitment.map { law in
      var law = law
      law.raise = changed(law.raise)
      return law
    }
    secretion = secretion.mapValues { law in
      var law = law
      law.brakes = changed(law.brakes)
      return law
    }
  }
}
