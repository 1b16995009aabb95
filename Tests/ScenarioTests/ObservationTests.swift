import Body
import Foundation
import Observations
import Recording
import Scenario
import Simulation
import Testing

/// What a laboratory reports of a run.
@Suite("Observations")
struct ObservationTests {
  static let mouse = "validation/lee-2009-mouse-iv.yaml"
  static let cut = ["treatment.agents=2000", "clock.output_every=4 h"]

  private func run(_ overrides: [String], scenario: String = mouse) throws -> Trajectory {
    try Scenarios.run(Scenarios.load(scenario, Self.cut + overrides))[0]
  }

  /// Every reading of a modality of a run: organ (`nil` for the body), what was observed, what is reported.
  private func readings(_ trajectory: Trajectory, _ name: String) throws
    -> [(organ: Int?, snapshot: Snapshot, reading: Modality.Reading)]
  {
    let laboratory = Laboratory(trajectory)
    let modality = try #require(trajectory.experiment.modalities.first { $0.name == name })
    return trajectory.snapshots.flatMap { snapshot in
      laboratory.places.map { place in
        (
          place.organ, snapshot,
          laboratory.reading(by: modality, of: snapshot, organ: place.organ)
        )
      }
    }
  }

  private func endpoint(_ name: String, _ trajectory: Trajectory) throws -> Double? {
    try #require(Endpoints.all(trajectory).first { $0.name == name }).value
  }

  /// Light of an organ is dimmed by the tissue above it, and that of the body is the sum of what is left.
  @Test func lightIsDimmedByDepth() throws {
    let run = try run(["observe=[bli]"])
    let read = Observables(run.experiment)
    let organs = run.experiment.host.organs.map(\.name)
    let modality = run.experiment.modalities[0]
    let lung = try #require(organs.firstIndex(of: "lung"))
    #expect((modality.transmission(from: "lung") - exp2(-5 / 1.7)).magnitude < 1e-12)
    #expect(modality.transmission(from: "skin") == 1)
    var bodies: [Double] = []
    var sums = run.snapshots.map { _ in 0.0 }
    for (organ, snapshot, reading) in try readings(run, "bli") {
      guard let organ else {
        bodies.append(reading.value)
        continue
      }
      let living = Double(read.living(snapshot, organ: organ).all)
      let want = living * modality.transmission(from: organs[organ])
      #expect((reading.value - want).magnitude <= 1e-9 * want)
      if organ == lung { #expect(reading.isDetected == (want > 1000)) }
      if let n = run.snapshots.firstIndex(where: { $0.time == snapshot.time }) {
        sums[n] += reading.value
      }
    }
    for (n, snapshot) in run.snapshots.enumerated() {
      let inOrgans = organs.indices.reduce(0) { $0 + read.living(snapshot, organ: $1).all }
      let rest = Double(read.living(snapshot).all - inOrgans)
      let blood = rest * modality.transmission(from: "blood")
      #expect((bodies[n] - sums[n] - blood).magnitude <= 1e-9 * (1 + bodies[n]))
    }
  }

  /// Without noise culture sees the living cells, and PCR those and corpses.
  @Test func withoutNoiseTheTruthIsRead() throws {
    let run = try run(["observe=[culture, qpcr]"])
    let read = Observables(run.experiment)
    for (organ, snapshot, reading) in try readings(run, "culture") {
      let living = organ.map { read.living(snapshot, organ: $0) } ?? read.living(snapshot)
      #expect(reading.value == Double(living.all))
    }
    var corpses = 0.0
    for (organ, snapshot, reading) in try readings(run, "qpcr") {
      let living = organ.map { read.living(snapshot, organ: $0) } ?? read.living(snapshot)
      let dead = organ.map { snapshot.corpseDNA[$0] } ?? snapshot.corpseDNA.reduce(0, +)
      let dna = Double(living.all) + dead
      #expect(reading.value == (dna < 1 ? 0 : dna))
      corpses += dead
    }
    #expect(corpses > 1000)
  }

  /// Observing changes no byte of another file; the summary has the rows it had, and new ones.
  @Test func observingChangesNothing() throws {
    let overrides = Self.cut + ["label=in111"]
    let plain = Recorders.files(
      try Scenarios.run(Scenarios.load(Self.mouse, overrides)),
      followingCells: false
    )
    let observed = Recorders.files(
      try Scenarios.run(
        Scenarios.load(
          Self.mouse,
          overrides + ["observe={bli: {preset: bli, noise: 30 %}, in111: in111}"]
        )
      ),
      followingCells: false
    )
    #expect(plain.contains { $0.name == "observations.csv" } == false)
    #expect(observed.map(\.name) == plain.map(\.name) + ["observations.csv"])
    for (before, after) in zip(plain, observed) {
      let rows = after.text.split(separator: "\n").filter { !$0.contains("_last_detected") }
      #expect(rows == before.text.split(separator: "\n"), "\(before.name)")
    }
  }

  /// Noise is the same bytes on any number of workers, in every replicate another, and whatever else is
  /// observed.
  @Test func noiseIsReproducible() throws {
    func rows(_ observe: String, workers: Int) throws -> [Substring] {
      let scenario = try Scenarios.load(Self.mouse, Self.cut + ["observe=\(observe)"])
      let runs = try Scenarios.run(scenario, workers: workers, replicates: 3)
      let text = Recorders.files(runs, followingCells: false).first {
        $0.name == "observations.csv"
      }?.text
      return try #require(text).split(separator: "\n").filter { $0.contains(",bli,") }
    }
    let noisy = "bli: {preset: bli, noise: 20 %, background: 500 cells}"
    let one = try rows("{\(noisy)}", workers: 1)
    #expect(try rows("{\(noisy)}", workers: 3) == one)
    #expect(try rows("{qpcr: {preset: qpcr, noise: 1}, \(noisy)}", workers: 2) == one)
    func empty(_ replicate: Int) -> [Substring] {
      one.filter { $0.contains(",main,\(replicate),") && $0.contains(",peritoneum,") }
        .map { $0.split(separator: ",")[6] }
    }
    #expect(empty(1).count == 7 && Set(empty(1) + empty(2) + empty(3)).count == 21)
  }

  /// A dye goes on counting cells that are dead, in phagocytes where they died: there it is far above the
  /// living cells, and above a radiolabel, which is carried away.
  @Test func dyeCountsTooMany() throws {
    let week = ["duration=7 d", "clock.output_every=24 h"]
    let dyed = try run(week + ["label=dye", "observe=[dye, bli]"])
    let indium = try run(week + ["label=in111", "observe=[in111]"])
    let lung = try #require(dyed.experiment.host.index(of: "lung"))
    func last(_ trajectory: Trajectory, _ name: String) throws -> Modality.Reading {
      try #require(try readings(trajectory, name).last { $0.organ == lung }).reading
    }
    let dye = try last(dyed, "dye")
    #expect(dye.isDetected)
    #expect(dye.value > 10 * (try last(dyed, "bli")).value)
    #expect(dye.value > 3 * (try last(indium, "in111")).value)
    let snapshot = try #require(dyed.snapshots.last)
    #expect(snapshot.remainsLabel[lung] > 10 * Double(snapshot.living.reduce(0) { $0 + $1.all }))
  }

  /// When all cells are dead, bioluminescence sees none, and iron all that was not excreted.
  @Test func ironOutlivesTheCells() throws {
    let run = try run([
      "duration=7 d", "clock.output_every=12 h", "label=iron", "observe=[bli, iron]",
      "survival.hazard_floor=0.1 1/h",
    ])
    let last = try #require(run.snapshots.last)
    #expect(last.living.allSatisfy { $0.all == 0 })
    let iron = try #require(try readings(run, "iron").last { $0.organ == nil }).reading
    #expect(iron.isDetected)
    let dose = Double(run.experiment.cells)
    #expect((iron.value + last.excretedLabel - dose).magnitude < 1e-6 * dose)
    #expect(try endpoint("iron_last_detected", run) == 168)
    let bli = try #require(try endpoint("bli_last_detected", run))
    #expect(bli > 0 && bli < 168)
    let gone = try readings(run, "bli").filter { $0.snapshot.time > 60 * bli }
    #expect(!gone.isEmpty && gone.allSatisfy { !$0.reading.isDetected })
  }

  /// Physical decay is in the values only where it is asked for, and never in those of iron.
  @Test func decayIsAskedFor() throws {
    let tc = try run(["label=tc99m", "observe={a: tc99m, b: {preset: tc99m, counts: decayed}}"])
    let read = Observables(tc.experiment)
    for (a, b) in zip(try readings(tc, "a"), try readings(tc, "b")) {
      let label = a.organ.map { read.label(a.snapshot, organ: $0) } ?? read.label(a.snapshot)
      #expect(a.reading.value == label)
      let left = Foundation.exp2(-a.snapshot.time / (6.01 * 60))
      #expect((b.reading.value - label * left).magnitude <= 1e-9 * label)
      #expect(a.reading.isDetected == b.reading.isDetected)
    }
    let iron = try run(["label=iron", "observe={a: iron, b: {preset: iron, counts: decayed}}"])
    for (a, b) in zip(try readings(iron, "a"), try readings(iron, "b")) {
      #expect(a.reading == b.reading)
    }
  }

  /// A planar image counts a share of what is in blood and carcass to an organ, and the whole once.
  @Test func planesOverlap() throws {
    let found = try run([
      "label=in111", "observe={a: in111, b: {preset: in111, overlap: {lung: 0.25}}}",
    ])
    let lung = found.experiment.host.lung
    let (plain, planar) = (found.experiment.modalities[0], found.experiment.modalities[1])
    let laboratory = Laboratory(found)
    var hasMore = false
    for snapshot in found.snapshots {
      func read(_ modality: Modality, _ organ: Int?) -> Double {
        laboratory.reading(by: modality, of: snapshot, organ: organ).value
      }
      let all = found.experiment.host.organs.indices.map { read(plain, $0) }
      let rest = read(plain, nil) - all.reduce(0, +)
      let more = read(planar, lung) - all[lung]
      #expect((more - 0.25 * rest).magnitude <= 1e-9 * read(plain, nil))
      #expect(read(planar, nil) == read(plain, nil))
      if more > 0 { hasMore = true }
    }
    #expect(hasMore)
  }

  /// Where samples of organs are taken, the body is told from none where an organ is.
  @Test func aBodyIsSampledByItsOrgans() throws {
    let found = try run(["observe=[qpcr-alu]"])
    let all = try readings(found, "qpcr-alu")
    for snapshot in Set(all.map(\.snapshot.time)) {
      let seen = all.filter { $0.snapshot.time == snapshot }
      let body = try #require(seen.first { $0.organ == nil })
      #expect(
        body.reading.isDetected == seen.contains { $0.organ != nil && $0.reading.isDetected }
      )
    }
    #expect(all.contains { $0.organ == nil && $0.reading.isDetected })
  }

  /// The organ that was injected has its own last time; a well has one place.
  @Test func placesAreThoseOfTheSetting() throws {
    let muscle = try Scenarios.load("studies/mouse-intramyocardial.yaml", ["observe=[bli]"])
    let names = Endpoints.all(of: muscle.experiments[0]).map(\.name)
    #expect(names.suffix(2) == ["bli_last_detected", "heart_bli_last_detected"])
    let dish = try Scenarios.load(
      "tutorials/culture-ifng-licensing.yaml",
      ["observe=[culture]", "culture.width=240um", "culture.depth=1.2mm"]
    )
    let run = try Scenarios.run(dish)[0]
    #expect(Laboratory(run).places.map(\.name) == ["well"])
    let living = Observables(run.experiment).living(try #require(run.snapshots.last)).all
    #expect(try readings(run, "culture").last?.reading.value == Double(living))
  }

  static let mistakes: [(more: String, says: [String])] = [
    ("label: in111\nobserve: [in111, bli, qpcr]", []),
    (
      "observe: [in111]",
      [
        "small.yaml:6:11: observe.in111: reads the label \"111In-oxine\", and the cells carry none; give them a 'label' of that name, or observe by what reads viable cells or dna"
      ]
    ),
    (
      "label: cr51\nobserve: [bli, in111]",
      [
        "small.yaml:7:16: observe.in111: reads the label \"111In-oxine\", and the cells carry \"51Cr\"; give them a 'label' of that name, or observe by what reads viable cells or dna"
      ]
    ),
    (
      "observe: [bly]",
      [
        "small.yaml:6:11: observe.bly: there is no 'bly' in LIBRARY/modalities (did you mean 'bli'?)…"
      ]
    ),
    (
      "observe: bli", ["small.yaml:6:10: observe: found \"bli\"; expected a list of names, as in …"]
    ),
    (
      "observe: {bli: {preset: bli, counts: decayed}}",
      [
        "small.yaml:6:30: observe.bli.counts: unknown key; its keys are background, depth, detection_limit, halving, noise, overlap, reads"
      ]
    ),
    (
      "observe: {bli: {preset: bli, noise: -5 %}}",
      ["small.yaml:6:37: observe.bli.noise: found \"-5 %\"; allowed is 0 to 10"]
    ),
    (
      "observe: {own: {reads: viable, detection_limit: 3 cells, depth: {lung: 1 mm}}}",
      [
        "small.yaml:6:65: observe.own.depth: takes a 'halving', the depth in which the signal falls by half"
      ]
    ),
    (
      "observe: {bli: {preset: bli, depth: {lungs: 1 mm}}}",
      ["small.yaml:6:38: observe.bli.depth.lungs: unknown key (did you mean 'lung'?)…"]
    ),
    (
      "observe: {bli: {preset: bli, sample: {cells: 1 cells}}}",
      ["small.yaml:6:30: observe.bli.sample: unknown key…"]
    ),
    (
      "observe: {qpcr: {preset: qpcr, sample: {cells: 0 cells, density: 1e9 cells/mL, genomes: 1}}}",
      ["small.yaml:6:48: observe.qpcr.sample.cells: found \"0 cells\"; allowed is 1 to 1e9 cells"]
    ),
    (
      "observe: {own: {reads: cells, detection_limit: 3}}",
      [
        "small.yaml:6:24: observe.own.reads: found \"cells\"; expected one of viable, dna, label",
        "small.yaml:6:48: observe.own.detection_limit: found \"3\", a number without unit; expected a number of cells, as in 2e6 cells",
      ]
    ),
    (
      "label: {preset: dye, physical_half_life: nver}",
      [
        "small.yaml:6:42: label.physical_half_life: found \"nver\"; expected a time, or 'never', as in 25 min"
      ]
    ),
  ]

  @Test(arguments: mistakes) func mistakesTeach(more: String, says: [String]) throws {
    let said = try Scenarios.said(of: more)
    #expect(agree(said, says), "\(said.joined(separator: "\n"))")
  }

  /// What was resolved reads back as the same modalities and label.
  @Test func readsBackTheSame() throws {
    let scratch = try ScratchLibrary()
    let path = "\(Scenarios.root)/tutorials/mouse-modalities.yaml"
    let first = try ResolvedScenario(path: path)
    let copy = try scratch.write(Data(first.yaml.utf8), "copy.yaml")
    let second = try ResolvedScenario(path: copy, library: Scenarios.root)
    #expect(second.experiments.map(\.modalities) == first.experiments.map(\.modalities))
    #expect(first.experiments.map { $0.modalities.map(\.name) }.last == ["bli", "qpcr", "iron"])
    #expect(second.experiments.map(\.laws.remains.label?.decay).dropFirst() == [0, 0])
  }
}
