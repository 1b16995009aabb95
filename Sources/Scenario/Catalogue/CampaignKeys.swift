/// What the schema of campaigns says of its keys.
///
/// The keys of a campaign depend on one another: a grid takes no `points`, an emulator no `particles`. So the schema
/// reads one campaign for each combination, none of which is run.
enum CampaignKeys {
  /// A value of each key, with its meaning and what it takes; a key that several designs take has several.
  static var records: [Record] { readings().flatMap(\.records) }

  /// The paths of all keys that the schema takes.
  static var paths: Set<[String]> {
    readings().reduce(into: []) { $0.formUnion($1.asked ?? []) }
  }

  private static func readings() -> [Reading] {
    ((designs + calibrations).map { one + $0 } + [several]).map { text in
      let reading = Reading(collectsKeys: true)
      let file = "keys of campaigns"
      if let document = try? Document.read(yaml: common + text, file: file, layer: .standard) {
        // The scenario is missing on purpose: what depends on it is not checked.
        let place = CampaignPlace(campaign: "", library: nil, program: "")
        _ = try? SweepSchema.read(document, reading, place, [])
      }
      return reading
    }
  }

  private static let common = """
    name: keys
    question: none
    set: ["duration=3 d"]
    seed: 1
    replicates: 2
    timeseries: true
    observations: true
    notes: {accept: {NOTE: reason}}
    vary:
      A: {values: [1e5 cells, 1e6 cells], also: [B]}
      C: {uniform: [1 h, 3 h], whole: true}
      D: {log_uniform: [1 h, 3 h]}
      E: {triangular: [1 h, 2 h, 5 h]}
      F: {normal: {mean: 2 h, sd: 1 h, low: 1 h, high: 3 h}}
      G: {lognormal: {mean: 2 h, cv: 0.5, low: 1 h, high: 3 h}}

    """

  private static let one = """
    scenario: none.yaml
    arms: [main]
    endpoints: [survival_1_d]

    """

  private static let several = """
    calibration: {method: abc, laboratories: 0.3}
    scenarios:
      NAME:
        scenario: none.yaml
        set: ["duration=3 d"]
        replicates: 2
        arms: [main]
        endpoints: []
        data: none.csv
        ignore: [COLUMN]
        petab: {time: h, observables: {A: lung_viable_cells}, conditions: {NAME: main}}
    """

  private static let designs = [
    "design: {method: grid}",
    "design: {method: list, file: none.csv}",
    "design: {method: latin-hypercube, points: 8}",
    "design: {method: sobol, points: 8}",
    "design: {method: morris, trajectories: 8, levels: 4}",
    "design: {method: saltelli, points: 8, sequence: sobol}",
    """
    design: {method: patients, patients: 8}
    trial:
      control: placebo
      endpoint: survival_1_d
      response: {above: 0, below: 1}
      analysis: paired
      doses: {ARM: 1}
      times: {ARM: 24}
      event: viable_half_life
    """,
  ]

  private static let calibrations = [
    "calibration: {method: abc, data: none.csv, particles: 200, generations: 8}",
    """
    calibration:
      method: emulator
      data: none.csv
      points: 64
      refinements: 32
      ignore: [COLUMN]
      errors: {NAME: 0.3}
      scales: {NAME: 30}
      animals: 0.3
      laboratories: 0.3
      refit: 1
      petab:
        time: h
        animals: true
        observables:
          A: lung_viable_cells
          B: {endpoint: lung, modality: bli, law: lognormal, error: NAME, scale: NAME, unit: cells, timed: true}
        conditions: {NAME: main}
    """,
  ]
}

extension Catalogue {
  /// The paths of all keys that campaigns take; `*` stands for a name.
  package static var keysOfCampaigns: Set<[String]> { Set(CampaignKeys.paths.map(starred)) }
}
