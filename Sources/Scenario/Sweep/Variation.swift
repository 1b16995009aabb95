import Substrate

/// How a value varies over a design: a quantile function from 0...1 to texts that its key takes.
///
///     uniform       q(u) = a + u (b − a)
///     log-uniform   q(u) = a (b/a)^u
///     triangular    q(u) = a + √(u (b − a)(m − a)) up to the mode m, b − √((1 − u)(b − a)(b − m)) above it
///     normal        q(u) = μ + σ z(u)
///     lognormal     q(u) = μ exp(s z(u) − s²/2),   s² = ln(1 + v²)
///     z(u) = Φ⁻¹(Φ(α) + u (Φ(β) − Φ(α)))
///
/// Bounds truncate: α and β are where they lie in standard deviations from the mean (of the logarithm), −∞ and ∞
/// without them. μ, σ and v are those of the law without bounds.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | a, b | `low`, `high` | of the key | of the campaign |
/// | m | `mode` | of the key | of the campaign |
/// | μ, σ, v | `mean`, `deviation`, `variation` | of the key, of the key, 1 | of the campaign |
/// | Φ, z | `NormalDistribution`, `TruncatedNormal` | 1 | |
public struct Variation: Sendable, Equatable {
  /// What it is drawn from.
  public enum Law: Sendable, Equatable {
    /// One of several texts, each with its label.
    case choice([Choice])
    case uniform(low: Double, high: Double)
    case logUniform(low: Double, high: Double)
    case triangular(low: Double, mode: Double, high: Double)
    case normal(mean: Double, deviation: Double, low: Double, high: Double)
    case lognormal(mean: Double, variation: Double, low: Double = 0, high: Double = .infinity)

    /// z(u) of the laws that are made of a normal one; `nil` where their bounds hold no probability.
    var normal: TruncatedNormal? {
      switch self {
      case .choice, .uniform, .logUniform, .triangular: nil
      case .normal(let mean, let deviation, let low, let high):
        TruncatedNormal(low: (low - mean) / deviation, high: (high - mean) / deviation)
      case .lognormal(let mean, let variation, let low, let high):
        TruncatedNormal(
          low: Self.deviations(low, mean, variation),
          high: Self.deviations(high, mean, variation)
        )
      }
    }

    /// Standard deviations between the mean of the logarithm and that of a value.
    private static func deviations(_ value: Double, _ mean: Double, _ variation: Double) -> Double {
      guard value > 0 else { return -.infinity }
      guard value.isFinite else { return .infinity }
      let s = variance(variation).squareRoot()
      return Elementary.log(value / mean) / s + s / 2
    }

    /// s²: variance of the logarithm.
    static func variance(_ variation: Double) -> Double {
      let square = variation * variation
      // To the square of what is left out, where 1 + v² would lose its digits.
      return square < 1e-8 ? square * (1 - square / 2) : Elementary.log(1 + square)
    }
  }

  /// A text among others.
  public struct Choice: Sendable, Equatable {
    /// What it is called in the output, and the text.
    public let label: String, text: String

    /// A text with its label.
    public init(label: String, text: String) {
      self.label = label
      self.text = text
    }
  }

  /// The law.
  public let law: Law
  /// Unit of its numbers, with the space before it; empty for none.
  public let unit: String
  /// Whether only whole numbers are taken.
  public let isWhole: Bool

  /// z(u) of a law with bounds.
  private let truncated: TruncatedNormal?

  /// A law of numbers in a unit; bounds that hold no probability are a bug.
  public init(_ law: Law, unit: String = "", isWhole: Bool = false) {
    self.law = law
    self.unit = unit
    self.isWhole = isWhole
    switch law {
    case .choice, .uniform, .logUniform, .triangular: truncated = nil
    case .normal, .lognormal:
      guard let normal = law.normal else { preconditionFailure("bounds that hold probability") }
      truncated = normal.low > -.infinity || normal.high < .infinity ? normal : nil
    }
  }

  /// Whether both ends of 0...1 have a value.
  public var isBounded: Bool {
    switch law {
    case .choice, .uniform, .logUniform, .triangular: true
    case .normal(_, _, let low, let high): low.isFinite && high.isFinite
    case .lognormal(_, _, let low, let high): low > 0 && high.isFinite
    }
  }

  /// Whether values are listed instead of drawn.
  public var isChoice: Bool { if case .choice = law { true } else { false } }

  /// q(u) as a number; of a choice its position.
  public func number(at u: Double) -> Double {
    let value: Double
    switch law {
    case .choice(let choices):
      return Double(min(choices.count - 1, Int(u * Double(choices.count))))
    case .uniform(let low, let high): value = low + u * (high - low)
    case .logUniform(let low, let high):
      value = low * Elementary.exp(u * Elementary.log(high / low))
    case .triangular(let low, let mode, let high):
      let whole = high - low
      value =
        u * whole <= mode - low
        ? low + (u * whole * (mode - low)).squareRoot()
        : high - ((1 - u) * whole * (high - mode)).squareRoot()
    case .normal(let mean, let deviation, let low, let high):
      value = min(high, max(low, mean + deviation * normal(u)))
    case .lognormal(let mean, let variation, let low, let high):
      let s2 = Law.variance(variation)
      let shift = s2.squareRoot() * normal(u) - s2 / 2
      value = min(high, max(low, mean * Elementary.exp(shift)))
    }
    return isWhole ? value.rounded() : value
  }

  /// q(u) as the text that a key takes.
  public func text(at u: Double) -> String {
    if case .choice(let choices) = law { return choices[Int(number(at: u))].text }
    return Self.text(number(at: u)) + unit
  }

  /// q(u) as written in the output: the label of a choice, else the text.
  public func label(at u: Double) -> String {
    if case .choice(let choices) = law { return choices[Int(number(at: u))].label }
    return text(at: u)
  }

  /// z(u).
  private func normal(_ u: Double) -> Double {
    truncated?.quantile(u) ?? NormalDistribution.quantile(NormalDistribution.inside(u))
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
  }

  /// The law in words, with its numbers.
  public var words: String {
    func number(_ value: Double) -> String { Self.text(value) + unit }
    func bounds(_ low: Double, _ high: Double) -> String {
      (low > -.infinity ? ", not below \(number(low))" : "")
        + (high < .infinity ? ", not above \(number(high))" : "")
    }
    let law: String
    switch self.law {
    case .choice(let choices):
      return "one of "
        + choices.map { $0.label == $0.text ? $0.text : "\($0.label): \($0.text)" }
        .joined(separator: ", ")
    case .uniform(let low, let high): law = "uniform from \(number(low)) to \(number(high))"
    case .logUniform(let low, let high):
      law = "log-uniform from \(number(low)) to \(number(high))"
    case .triangular(let low, let mode, let high):
      law = "triangular from \(number(low)) to \(number(high)), mode \(number(mode))"
    case .normal(let mean, let deviation, let low, let high):
      law = "normal, mean \(number(mean)), sd \(number(deviation))" + bounds(low, high)
    case .lognormal(let mean, let variation, let low, let high):
      law =
        "lognormal, mean \(number(mean)), cv \(Self.text(variation))"
        + bounds(low > 0 ? low : -.infinity, high)
    }
    return law + (isWhole ? ", whole numbers" : "")
  }
}
