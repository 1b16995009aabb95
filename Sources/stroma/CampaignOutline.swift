import ArgumentParser
import Campaign
import Scenario

/// Whether only what would run is said.
struct OutlineOption: ParsableArguments {
  @Flag(help: "Check all inputs and describe what would run and what varies, without running it.")
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
    say(campaign)
    say(arms: campaign)
    let isList = description.parameters.contains { $0.variation == nil }
    let rows = isList ? (0..<campaign.points.count).map { campaign.points[$0].labels } : []
    Terminal.say("varies:")
    for (n, parameter) in description.parameters.enumerated() {
      say(parameter, "\(Set(rows.map { $0[n] }).count) values of the list")
    }
  }

  /// Says what a calibration would run, what is set and what varies.
  static func show(_ calibration: Calibration, of description: SweepDescription) {
    guard let fitted = description.calibration else { return }
    let places =
      switch fitted.method {
      case .abc:
        "\(fitted.particles) parameter sets, moved through at most \(fitted.generations) generations"
      case .emulator:
        "\(fitted.points) parameter sets, and \(fitted.refinements) where the fit is likely"
      }
    Terminal.say("\(fitted.method.rawValue): \(places)")
    for (n, sweep) in calibration.sweeps.enumerated() {
      let name = description.parts[n].name
      let data = fitted.observations.count { $0.scenario == n }
      Terminal.say(
        "\(name.isEmpty ? "" : "\(name): ")\(data) data, \(sweep.replicates) replicates of each run"
      )
      Terminal.say("before anything varies, \(sweep.description.base.dosesInWords)")
      say(arms: sweep)
    }
    Terminal.say("varies:")
    for parameter in description.parameters + fitted.nuisances { say(parameter, "") }
  }

  private static func say(arms campaign: Sweep) {
    Terminal.say("arms: \(campaign.arms.joined(separator: ", "))")
    let settings = campaign.description.settings
    if !settings.isEmpty { Terminal.say("set: \(settings.joined(separator: ", "))") }
  }

  private static func say(_ parameter: SweepDescription.Parameter, _ list: String) {
    let paths = ([parameter.path] + parameter.also).joined(separator: ", ")
    Terminal.say("  \(paths): \(parameter.variation?.words ?? list)")
  }
}
