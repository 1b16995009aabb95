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
    /// Whether only activity counts: the rate is multiplied by it.
    public var needsActivity: Bool

    /// A change into a kind.
    public init(into: String, rate: Double, raise: [Response], needsActivity: Bool) {
      self.into = into
      self.rate = rate
      self.raise = raise
      self.needsActivity = needsActivity
    }
  }

  /// What a cell gives to a factor: q = (q₀ + q₁ A + q₂ (1 − A)) Π (1 − brake).
  public struct Secretion: Codable, Sendable {
    /// Amounts of any cell, of activity and of its lack, nM um³/min.
    public var always: Double, active: Double, inactive: Double
    /// Signals that brake it.
    public var brakes: [Response]

    /// A secretion of the given amounts.
    public init(always: Double, active: Double, inactive: Double, brakes: [Response]) {
      self.always = always
      self.active = active
      self.inactive = inactive
      self.brakes = brakes
    }

    /// q, nM um³/min.
    public func rate(activity: Double, _ level: (String) -> Double) -> Double {
      (always + active * activity + inactive * (1 - activity)) * brakes.freedom(level)
    }
  }

  /// What a cell takes of a factor: V + V₁ A where K saturates it, or a cleared volume C.
  public struct Uptake: Codable, Sendable {
    /// Amounts of any cell and of activity where the factor saturates it, nM um³/min; or, where nothing
    /// saturates, volumes cleared, um³/min.
    public var always: Double, active: Double
    /// Concentration of half that, nM; 0 where nothing saturates.
    public var halfSaturation: Double
    /// What it is turned into.
    public var conversion: Conversion?

    /// An uptake of the given amounts.
    public init(
      always: Double,
      active: Double,
      halfSaturation: Double,
      conversion: Conversion? = nil
    ) {
      self.always = always
      self.active = active
      self.halfSaturation = halfSaturation
      self.conversion = conversion
    }
  }

  /// Recruitment from blood: arrivals per tissue volume = r₀ + Σ raise.
  public struct Recruitment: Codable, Sendable {
    /// Arrivals without any signal, cells/um³/min.
    public var rate: Double
    /// Signals that add to them, cells/um³/min.
    public var raise: [Response]

    /// A recruitment at the given rates.
    public init(rate: Double, raise: [Response]) {
      self.rate = rate
      self.raise = raise
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
  /// Its activity.
  public var activity: Activity
  /// Activity of cells that come, 0...1.
  public var initialActivity: Double
  /// Signals that brake its activation and its cycle.
  public var brakes: [Response]
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
  /// Whether active cells present antigen.
  public var presents: Bool
  /// Its recruitment.
  public var recruitment: Recruitment?

  /// A kind that does nothing but live.
  public init(name: String) {
    self.name = name
    activity = Activity()
    initialActivity = 0
    brakes = []
    primers = []
    death = 0
    killers = []
    secretion = [:]
    uptake = [:]
    killing = 0
    target = .mismatched
    eating = 0
    presents = false
  }
}

extension HostKind {
  private var responses: [Response] {
    activity.raise + activity.lower + brakes + primers + killers + (change?.raise ?? [])
      + (recruitment?.raise ?? []) + secretion.values.flatMap(\.brakes)
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
  /// Signals that one list of responses has room for, and that those of a cell's own life have together.
  public static let mostResponses = Int(CELLS_RESPONSES), mostSignals = Int(CELLS_SIGNALS)

  /// The signals that a cell's own life responds to: all but what brakes secretion and brings cells.
  public var lifeSignals: Set<String> {
    let lists = [activity.raise, activity.lower, brakes, primers, killers, change?.raise ?? []]
    return Set(lists.joined().flatMap(\.signals))
  }

  /// Keeps the responses that pass.
  public mutating func keepResponses(where keeps: (Response) -> Bool) {
    changeResponses { $0.filter(keeps) }
  }

  /// Takes a signal away: its lack is complete, and it acts in no other way.
  public mutating func neutralise(_ signal: String) {
    changeResponses { $0.neutralised(signal) }
  }

  private mutating func changeResponses(_ changed: ([Response]) -> [Response]) {
    func take(_ list: inout [Response]) { list = changed(list) }
    take(&activity.raise)
    take(&activity.lower)
    take(&brakes)
    take(&primers)
    take(&killers)
    if var law = change {
      take(&law.raise)
      change = law
    }
    if var law = recruitment {
      take(&law.raise)
      recruitment = law
    }
    secretion = secretion.mapValues { law in
      var law = law
      take(&law.brakes)
      return law
    }
  }
}
