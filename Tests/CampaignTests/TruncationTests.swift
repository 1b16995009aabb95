import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// Bounds truncate distributions: what lies beyond them is drawn again among what lies between, never put on the bound.
@Suite("Truncated distributions")
struct TruncationTests {
  /// Quantiles by bisection of the complementary error function of the C library, mirrored into the lower tail.
  @Test(arguments: [
    (5, 6, 0.5, 5.131371763283919), (5, .infinity, 0.5, 5.132018332044299),
    (-8, -7.9, 0.25, -7.966644919057889), (-16, -1, 0.3, -1.668617782831929),
    (20, 21, 0.9, 20.114517323833052), (-1, 0.5, 0.001, -0.9978004699128639),
    (-2.5, 3, 0.7, 0.5270425248331273), (36, 37, 0.5, 36.019234135733065),
    (-1e-6, 1e-6, 0.75, 5.000000000394747e-07),
  ])
  func quantiles(low: Double, high: Double, u: Double, expected: Double) throws {
    let law = try #require(TruncatedNormal(low: low, high: high))
    #expect((law.quantile(u) - expected).magnitude < 1e-11 * max(expected.magnitude, 1e-3))
    let mirrored = try #require(TruncatedNormal(low: -high, high: -low))
    #expect((mirrored.quantile(1 - u) + expected).magnitude < 1e-11 * max(expected.magnitude, 1e-3))
  }

  /// E z = (φ(a) − φ(b)) / (Φ(b) − Φ(a)); the right side by mpmath 1.3.
  @Test(
    arguments: [
      (5, .infinity, 5.186503967125849), (-16, -1, -1.5251352761609812),
      (-1, 0.5, -0.20663121806153302), (5, 6, 5.183147090477174),
    ] as [(Double, Double, Double)]
  )
  func means(low: Double, high: Double, expected: Double) throws {
    let law = try #require(TruncatedNormal(low: low, high: high))
    let n = 20_000
    let values = (0..<n).map { law.quantile((Double($0) + 0.5) / Double(n)) }
    #expect((values.reduce(0, +) / Double(n) - expected).magnitude < 2e-4)
    #expect(zip(values, values.dropFirst()).allSatisfy { $0 < $1 })
    #expect(values[0] > low && values[n - 1] < high)
  }

  /// Bounds have their value at 0 and 1; bounds that hold nothing, or next to nothing, are no distribution.
  @Test func ends() throws {
    let law = try #require(TruncatedNormal(low: 7, high: 8))
    #expect(law.quantile(0) == 7 && law.quantile(1) == 8)
    for (low, high) in [(1.0, 1.0), (2, 1), (40, 41), (-1e200, -1e199), (1e9, .infinity)] {
      #expect(TruncatedNormal(low: low, high: high) == nil)
    }
  }

  /// Without bounds the lognormal law has its mean; with them it is that of its logarithm.
  @Test func lognormalBounds() throws {
    let law = Variation(.lognormal(mean: 5, variation: 0.4, low: 4, high: 6))
    let free = Variation(.lognormal(mean: 5, variation: 0.4))
    func share(below value: Double) -> Double {
      var (low, high) = (0.0, 1.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if free.number(at: middle) < value { low = middle } else { high = middle }
      }
      return low
    }
    let (from, to) = (share(below: 4), share(below: 6))
    for u in [0.01, 0.2, 0.5, 0.9] {
      let expected = free.number(at: from + u * (to - from))
      #expect((law.number(at: u) - expected).magnitude < 1e-9)
    }
    #expect(law.isBounded && !free.isBounded && law.number(at: 0) == 4)
  }

  private static let law = "{normal: {mean: 0.21 1/h, sd: 0.01 1/h, low: 0.05 1/h, high: 0.2 1/h}}"
  /// Mean and standard deviation of that law.
  private static let mean = 0.19474864723839, deviation = 0.00446

  /// No value lies on a bound, no two are equal, and they have the mean of the law, in every design that draws.
  @Test(arguments: [
    "latin-hypercube, points: 1000", "sobol, points: 1000", "patients, patients: 1000",
  ])
  func designs(design: String) throws {
    let bench = try CampaignBench()
    let isTrial = design.hasPrefix("patients")
    try bench.write(
      """
      name: bounded
      scenario: blink.yaml
      design: {method: \(design)}
      vary: {stress.lung.lumen: \(Self.law)}
      \(isTrial ? "trial: {control: fresh, endpoint: viable_half_life}" : "")

      """,
      "bounded.yaml"
    )
    let sweep = try bench.sweep("bounded.yaml")
    let values = try (0..<sweep.points.count).map { n in
      let text = sweep.points[n].settings[0].text
      #expect(text.hasSuffix(" 1/h"))
      return try #require(Double(text.dropLast(4)))
    }
    #expect(Set(values).count == 1000)
    #expect(values.allSatisfy { $0 > 0.05 && $0 < 0.2 })
    // Four standard errors of as many independent draws.
    let mean = values.reduce(0, +) / 1000
    #expect((mean - Self.mean).magnitude < 4 * Self.deviation / 1000.0.squareRoot())
  }

  /// Both methods of calibration start from the truncated law and leave it where data say nothing; where they do, the
  /// posterior is the normal one of both, truncated.
  @Test(arguments: ["abc", "emulator"], [1e9, 0.01])
  func calibrations(method: String, error: Double) throws {
    let law = Variation(.normal(mean: 0.21, deviation: 0.01, low: 0.05, high: 0.2))
    let data = [Datum(value: 0.19, error: error)]
    func simulate(_ places: [[Double]]) -> [[Double]?] {
      places.map { [law.number(at: $0[0])] }
    }
    let found =
      method == "abc"
      ? TemperedABC.posterior(
        of: Likelihood(data),
        dimensions: 1,
        particles: 400,
        generations: 8,
        seed: 1,
        simulate: simulate
      )
      : EmulatedPosterior.posterior(
        of: Likelihood(data),
        dimensions: 1,
        points: 24,
        refinements: 0,
        seed: 1,
        on: Workers(count: 2),
        simulate: simulate
      )
    let values = try #require(found).places.map { law.number(at: $0[0]) }
    // The product of both normal laws, between the bounds.
    let precision = 1 / (0.01 * 0.01) + 1 / (error * error)
    let centre = (0.21 / (0.01 * 0.01) + 0.19 / (error * error)) / precision
    let spread = (1 / precision).squareRoot()
    let exact = try #require(
      TruncatedNormal(low: (0.05 - centre) / spread, high: (0.2 - centre) / spread)
    )
    let quantiles = (0..<4000).map { centre + spread * exact.quantile((Double($0) + 0.5) / 4000) }
    let expected = quantiles.reduce(0, +) / 4000
    let variance = quantiles.reduce(0) { $0 + ($1 - expected) * ($1 - expected) } / 4000
    // Four standard errors of a fourth as many independent draws as there are sets.
    let tolerance = 4 * (variance / (400 / 4)).squareRoot()
    #expect((values.reduce(0, +) / Double(values.count) - expected).magnitude < tolerance)
    #expect(values.filter { $0 == 0.2 }.isEmpty)
  }
}
