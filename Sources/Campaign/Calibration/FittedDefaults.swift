import Foundation
import Scenario
import Simulation

/// What a campaign came to for the defaults that it fits, beside those in use: rows of `fitted.csv`.
public struct FittedDefaults: Sendable {
  /// The columns.
  public static let columns = [
    "campaign", "parameter", "in_use", "median", "low_90", "high_90", "unit", "width_left", "verdict",
    "predictive_p", "inputs",
  ]

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
      return campaign.defaults(of: campaign.parameters[n]).flatMap { path, texts in
        texts.map { text in
          [campaign.name, path, text] + quantiles.map(CSV.number)
            + [posterior.unit(n), CSV.number(posterior.left(n)), posterior.verdict(n)]
            + [CSV.number(posterior.fit.p), Self.inputs(of: campaign)]
        }
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

  /// What was asked, as a hash of the campaign and its data.
  public static func inputs(of campaign: SweepDescription) -> String {
    var digest = Digest()
    for path in [campaign.file] + (campaign.calibration?.files ?? []) {
      digest.add((try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
      digest.add("\n")
    }
    return String(digest.hexadecimal.prefix(16))
  }

  /// All that a posterior is a function of, as a hash: what was asked, the scenarios and the equations.
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
