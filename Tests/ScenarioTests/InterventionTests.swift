import Agents
import Body
import Fields
import Foundation
import Laws
import Observations
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

/// Products, formulations, factors in place of cells, and schedules: what each does to one small scenario.
@Suite("Interventions")
struct InterventionTests {
  /// A block of injured muscle with macrophages in a mouse without killers of its own.
  static let muscle = """
    name: muscle
    duration: 2 d
    clock: {cell_step: 10 min, output_every: 4 h}
    host: {preset: mouse-scid, immunity: {natural_killers: 0, complement: 0}}
    product: human-marrow-msc
    treatment: {route: intramuscular, dose: 2e5 cells, spread: 0.02 mL}
    kinds: [macrophage]
    factors: [ifng, tnfa, il10, pge2, hgf, ev]
    tissues:
      block:
        organ: muscle
        voxels: 24 x 24 x 24
        spacing: 40 um
        factors: {ifng: {}, tnfa: {}, il10: {}, pge2: {exchange: 0.01 1/min}, hgf: {}, ev: {exchange: 0.01 1/min}}
        state:
          injury: {baseline: 0.3}
          gives: {tnfa: {injured: 1 ng/mL/h}}
          exchange: everywhere
        cells: {macrophage: {density: 1e6 cells/mL}}

    """

  static func resolve(_ overrides: [String] = [], _ text: String = muscle) throws
    -> ResolvedScenario
  {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), "muscle.yaml")
    return try ResolvedScenario(path: path, library: Scenarios.root, overrides: overrides)
  }

  static func run(_ overrides: [String] = [], _ text: String = muscle) throws -> Trajectory {
    try Scenarios.run(resolve(overrides, text), workers: 2)[0]
  }

  static func activity(_ run: Trajectory) throws -> Double {
    let last = try #require(run.snapshots.last)
    return try #require(Assay.activeShare(last.populations[0], of: ["macrophage"]))
  }

  static func living(_ run: Trajectory) -> Int {
    Observables(run.experiment).living(run.snapshots[run.snapshots.count - 1]).all
  }

  // MARK: - Products

  /// Killed cells live nowhere; those that died by apoptosis turn the macrophages that eat them, those
  /// killed by heat turn none.
  @Test func theDeadAreEaten() throws {
    let none = try Self.run(["without=[cells]"])
    let heat = try Self.run(["product.overlays=[heat-killed]", "product.preset=human-marrow-msc"])
    let apoptotic = try Self.run([
      "product.overlays=[apoptotic]", "product.preset=human-marrow-msc",
    ])
    #expect(Self.living(heat) == 0 && Self.living(apoptotic) == 0)
    let kills = heat.snapshots[heat.snapshots.count - 1].populations[0][0].ledger.kills
    #expect(kills > 200)
    #expect(try Self.activity(heat) == Self.activity(none))
    #expect(try Self.activity(apoptotic) > Self.activity(none) + 1e-3)
  }

  /// A corpse decays: of as many dead cells fewer are eaten where their DNA is lost sooner.
  @Test func corpsesDecay() throws {
    func kills(_ halfLife: String) throws -> Int {
      let run = try Self.run([
        "product={preset: human-marrow-msc, overlays: [apoptotic]}",
        "remains.dna_half_life=\(halfLife)",
      ])
      return run.snapshots[run.snapshots.count - 1].populations[0][0].ledger.kills
    }
    #expect(try Double(kills("10 min")) < 0.5 * Double(kills("100 h")))
  }

  /// Cells that carry Bcl-2, and those without BAX and BAK, live longer; those of late passage live shorter, and large ones occlude
  /// more.
  @Test func modificationsActAsTheySay() throws {
    func living(_ overlay: String) throws -> Int {
      Self.living(try Self.run(["product={preset: human-marrow-msc, overlays: [\(overlay)]}"]))
    }
    let plain = Self.living(try Self.run())
    #expect(try living("bcl2") > plain && living("bax-bak-null") > living("bcl2"))
    #expect(try living("late-passage") < plain)
    let early = try Self.run(["product={preset: human-marrow-msc, passage: 3}"])
    #expect((Self.living(early) - plain).magnitude < plain / 100)
    let late = try Self.resolve(["product={preset: human-marrow-msc, overlays: [late-passage]}"])
    let product = late.experiments[0].product
    #expect(product.donor.provenance.growth > 1.2)
    #expect(product.cellVolume > 1.7 * Double.pi / 6 * 8000)
  }

  // MARK: - Formulations

  /// Cells in alginate lie in it and stay; a suspension is no formulation at all, to the bit.
  @Test func alginateHoldsItsCells() throws {
    let plain = try Scenarios.csv([Self.run()])
    #expect(try Scenarios.csv([Self.run(["formulation=suspension"])]) == plain)
    let scenario = try Self.resolve(["formulation=alginate", "treatment.dose=1e5 cells"])
    let tissue = scenario.experiments[0].tissues[0]
    let region = try #require(tissue.bed).region
    let run = try Scenarios.run(scenario, workers: 2, followed: 2000)[0]
    var seen = 0
    for cell in run.snapshots.flatMap(\.followed) where cell.state == "tissue" {
      guard let place = cell.place else { continue }
      let voxel = tissue.shape.voxel(x: Double(place.x), y: Double(place.y), z: Double(place.z))
      #expect(tissue.region[voxel] == region)
      seen += 1
    }
    #expect(seen > 100)
    #expect(Self.living(run) > Self.living(try Self.run(["treatment.dose=1e5 cells"])))
  }

  /// Nobody in a place without contact is killed by the host.
  @Test func contactIsNeededToKill() throws {
    let killers = [
      "host.immunity.natural_killers=1", "killing.natural_killers=0.05 1/h", "formulation=alginate",
      "treatment.dose=1e5 cells",
    ]
    func killed(_ run: Trajectory) -> Int {
      let deaths = run.snapshots[run.snapshots.count - 1].deaths[Survival.Cause.killing.rawValue]
      let sites = Sites(run.experiment)
      let muscle = run.experiment.host.index(of: "muscle")
      return deaths.indices.reduce(0) { sites.organ[$1] == muscle ? $0 + deaths[$1] : $0 }
    }
    #expect(killed(try Self.run(killers)) == 0)
    #expect(killed(try Self.run(killers + ["formulation.contact=1"])) > 1000)
  }

  /// A microgel that holds IFN-γ licenses the cells in it where nothing else does; cytokines of a grid are those
  /// of the host's immune cells, here human.
  @Test func microgelsLicense() throws {
    func licensed(_ overrides: [String]) throws -> Double {
      let run = try Self.run(overrides + ["host.immunity.species=human"])
      return run.snapshots[run.snapshots.count - 1].licensing[0].mean(\.stat1) ?? 0
    }
    #expect(try licensed(["formulation=hydrogel"]) == 0)
    #expect(try licensed(["formulation=licensing-microgel"]) > 0.3)
  }

  /// A formulation is put into tissue.
  @Test func formulationsNeedTissue() {
    #expect(throws: ScenarioError.self) {
      try Self.resolve(["formulation=alginate", "treatment.route=intravenous"])
    }
  }

  /// Of several blocks of an organ a formulation lies in the one that is named; cells, what it holds and factors
  /// that are put in with it come to lie there alone.
  @Test func formulationsLieInOneBlock() throws {
    let two = Self.muscle.replacing(
      "tissues:\n",
      with: """
        tissues:
          other:
            organ: muscle
            voxels: 12 x 12 x 12
            spacing: 40 um
            factors: {ifng: {}, hgf: {}}

        """
    )
    let said = BrokenIntervention.said(["formulation=licensing-microgel"], two)
    #expect(said.count == 1 && said[0].contains("choose it with 'block': other, block"), "\(said)")
    let wrong = BrokenIntervention.said(["formulation={preset: alginate, block: blok}"], two)
    #expect(wrong.count == 1 && wrong[0].contains("did you mean 'block'?"), "\(wrong)")
    let gel = ["formulation={preset: licensing-microgel, block: block}"]
    let scenario = try Self.resolve(gel, two)
    #expect(scenario.experiments[0].tissues.map { $0.bed != nil } == [false, true])
    let run = try Scenarios.run(scenario, workers: 2)[0]
    let last = try #require(run.snapshots.last)
    let first = try #require(run.snapshots.first)
    let sites = Sites(run.experiment)
    #expect(first.living[sites.organs].all == 0 && first.living[sites.organs + 1].all > 1000)
    func given(_ factor: String, _ snapshot: Snapshot) -> [Double] {
      snapshot.masses.map { $0.first { $0.factor == factor }?.balance }.map {
        ($0?.secreted ?? 0) + ($0?.added ?? 0)
      }
    }
    let ifng = given("ifng", last)
    #expect(ifng[0] == 0 && ifng[1] > 0)
    let medium = try Self.run(gel + ["treatment.gives=secretome"], two)
    let hgf = given("hgf", try #require(medium.snapshots.last))
    #expect(hgf[0] == 0 && hgf[1] > 0)
    let both = try Self.run(["treatment.gives=secretome"], two)
    #expect(given("hgf", try #require(both.snapshots.last)).allSatisfy { $0 > 0 })
  }

  /// Before it is given a formulation changes nothing; then factors meet what it is made of.
  @Test func formulationsComeWithTheFirstDose() throws {
    let late = ["treatment.at=1 d"]
    let plain = try Self.run(late).snapshots
    let gel = try Self.run(
      late + ["formulation={preset: hydrogel, diffusivity: 0.1, exchange: 1 1/min}"]
    ).snapshots
    func masses(_ snapshot: Snapshot) -> [MassBalance] { snapshot.masses[0].map(\.balance) }
    for (one, other) in zip(plain, gel) where one.time <= 1440 {
      #expect(masses(one) == masses(other))
    }
    let ends = try [plain, gel].map { try #require($0.last) }
    // Of TNF-a only what the gel lets into blood leaves the block, which has no exchange of its own.
    let tnfa = ends.map { $0.masses[0].first { $0.factor == "tnfa" }?.balance }
    #expect(tnfa[0]?.exchanged == 0 && tnfa[1]?.exchanged ?? 0 < 0)
  }

  /// Cells have the room of the formulation they lie in, not that of all the tissue about it.
  @Test func formulationsHoldWhatTheyHaveRoomFor() throws {
    func retained(_ overrides: [String]) throws -> Double {
      let dose = try Self.resolve(overrides).experiments[0].doses[0]
      guard case .deposit(_, let retention, _) = dose.route else { return -1 }
      return retention
    }
    let gel = "formulation={preset: scaffold, wash_out: 0, share: 0.2}"
    let product = try Self.resolve().experiments[0].product
    let dose = 0.5 * 0.004e12 / product.cellVolume
    let cells = "treatment.dose=\(Int(dose)) cells"
    #expect((try retained([gel, cells]) - 0.6).magnitude < 1e-4)
    #expect(try retained([cells]) == 0.9)
    let said = BrokenIntervention.said([gel, "treatment.dose=\(3 * Int(dose)) cells"])
    #expect(said.count == 1 && said[0].contains("the formulation has room for 0.004 mL"), "\(said)")
  }

  /// Stopped and gone on with, a run with a formulation, what it holds and vesicles that carry is the same to the
  /// byte; so are arms that part after a dose of factors, and those that would part from other ones are refused.
  @Test func goesOnAsIfItHadNotStopped() throws {
    let factors = [
      "duration=10 h", "formulation=licensing-microgel",
      "treatment={gives: secretome, dose: {total: 2e5 cells}, boluses: 3, interval: 3 h, vesicles: {cargo: {hgf: {molecules: 5}}}}",
    ]
    let cells = ["duration=10 h", "formulation=licensing-microgel"]
    let again = cells + ["treatment.repeat={at: 184 min, in: block, boluses: 2, interval: 3 h}"]
    for overrides in [factors, cells, again] {
      let experiment = try Self.resolve(overrides).experiments[0]
      var straight = Model(experiment, seed: 7, replicate: 1)
      var stopped = straight
      var snapshots: [Snapshot] = []
      for step in 1...experiment.clock.steps {
        try straight.advance(using: Workers(count: 1))
        try stopped.advance(using: Workers(count: step % 3 + 1))
        if experiment.clock.outputs.contains(step) { snapshots.append(stopped.observe()) }
        if step % 13 == 0 {
          stopped = try HostRunTests.checkpoint(stopped, experiment, snapshots).continued(
            as: experiment
          ).model
        }
      }
      #expect(HostRunTests.csv(straight) == HostRunTests.csv(stopped))
    }
    func arms(_ second: String, clock: String = ", fork_at: 2 h") -> String {
      Self.muscle.replacing("output_every: 4 h", with: "output_every: 4 h\(clock)").replacing(
        "treatment: {route: intramuscular, dose: 2e5 cells, spread: 0.02 mL}\n",
        with: """
          formulation: licensing-microgel
          treatment: {route: intramuscular, dose: {total: 2e5 cells}, spread: 0.02 mL, gives: secretome, boluses: 3, interval: 3 h, vesicles: {cargo: {hgf: {molecules: 5}}}}
          arms: {first: {}, second: {\(second)}}

          """
      )
    }
    let later = "treatment: {interval: 4 h}"
    let forked = try Scenarios.csv(Scenarios.run(Self.resolve(["duration=10 h"], arms(later))))
    let apart = try Self.resolve(["duration=10 h"], arms(later, clock: ""))
    #expect(apart.experiments[0].factorDoses != apart.experiments[1].factorDoses)
    #expect(try Scenarios.csv(Scenarios.run(apart)) == forked)
    for other in [
      "formulation: hydrogel", "treatment: {gives: vesicles}", "treatment: {interval: 1 h}",
    ] {
      let said = BrokenIntervention.said(["duration=10 h"], arms(other))
      #expect(said.count == 1 && said[0].contains("cannot go on from a history"), "\(said)")
    }
  }

  // MARK: - Factors in place of cells

  /// What cells left in medium is added to the block as its share of the organ says, and no cell is given.
  @Test func theSecretomeIsGivenWhole() throws {
    let scenario = try Self.resolve(["treatment.gives=secretome"])
    let experiment = scenario.experiments[0]
    #expect(experiment.doses.isEmpty)
    let dose = try #require(experiment.factorDoses.first)
    let run = try Scenarios.run(scenario, workers: 2)[0]
    let spread = try #require(experiment.spread)
    let last = try #require(run.snapshots.last)
    for (factor, balance) in last.masses[0] where dose.amounts[factor] != nil {
      let share = 0.9 * experiment.tissues[0].shape.volume / spread
      let given = try #require(dose.amounts[factor]) * share
      #expect((balance.added / given - 1).magnitude < 1e-5, "\(factor)")
      #expect(balance.residual.magnitude < 1e-5 * given)
    }
    // 3000 vesicles a day from 2e5 cells, 95 % of them alive, over two days, of which 1 % an hour are lost.
    let vesicles = try #require(dose.amounts["ev"])
    let kept = (1 - exp(-0.48)) / 0.48
    #expect((vesicles / (0.95 * 2e5 * 6000 * kept / 0.602214) - 1).magnitude < 1e-3)
  }

  /// All that cells leave is what of it is soluble and vesicles; counted vesicles are as many as were counted.
  @Test func fractionsAddUp() throws {
    func amounts(_ part: String, _ more: [String] = []) throws -> [String: Double] {
      try Self.resolve(["treatment.gives=\(part)"] + more).experiments[0].factorDoses[0].amounts
    }
    let (all, soluble, vesicles) = try (
      amounts("secretome"), amounts("soluble"), amounts("vesicles")
    )
    #expect(vesicles.keys.sorted() == ["ev"] && soluble["ev"] == nil)
    #expect(soluble.merging(vesicles) { $0 + $1 } == all)
    let counted = try amounts("vesicles", ["treatment.particles=1e10 particles"])
    #expect((try #require(counted["ev"]) / (1e10 / 0.602214) - 1).magnitude < 1e-6)
  }

  /// What is given into a vein reaches a block by its blood, and leaves as plasma does.
  @Test func bloodBringsWhatIsGivenIntoIt() throws {
    let run = try Self.run([
      "treatment={route: intravenous, dose: 2e5 cells, gives: vesicles}", "treatment.spread=",
      "tissues.block.state=", "tissues.block.state.exchange=everywhere",
    ])
    let ev = try #require(run.experiment.tissues[0].fields.firstIndex { $0.factor.name == "ev" })
    let last = try #require(run.snapshots.last)
    let balance = last.masses[0].first { $0.factor == "ev" }?.balance
    let plasma = run.experiment.plasma
    let mean = try #require(
      plasma.mean(
        "ev",
        run.experiment.factorDoses,
        in: run.experiment.tissues[0].organ,
        from: 0,
        to: 2880
      )
    )
    let field = run.experiment.tissues[0].fields[ev]
    // Loss by decay and exchange at rates of 0.002 and 0.01 per minute: what came in went by both.
    let came = 0.01 * mean * 2880 * run.experiment.tissues[0].shape.volume
    let decayed = try #require(balance).decayed
    #expect((decayed / (came * 0.002 / 0.012) - 1).magnitude < 0.02)
    #expect(field.medium.blood == 0)
  }

  /// Vesicles leave what they carry where they decay; small ones move faster.
  @Test func vesiclesCarry() throws {
    let run = try Self.run([
      "treatment.gives=vesicles",
      "treatment.vesicles={diameter: 0.06 um, variation: 0, cargo: {hgf: {molecules: 7}}}",
    ])
    let last = try #require(run.snapshots.last)
    func balance(_ name: String) throws -> MassBalance {
      try #require(last.masses[0].first { $0.factor == name }).balance
    }
    let (ev, hgf) = try (balance("ev"), balance("hgf"))
    #expect((hgf.secreted / (7 * ev.decayed) - 1).magnitude < 0.02)
    #expect(run.experiment.vesicles?.mobility == 2)
  }

  /// Dead cells leave nothing in medium, and a factor that is switched off is not given.
  @Test func whatIsSwitchedOffIsNotGiven() throws {
    func amounts(_ more: [String]) throws -> [String: Double] {
      try Self.resolve(["treatment.gives=secretome"] + more).experiments[0].factorDoses[0].amounts
    }
    let dead = try amounts(["product={preset: human-marrow-msc, overlays: [apoptotic]}"])
    #expect(!dead.isEmpty && dead.values.allSatisfy { $0 == 0 })
    let plain = try amounts([])
    let without = try amounts(["without=[hgf]"])
    #expect(plain["hgf"] != nil && without["hgf"] == nil)
    #expect(without.count == plain.count - 1)
  }

  /// What a formulation holds comes once with all planned doses, and not with one that is refused.
  @Test func formulationsAreFilledOnce() throws {
    func released(_ treatment: String) throws -> Double {
      let run = try Self.run(["formulation=licensing-microgel", "treatment={\(treatment)}"])
      let last = try #require(run.snapshots.last)
      return try #require(last.masses[0].first { $0.factor == "ifng" }).balance.secreted
    }
    let one = try released("boluses: 1")
    let four = try released("dose: {total: 2e5 cells}, boluses: 4, interval: 10 min")
    let refused = try released("repeat: {at: 1 d, in: block, above: 95 %}")
    // A repeat whose time lies within a step brings as much again.
    let repeated = try released("repeat: {at: 487 min, in: block}")
    #expect(repeated > 1.5 * one)
    #expect(one > 0 && (four / one - 1).magnitude < 0.02)
    #expect((refused / one - 1).magnitude < 1e-6)
  }

  /// Without licensing cells leave in medium what they leave unprimed.
  @Test func licensingIsSwitchedOffInMediumToo() throws {
    func amounts(_ more: [String]) throws -> [String: Double] {
      try Self.resolve(["treatment.gives=secretome"] + more).experiments[0].factorDoses[0].amounts
    }
    let primed = ["product={preset: human-marrow-msc, overlays: [ifng-tnfa-primed]}"]
    let plain = try amounts([])
    #expect(try #require(try amounts(primed)["pge2"]) > 1.5 * (try #require(plain["pge2"])))
    #expect(try amounts(primed + ["without=[licensing]"]) == plain)
  }

  /// What washes out of tissue is met again by blood; what no tissue meets is said, and so is a factor that would
  /// stay in plasma for ever.
  @Test func bloodIsSaidWhereItMeetsNothing() throws {
    let vein = "treatment={route: intravenous, gives: soluble}"
    let closed = Self.muscle.replacing("exchange: 0.01 1/min", with: "")
    let said = BrokenIntervention.said([vein, "treatment.spread="], closed)
    #expect(
      said.count == 1 && said[0].contains("hgf, il10, pge2 into blood, but no tissue"),
      "\(said)"
    )
    let lasting = BrokenIntervention.said(
      ["treatment={gives: vesicles}"],
      Self.muscle.replacing("hgf, ev]", with: "hgf]").replacing(
        "factors: [ifng, tnfa, il10, pge2, hgf]",
        with: """
          factors:
            ifng: ifng
            tnfa: tnfa
            il10: il10
            pge2: pge2
            hgf: hgf
            ev: {molar_mass: 500000 kDa, diffusivity: 1 um^2/s, decay: 0.1 1/h}
          """
      )
    )
    #expect(
      lasting.count == 1 && lasting[0].contains("ev enters blood but has no plasma_half_life"),
      "\(lasting)"
    )
    func left(_ shed: String) throws -> Double {
      let run = try Self.run([
        "treatment={gives: vesicles, retention: 0.5, shed: \(shed)}"
      ])
      let last = try #require(run.snapshots.last)
      return try #require(last.masses[0].first { $0.factor == "ev" }).balance.decayed
    }
    #expect(try left("0") > left("1"))
  }

  /// An arm without cells gets no factors in their place either.
  @Test func withoutCellsNothingIsGiven() throws {
    let scenario = try Self.resolve(["treatment.gives=secretome", "without=[cells]"])
    #expect(scenario.experiments[0].factorDoses.isEmpty)
  }

  // MARK: - Schedules

  /// Doses that depend on the tissue are given where it is as asked, else not; the answer outlives a stop.
  @Test func dosesAreRepeatedWhereAsked() throws {
    func entered(_ range: String) throws -> Int {
      let run = try Self.run([
        "treatment.repeat={at: 1 d, in: block, \(range), boluses: 2, interval: 6 h}"
      ])
      return Int(try #require(Endpoints.all(run).first { $0.name == "cells_given" }?.value))
    }
    #expect(try entered("above: 5 %, below: 90 %") == 600_000)
    #expect(try entered("above: 90 %, below: 100 %") == 200_000)
    let said = BrokenIntervention.said(["treatment.repeat={at: 1 d, in: blok}"])
    #expect(said.count == 1 && said[0].contains("repeat.in names \"blok\" (did you mean 'block'?)"))
  }

  /// One clear sentence for what cannot be.
  @Test(arguments: [
    ("treatment.spread=2 uM", "treatment.spread: found \"2 uM\""),
    ("treatment.particles=1e10 particles", "treatment.particles: belongs to 'gives:"),
    (
      "treatment={at: 12 h, repeat: {at: 1 h, in: block}}",
      "treatment.repeat.at: found \"1 h\"; expected a time after"
    ),
    (
      "treatment.repeat={at: 1 d, in: block, above: 0.9, below: 0.1}",
      "treatment.repeat.above: found \"0.9\"; expected at most what 'below' says"
    ),
    (
      "arms={a: {formulation: {preset: alginate, share: 0.00003}, treatment: {dose: 30 cells}}}",
      "no voxel lies in it"
    ),
    (
      "treatment={dose: {total: 2e5 cells}, boluses: 3, interval: 1 d}",
      "treatment.interval: found \"1 d\", so that the last of 3 boluses would begin at 48 h and the run ends at 48 h"
    ),
    ("treatment.over=3 d", "treatment.over: found \"3 d\"; expected a time by which all is given"),
    (
      "treatment.repeat={at: 47.999 h, in: block}",
      "treatment.repeat.at: found \"47.999 h\"; expected a time by which all is given"
    ),
    ("treatment.interval=1 h", "treatment.interval: belongs to two 'boluses' or more"),
    (
      "treatment={route: intravenous, spread: 1 mL}", "treatment.spread: belongs to a route into"
    ),
    (
      "treatment.repeat={at: 1 d, in: block, of: tumour_share}",
      "repeat.in names \"block\"; expected a tissue with a 'tumour'; there is none"
    ),
    (
      "arms={a: {treatment: {gives: secretome}, product: rat-mononuclear}}",
      "the scenario has none of them; add at least one to 'factors'"
    ),
    ("treatment={route: subcutaneous, gives: soluble}", "into tissue without a grid"),
    (
      "arms={a: {formulation: licensing-microgel, treatment: {route: subcutaneous, dose: 1e4 cells}}}",
      "contains factors, but no tissue could receive them"
    ),
    (
      "treatment.repeat={at: 1 d, in: block, boluses: 3, interval: 20 h}",
      "treatment.repeat.interval: found \"20 h\""
    ),
    ("treatment.spread=0.00087 mL", "spread is less than the blocks of muscle together"),
  ])
  func saysWhatIsWrong(override: String, words: String) {
    let said = BrokenIntervention.said([override])
    #expect(said.count == 1 && said[0].contains(words), "\(said)")
  }

  /// The half-life of cells is that of those that are there when all have been given, whatever the boluses.
  @Test func halfLivesBeginWithTheLastDose() throws {
    func half(_ treatment: String) throws -> Double {
      let run = try Self.run([
        "treatment={\(treatment)}", "duration=5 d", "clock.output_every=2 h",
        "stress.muscle.tissue=0.05 1/h",
        "endpoints={half: {read: viable_half_life, after: last dose}}",
      ])
      return try #require(Endpoints.all(run).first { $0.name == "half" }?.value)
    }
    let (one, four) = try (
      half("boluses: 1"), half("dose: {total: 2e5 cells}, boluses: 4, interval: 2 h")
    )
    #expect((four / one - 1).magnitude < 0.2, "\(one) h, \(four) h")
  }

  // MARK: - Safety

  /// A mismatched first dose sensitises the share of hosts that it should; a syngeneic one none.
  @Test func sensitisationIsReadAtRepeat() throws {
    func sensitised(_ more: [String]) throws -> [Double] {
      let scenario = try Scenarios.load(
        "validation/eggenhofer-2012-mouse-iv.yaml",
        [
          "host=mouse",
          "treatment={dose: {each: 50 cells}, boluses: 2, interval: 21 d, agents: 100}",
          "duration=22 d", "clock={cell_step: 6 h, output_every: 11 d}",
          "host.immunity.sensitisation=0.5",
        ] + more
      )
      return try Scenarios.run(scenario, workers: 2, replicates: 40).map { run in
        try #require(Endpoints.all(run).first { $0.name == "host_sensitised" }?.value)
      }
    }
    // 20 of 40, within four standard deviations of a fair draw.
    #expect(
      (try sensitised(["treatment.relation=allogeneic"]).reduce(0, +) - 20).magnitude < 4
        * (10.0).squareRoot()
    )
    #expect(try sensitised(["treatment.relation=syngeneic"]).allSatisfy { $0 == 0 })
  }

  /// More cells and larger ones occlude more of the lung.
  @Test func occlusionRisesWithDoseAndSize() throws {
    func occluded(_ dose: String, _ diameter: String) throws -> Double {
      let run = try Scenarios.run(
        Scenarios.load(
          "tutorials/mouse-iv.yaml",
          [
            "treatment.dose=\(dose) cells", "product.diameter=\(diameter) um", "duration=2 h",
            "clock={cell_step: 5 min, output_every: 1 h}", "treatment.agents=20000",
          ]
        )
      )[0]
      let lung = try #require(run.experiment.host.index(of: "lung"))
      return run.snapshots.map { $0.occluded[lung] }.max() ?? 0
    }
    let (few, many) = try (occluded("1e5", "20"), occluded("1e6", "20"))
    #expect(many > 5 * few && few > 0)
    #expect(try occluded("1e6", "12.6") < many)
  }

  // MARK: - Data files

  /// A product, a formulation and a study are files: put into a library, they run.
  @Test func whatIsNewIsAFile() throws {
    let scratch = try ScratchLibrary()
    let library = scratch.directory + "/whole"
    try FileManager.default.copyItem(atPath: Scenarios.root, toPath: library)
    func add(_ name: String, _ text: String) throws {
      try scratch.write(Data(text.utf8), "whole/\(name).yaml")
    }
    try add(
      "products/human-tonsil-msc",
      "# Tonsil.\npreset: human-marrow-msc\nname: human-tonsil-msc\norigin: tonsil\npotency: 1.5\n"
    )
    try add("formulations/fibrin", "# Fibrin.\nname: fibrin\nmatrix: 0.3\nshare: 0.2\n")
    try add(
      "studies/tonsil",
      "# Do they live?\n" + Self.muscle
        + "question: Do they live?\nformulation: fibrin\narms: {free: {}, tonsil: {product: human-tonsil-msc}}\n"
    )
    let scenario = try ResolvedScenario(path: library + "/studies/tonsil.yaml", library: library)
    let runs = try Scenarios.run(scenario, workers: 2)
    #expect(runs.map(\.experiment.product.name) == ["human-marrow-msc", "human-tonsil-msc"])
    #expect(runs.allSatisfy { Self.living($0) > 0 })
    let read = try Library(given: library, scenario: "", program: "")
    #expect(Listing(of: "products", in: read).entries.contains { $0.name == "human-tonsil-msc" })
    #expect(Listing(of: "studies", in: read).entries.contains { $0.sentence == "Do they live?" })
  }
}

/// What is said of interventions that cannot be.
enum BrokenIntervention {
  static func said(_ overrides: [String], _ text: String = InterventionTests.muscle) -> [String] {
    do {
      _ = try InterventionTests.resolve(overrides, text)
      return []
    } catch let error as ScenarioError {
      return error.diagnostics.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }
}
