import Files
import Observations
import Scenario

/// What a campaign says at first sight: at every point the mean of each endpoint by arm, and how arms differ from the control,
/// replicate by replicate, as `Answer` takes them.
public struct SweepAnswer: Sendable, Codable, Equatable {
  /// An endpoint at a point.
  public struct Row: Sendable, Codable, Equatable {
    /// The point from 1, and the values that it has, by parameter.
    public let point: Int, values: [String]
    /// Its name and unit.
    public let endpoint: String, unit: String
    /// The arms that the point has, in the order of the scenario.
    public let arms: [Answer.Arm]
  }

  /// What varies, with units.
  public let parameters: [String]
  /// Replicates of each arm at each point.
  public let replicates: Int
  /// The endpoints at the points: by endpoint, then point.
  public let rows: [Row]

  /// Points of an endpoint that are shown at most.
  private static let most = 24

  /// The answer of a campaign whose runs are made.
  public init(_ results: SweepResults) {
    let sweep = results.sweep
    let controls = Controls.positions(of: sweep.description.base.experiments)
    parameters = sweep.points.header
    replicates = sweep.replicates
    let positions = results.positions
    rows = sweep.description.endpoints.enumerated().flatMap { e, name in
      positions.indices.map { point in
        let found = positions[point].map { runs in
          runs.map { run in
            Endpoint(
              name: name,
              value: results.values[run][e],
              unit: results.units[e],
              missing: results.errors[run] ?? results.unread[run]?[e]
            )
          }
        }
        return Row(
          point: point + 1,
          values: sweep.points.fields(point),
          endpoint: name,
          unit: results.units[e],
          arms: sweep.arms(of: point).map { arm in
            Answer.Arm(
              sweep.arms[arm],
              found[arm],
              beside: controls[arm].map { (name: sweep.arms[$0], found: found[$0]) }
            )
          }
        )
      }
    }
  }

  /// The answer as tables to read, numbers to three digits: of many points those with the largest and the smallest values.
  public var table: String {
    var names: [String] = []
    for row in rows where !names.contains(row.endpoint) { names.append(row.endpoint) }
    return names.map { name in table(of: rows.filter { $0.endpoint == name }) }
      .joined(separator: "\n")
      + Answer.pairing(rows.flatMap(\.arms))
  }

  private func table(of rows: [Row]) -> String {
    guard let first = rows.first else { return "" }
    let shown = Self.shown(rows)
    let hasArms = rows.contains { $0.arms.count > 1 }
    let heading =
      replicates > 1 ? "mean of \(replicates) replicates (95 % interval)" : "one replicate"
    let columns =
      parameters + (hasArms ? ["arm", heading, "difference", "from", ""] : [heading])
    let left = rows.count - shown.count
    var table = "\(first.endpoint)\(first.unit.isEmpty ? "" : " (\(first.unit))")"
    if left > 0 {
      table +=
        ", the points with the largest and the smallest values; summary.csv has all \(rows.count)"
    }
    table += "\n| \(columns.joined(separator: " | ")) |\n|\(columns.map { _ in "---|" }.joined())\n"
    for row in shown {
      for arm in row.arms {
        var fields = row.values
        if hasArms { fields.append(arm.name) }
        fields.append(Answer.mean(of: arm, among: replicates))
        if hasArms {
          fields += [
            Answer.text(arm.difference, arm.differenceLow, arm.differenceHigh),
            arm.difference == nil ? "" : arm.control ?? "", Answer.verdict(on: arm),
          ]
        }
        table += "| \(fields.joined(separator: " | ")) |\n"
      }
    }
    return table
  }

  /// Rows in the order of the points; of many those with the largest and the smallest values.
  private static func shown(_ rows: [Row]) -> [Row] {
    guard rows.count > most else { return rows }
    let ordered = rows.sorted { ($0.value ?? -.infinity) > ($1.value ?? -.infinity) }
    return Array(ordered.prefix(most / 4) + ordered.suffix(most / 4))
  }
}

extension SweepAnswer.Row {
  /// The difference of the last arm from the control, else its mean.
  fileprivate var value: Double? { arms.last.flatMap { $0.difference ?? $0.mean } }
}
