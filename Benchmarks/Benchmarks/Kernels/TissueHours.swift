import Benchmark
import Science
import Simulation
import Substrate

/// Cells and fields of a block together, an hour at a step of a minute, every field carried on in every
/// step.
private struct TissueHour {
  private var fields: FieldStack
  private var cells = GridCells()
  private var transport = FieldTransport(tolerance: 1e-2)
  private let senses: Senses
  private let secretion: [(factor: Int, law: Secretion)]
  private let uptake: [(factor: Int, law: Uptake)]

  /// A block with a number of cells anywhere in its tissue.
  init(
    edge: Int,
    factors: [Factor],
    media: [Medium]? = nil,
    initial: [Float],
    cells count: UInt32,
    secretion: [(factor: Int, law: Secretion)],
    uptake: [(factor: Int, law: Uptake)]
  ) {
    let shape = GridShape(nx: edge, ny: edge, nz: edge, spacing: 20)
    let experiment = MainJob.experiment
    fields = FieldStack(shape: shape, factors: factors, media: media)
    for (f, level) in initial.enumerated() { fields.fill(f, with: level) }
    senses = Senses(factors, host: .human, cell: .human)
    self.secretion = secretion
    self.uptake = uptake
    for identity in 0..<count {
      let draw = MainJob.chance.block(.lodging, cell: identity)
      let spot = MainJob.chance.block(.lodging, cell: identity, draw: 1)
      cells.append(
        MainJob.fresh(identity),
        standingFor: 1,
        .tissue,
        step: 0,
        at: (
          x: spot.uniform * shape.extent.x,
          y: spot.secondUniform * shape.extent.y,
          z: draw.secondUniform * shape.extent.z
        ),
        on: shape,
        experiment.product,
        MainJob.chance
      )
    }
  }

  /// Goes through the hour; what becomes of the cells and the fields, as a number.
  mutating func pass(using workers: Workers) -> Double {
    let laws = MainJob.experiment.laws
    let length = DamageStep(laws.survival, time: 1)
    let factors = Array(fields.factors.indices)
    let share = [Double](repeating: 1, count: factors.count)
    for minute in 0..<60 as Range<UInt32> {
      let life = LifeStep(
        laws.survival,
        laws.residence,
        endothelium: laws.arrest.endothelialTNF,
        killing: MainJob.killing,
        number: minute,
        length: length,
        chance: MainJob.chance,
        lastEntry: -.infinity,
        entry: { _ in -.infinity },
        weight: { _ in 1 }
      )
      let step = GridStep(
        life,
        laws.licensing,
        responsiveness: [1],
        first: [0],
        laws.crawling,
        place: (0.12 / 60, 0.08 / 60),
        site: 0
      )
      _ = cells.live(step, &fields, senses, using: workers)
      fields.clearExchange()
      cells.exchange(secretion, uptake, &fields, senses, share: share, using: workers)
      transport.advance(&fields, factors: factors, by: 1, using: workers)
    }
    return Double(cells.count) + fields.amount(of: 0)
  }

  /// Four factors as in the hour of the fields, two sensed, one climbed, one secreted, three cleared.
  static func cytokines() -> TissueHour {
    let names = ["ifng", "tnfa", "cxcl12", "pge2"]
    let factors = zip(names, Hour.kinds).map { name, kind in
      Factor(
        name: name,
        molarMass: 20_000,
        diffusivity: 60 * kind.0,
        decay: Elementary.log(2) / kind.1,
        activity: [:]
      )
    }
    let secretion =
      MainJob.experiment.product.secretion["pge2"].map { [(factor: 3, law: $0)] } ?? []
    return TissueHour(
      edge: 50,
      factors: factors,
      initial: [0.1, 0.1, 1, 0],
      cells: 20_000,
      secretion: secretion,
      uptake: (0..<3).map { ($0, Uptake(clearance: 5000)) }
    )
  }

  /// One factor like oxygen that comes in through the faces and is taken up at 10 per min in the voxels of
  /// cells.
  static func oxygen() -> TissueHour {
    let factor = Factor(
      name: "oxygen",
      molarMass: 32,
      diffusivity: 60 * 1667,
      decay: 0.1,
      activity: [:]
    )
    let medium = Medium(
      diffusivity: [factor.diffusivity],
      exchange: [0],
      blood: 0,
      faces: Array(repeating: .fixed(38), count: 6)
    )
    return TissueHour(
      edge: 100,
      factors: [factor],
      media: [medium],
      initial: [38],
      cells: 14_300,
      secretion: [],
      uptake: [(0, Uptake(clearance: 10 * 8000))]
    )
  }
}

/// Times both hours on two workers.
func tissueHourBenchmarks() {
  let time = BenchmarkMetric.time("Sixty minutes")
  let kinds: [(String, @Sendable () -> TissueHour)] = [
    ("50^3 voxels, four factors, 20000 cells", { .cytokines() }),
    ("100^3 voxels, one factor like oxygen, 14300 cells", { .oxygen() }),
  ]
  for (name, make) in kinds {
    Benchmark(
      "Tissue hour: \(name), two workers",
      configuration: .figures(iterations: 5, [time])
    ) { benchmark in
      var hour = make()
      benchmark.record(
        time,
        ContinuousClock().measure { blackHole(hour.pass(using: Workers(count: 2))) }
      )
    }
  }
}
