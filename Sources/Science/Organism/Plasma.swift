import Substrate

/// Factors given into blood, as they leave it.
///
///     dp/dt = g(t)/V − k p,   k = ln 2 / T
///
/// g is the rate of giving. What blocks of tissue take is little and not taken from plasma.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | p | result | nM | level that giving adds to that in blood |
/// | V | `volume` | um³ | plasma, 3.5–5 % of body weight |
/// | T | `halfLife` | min | of the factor in plasma |
public struct Plasma: Codable, Sendable, Equatable {
  /// Volume, um³.
  public var volume: Double
  /// Half-life of each factor, min.
  public var halfLife: [String: Double]

  /// Plasma of a volume (um³) with half-lives of factors (min).
  public init(volume: Double, halfLife: [String: Double]) {
    self.volume = volume
    self.halfLife = halfLife
  }

  /// Mean of p between two times (min), `nil` where no dose gives the factor into blood.
  public func mean(_ factor: String, _ doses: [FactorDose], from: Double, to: Double) -> Double? {
    guard let halfLife = halfLife[factor] else { return nil }
    let loss = Elementary.log(2) / halfLife
    var sum = 0.0
    var isGiven = false
    for dose in doses {
      guard let amount = dose.amounts[factor], dose.route.site == nil else { continue }
      isGiven = true
      let end = dose.start + dose.duration
      let height = amount / volume / (loss * dose.duration)
      // Rising to `height` while it is given, falling from where it came.
      let (a, b) = (max(from, dose.start), min(to, end))
      if b > a {
        sum +=
          height
          * ((b - a)
            - (Elementary.exp(-loss * (a - dose.start)) - Elementary.exp(-loss * (b - dose.start)))
              / loss)
      }
      let c = max(from, end)
      if to > c {
        let top = height * (1 - Elementary.exp(-loss * dose.duration))
        sum +=
          top * (Elementary.exp(-loss * (c - end)) - Elementary.exp(-loss * (to - end))) / loss
      }
    }
    return isGiven ? sum / (to - from) : nil
  }
}
