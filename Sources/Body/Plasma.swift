import Substrate

/// Factors given into blood, as they leave it.
///
///     dp/dt = g(t)/V − k p,   k = ln 2 / T
///     p_first = g(t)/Q
///
/// g is the rate at which they enter blood: all that is given into a vessel; of what is put into tissue that part
/// which neither stays nor is shed. The organs that what is given passes on its way into the arteries (that of an
/// injected artery, those that the organ drains to, the lung) meet p_first besides, in their blood. What blocks of tissue take is little and not taken from plasma.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | p | result | nM | level that giving adds to that in blood |
/// | V | `volume` | um³ | plasma, 3.5–5 % of body weight |
/// | T | `halfLife` | min | of the factor in plasma |
/// | Q | `flow` | um³/min | blood through the organ: for the lung the cardiac output, for the liver with the portal vein |
public struct Plasma: Codable, Sendable, Equatable {
  /// Volume, um³.
  public var volume: Double
  /// Half-life of each factor, min.
  public var halfLife: [String: Double]
  /// Blood through each organ, um³/min, by position.
  public var flow: [Double]
  /// Position of the organ that each drains to before the veins, by position.
  public var drainsTo: [Int?]
  /// Position of the lung.
  public var lung: Int

  /// Plasma of a volume (um³) with half-lives of factors (min) in a body of such flows (um³/min).
  public init(
    volume: Double,
    halfLife: [String: Double],
    flow: [Double],
    drainsTo: [Int?],
    lung: Int
  ) {
    self.volume = volume
    self.halfLife = halfLife
    self.flow = flow
    self.drainsTo = drainsTo
    self.lung = lung
  }

  /// Positions of the organs whose vessels are passed on the way into the arteries.
  private func passage(_ route: Dose.Route) -> [Int] {
    guard let entrance = route.entrance, entrance != lung else { return [lung] }
    var organs = route.site == nil ? [entrance] : []
    var next = drainsTo[entrance]
    while let organ = next {
      organs.append(organ)
      next = drainsTo[organ]
    }
    return organs + [lung]
  }

  /// Mean of p + p_first between two times (min) in the blood of an organ, `nil` where no dose gives the factor
  /// into blood.
  public func mean(
    _ factor: String,
    _ doses: [FactorDose],
    in organ: Int,
    from: Double,
    to: Double
  ) -> Double? {
    guard let halfLife = halfLife[factor] else { return nil }
    let loss = Elementary.log(2) / halfLife
    var sum = 0.0
    var isGiven = false
    for dose in doses {
      guard let given = dose.amounts[factor], dose.route.shareIntoBlood > 0 else { continue }
      let amount = given * dose.route.shareIntoBlood
      isGiven = true
      if flow[organ] > 0, passage(dose.route).contains(organ) {
        sum += amount * dose.share(from: from, to: to) / flow[organ]
      }
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
