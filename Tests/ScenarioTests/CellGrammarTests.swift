import Body
import Foundation
import Laws
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// Cells of a product that do more than those of the library: by files of a library alone.
@Suite("What a product adds to its cells, as data")
struct CellGrammarTests {
  /// A library of its own, with some files more.
  private let scratch: ScratchLibrary

  init() throws {
    scratch = try ScratchLibrary(adding: Self.files)
  }

  private static let files = [
    "factors/il17": """
    # Interleukin 17A.
    molar_mass: {value: 31 kDa, source: "homodimer by sequence"}
    diffusivity: {value: 40 um^2/s, source: assumed}
    decay: {value: 0.01 1/min, source: assumed}
    medium_diffusivity: {value: 100 um^2/s, source: assumed}
    medium_decay: {value: 0 1/h, source: assumed}

    """,
    "factors/dexamethasone": """
    # Dexamethasone.
    molar_mass: {value: 392 Da, source: "by formula"}
    diffusivity: {value: 200 um^2/s, source: assumed}
    decay: {value: 0 1/min, source: assumed}
    medium_diffusivity: {value: 400 um^2/s, source: assumed}
    medium_decay: {value: 0 1/h, source: assumed}

    """,
    "products/alarmed": """
    # MSC that answer IL-17.
    preset: human-marrow-msc
    name: alarmed
    axes:
      alarm:
        raise: {il17: {half: 1 ng/mL}}
        rate: 0.1 1/h
        decay: 0.05 1/h
    secretion: {pge2: {folds: {alarm: 20}}}

    """,
    "products/ageing": """
    # MSC that become senescent by passage and stress, secrete less then and die sooner.
    preset: human-marrow-msc
    name: ageing
    passage: 6
    senescence_loss: 0
    senescence_fragility: 1
    axes:
      senescence:
        half_passage: 6
        raise: {stress: {half: 0.05 1/h}}
        rate: 0.02 1/h
    secretion: {pge2: {folds: {senescence: 0.25}}}
    hazards: {senescence: 0.05 1/h}

    """,
    "products/muted": """
    # MSC whose STAT1 axis a steroid holds back.
    preset: human-marrow-msc
    name: muted
    axes: {stat1: {lower: {dexamethasone: {half: 10 nM, weight: 0.9}}}}

    """,
    "products/treg": """
    # Regulatory T cells that divide.
    name: treg
    species: mouse
    origin: blood
    handling: fresh
    diameter: {value: 8 um, source: assumed}
    diameter_variation: {value: 0.1, source: assumed}
    division: {rate: {value: 0.6 1/d, source: assumed}}

    """,
  ]

  /// A well with cells of a product, in a medium that holds something from the start.
  private static func well(_ product: String, adding added: String = "", _ time: String = "48 h")
    -> String
  {
    """
    name: small
    duration: \(time)
    clock: {cell_step: 5 min, output_every: 2 h}
    culture:
      species: human
      width: 960 um
      depth: 2.4 mm
      spacing: 80 um
      \(added.isEmpty ? "" : "changes: {on: {at: 0 h, add: {\(added)}}}")
    medium: {oxygen: {fresh: 200 uM}}
    product: \(product)
    treatment: {dose: 2e5 cells/mL}
    factors: [ifng, tnfa, il17, dexamethasone, oxygen, pge2]
    notes: {accept: {unsensed_factor: "some products do not sense what others do"}}

    """
  }

  /// Cells of a product given into a vein of a mouse without blocks.
  private static func vein(_ product: String, _ time: String) -> String {
    """
    name: small
    duration: \(time)
    clock: {cell_step: 5 min, output_every: 2 h}
    host: mouse
    product: \(product)
    treatment: {route: intravenous, dose: 2e3 cells}

    """
  }

  /// Nothing kills but what the product's cells do to themselves.
  private static let undying = [
    "survival.hazard_floor=0 1/h", "survival.blood_loss=0", "killing.natural_killers=0 1/h",
    "product.viability=1", "product.damage=0 1/h",
  ]

  /// Makes no place stressful, or all of them alike.
  private func calm(_ stress: String = "0 1/h") throws {
    let path = "\(scratch.library)/laws/stress.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let calm = text.replacing(#/value: [0-9.e-]+ 1/h/#, with: "value: \(stress)")
      .replacing(#/range: [0-9.e-]+ to [0-9.e-]+ 1\/h/#, with: "range: 0 to 1 1/h")
    try scratch.write(Data(calm.utf8), "library/laws/stress.yaml")
  }

  private func run(_ text: String, _ overrides: [String] = []) throws -> Trajectory {
    try Scenarios.run(try scratch.resolve(text, overrides), workers: 2)[0]
  }

  /// The mean of a number that cells carry at the end.
  private func level(_ name: String, _ run: Trajectory, at snapshot: Int? = nil) throws -> Double {
    let row = try #require(run.experiment.product.terms.row(of: name))
    let seen = run.snapshots[snapshot ?? run.snapshots.count - 1]
    return try #require(seen.licensing[0].mean(row: row))
  }

  private func pge2(_ run: Trajectory) throws -> Double {
    let last = run.snapshots[run.snapshots.count - 1]
    return try #require(last.levels[0].first { $0.factor == "pge2" }).mean
  }

  /// A factor that no product of the library senses raises an axis that none has, as L = f a / (f a + d) (1 - exp(-(f a + d) t))
  /// has it with f = 1/2, and what the axis folds rises with it.
  @Test func anAxisIsRaisedByANewFactor() throws {
    let text = Self.well("alarmed", adding: "il17: 1 ng/mL")
    let run = try run(text)
    #expect((try level("alarm", run) - 0.5 * (1 - exp(-4.8))).magnitude < 1e-3)
    let naive = try self.run(Self.well("alarmed", adding: "ifng: 1 ng/mL"))
    #expect(try level("alarm", naive) == 0)
    // Of 48 h most was spent near half activity: a fold of 1 + 19/2.
    let fold = try pge2(run) / pge2(naive)
    #expect(fold > 7 && fold < 10.5)
    let said = Quantities(of: run.experiment).names.map(\.quantity)
    #expect(said.contains("msc_alarm_activity"))
  }

  /// Senescence comes with passage, rises where cells are under stress, and lowers what they secrete.
  @Test func senescenceRisesWithPassageAndStress() throws {
    let text = Self.well("ageing")
    let calm = try run(text, ["stress.culture.tissue=0 1/h"])
    #expect(try level("senescence", calm, at: 0) == 0.5)
    #expect((try level("senescence", calm) - 0.5).magnitude < 1e-6)
    // f = 1/2 at this stress: 1 - s falls as exp(-f a t).
    let stressed = try run(
      text,
      ["stress.culture.tissue=0.05 1/h", "survival.settled=1", "product.protection=1"]
    )
    #expect((try level("senescence", stressed) - (1 - 0.5 * exp(-0.48))).magnitude < 1e-3)
    let young = try run(text, ["stress.culture.tissue=0 1/h", "product.passage=1"])
    #expect(try level("senescence", young) < 1e-5)
    let kept = ["stress.culture.tissue=0 1/h", "product.hazards={senescence: 0 1/h}"]
    let old = try run(text, kept)
    let fresh = try run(text, kept + ["product.passage=1"])
    #expect((try pge2(old) / pge2(fresh) - 0.625).magnitude < 0.01)
  }

  /// The hazard that an axis adds is the same on a grid and off it: exp(-h s t), within 4 standard errors.
  @Test func anAxisAddsAHazardEverywhere() throws {
    try calm()
    let steady = ["product.axes={senescence: {rate: 0 1/h}}", "product.priming={senescence: 0.5}"]
    let expected = exp(-0.05 * 0.5 * 24)
    for (text, cells) in [
      (Self.well("ageing", "24 h"), 442.0), (Self.vein("ageing", "24 h"), 2000),
    ] {
      let run = try run(
        text,
        Self.undying + steady
          + ["stress.culture.tissue=0 1/h"].filter { _ in
            text.contains("culture")
          }
      )
      let last = run.snapshots[run.snapshots.count - 1]
      let alive = Double(last.living.reduce(0) { $0 + $1.all }) / cells
      #expect((alive - expected).magnitude < 4 * (expected * (1 - expected) / cells).squareRoot())
      #expect(last.deaths[3].reduce(0, +) == last.deaths.joined().reduce(0, +))
    }
  }

  /// Where cells differ in frailty z, the share alive is the mean of exp(-z H) over z, H the hazard by damage summed up,
  /// within 4 standard errors, on a grid and off it.
  @Test(arguments: [true, false])
  func frailCellsDieFirst(onAGrid: Bool) throws {
    try calm("0.04 1/h")
    let text = onAGrid ? Self.well("treg", "3 d") : Self.vein("treg", "3 d")
    let run = try run(
      text,
      Self.undying + ["product.division.rate=0 1/h", "product.frailty_variation=1.5"]
        + ["survival.settled=1"] + (onAGrid ? [] : ["filling.lung.lumen=1"])
        + (onAGrid ? ["stress.culture.tissue=0.04 1/h"] : [])
    )
    let relaxation = run.experiment.laws.survival.damageRelaxation * 60
    let hazard = 0.04 * (72 - (1 - exp(-72 * relaxation)) / relaxation)
    let sigma = log(1 + 1.5 * 1.5).squareRoot()
    let numbers = stride(from: -8.0, through: 8, by: 0.01)
    let expected = numbers.reduce(0.0) { sum, n in
      let z = exp(sigma * n - sigma * sigma / 2)
      return sum + 0.01 * exp(-n * n / 2) / (2 * Double.pi).squareRoot() * exp(-z * hazard)
    }
    let last = run.snapshots[run.snapshots.count - 1]
    let cells = onAGrid ? 442.0 : 2000
    let alive = Double(last.living.reduce(0) { $0 + $1.all }) / cells
    #expect(expected > 2 * exp(-hazard))
    #expect((alive - expected).magnitude < 4 * (expected * (1 - expected) / cells).squareRoot())
    #expect(last.deaths[3].reduce(0, +) == 0)
  }

  /// An axis raised by another goes as the two equations say, and what it adds to the hazard is the same on a grid and off.
  @Test(arguments: [true, false])
  func anAxisRaisesAnother(onAGrid: Bool) throws {
    try calm()
    let cascade = [
      "product.axes={early: {always: 0.5, rate: 0.1 1/h, decay: 0.05 1/h}, late: {raise: {early: {half: 0.25}}, rate: 0.1 1/h, decay: 0.02 1/h}}",
      "product.hazards={late: 0.1 1/h}",
    ]
    let text = onAGrid ? Self.well("treg", "24 h") : Self.vein("treg", "24 h")
    let run = try run(
      text,
      Self.undying + cascade + ["product.division.rate=0 1/h"]
        // In blood axes stay as they are: the cells are to lie in the lung.
        + (onAGrid ? ["stress.culture.tissue=0 1/h"] : ["residence.release_rate=0 1/h"])
    )
    // Small steps of Euler.
    var (early, late, spent) = (0.0, 0.0, 0.0)
    for _ in 0..<24_000 {
      (early, late) = (
        early + 1e-3 * (0.05 * (1 - early) - 0.05 * early),
        late + 1e-3 * (0.1 * early / (early + 0.25) * (1 - late) - 0.02 * late)
      )
      spent += 1e-3 * 0.1 * late
    }
    if onAGrid {
      #expect((try level("early", run) - early).magnitude < 1e-3)
      #expect((try level("late", run) - late).magnitude < 3e-3)
    }
    let last = run.snapshots[run.snapshots.count - 1]
    let cells = onAGrid ? 442.0 : 2000
    let alive = Double(last.living.reduce(0) { $0 + $1.all }) / cells
    let expected = exp(-spent)
    #expect(late > 0.4)
    #expect((alive - expected).magnitude < 4 * (expected * (1 - expected) / cells).squareRoot())
  }

  /// What was raised on one block falls on another that carries none of the signals, as exp(-d t).
  @Test func axesFallWhereNothingRaisesThem() throws {
    let run = try run(
      """
      name: small
      duration: 20 h
      clock: {cell_step: 5 min, output_every: 1 h}
      host: mouse
      product:
        preset: human-marrow-msc
        axes: {alarm: {raise: {pge2: {half: 1e-6 nM}}, rate: 10 1/h, decay: 0.5 1/h}}
      treatment: {route: intravenous, dose: 4e5 cells}
      tissues:
        lung_a: {organ: lung, voxels: 10 x 10 x 10, spacing: 40 um, factors: {pge2: {initial: 1e5 nM}}, source: assumed}
        lung_b: {organ: lung, voxels: 40 x 40 x 40, spacing: 120 um, factors: {vegf: {}}, source: assumed}
      factors: [pge2, vegf]
      residence: {release_rate: 1e-4 1/h, release_exponent: 0}
      notes: {accept: {closed_block: "a test", unsensed_factor: "a test"}}

      """
    )
    let row = try #require(run.experiment.product.terms.row(of: "alarm"))
    let sums = run.snapshots.map { $0.licensing[1].levels[row] }
    // Some cells come in 20 h: in most hours none does, and none dies.
    let falls = zip(sums, sums.dropFirst()).filter { $0.0 > 0 }.map { $0.1 / $0.0 }
    #expect(falls.count { ($0 - exp(-0.5)).magnitude < 1e-3 } >= 5, "\(falls)")
  }

  /// A steroid lowers licensing by IFN-γ by its share.
  @Test func aSteroidLowersLicensing() throws {
    let alone = try run(Self.well("muted", adding: "ifng: 1 ng/mL", "2 h"))
    let both = try run(Self.well("muted", adding: "ifng: 1 ng/mL, dexamethasone: 10 nM", "2 h"))
    let full = try level("stat1", alone)
    // The drive is 1 - 0.9/2 of what it was; the first hours are near the linear rise.
    let share = try level("stat1", both) / full
    #expect(full > 0.05 && (share - 0.55).magnitude < 0.03)
    let plain = try run(
      Self.well("human-marrow-msc", adding: "ifng: 1 ng/mL, dexamethasone: 10 nM", "2 h")
    )
    #expect(try level("stat1", plain) == full)
  }

  /// Cells that are no MSC divide on a block and off the grids: births are N (exp(r t) - 1), within 4 standard errors of
  /// a pure birth process, and every cell is accounted for.
  @Test(arguments: [true, false])
  func cellsDivide(onAGrid: Bool) throws {
    try calm()
    let text = onAGrid ? Self.well("treg", "3 d") : Self.vein("treg", "3 d")
    let run = try run(text, Self.undying + (onAGrid ? ["stress.culture.tissue=0 1/h"] : []))
    let cells = onAGrid ? 442.0 : 2000
    let growth = exp(0.6 * 3)
    let last = run.snapshots[run.snapshots.count - 1]
    let born = Double(last.born)
    let error = (cells * growth * (growth - 1)).squareRoot()
    #expect((born - cells * (growth - 1)).magnitude < 4 * error)
    for snapshot in run.snapshots { #expect(snapshot.residual == 0) }
    #expect(Quantities(of: run.experiment).names.contains { $0.quantity == "born_cells" })
    #expect(last.living.reduce(0) { $0 + $1.all } == Int(cells) + last.born)
    // Where the product divides, the ledger has births; they do not depend on the number of workers.
    let one = try Scenarios.run(
      try scratch.resolve(text, Self.undying + (onAGrid ? ["stress.culture.tissue=0 1/h"] : [])),
      workers: 1
    )
    #expect(Scenarios.csv(one) == Scenarios.csv([run]))
  }

  /// Stopped at odd steps, written down and read back, a run in which cells divide and axes act ends with the same bytes.
  @Test(arguments: ["treg", "ageing"], [true, false])
  func goesOnAsIfItHadNotStopped(product: String, onAGrid: Bool) throws {
    let text = onAGrid ? Self.well(product, "24 h") : Self.vein(product, "24 h")
    let experiment = try scratch.resolve(text).experiments[0]
    let (straight, stopped) = try HostRunTests.both(experiment, steps: 288, stoppingEvery: 67)
    #expect(HostRunTests.csv(stopped) == HostRunTests.csv(straight))
    #expect(straight.observe().born > 0 || product != "treg")
  }

  /// Label is neither made nor lost by births, deaths at thaw and shedding: what the body holds and what left it are the dose.
  @Test func birthsDiluteLabel() throws {
    let text = Self.vein("treg", "24 h") + "label: in111\n"
    let overrides = [
      "treatment.over=12 h", "product.viability=0.5", "product.division.rate=0.5 1/h",
    ]
    func held(_ overrides: [String]) throws -> Double {
      let run = try run(text, overrides)
      let last = run.snapshots[run.snapshots.count - 1]
      return last.living.reduce(0) { $0 + $1.label } + last.remainsLabel.reduce(0, +)
        + last.excretedLabel
    }
    let divided = try held(overrides)
    let plain = try held(overrides + ["product.division.rate=0 1/h"])
    #expect((divided / plain - 1).magnitude < 0.02)
  }

  /// A history of cells that carry other numbers, or divide or die otherwise, is refused.
  @Test(arguments: [
    "product.axes={more: {rate: 1 1/h}}", "product.hazards={senescence: 0.1 1/h}",
    "product.division={rate: 0.1 1/d}",
  ])
  func historiesOfOtherCellsAreRefused(override: String) throws {
    let text = Self.vein("ageing", "24 h")
    let experiment = try scratch.resolve(text).experiments[0]
    let other = try scratch.resolve(text, [override]).experiments[0]
    var model = Model(experiment, seed: 7, replicate: 1)
    var seen: [Snapshot] = []
    for step in 1...3 {
      try model.advance(using: Workers(count: 1))
      if experiment.clock.outputs.contains(step) { seen.append(model.observe()) }
    }
    let checkpoint = HostRunTests.checkpoint(model, experiment, seen)
    #expect(throws: CheckpointError.self) { try checkpoint.continued(as: other) }
    _ = try checkpoint.continued(as: experiment)
  }

  /// What is wrong with such files is said with its place.
  @Test(arguments: [
    (
      "product.hazards={senescent: 0.1 1/h}", "product.hazards.senescent: is no axis of the cell"
    ),
    ("product.axes={stat1: {rate: 1 1/h}}", "product.axes.stat1.rate: "),
    ("product.axes={a: {raise: {b: {half: 0.5}}, rate: 1 1/h}}", "product.axes.a.raise.b: "),
    (
      "product.axes={a: {raise: {stat1: {half: 0.5 nM}}, rate: 1 1/h}}",
      "product.axes.a.raise.stat1.half: "
    ),
    ("product.shows={pd_l1: coat}", "product.shows.pd_l1: "),
    ("product.followers={coat: {axis: alarms, half_life: 2 h}}", "product.followers.coat.axis: "),
    ("product.axes={both: {rate: 1 1/h}}", "product.axes.both: is taken"),
    ("product.axes={Alarm: {rate: 1 1/h}}", "product.axes.Alarm: is no name"),
    ("product.stress={a: {damage: 1 1/h, signals: {}}}", "product.stress.a.signals: is missing"),
    ("product.axes={for: {rate: 1 1/h}}", "product.axes.for: is taken"),
    (
      "product.axes={a_memory: {rate: 1 1/h}, a: {rate: 1 1/h, memory: {rate: 1 1/h, gain: 1 1/h, loss: 1 1/h}}}",
      "product.axes.a: is taken"
    ),
    (
      "product.followers={stat1: {axis: nfkb, half_life: 1 h}}", "product.followers.stat1: is taken"
    ),
    (
      "product.followers={a: {axis: nfkb, half_life: 1 h}, b: {axis: nfkb, half_life: 1 h}, c: {axis: nfkb, half_life: 1 h}, d: {axis: nfkb, half_life: 1 h}, e: {axis: nfkb, half_life: 1 h}, f: {axis: nfkb, half_life: 1 h}, g: {axis: nfkb, half_life: 1 h}}",
      "product.followers: 7 followers; allowed are 6"
    ),
    ("product.stress={a: {damage: 1 1/h}}", "product.stress.a.signals: is missing"),
    (
      "product.division={rate: 50 1/h}",
      "product.division.rate: may make more than the 1073741824 cells"
    ),
    ("product.division={rate: 4.35 1/d}", "product.division.rate: may make more than"),
    ("product.axes={a: {raise: {il99: {half: 1 nM}}, rate: 1 1/h}}", "product.axes.a.raise.il99: "),
  ])
  func mistakesAreSaid(override: String, words: String) {
    let said = scratch.diagnostics {
      try scratch.resolve(Self.vein("ageing", "3 d"), [override])
    }
    #expect(said.contains { $0.contains(words) }, "\(said)")
  }
}
