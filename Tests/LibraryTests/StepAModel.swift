import Stroma

/// Advances a model step by step, and compares what is left of the cells with the law of survival alone.
func stepAModel(library: String) throws -> (alive: Double, expected: Double) {
  let scenario = try ResolvedScenario(
    path: "\(library)/studies/human-iv.yaml",
    library: library,
    overrides: ["treatment.agents=4000", "duration=24 h"]
  )
  let experiment = scenario.experiments[0]
  var model = Model(experiment, seed: 1, replicate: 0)
  let first = Double(experiment.agents)
  while model.time < 24 * 60 { try model.advance(using: Workers(count: 1)) }
  let law = experiment.laws.survival
  let lung = experiment.host.lung
  let place = experiment.stress[lung].lumen
  let step = DamageStep(law, filling: place.filling, time: 24 * 60)
  let damage = step.integral(
    from: experiment.product.condition.damage,
    steady: law.lastingStress(of: place)
  )
  let viable = experiment.product.condition.viability * (1 - law.bloodLoss)
  return (Double(model.alive) / first, viable * Elementary.exp(-damage - law.floor * 24 * 60))
}
