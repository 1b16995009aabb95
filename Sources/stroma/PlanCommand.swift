import ArgumentParser
import Campaign
import Files
import Foundation
import Scenario
import Simulation
import Substrate

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Estimates the memory, disk space and time that a run needs on this machine.",
    discussion: """
      The estimate extrapolates from smaller models of each arm, which run for at most 3 s in total. If none of
      the smaller models of an arm finishes, the time printed is a lower bound. A run that does not fit in memory
      is refused, both here and by 'run'.

      stroma plan Benchmarks/Scenarios/mouse-dose.yaml
      """
  )

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: WorkOptions.threadsHelp)
  var threads: Int?

  func validate() throws { try WorkOptions.check(threads: threads) }

  func run() throws {
    let resolved = try scenario.resolve()
    let run = Run(
      experiments: resolved.experiments,
      seed: resolved.seed,
      replicates: resolved.replicates
    )
    let threads = Threads(asked: threads)
    let workers = Workers(count: threads.count)
    try Fit.check(run, on: workers)
    let plan: Plan
    do {
      plan = try Plan(run, on: workers)
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_SOFTWARE)
    }
    func number(_ value: Double) -> String { CSV.number(value) }
    func bytes(_ value: Double) -> String { "\(max(1, Int((value / 1e6).rounded()))) MB" }
    func seconds(_ value: Double) -> String {
      value < 100 ? "\((value * 10).rounded() / 10) s" : "\(Int(value.rounded())) s"
    }
    let time =
      plan.least.map {
        "at least \(seconds($0)), roughly \(seconds(plan.time))"
      }
      ?? seconds(plan.time)
    try Terminal.show(
      """
      models    \(plan.models), \(plan.atOnce) at once on \(threads)
      cells     \(number(plan.cells)) given, \(number(plan.agents)) agents
      voxels    \(number(plan.voxels)) of each model, \(number(plan.values)) values of factors
      steps     \(plan.steps)
      memory    \(bytes(plan.memory))
      disk      \(bytes(plan.disk))
      time      \(time), from a calibration of \(seconds(plan.calibration))

      """
    )
  }
}

/// Whether a run fits in the memory that is there.
enum Fit {
  /// Ends with exit code 69 and a sentence where it does not.
  static func check(_ run: Run, on workers: Workers) throws {
    try check(Plan.memory(of: run, on: workers))
  }

  /// The same for what a run takes at most, bytes.
  static func check(_ needed: Double) throws {
    guard let available = Memory.available, needed > available else { return }
    func gibibytes(_ bytes: Double) -> String { "\((bytes / 1.073741824e8).rounded() / 10) GiB" }
    Terminal.say(
      "the run would take \(gibibytes(needed)) of memory; there are \(gibibytes(available)). "
        + "Fewer agents (treatment.agents), smaller grids, fewer host cells or fewer --threads take less"
    )
    throw ExitCode(EX_UNAVAILABLE)
  }
}
