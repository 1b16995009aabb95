import Agents
import Campaign
import Fields
import Foundation
import Laws
import Observations
import Scenario
import Simulation
import Substrate
import Testing
import Vocabulary

/// One of the parts alike of a scenario, and the whole.
@Suite("Reduced scenarios")
struct ReducedTests {
  static let dose = ["duration=12 h", "treatment.dose=8e4 cells", "clock.output_every=6 h"]
  /// Injured tissue about the centre of a block, what it gives, and what blood and the faces take.
  static let focus = """
    name: focus
    duration: 24 h
    clock: {cell_step: 10 min, output_every: 6 h}
    transport: {tolerance: 1e-5}
    host: mouse
    product: human-marrow-msc
    without: [cells]
    treatment: {route: intravenous, dose: 1e4 cells}
    factors: [tnfa, ccl2, ros, ifng]
    tissues:
      block:
        organ: liver
        voxels: 16 x 20 x 12
        spacing: 20 um
        factors:
          ifng: {given: {baseline: 0.02 ng/mL, amplitude: 1 ng/mL, width: 100 um, half_life: 36 h}}
          tnfa: {exchange: 0.1 1/min, faces: {x_low: {fixed: 1 nM}, x_high: {fixed: 1 nM}}}
          ccl2: {exchange: 0.1 1/min}
          ros: {}
        state:
          injury: {amplitude: 0.8, width: 80 um}
          vessels: {baseline: 1, amplitude: -0.5, width: 60 um}
          gives: {tnfa: {injured: 1 ng/mL/h}, ccl2: {injured: 5 ng/mL/h}, ros: {injured: 1 uM/min}}
          exchange: vessels
    """
  static let liver = "tutorials/liver-injury-exposure.yaml"

  private func values(_ name: String, _ overrides: [String]) throws -> [Snapshot] {
    try Scenarios.run(Scenarios.load(name, overrides)).flatMap(\.snapshots)
  }

  /// An eighth of a focus, about its corner, is what the whole is, but for rounding: patterns, transport, exchange, tissue.
  @Test func anEighthOfAFocusIsItsWhole() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).yaml")
    try Data(Self.focus.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    func run(_ overrides: [String]) throws -> [Snapshot] {
      let scenario = try ResolvedScenario(
        path: file.path,
        library: Scenarios.root,
        overrides: overrides
      )
      return try Scenarios.run(scenario).flatMap(\.snapshots)
    }
    let (whole, part) = (try run([]), try run(["reduced=8"]))
    #expect(whole.count == part.count && whole.count > 1)
    for (a, b) in zip(whole, part) {
      for (x, y) in zip(a.levels.joined(), b.levels.joined()) {
        #expect((x.mean - y.mean).magnitude <= 1e-3 * x.mean, "\(x.factor)")
        #expect((x.largest - y.largest).magnitude <= 1e-3 * x.largest, "\(x.factor)")
      }
      for (x, y) in zip(a.masses.joined(), b.masses.joined()) {
        #expect((x.balance.final - y.balance.final).magnitude <= 1e-3 * x.balance.turnover)
        #expect((x.balance.turnover - y.balance.turnover).magnitude <= 1e-3 * x.balance.turnover)
        #expect(y.balance.relativeResidual < 1e-6)
      }
      for (x, y) in zip(a.tissue, b.tissue) {
        let (x, y) = (try #require(x), try #require(y))
        #expect(x.injured > 0 && (x.injured - y.injured).magnitude <= 1e-5 * x.injured)
        #expect((x.vessels - y.vessels).magnitude <= 1e-5 * x.vessels)
      }
    }
  }

  /// A part counts its cells as often as there are parts: the dose is the same, nothing is lost, and where cells are differs by
  /// chance alone, which for an eighth of the agents is √8 times that of the whole.
  @Test func countsTheWhole() throws {
    let name = "tutorials/mouse-iv.yaml"
    let whole = try #require(try values(name, Self.dose).last)
    let part = try #require(try values(name, Self.dose + ["reduced=8"]).last)
    #expect(part.dose == 80_000 && part.agents == 10_000 && part.residual == 0)
    #expect(part.living.allSatisfy { $0.all.isMultiple(of: 8) })
    for (x, y) in zip(whole.living, part.living) {
      let expected = Double(x.all)
      // Five standard deviations of a count of eights, more where events are not independent.
      let error = 5 * (8 * max(8, expected)).squareRoot() + 0.01 * expected
      #expect((Double(y.all) - expected).magnitude <= error, "\(x.all), \(y.all)")
    }
    for (x, y) in zip(whole.occluded, part.occluded) {
      #expect((x - y).magnitude <= 0.05 * x + 1e-4)
    }
  }

  /// Host cells of a part, multiplied, are those of the whole at the start, and their ledger is closed.
  @Test func countsHostCells() throws {
    let overrides = ["duration=1 h", "clock.output_every=1 h", "clock.also_at=[]"]
    let whole = try #require(try values(Self.liver, overrides).first)
    let part = try #require(try values(Self.liver, overrides + ["reduced=8"]).first)
    for (x, y) in zip(whole.populations.joined(), part.populations.joined()) {
      #expect(x.kind == y.kind)
      #expect(abs(x.ledger.initial - y.ledger.initial) <= max(4, x.ledger.initial / 10))
      #expect(y.ledger.present == y.summary.cells && y.summary.cells.isMultiple(of: 8))
    }
  }

  @Test(arguments: [
    (["reduced=0"], "a whole number from 1 to 4096"),
    (["reduced=3"], "has no 3 parts alike"),
    (["reduced=64"], "has no 64 parts alike"),
    (["reduced=8", "treatment.agents=3"], "there are 3 agents of a dose, too few to divide by 8"),
    (
      ["reduced=8", "treatment.dose=12 cells"],
      "there are 12 cells of a dose, too few to divide by 8"
    ),
  ])
  func refusesWhatHasNoSuchPart(overrides: [String], words: String) {
    let found = #expect(throws: ScenarioError.self) {
      try Scenarios.load("tutorials/mouse-iv.yaml", overrides)
    }
    #expect(found?.description.contains(words) == true, "\(found?.description ?? "")")
  }

  /// The cut keeps what a formulation takes: an eighth of its voxels about the corner that is the centre of the whole.
  @Test func dividesAFormulation() throws {
    let name = "tutorials/muscle-gel-and-repeat.yaml"
    let (whole, part) = try (Scenarios.load(name), Scenarios.load(name, ["reduced=8"]))
    let gel = try #require(whole.experiments.firstIndex { $0.arm == "microgel" })
    let (a, b) = (whole.experiments[gel].tissues[0], part.experiments[gel].tissues[0])
    #expect((b.shape.nx, b.shape.ny, b.shape.nz) == (8, 8, 8) && b.region.count == 512)
    let bed = try #require(a.bed?.region)
    let (all, eighth) = (a.region.count { $0 == bed }, b.region.count { $0 == bed })
    #expect(all > 0 && abs(all - 8 * eighth) <= 4)
    #expect(b.region[511] == bed && b.region[0] != bed)
    #expect(part.experiments[gel].cells == whole.experiments[gel].cells)
  }

  /// Cells beside a cut touch what they would touch in the whole, whose other parts are mirror images.
  @Test func cellsTouchTheirImages() {
    let all: GridShape.Axes = [.axis(0), .axis(1), .axis(2)]
    let part = GridShape(nx: 4, ny: 3, nz: 2, spacing: 20, cut: all)
    let whole = GridShape(nx: 8, ny: 6, nz: 4, spacing: 20)
    var (a, b) = (SparseMap(part, isUsed: true), SparseMap(whole, isUsed: true))
    var (own, images): ([(voxel: Int32, number: Float)], [(voxel: Int32, number: Float)]) = ([], [])
    func voxel(_ x: Int, _ y: Int, _ z: Int) -> Int { (z * 6 + y) * 8 + x }
    for v in 0..<part.count {
      let number = Float(Philox.block(counter: .init(UInt32(v), 0, 0, 0), key: (1, 2)).uniform)
      own.append((Int32(v), number))
      let (x, y, z) = (v % 4, v / 4 % 3, v / 12)
      for x in [x, 7 - x] {
        for y in [y, 5 - y] {
          for z in [z, 3 - z] { images.append((Int32(voxel(x, y, z)), number)) }
        }
      }
    }
    a.add(own)
    b.add(images)
    for v in 0..<part.count {
      let other = b.values[voxel(v % 4, v / 4 % 3, v / 12)]
      #expect((a.values[v] - other).magnitude < 1e-5 * other)
    }
  }

  /// What is a part already is not divided again.
  @Test func dividesOnce() throws {
    let half = Self.dose + ["treatment.dose=4e4 cells", "reduced=8"]
    let whole = try values("tutorials/mouse-iv.yaml", Self.dose)
    let part = try values("tutorials/mouse-iv.yaml", half)
    #expect(try #require(whole.last).dose == 2 * #require(part.last).dose)
    #expect(throws: NoPart.self) {
      try ReductionCheck(
        of: Scenarios.load("tutorials/mouse-iv.yaml", half),
        parts: 8,
        replicates: 2,
        on: Workers(count: 1)
      )
    }
  }

  /// The comparison finds no difference between a scenario and its parts.
  @Test func comparesWithTheWhole() throws {
    let scenario = try Scenarios.load("tutorials/mouse-iv.yaml", Self.dose)
    let check = try ReductionCheck(of: scenario, parts: 8, replicates: 3, on: Workers(count: 2))
    #expect(check.rows.count > 5 && check.agrees, "\(check.summary)")
    #expect(check.rows.allSatisfy { $0.allowed >= 0.01 * $0.whole.mean.magnitude })
  }
}
