import Substrate

/// How a value varies over a design: a quantile function from 0...1 to texts that its key takes.
///
///     uniform       q(u) = a + u (b − a)
///     log-uniform   q(u) = a (b/a)^u
///     triangular    q(u) = a + √(u (b − a)(m − a)) up to the mode m, b − √((1 − u)(b − a)(b − m)) above it
///     normal        q(u) = μ + σ Φ⁻¹(u), within its bounds
///     lognormal     q(u) = μ exp(s Φ⁻¹(u) − s²/2),   s² = ln(1 + v²)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | a, b | `low`, `high` | of the key | of the design |
/// | m | `mode` | of the key | of the design |
/// | μ, σ, v | `mean`, `deviation`, `variation` | of the key, of the key, 1 | of the design |
/// | Φ | `NormalDistribution` | 1 | |
public struct Variation: Sendable, Equatable {
  /// What it is drawn from.
  public enum Law: Sendable, Equatable {
    /// One of several texts, each with its label.
    case choice([Choice])
    case uniform(low: Double, high: Double)
    case logUniform(low: Double, high: Double)
    case triangular(low: Double, mode: Double, high: Double)
    case normal(mean: Double, deviation: Double, low: Double, high: Double)
    case lognormal(mean: Double, variation: Double)
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

  /// A law of numbers in a unit.
  public init(_ law: Law, unit: String = "", isWhole: Bool = false) {
    self.law = law
    self.unit = unit
    self.isWhole = isWhole
  }

  /// Whether both ends of 0...1 have a value.
  public var isBounded: Bool {
    switch law {
    case .choice, .uniform, .logUniform, .triangular: true
    case .normal(_, _, let low, let high): low.isFinite && high.isFinite
    case .lognormal: false
    }
  }

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
      value = min(high, max(low, mean + deviation * NormalDistribution.quantile(inside(u))))
    case .lognormal(let mean, let variation):
      let variance = Elementary.log(1 + variation * variation)
      value =
        mean
        * Elementary.exp(
          variance.squareRoot() * NormalDistribution.quantile(inside(u)) - variance / 2
        )
    }
    return isWhole ? value.rounded() : value
  }

  /// q(u) as the text that a key takes.
  public func text(at u: Double) -> String {
    if case .choice(let choices) = law { return choices[Int(number(at: u))].text }
    return Self.text(number(at: u)) + unit
  }

  /// q(u) as it stands in the output: the label of a choice, else the text.
  public func label(at u: Double) -> String {
    if case .choice(let choices) = law { return choices[Int(number(at: u))].label }
    return text(at: u)
  }

  /// A probability that both tails of the normal distribution have a value for.
  private func inside(_ u: Double) -> Double { min(1 - 0x1p-53, max(0x1p-60, u)) }

  private static func text(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
  }
}
