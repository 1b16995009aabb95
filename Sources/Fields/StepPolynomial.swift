import Substrate

/// The polynomial by which a field is carried over a step.
///
///     c(t + Δt) = c + P(Z) r,   ∫c dt = Δt c + Δt Q(Z) r,   r = Δt (A c + f),   Z = −Δt A
///     P ≈ φ₁(z) = (1 − e⁻ᶻ) / z,   P = 1 − z Q,   R = 1 − z P ≈ e⁻ᶻ on the spectrum [a, a + 2w] of Z
///
/// R is the Chebyshev series of e⁻ᶻ, cut off after m terms, with the smallest change of its
/// coefficients (the higher ones may change more: e²ᵏᐟᵐ, which is least wrong of the weights tried) that
/// makes R = 1 − z + z²/2 to second order about 0: steady fields stay, slow ones move to second order
/// whatever m is, and for all others the error falls like exp(−m²/2w). With m near 1.7 √w the scheme is
/// stable; m counts the applications of A.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | a, w | `Spectrum` | 1 | the operator, by Gershgorin's discs |
/// | m | `order` | 1 | chosen by the error |
/// | P, Q | `change`, `integral` | 1 | coefficients of T₀, T₁, ... of x = (a + w − z) / w |
/// | η₀, η₁, η₂ | `error` | 1 | max of abs(R − e⁻ᶻ) over 1 − e⁻ᶻ, z and z² |
///
/// The error of a step is estimated by η₀ ‖change‖, η₁ ‖r‖ and η₂ ‖Z r‖, whichever is least: the first is
/// near where something has just begun, the last where all is smooth. They bound the error in the norm of
/// mean squares; the largest values are used instead.
///
/// The expansion of exponentials of operators in Chebyshev polynomials: Tal-Ezer & Kosloff 1984, doi
/// 10.1063/1.448136.
struct StepPolynomial: Sendable {
  /// Where the eigenvalues of Z lie: from `low` to `low` + 2 `half`.
  struct Spectrum: Sendable, Equatable {
    var low, half: Double

    /// A spectrum that holds the interval, in few sizes, so that polynomials can be kept.
    init(from low: Double, to high: Double) {
      self.low = low
      let needed = max((high - low) / 2, low / 20, 0.05)
      var size = 0.05
      while size < needed / 2 { size *= 2 }
      half = size
      while half < needed { half += size / 32 }
    }
  }

  /// What bounds the error of a step.
  struct Bounds: Sendable {
    var ofChange = 0.0
    var ofResidual = 0.0
    var ofSecond = 0.0

    /// The least bound for the norms of the change, of r and of Z r.
    func error(change: Double, residual: Double, second: Double) -> Double {
      min(ofChange * change, ofResidual * residual, ofSecond * second)
    }
  }

  let order: Int
  /// P and Q, as they are and as single precision has them.
  let exact: (change: [Double], integral: [Double])
  let change: [Float]
  let integral: [Float]
  let error: Bounds

  /// The polynomial of an order of at least 3.
  init(order m: Int, on spectrum: Spectrum) {
    let w = spectrum.half
    let origin = 1 + spectrum.low / w
    var decay = Self.exponential(order: m, spectrum)
    Self.correct(&decay, at: origin, slope: w)
    var rest = decay.map { -$0 }
    rest[0] += 1
    let change = Self.divided(rest, by: origin, scale: w)
    let error = Self.error(of: decay, spectrum)
    rest = change.map { -$0 }
    rest[0] += 1
    let integral = Self.divided(rest, by: origin, scale: w)
    order = m
    exact = (change, integral)
    self.change = change.map { Float($0) }
    self.integral = integral.map { Float($0) }
    self.error = error
  }

  /// Coefficients of e⁻ᶻ: exp(−a − w) I_k(w), by Miller's backward recurrence.
  private static func exponential(order m: Int, _ spectrum: Spectrum) -> [Double] {
    let w = spectrum.half
    let start = max(m, Int((90 * w).squareRoot())) + 40
    var bessel = [Double](repeating: 0, count: start + 2)
    bessel[start] = 1e-280
    var sum = 0.0
    for k in stride(from: start, to: 0, by: -1) {
      bessel[k - 1] = bessel[k + 1] + 2 * Double(k) / w * bessel[k]
      sum += 2 * bessel[k]
      if bessel[k - 1] > 1e200 {
        for i in (k - 1)...start { bessel[i] *= 1e-250 }
        sum *= 1e-250
      }
    }
    sum += bessel[0]
    let scale = Elementary.exp(-spectrum.low) / sum
    return (0...m).map { ($0 == 0 ? 1 : 2) * scale * bessel[$0] }
  }

  /// Adds the least that makes value, slope and curvature at z = 0 those of e⁻ᶻ, least by Σ (δ_k e⁻ᵏᐟᵐ)².
  private static func correct(_ series: inout [Double], at origin: Double, slope w: Double) {
    let n = series.count
    var columns = [[Double]](repeating: Array(repeating: 0, count: n), count: 3)
    var missing = [1, w, w * w]
    columns[0][0] = 1
    columns[0][1] = origin
    columns[1][1] = 1
    for k in 2..<n {
      columns[0][k] = 2 * origin * columns[0][k - 1] - columns[0][k - 2]
      columns[1][k] = 2 * (columns[0][k - 1] + origin * columns[1][k - 1]) - columns[1][k - 2]
      columns[2][k] = 2 * (2 * columns[1][k - 1] + origin * columns[2][k - 1]) - columns[2][k - 2]
    }
    for j in 0..<3 { for k in 0..<n { missing[j] -= columns[j][k] * series[k] } }
    let weights = (0..<n).map { Elementary.exp(Double($0) / Double(n - 1)) }
    for j in 0..<3 { for k in 0..<n { columns[j][k] *= weights[k] } }
    // Gram and Schmidt, with the missing parts carried along.
    for j in 0..<3 {
      for i in 0..<j {
        var shadow = 0.0
        for k in 0..<n { shadow += columns[i][k] * columns[j][k] }
        for k in 0..<n { columns[j][k] -= shadow * columns[i][k] }
        missing[j] -= shadow * missing[i]
      }
      var length = 0.0
      for k in 0..<n { length += columns[j][k] * columns[j][k] }
      length = length.squareRoot()
      for k in 0..<n { columns[j][k] /= length }
      missing[j] /= length
      for k in 0..<n { series[k] += missing[j] * columns[j][k] * weights[k] }
    }
  }

  /// Quotient of a series by z = scale (origin − x), one term shorter.
  ///
  /// A tridiagonal system with a dominant diagonal.
  private static func divided(_ series: [Double], by origin: Double, scale: Double) -> [Double] {
    let n = series.count - 1
    var carry = [Double](repeating: 0, count: n)
    var value = carry
    for k in 0..<n {
      // Row k: origin q_k − (q_{k−1} + q_{k+1}) / 2, where q₀ counts twice in row 1.
      let below = k == 0 ? 0 : k == 1 ? 1 : 0.5
      let pivot = origin - (k == 0 ? 0 : below * carry[k - 1])
      carry[k] = 0.5 / pivot
      value[k] = (series[k] / scale + (k == 0 ? 0 : below * value[k - 1])) / pivot
    }
    for k in stride(from: n - 2, through: 0, by: -1) { value[k] += carry[k] * value[k + 1] }
    return value
  }

  private static func error(of series: [Double], _ spectrum: Spectrum) -> Bounds {
    let points = min(256, 4 * series.count)
    var bounds = Bounds()
    for i in 1...points {
      let u = Double(i) / Double(points)
      for x in [1 - u * u, u * u - 1] {
        let z = spectrum.low + spectrum.half * (1 - x)
        guard z > 1e-3 else { continue }
        var after = 0.0
        var here = 0.0
        for k in stride(from: series.count - 1, to: 0, by: -1) {
          (here, after) = (series[k] + 2 * x * here - after, here)
        }
        let exact = Elementary.exp(-z)
        let error = (series[0] + x * here - after - exact).magnitude
        bounds.ofChange = max(bounds.ofChange, error / (1 - exact))
        bounds.ofResidual = max(bounds.ofResidual, error / z)
        bounds.ofSecond = max(bounds.ofSecond, error / (z * z))
      }
    }
    return bounds
  }
}

/// The polynomials of one spectrum, from the cheapest stable one up, made as they are needed.
struct StepPolynomials: Sendable {
  /// The largest share of the change that may be wrong: beyond, a step is not stable.
  private static let largestError = 0.85
  /// The least error worth asking for in single precision.
  private static let leastError = 1e-6

  let spectrum: StepPolynomial.Spectrum
  private(set) var known: [StepPolynomial] = []

  init(_ spectrum: StepPolynomial.Spectrum) { self.spectrum = spectrum }

  /// Position of the first polynomial that `suffices`, or of the best there is.
  mutating func position(where suffices: (StepPolynomial.Bounds) -> Bool) -> Int {
    for (i, polynomial) in known.enumerated() where suffices(polynomial.error) || isBest(polynomial)
    { return i }
    var order = known.last.map(Self.order(after:)) ?? Self.leastOrder(on: spectrum)
    while true {
      let polynomial = StepPolynomial(order: order, on: spectrum)
      order = Self.order(after: polynomial)
      guard polynomial.error.ofChange <= Self.largestError else { continue }
      known.append(polynomial)
      if suffices(polynomial.error) || isBest(polynomial) { return known.count - 1 }
    }
  }

  private func isBest(_ polynomial: StepPolynomial) -> Bool {
    polynomial.error.ofChange <= Self.leastError
  }

  private static func leastOrder(on spectrum: StepPolynomial.Spectrum) -> Int {
    max(3, Int((2.7 * spectrum.half).squareRoot()))
  }

  private static func order(after polynomial: StepPolynomial) -> Int {
    max(polynomial.order + 1, polynomial.order * 17 / 16)
  }
}
