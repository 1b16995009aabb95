/// How a number moves when one parameter after the other takes a step.
///
///     EE_i = (f(x + Δ e_i) − f(x)) / Δ
///     μ_i  = mean EE_i,   μ*_i = mean |EE_i|,   σ_i = standard deviation of EE_i
///
/// Δ is a share of the whole width of the parameter, so that effects are those of its whole width.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | μ, σ | `mean`, `spread` | of the number | Morris 1991, Technometrics 33:161, doi 10.2307/1269043 |
/// | μ* | `size` | of the number | Campolongo 2007, Environ Model Softw 22:1509, doi 10.1016/j.envsoft.2006.10.004 |
public struct ElementaryEffects: Sendable {
  /// What one parameter does.
  public struct Effect: Sendable, Equatable {
    /// μ, μ* and σ.
    public let mean: Double, size: Double, spread: Double
    /// Half the width of the interval that holds μ* with 95 % confidence.
    public let error: Double
    /// Number of effects it rests on.
    public let count: Int
  }

  /// The effects by parameter; `nil` where fewer than two could be computed.
  public let effects: [Effect?]

  /// The effects of a number that was computed along trajectories.
  ///
  /// - Parameters:
  ///   - values: the number at every place of the design; `nil` where it is not known.
  ///   - steps: of every trajectory, which parameter every place but the first changed, and by how much.
  ///   - parameters: number of parameters.
  public init(
    values: [Double?],
    steps: [[(coordinate: Int, change: Double)]],
    parameters: Int
  ) {
    var found = [[Double]](repeating: [], count: parameters)
    var place = 0
    for trajectory in steps {
      for (n, step) in trajectory.enumerated() {
        if let before = values[place + n], let after = values[place + n + 1] {
          found[step.coordinate].append((after - before) / step.change)
        }
      }
      place += trajectory.count + 1
    }
    effects = found.map { effects in
      guard effects.count > 1 else { return nil }
      let n = Double(effects.count)
      func moments(_ values: [Double]) -> (mean: Double, spread: Double) {
        let mean = values.reduce(0, +) / n
        return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot())
      }
      let signed = moments(effects)
      let sizes = moments(effects.map(\.magnitude))
      let t = StudentT(degrees: effects.count - 1).quantile(0.975)
      return Effect(
        mean: signed.mean,
        size: sizes.mean,
        spread: signed.spread,
        error: t * sizes.spread / n.squareRoot(),
        count: effects.count
      )
    }
  }
}
