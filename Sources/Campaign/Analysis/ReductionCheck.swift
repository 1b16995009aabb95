import Files
import Observations
import Scenario
import Simulation
import Substrate

/// How the endpoints of a reduced scenario agree with those of the whole.
///
///     |x̄ − ȳ| ≤ t (s_x² / n + s_y² / n)^½
///
/// t is the quantile of Student's t on the degrees of freedom of Welch and Satterthwaite (Welch 1947, Biometrika 34:28) by which
/// all endpoints of all arms together are within it with a probability of 95 % where the two agree. Where counts of cells, or
/// shares of a dose D, are the same in all replicates of the whole or of the part, s² is that of Poisson: x̄ of the whole, Nȳ of a
/// part; of shares divided by D². A difference below a hundredth of the value agrees as well: numbers of host cells are rounded.
public struct ReductionCheck: Sendable {
  /// An endpoint of an arm.
  public struct Row: Sendable {
    /// The arm, the endpoint and its unit.
    public let arm: String, endpoint: String, unit: String
    /// Mean and standard deviation over the replicates, of the whole and of the part.
    public let whole: (mean: Double, deviation: Double), part: (mean: Double, deviation: Double)
    /// The largest difference of the means that is within the replicate error, of all endpoints together and of this one alone.
    public let allowed: Double, allowedAlone: Double

    /// Whether the two agree.
    public var agrees: Bool { (part.mean - whole.mean).magnitude <= allowed }

    /// Whether the two differ by more than the replicate error of this endpoint alone, as one of twenty does by chance.
    public var isUnusual: Bool { (part.mean - whole.mean).magnitude > allowedAlone }
  }

  /// Parts alike of which one was simulated, and the replicates of each.
  public let parts: Int, replicates: Int
  /// The endpoints that have a value in every replicate of both.
  public let rows: [Row]
  /// Endpoints with a value in more replicates of one than of the other, and in how many of each.
  public let untold: [(arm: String, endpoint: String, whole: Int, part: Int)]
  /// Time that the runs took, s.
  public let seconds: (whole: Double, part: Double)

  /// What is no difference, as a share of the value.
  private static let rounding = 0.01

  /// Runs a scenario whole and reduced.
  ///
  /// - Parameters:
  ///   - scenario: the whole scenario.
  ///   - parts: parts alike of which one is simulated.
  ///   - replicates: replicates of each arm, at least 2.
  ///   - workers: cores to use.
  ///   - progress: called by every model after each of its steps.
  /// - Throws: `NoPart` where the scenario has no such part, `MassError` for a run that cannot be trusted.
  public init(
    of scenario: ResolvedScenario,
    parts: Int,
    replicates: Int,
    on workers: Workers,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws {
    precondition(replicates >= 2, "a standard deviation needs two replicates")
    let arms = scenario.experiments
    let reduced = try arms.map { arm throws(NoPart) in try arm.part(of: parts) }
    func read(_ run: () throws -> [Trajectory]) throws -> (
      endpoints: [[[Endpoint]]], seconds: Double
    ) {
      let start = ContinuousClock.now
      let trajectories = try run()
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      let endpoints = arms.indices.map { arm in
        trajectories[arm * replicates..<(arm + 1) * replicates].map { trajectory in
          Endpoints.all(trajectory) { name in
            trajectories.first {
              $0.experiment.arm == name && $0.replicate == trajectory.replicate
            }
          }
        }
      }
      return (endpoints, seconds)
    }
    let whole = try read {
      try Run(experiments: arms, seed: scenario.seed, replicates: replicates)
        .execute(on: workers, progress: progress)
    }
    // Later replicates of the same seed: independent, of the same fixed donor.
    let part = try read {
      let run = Run(experiments: reduced, seed: scenario.seed, replicates: replicates)
      let share = Workers(count: max(1, workers.count / replicates))
      let runs = workers.map(replicates) { n in
        run.replicate(
          replicates + n + 1,
          arms: Array(reduced.indices),
          on: share,
          until: Interruption()
        ) ?? []
      }
      return try reduced.indices.flatMap { arm in try runs.map { try $0[arm].get() } }
    }
    self.parts = parts
    self.replicates = replicates
    seconds = (whole.seconds, part.seconds)
    var pairs: [Pair] = []
    var untold: [(arm: String, endpoint: String, whole: Int, part: Int)] = []
    for (arm, experiment) in arms.enumerated() {
      for endpoint in whole.endpoints[arm][0] where endpoint.name != Self.ofAgents {
        func values(_ runs: [[Endpoint]]) -> [Double] {
          runs.compactMap { $0.first { $0.name == endpoint.name }?.value }
        }
        let (x, y) = (values(whole.endpoints[arm]), values(part.endpoints[arm]))
        if x.count == replicates, y.count == replicates {
          pairs.append(Pair(experiment: experiment, endpoint: endpoint, whole: x, part: y))
        } else if x.count != y.count {
          untold.append((experiment.arm, endpoint.name, x.count, y.count))
        }
      }
    }
    self.untold = untold
    rows = pairs.map { $0.compared(parts: parts, among: pairs.count) }
  }

  /// The values of an endpoint, by replicate.
  private struct Pair {
    let experiment: Experiment, endpoint: Endpoint
    let whole: [Double], part: [Double]

    /// The two compared, where one of so many parts was simulated, among so many endpoints.
    func compared(parts: Int, among count: Int) -> Row {
      let (x, y) = (Self.moments(whole), Self.moments(part))
      let n = Double(whole.count)
      let least = leastVariance(of: max(x.mean, y.mean))
      let own = (x.deviation > 0 ? x.deviation * x.deviation : least) / n
      let other = (y.deviation > 0 ? y.deviation * y.deviation : Double(parts) * least) / n
      let error = (own + other).squareRoot()
      let share = error > 0 ? own / (own + other) : 1
      let degrees = (n - 1) / (share * share + (1 - share) * (1 - share))
      let student = StudentT(degrees: max(1, Int(degrees)))
      let rounding = ReductionCheck.rounding * x.mean.magnitude
      return Row(
        arm: experiment.arm,
        endpoint: endpoint.name,
        unit: endpoint.unit,
        whole: x,
        part: y,
        allowed: max(student.quantile(1 - 0.025 / Double(count)) * error, rounding),
        allowedAlone: max(student.quantile(0.975) * error, rounding)
      )
    }

    /// The variance by chance of a count of cells, or of one as a share of the dose; 0 of what is no count.
    private func leastVariance(of mean: Double) -> Double {
      let dose = Double(experiment.cells)
      switch endpoint.unit {
      case "cells", "divisions": return max(1, mean)
      case "fraction of dose" where dose > 0: return max(1 / dose, mean) / dose
      default: return 0
      }
    }

    private static func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(values.count - 1)).squareRoot())
    }
  }

  /// The endpoint that differs by what the part is.
  private static let ofAgents = "cells_per_agent"

  /// Whether all endpoints agree, and none has a value in every replicate of one and in no replicate of the other.
  public var agrees: Bool {
    rows.allSatisfy(\.agrees) && untold.allSatisfy { ($0.whole - $0.part).magnitude < replicates }
  }

  /// `reduction.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "arm", "endpoint", "unit", "whole", "whole_sd", "reduced", "reduced_sd", "allowed_difference",
      "allowed_alone", "agrees",
    ])
    for row in rows {
      csv.row(
        [row.arm, row.endpoint, row.unit]
          + [
            row.whole.mean, row.whole.deviation, row.part.mean, row.part.deviation, row.allowed,
            row.allowedAlone,
          ]
          .map(CSV.number) + [row.agrees ? "yes" : "no"]
      )
    }
    return csv.text
  }

  /// What came out, in words: the endpoints that differ, how many agree, and what was gained.
  public var summary: String {
    func text(_ value: Double) -> String { CSV.number(value, digits: 3) }
    let unusual = rows.filter(\.isUnusual)
    var said = ""
    if !unusual.isEmpty {
      said +=
        "| arm | endpoint | whole | reduced | difference | error alone | error of all together | unit |\n"
      said += "|---|---|---|---|---|---|---|---|\n"
      for row in unusual {
        let numbers = [
          row.whole.mean, row.part.mean, row.part.mean - row.whole.mean, row.allowedAlone,
          row.allowed,
        ].map(text)
        said +=
          "| \(row.arm) | \(row.endpoint) | \(numbers.joined(separator: " | ")) | \(row.unit) |\n"
      }
      said += "\n"
    }
    for endpoint in untold {
      said +=
        "\(endpoint.endpoint) of \(endpoint.arm) has a value in \(endpoint.whole) replicates of the whole and in \(endpoint.part) of the part.\n"
    }
    let seen = rows.filter { $0.whole.mean != 0 }.map { $0.allowed / $0.whole.mean.magnitude }
      .sorted()
    let median = seen.isEmpty ? 0 : 100 * seen[seen.count / 2]
    return said + """
      \(rows.count(where: \.agrees)) of \(rows.count) endpoints agree within the error of \(replicates) replicates, or within 1 %; \(unusual.count) differ by more than their error alone, as \(text(Double(rows.count) / 20)) would by chance. The error is \(text(median)) % of the value in the median.
      One of \(parts) parts is simulated in \(text(seconds.part)) s, the whole in \(text(seconds.whole)) s.

      """
  }
}
