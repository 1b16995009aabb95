import Stroma

/// Runs a scenario of the library and reads two endpoints of each arm.
func runAScenario(library: String) throws -> [String: Double] {
  let scenario = try ResolvedScenario(
    path: "\(library)/tutorials/mouse-iv.yaml",
    library: library,
    overrides: ["treatment.agents=2000", "duration=24 h"]
  )
  let run = Run(experiments: scenario.experiments, seed: scenario.seed, replicates: 1)
  let trajectories = try run.execute(on: Workers(count: 2))
  var values: [String: Double] = [:]
  for trajectory in trajectories {
    for endpoint in Endpoints.all(trajectory) where endpoint.name == "survival_1_d" {
      values[trajectory.experiment.arm] = endpoint.value
    }
  }
  return values
}
