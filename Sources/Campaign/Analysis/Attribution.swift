import Files
import Observations
import Simulation
import Substrate

/// Which mechanisms an effect of the cells is due to: how much of it remains without each.
///
///     effect = E(without cells) − E,   share of m = (E(without m) − E) / effect
///
/// E is an endpoint; differences are taken replicate by replicate, since all arms share random numbers. A
/// share is the ratio of the means over the replicates, its interval by Fieller's theorem.
///
/// Shares need not add up to 1. Mechanisms that compensate for each other have small shares although
/// all of them together carry the effect; mechanisms that need each other, as licensing and the
/// enzyme it induces, each count the same part of it. What all of them together carry is therefore
/// measured with all of them off, and not summed up. A mechanism that works against the effect has a
/// negative share.
public struct Attribution: Sendable {
  /// What becomes of the endpoint where a mechanism is missing.
  public struct Row: Sendable {
    /// The mechanism; `cells` for the whole effect, `together` for all mechanisms at once.
    public let mechanism: String
    /// Mean of the endpoint with everything, and without the mechanism.
    public let with: Double, without: Double
    /// The change by taking it away, with the unit of the endpoint.
    public let change: Estimate
    /// The change as a share of that by taking away the cells.
    public let share: Estimate

    /// What is to be said of it: whether there is an effect to have a share of.
    public var note: String { share.interval == nil ? "effect not told from none" : "" }
  }

  /// Name of the row of all mechanisms at once.
  public static let together = "together"

  /// The arms.
  public let knockOuts: KnockOuts
  /// The whole effect, each mechanism, and all of them at once.
  public let rows: [Row]

  /// Runs the arms.
  ///
  /// - Parameters:
  ///   - knockOuts: the arms.
  ///   - workers: cores to use.
  ///   - progress: called by every model after each of its steps.
  /// - Throws: `AttributionError` where the endpoint has no value in some replicate, `MassError` for
  ///   a run that cannot be trusted.
  public init(
    _ knockOuts: KnockOuts,
    workers: Workers,
    progress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) throws {
    let replicates = knockOuts.run.replicates
    let trajectories = try knockOuts.run.execute(on: workers, progress: progress)
    let others = trajectories.suffix(knockOuts.others * replicates)
    let values = try trajectories.dropLast(others.count).map {
      trajectory throws(AttributionError) in
      let endpoint = Endpoints.all(trajectory) { arm in
        others.first { $0.experiment.arm == arm && $0.replicate == trajectory.replicate }
      }.first { $0.name == knockOuts.endpoint }
      guard let value = endpoint?.value else {
        throw .noValue(
          knockOuts.endpoint,
          arm: trajectory.experiment.arm,
          replicate: trajectory.replicate,
          missing: endpoint?.missing ?? "the arm does not have it"
        )
      }
      return value
    }
    let arms = stride(from: 0, to: values.count, by: replicates).map {
      Array(values[$0..<$0 + replicates])
    }
    let full = arms[1]
    func changes(_ arm: [Double]) -> [Double] { zip(arm, full).map { $0 - $1 } }
    let effect = changes(arms[0])
    let named = [Mechanism.cells.rawValue] + knockOuts.mechanisms + [Self.together]
    self.knockOuts = knockOuts
    rows = zip(named, [arms[0]] + arms.dropFirst(2)).map { mechanism, arm in
      Row(
        mechanism: mechanism,
        with: full.reduce(0, +) / Double(replicates),
        without: arm.reduce(0, +) / Double(replicates),
        change: .mean(of: changes(arm)),
        share: .ratio(of: changes(arm), to: effect)
      )
    }
  }

  /// `attribution.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "run", "arm", "endpoint", "mechanism", "with_mechanism", "without_mechanism", "change",
      "change_low", "change_high", "share", "share_low", "share_high", "replicates", "note",
    ])
    for row in rows {
      csv.row(
        [knockOuts.name, knockOuts.arm, knockOuts.endpoint, row.mechanism]
          + [
            row.with, row.without, row.change.value, row.change.interval?.lowerBound,
            row.change.interval?.upperBound, row.share.value, row.share.interval?.lowerBound,
            row.share.interval?.upperBound,
          ].map(CSV.number) + [String(knockOuts.run.replicates), row.note]
      )
    }
    return csv.text
  }

  /// The rows as a table to read, numbers to three digits.
  public var table: String {
    func text(_ estimate: Estimate) -> String {
      guard let value = estimate.value else { return "" }
      let interval = estimate.interval.flatMap {
        $0.lowerBound == $0.upperBound
          ? nil : " (\(Self.rounded($0.lowerBound)) to \(Self.rounded($0.upperBound)))"
      }
      return Self.rounded(value) + (interval ?? "")
    }
    var table = """
      \(knockOuts.endpoint) (\(knockOuts.unit)) of \(knockOuts.arm), \
      \(knockOuts.run.replicates) replicates: mean (95 % interval)

      | without | from | to | change | share of the effect |
      |---|---|---|---|---|

      """
    for row in rows {
      let share = row.note.isEmpty ? text(row.share) : row.note
      table +=
        "| \(row.mechanism) | \(Self.rounded(row.with)) | \(Self.rounded(row.without)) | \(text(row.change)) | \(share) |\n"
    }
    return table
  }

  private static func rounded(_ value: Double) -> String { CSV.number(value, digits: 3) }
}
