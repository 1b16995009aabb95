import ArgumentParser
import Campaign
import Scenario
import Simulation

/// Whether only what would run is said.
struct OutlineOption: ParsableArguments {
  @Flag(help: "Check all inputs, say what would run and what varies, and end.")
  var dryRun = false
}

/// What a campaign would run, in words, before it does.
enum CampaignOutline {
  /// `512 points x 2 arms x 3 replicates: at most 3072 runs`.
  static func size(_ campaign: Sweep) -> String {
    "\(campaign.points.count) points x \(campaign.arms.count) arms x \(campaign.replicates) replicates: at most \(campaign.runs) runs"
  }

  /// Says how many runs there are, and of what doses.
  static func say(_ campaign: Sweep) {
    Terminal.say(size(campaign))
    Terminal.say("before anything varies, \(campaign.description.base.dosesInWords)")
  }

  /// Says what would run, what is set and what varies.
  static func show(_ campaign: Sweep) {
    let description = campaign.description
    if let calibration = description.calibration {
      let places =
        switch calibration.method {
        case .abc:
          "\(calibration.particles) parameter sets, moved through at most \(calibration.generations) generations"
        case .emulator:
          "\(calibration.points) parameter sets, and \(calibration.refinements) where the fit is likely"
        }
      Terminal.say(
        "\(calibration.method.rawValue): \(places); \(calibration.observations.count) data, \(campaign.replicates) replicates of each run"
      )
      Terminal.say("before anything varies, \(description.base.dosesInWords)")
    } else {
      say(campaign)
    }
    Terminal.say("arms: \(campaign.arms.joined(separator: ", "))")
    if !description.settings.isEmpty {
      Terminal.say("set: \(description.settings.joined(separator: ", "))")
    }
    Terminal.say("varies:")
    let isList = description.parameters.contains { $0.variation == nil }
    let rows = isList ? (0..<campaign.points.count).map { campaign.points[$0].labels } : []
    let nuisances = description.calibration?.nuisances ?? []
    for (n, parameter) in (description.parameters + nuisances).enumerated() {
      let paths = ([parameter.path] + parameter.also).joined(separator: ", ")
      let law =
        parameter.variation?.words
        ?? "\(Set(rows.map { $0[n] }).count) values of the list"
      Terminal.say("  \(paths): \(law)")
    }
  }
}
