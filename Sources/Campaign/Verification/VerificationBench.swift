import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation
import Substrate

/// What verifications work with: the library, cores, and a directory that is removed at the end.
struct VerificationBench: Sendable {
  /// Directory of the library, and one of its own.
  let library: String, directory: String
  /// Cores to use.
  let workers: Workers

  /// A bench with an empty directory.
  init(library: String, workers: Workers) throws {
    self.library = library
    self.workers = workers
    directory =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/stroma-verify-"
      + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: directory,
      withIntermediateDirectories: true
    )
  }

  /// Removes the directory.
  func clear() { try? FileManager.default.removeItem(atPath: directory) }

  /// Path of a scenario or campaign of the library.
  func path(_ name: String) -> String { "\(library)/verify/\(name).yaml" }

  /// A scenario of the library, with values over those of its file.
  func scenario(_ name: String, _ overrides: [String] = []) throws -> ResolvedScenario {
    try ResolvedScenario(path: path(name), library: library, overrides: overrides)
  }

  /// The runs of a scenario.
  func run(_ scenario: ResolvedScenario, on workers: Workers? = nil) throws -> [Trajectory] {
    try Self.plan(scenario).execute(on: workers ?? self.workers)
  }

  /// The plan of a scenario.
  static func plan(_ scenario: ResolvedScenario) -> Run {
    Run(
      experiments: scenario.experiments,
      seed: scenario.seed,
      replicates: scenario.replicates
    )
  }
}

/// Functions of the closed forms beyond exponential and logarithm.
enum ClosedForm {
  /// The cosine, by the series of a sixteenth of the angle, doubled four times; absolute error some 1e-13 within ±4π.
  static func cosine(_ x: Double) -> Double {
    let y = x / 16
    var (term, sum) = (1.0, 1.0)
    for k in 1...12 {
      term *= -y * y / Double((2 * k - 1) * 2 * k)
      sum += term
    }
    for _ in 0..<4 { sum = 2 * sum * sum - 1 }
    return sum
  }

  /// The sine.
  static func sine(_ x: Double) -> Double { cosine(x - .pi / 2) }

  /// The hyperbolic cosine and sine.
  static func hyperbolic(_ x: Double) -> (cosine: Double, sine: Double) {
    let (up, down) = (Elementary.exp(x), Elementary.exp(-x))
    return ((up + down) / 2, (up - down) / 2)
  }

  /// Φ, the standard normal distribution.
  static func normal(_ x: Double) -> Double {
    x <= 0
      ? Elementary.exp(NormalDistribution.logBelow(x))
      : 1 - Elementary.exp(NormalDistribution.logBelow(-x))
  }

  /// The largest distance of an empirical distribution from another that chance exceeds once in 10,000 times.
  ///
  /// Kolmogorov's bound 2 exp(−2 n D²) for n values; it holds too where the distance is looked at on a grid of times.
  static func kolmogorov(_ n: Int) -> Double {
    (Elementary.log(2e4) / (2 * Double(n))).squareRoot()
  }

  /// The value of chi-square that chance exceeds once in 10,000 times, by Wilson and Hilferty (1931).
  static func chiSquare(degrees: Int) -> Double {
    let v = 2 / (9 * Double(degrees))
    let root = 1 - v + NormalDistribution.quantile(1 - 1e-4) * v.squareRoot()
    return Double(degrees) * root * root * root
  }

  /// log₂ of how much smaller the second of two errors is.
  static func order(_ coarse: Double, _ fine: Double) -> Double {
    Elementary.log(coarse / fine) / Elementary.log(2)
  }
}

/// The mean of some values and four of its standard errors.
struct SampleMean {
  /// The mean, and four standard errors of it.
  let mean: Double, four: Double

  /// The mean of at least two values.
  init(_ values: [Double]) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    four = 4 * (squares / (n - 1) / n).squareRoot()
  }
}
