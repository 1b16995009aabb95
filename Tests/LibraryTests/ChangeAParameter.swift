import Stroma

/// Survival at one day over a parameter of a law, between the ends of the range in which it is known to lie.
func changeAParameter(library: String) throws -> [(stress: String, survival: Double?)] {
  let source = try ScenarioSource(
    path: "\(library)/tutorials/mouse-iv.yaml",
    library: library,
    overrides: ["treatment.agents=2000", "duration=24 h"]
  )
  let known = try source.resolved().records.first {
    $0.path == ["stress", "lung", "lumen"]
  }
  guard let ends = known?.ends else { return [] }
  return try [ends.low, ends.high].map { stress in
    let scenario = try source.resolved(with: [.init(path: "stress.lung.lumen", text: stress)])
    let run = Run(experiments: scenario.experiments, seed: scenario.seed, replicates: 1)
    let trajectory = try run.execute(on: Workers(count: 2))[0]
    let survival = Endpoints.all(trajectory).first { $0.name == "survival_1_d" }
    return (stress, survival?.value)
  }
}
