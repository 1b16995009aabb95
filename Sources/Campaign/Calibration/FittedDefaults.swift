import Files
import Foundation
import Scenario
import Simulation

/// What a campaign came to for the defaults that it fits, beside those in use: rows of `fitted.csv`.
public struct FittedDefaults: Sendable {
  /// The columns.
  public static let columns = [
    "campaign", "parameter", "in_use", "median", "low_90", "high_90", "unit", "width_left",
    "verdict",
    "predictive_p", "inputs",
  ]

  /// Number of the methods by which posteriors are found; it changes when their results do.
  static let revision = 1

  /// The rows, one for each value of the library.
  public let rows: [[String]]

  /// The rows of a posterior.
  ///
  /// - Parameters:
  ///   - campaign: the campaign.
  ///   - posterior: what it came to.
  public init(_ campaign: SweepDescription, _ posterior: CalibratedPosterior) {
    rows = campaign.parameters.indices.flatMap { n -> [[String]] in
      let quantiles = [0.5, 0.05, 0.95].map { Posterior.quantile(posterior.values(n), $0) }
      return campaign.defaults(of: campaign.parameters[n]).map { value in
        [campaign.name, value.path, value.text] + quantiles.map(CSV.number)
          + [posterior.unit(n), CSV.number(posterior.left(n)), posterior.verdict(n)]
          + [CSV.number(posterior.fit.p), Self.inputs(of: campaign)]
      }
    }
  }

  /// The rows as lines.
  public var lines: String {
    var csv = CSV(columns: [])
    _ = csv.take()
    for row in rows { csv.row(row) }
    return csv.text
  }

  /// What of a table of them is not so any more.
  ///
  /// - Parameters:
  ///   - table: the table that the library keeps.
  ///   - campaigns: the campaigns that fit its defaults.
  /// - Returns: sentences: on defaults that are not those the table was made with, or lie outside their 90 % interval, on
  ///   campaigns or data that have changed, and on rows too few or too many.
  public static func problems(in table: String, of campaigns: [SweepDescription]) -> [String] {
    var rows: [String: [[String]]] = [:]
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == columns.count else { return ["'\(line)' is no row of the table"] }
      rows[fields[0], default: []].append(fields)
    }
    var problems = rows.keys.filter { name in campaigns.allSatisfy { $0.name != name } }.sorted()
      .map { "\($0) fits no default of the library" }
    problems += unfitted(in: table).map { "\($0) is not fitted" }
    for campaign in campaigns {
      guard let own = rows[campaign.name] else {
        problems.append("\(campaign.name) has no row")
        continue
      }
      problems += self.problems(in: own, of: campaign)
    }
    return problems
  }

  /// Names of the campaigns of a table that found no fit.
  public static func unfitted(in table: String) -> [String] {
    let verdicts = [GoodnessOfFit.Verdict.notFitted, .undetermined].map(\.rawValue)
    var names: [String] = []
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == columns.count, verdicts.contains(fields[8]) else { continue }
      if !names.contains(fields[0]) { names.append(fields[0]) }
    }
    return names
  }

  private static func problems(in rows: [[String]], of campaign: SweepDescription) -> [String] {
    var problems: [String] = []
    let inputs = inputs(of: campaign)
    if rows.contains(where: { $0[10] != inputs }) {
      problems.append("\(campaign.name) or its data have changed since it was fitted")
    }
    let defaults = campaign.parameters.flatMap { campaign.defaults(of: $0) }
    for row in rows {
      guard let value = defaults.first(where: { [$0.path, $0.text] == [row[1], row[2]] }) else {
        let now = defaults.filter { $0.path == row[1] }.map(\.text)
        problems.append(
          "\(row[1]): the table was made with \(row[2]), in use is \(now.isEmpty ? "none" : now.joined(separator: " and "))"
        )
        continue
      }
      guard let low = Double(row[4]), let high = Double(row[5]), let number = value.number,
        low <= number, number <= high
      else {
        problems.append("\(row[1]): \(row[2]) lies outside of \(row[4]) to \(row[5]) \(row[6])")
        continue
      }
    }
    for value in defaults
    where !rows.contains(where: { [$0[1], $0[2]] == [value.path, value.text] }) {
      problems.append("\(value.path): \(value.text) was not fitted")
    }
    return problems
  }

  /// The question, as a hash of the campaign, the laws of what varies, its data and the methods.
  public static func inputs(of campaign: SweepDescription) -> String {
    var digest = Digest()
    for path in [campaign.file] + (campaign.calibration?.files ?? []) {
      digest.add(InputFile.contents(path).flatMap { String(data: $0, encoding: .utf8) } ?? "")
      digest.add("\n")
    }
    digest.add("\(revision)\n")
    for parameter in campaign.parameters + (campaign.calibration?.nuisances ?? []) {
      digest.add("\(parameter.path) \(parameter.also) \(parameter.variation?.words ?? "")\n")
    }
    return String(digest.hexadecimal.prefix(16))
  }

  /// All that a posterior is a function of, as a hash: the question, the scenarios and the equations.
  public static func identity(of campaign: SweepDescription) -> String {
    var digest = Digest()
    digest.add("\(RunOutput.version) \(Model.revision) \(inputs(of: campaign))\n")
    for part in campaign.parts {
      for arm in part.base.arms.indices {
        digest.add("\(part.base.seed) \(part.base.replicates)\n\(RunKey.text(part.base, arm))\n")
      }
    }
    return digest.hexadecimal
  }
}
