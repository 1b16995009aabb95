import Agents
import Body
import Laws
import Observations
import Recording
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

/// Host cells off the grids, in runs.
@Suite("Pools in runs")
struct PoolRunTests {
  /// A body whose pools are followed, without treatment.
  private static let body = "without: [cells]\nsystemic: {pools: true}"

  /// A block of lung that calls neutrophils.
  private static let block = [
    "kinds={neutrophil: {preset: neutrophil, recruitment: {raise: {il1b: {weight: 1e6 cells/mL/h}}}}}",
    "factors=[il1b]", "duration=24 h",
    "clock={cell_step: 10 min, output_every: 6 h}",
    "tissues={lung: {organ: lung, voxels: 20 x 20 x 20, spacing: 20 um, cells: {neutrophil: {density: 1e5 cells/mL}}, factors: {il1b: {initial: 10 ng/mL}}}}",
  ]

  private func run(_ overrides: [String] = [], body: String = body) throws -> Trajectory {
    try Scenarios.run(Scenarios.small(body, overrides))[0]
  }

  private func pool(_ type: String, _ place: String, _ snapshot: Snapshot) throws -> Snapshot.Pool {
    try #require(snapshot.pools.first { $0.type == type && $0.place == place })
  }

  /// Mouse, rat and man without disease keep every pool for 90 days, to 1e-6, and their ledgers close.
  @Test(arguments: ["mouse", "rat", "human"]) func aHealthyBodyStays(host: String) throws {
    let run = try run([
      "host=\(host)", "duration=90 d", "clock={cell_step: 30 min, output_every: 24 h}",
    ])
    let (first, last) = (try #require(run.snapshots.first), try #require(run.snapshots.last))
    #expect(first.pools.count > 30)
    for (pool, now) in zip(first.pools, last.pools) {
      #expect((now.cells / pool.initial - 1).magnitude < 1e-6, "\(pool.type) in \(pool.place)")
      #expect(now.residual.magnitude < 1e-9 * (now.initial + now.produced + now.died))
    }
  }

  /// A body twice as heavy has twice the cells, and so has the whole of which half is simulated.
  @Test func poolsAreInProportionToWeight() throws {
    let short = ["duration=24 h"]
    let once = try #require(try run(short).snapshots.last)
    let twice = try #require(try run(short + ["host.body_weight=40 g"]).snapshots.last)
    let half = try #require(try run(short + ["reduced=2"]).snapshots.last)
    for ((a, b), c) in zip(zip(once.pools, twice.pools), half.pools) {
      // Lymph goes with the weight to the 3/4.
      let allowed = b.place == "blood" || b.place == "marrow" ? 1e-9 : 0.2
      #expect((b.cells / a.cells / 2 - 1).magnitude < allowed, "\(a.type) in \(a.place)")
      #expect((c.cells / a.cells - 1).magnitude < 1e-12)
    }
  }

  /// What blocks recruit is missing in blood, each for all of the organ that its block stands for.
  @Test func blocksDrawFromBlood() throws {
    let run = try run(Self.block)
    let last = try #require(run.snapshots.last)
    let recruited = last.populations[0][0].ledger.recruited
    #expect(recruited > 50)
    let blood = try pool("neutrophil", "blood", last)
    let lung = run.experiment.host.organs[run.experiment.host.lung].volume
    let share = lung / run.experiment.tissues[0].shape.volume
    #expect((blood.drawn / (Double(recruited) * share) - 1).magnitude < 1e-12)
    #expect(blood.residual.magnitude < 1e-6 * blood.cells)
  }

  /// Two kinds that come from the same cells share what there is of them, and none is drawn twice.
  @Test func kindsShareWhatThereIs() throws {
    let run = try run([
      "duration=3 h", "factors=[il1b]",
      "kinds={neutrophil: {preset: neutrophil, recruitment: {raise: {il1b: {weight: 1e8 cells/mL/h}}}}, second: {preset: neutrophil, recruitment: {raise: {il1b: {weight: 1e8 cells/mL/h}}}}}",
      "tissues={leg: {organ: muscle, voxels: 10 x 10 x 10, spacing: 20 um, cells: {neutrophil: {density: 1e6 cells/mL}}, factors: {il1b: {initial: 10 ng/mL}}}}",
    ])
    let last = try #require(run.snapshots.last)
    let blood = try pool("neutrophil", "blood", last)
    #expect(blood.cells >= 0 && blood.cells < 0.5 * blood.initial, "\(blood.cells)")
    #expect(last.populations[0].reduce(0) { $0 + $1.ledger.recruited } > 0)
    #expect(blood.residual.magnitude < 1e-6 * blood.initial)
  }

  /// A healthy liver, whose macrophages are replaced at rest, leaves blood as it is.
  @Test func aHealthyBlockDrawsNothing() throws {
    let run = try run(["duration=24 h", "tissues={liver: healthy-liver}"])
    let last = try #require(run.snapshots.last)
    #expect(last.populations[0].contains { $0.ledger.recruited > 0 })
    for pool in last.pools { #expect((pool.cells / pool.initial - 1).magnitude < 0.01) }
  }

  /// With a tenth of the neutrophils in blood a tenth come, and where there are none, none.
  @Test func fewComeWhereBloodHasFew() throws {
    func come(_ share: Double) throws -> Double {
      let run = try run(
        Self.block + [
          "systemic.perturbations={antibody: {cells: [neutrophil], share: \(share), production: 0}}",
          "systemic.perturbations.antibody.places=[blood, marrow]",
          "host.leukocytes.types.neutrophil.life=1e6 h",
        ]
      )
      return Double(try #require(run.snapshots.last).populations[0][0].ledger.recruited)
    }
    let (all, few) = (try come(0.001), try come(0.9))
    // Three standard deviations of the two counts.
    let error = 3 * (1 / few + 1 / all).squareRoot()
    #expect((few / all / 0.1 - 1).magnitude < error, "\(few) of \(all)")
    #expect(try come(1) == 0)
  }

  /// Without pools, asked for or switched off, blocks draw from a reservoir that does not empty: the same bits.
  @Test func offIsAbsent() throws {
    let off = try run(Self.block + ["without=[cells, pools]"])
    let never = try run(Self.block, body: "without: [cells]")
    let on = try run(Self.block)
    func fate(_ run: Trajectory) -> String { run.fate(withLicensing: true, without: []) }
    #expect(fate(off) == fate(never))
    #expect(fate(off) != fate(on))
    #expect(off.snapshots.allSatisfy { $0.pools.isEmpty })
  }

  /// Stopped, written down and read back, pools go on with the same bits.
  @Test func goesOnAsIfItHadNotStopped() throws {
    let experiment = try Scenarios.small(
      Self.body,
      Self.block + ["systemic.plasma=true"]
    ).experiments[0]
    let (straight, stopped) = try HostRunTests.both(experiment, steps: 60, stoppingEvery: 17)
    for (a, b) in zip(straight.observe().pools, stopped.observe().pools) {
      #expect(a.cells == b.cells && a.activity == b.activity && a.drawn == b.drawn)
    }
    #expect(straight.observe().pools.contains { $0.drawn > 0 })
  }

  /// Monocytes in blood that meets IL-10 come with more of the activity of M2, and lose it within days.
  @Test func cellsTakeTheirActivityAlong() throws {
    let run = try run([
      "kinds=[resting_macrophage]", "factors=[il10]", "duration=10 d",
      "clock={cell_step: 10 min, output_every: 12 h}", "systemic.plasma=true",
      "systemic.injections={il10: {factor: il10, amount: 1 ug}}",
    ])
    func activity(_ day: Double, _ place: String, _ type: String) throws -> Double {
      let snapshot = try #require(run.snapshots.first { $0.time >= day * 1440 })
      return try #require(try pool(type, place, snapshot).activity)
    }
    let rest = 0.2
    #expect(try activity(0.5, "blood", "classical_monocyte") > rest + 0.02)
    #expect(try activity(0.5, "liver", "kupffer_cell") > rest + 0.02)
    // The reserve of marrow turns over in a day, the liver in years.
    let (early, late) = (
      try activity(0.5, "blood", "classical_monocyte"),
      try activity(10, "blood", "classical_monocyte")
    )
    #expect((late - rest).magnitude < 0.1 * (early - rest))
    #expect(try activity(10, "liver", "kupffer_cell") > late)
  }

  /// What the rates of the library have of published numbers: stays of lymphocytes and their flow in a rat (SY27, SY30), lives of
  /// monocytes in a person (SY28), and the share of granulocytes that flows, at rest and with adrenaline (SY29).
  @Test func theLibraryHasWhatIsPublished() throws {
    func leukocytes(_ host: String) throws -> Leukocytes {
      try Scenarios.small(Self.body, ["host=\(host)"]).experiments[0].host.leukocytes
    }
    let rat = try leukocytes("rat")
    let spleen = try #require(rat.stays.first { $0.place == "spleen" })
    #expect((2 * 60...3.5 * 60).contains(spleen.time))
    for node in rat.stays where node.place != "spleen" { #expect((480...1200).contains(node.time)) }
    let flow = rat.types.filter(\.recirculates).reduce(0) { $0 + $1.flowing } * spleen.rate * 60
    #expect((6e7...1e8).contains(flow), "\(flow)")
    let nodes = rat.stays.reduce(0) { $0 + ($1.place == "spleen" ? 0 : $1.rate) }
    #expect((nodes / spleen.rate - 0.5).magnitude < 0.01)

    let human = try leukocytes("human")
    let lives = ["classical", "intermediate", "nonclassical"].compactMap { name in
      human.types.first { $0.name == "\(name)_monocyte" }.map { 1 / $0.loss / 1440 }
    }
    for (life, range) in zip(lives, [0.7...1.4, 3...5, 5...9]) { #expect(range.contains(life)) }
    let pools = human.pools
    func cells(_ type: String) throws -> Double {
      try #require(pools.first { $0.type == type && $0.place == "blood" }).reference
    }
    let classical = try cells("classical_monocyte")
    let others = try cells("intermediate_monocyte") + cells("nonclassical_monocyte")
    #expect((classical / (classical + others) - 0.85).magnitude < 0.01)

    let run = try run([
      "host=human", "clock={output_every: 6 h}",
      "systemic.perturbations={adrenaline: {margin: 0.25, at: 5 h, until: 7 h}}",
    ])
    let flowing = try run.snapshots.filter { $0.time >= 360 }.map { snapshot in
      let blood = try pool("neutrophil", "blood", snapshot)
      return blood.flowing / blood.cells
    }
    #expect((0.7...0.88).contains(flowing[0]) && (flowing[1] - 0.47).magnitude < 0.01)
  }

  /// Leukocytes of 7 um that the law of passage delays in the lung of a person are as many, within two-fold, as the pools have in its
  /// margin; in a mouse, whose circulation is four times faster, the law has four times as many.
  @Test(arguments: [("human", 7.0, 2.0), ("mouse", 6.2, 4.0)]) func theMarginIsThatOfPassage(
    host: String,
    diameter: Double,
    fold: Double
  ) throws {
    let experiment = try Scenarios.small(Self.body, ["host=\(host)"]).experiments[0]
    let body = experiment.host
    let ratio = diameter / body.organs[body.lung].calibre
    let stops = experiment.laws.arrest.stops(ratio: ratio, bypass: 0)
    let delay = try #require(experiment.laws.residence.delay(ratio: ratio))
    let circulation = body.leukocytes.blood / body.cardiacOutput
    let byPassage = stops * delay / circulation
    let type = try #require(body.leukocytes.types.first { $0.name == "neutrophil" })
    let byPools = type.margin * (body.leukocytes.margins["lung"] ?? 0)
    #expect(byPassage / byPools < fold && byPools / byPassage < fold, "\(byPassage) \(byPools)")
  }

  /// A host without an organ has its blood in the others, and no cells there.
  @Test func aSpleenCanBeTakenOut() throws {
    let run = try run(["host.excised=[spleen]"])
    let host = run.experiment.host
    #expect(host.index(of: "spleen") == nil)
    let fed = host.organs.filter { $0.supply == .arterial }.reduce(0) { $0 + $1.flow }
    #expect((fed / host.cardiacOutput - 1).magnitude < 0.02)
    #expect(host.organs.compactMap(\.drainsTo).allSatisfy { host.organs[$0].name == "liver" })
    let last = try #require(run.snapshots.last)
    #expect(last.pools.filter { $0.place == "spleen" }.allSatisfy { $0.cells == 0 })
  }

  /// Two weeks after endotoxin plasma and cells are at rest again, and TNF-a comes before IFN-g.
  @Test func endotoxinEnds() throws {
    let run = try Scenarios.run(
      Scenarios.load("studies/endotoxaemia-mouse.yaml", ["duration=30 d", "arms={endotoxin: {}}"])
    )[0]
    let last = try #require(run.snapshots.last)
    let plasma = try #require(last.levels.last)
    func peak(_ factor: String) throws -> (time: Double, level: Double) {
      let f = try #require(run.experiment.circulating.firstIndex { $0.name == factor })
      let levels = run.snapshots.map { ($0.time, $0.levels[0][f].mean) }
      return try #require(levels.max { $0.1 < $1.1 })
    }
    for factor in ["tnfa", "il6", "il10", "ifng"] {
      let f = try #require(run.experiment.circulating.firstIndex { $0.name == factor })
      #expect(plasma[f].mean < 0.001 * (try peak(factor).level), "\(factor)")
    }
    #expect(try peak("tnfa").time < peak("il6").time && peak("il6").time < peak("ifng").time)
    for pool in last.pools {
      let activity = pool.type == "nk" || pool.type == "splenic_nk" ? 0 : 0.2
      guard let now = pool.activity else { continue }
      #expect((now - activity).magnitude < 0.02, "\(pool.type) in \(pool.place)")
    }
  }

  static let mistakes: [(more: String, says: [String])] = [
    (
      "systemic: {perturbations: {a: {share: 0.5}}}",
      ["small.yaml:6:12: systemic.perturbations: act on pools of host cells; add pools: true"]
    ),
    (
      "systemic: {pools: true, perturbations: {a: {cells: [neutrophils], share: 0.5}}}",
      [
        "small.yaml:6:53: systemic.perturbations.a.cells: found \"neutrophils\"; is no type of cell off the grids (did you mean 'neutrophil'?)…"
      ]
    ),
    (
      "systemic: {pools: true, perturbations: {a: {cells: [neutrophil]}}}",
      [
        "small.yaml:6:44: systemic.perturbations.a: does nothing; give it 'share', 'rate', 'margin' or 'production'"
      ]
    ),
    (
      "systemic: {pools: true, perturbations: {a: {share: 0.5, at: 2 h, until: 1 h}}}",
      ["small.yaml:6:73: systemic.perturbations.a.until: is no later than 'at'"]
    ),
    (
      "systemic: {pools: true, perturbations: {a: {cells: [neutrophil], places: [lung], share: 0.5}}}",
      [
        "small.yaml:6:66: systemic.perturbations.a.places: there are none of these cells; they are in blood, marrow, those of the margin with those of blood"
      ]
    ),
    (
      "systemic: {pools: true, perturbations: {a: {cells: [], share: 0.5, at: 2 d}}}",
      [
        "small.yaml:6:52: systemic.perturbations.a.cells: names none; leave it out for all",
        "small.yaml:6:72: systemic.perturbations.a.at: lies after the end of the run at 12 h",
      ]
    ),
    (
      "factors: [oxygen]\nsystemic: {injections: {a: {factor: oxygen, amount: 1 ug}}}",
      [
        "small.yaml:6:11: factors.oxygen: is not used in any tissue; add it to one under 'tissues' or remove it",
        "small.yaml:7:25: systemic.injections.a: goes into plasma, which carries no factor; add plasma: true, and to 'factors' what is put in",
      ]
    ),
    (
      "systemic: {pools: true}\nkinds: {neutrophil: {preset: neutrophil, recruitment: {from: neutrophile}}}\nfactors: [il1b]\ntissues: {leg: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, cells: {neutrophil: {density: 1e6 cells/mL}}, factors: {il1b: {}}}}",
      [
        "small.yaml:7:1: kinds.neutrophil.recruitment.from: found \"neutrophile\" (did you mean 'neutrophil'?)…"
      ]
    ),
  ]

  @Test(arguments: mistakes) func mistakesTeach(more: String, says: [String]) throws {
    let said = try Scenarios.said(of: more)
    #expect(agree(said, says), "\(said.joined(separator: "\n"))")
  }
}
