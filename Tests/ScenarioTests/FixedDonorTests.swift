import Body
import Fields
import Foundation
import Observations
import Scenario
import Simulation
import Substrate
import Testing

/// A donor is drawn anew in each replicate, or is one in all of them.
@Suite("Fixed donors")
struct FixedDonorTests {
  /// What the cells of a donor give to a block in two arms and four replicates, over what those of the mean donor do.
  private static func given(_ donor: String) throws -> [Double] {
    let text =
      InterventionTests.muscle.replacing("duration: 2 d", with: "duration: 1 h")
      .replacing("output_every: 4 h", with: "output_every: 1 h")
      + "arms: {one: {}, two: {treatment: {dose: 4e5 cells}}}\nreplicates: 4\n"
    func added(_ donor: String) throws -> [Double] {
      let scenario = try InterventionTests.resolve(
        ["treatment.gives=soluble", "product.donor=\(donor)"],
        text
      )
      return try Scenarios.run(scenario, workers: 2, replicates: 4).map { run in
        let last = try #require(run.snapshots.last)
        return try #require(last.masses[0].first { $0.factor == "hgf" }).balance.added
      }
    }
    return zip(try added(donor), try added("0")).map { $0 / $1 }
  }

  /// Fixed, its potency is the same in all replicates and arms; else each replicate has another, and arms share it.
  @Test func oneDonorInAllReplicates() throws {
    let fixed = try Self.given("fixed")
    #expect(fixed.count == 8)
    #expect(fixed.allSatisfy { ($0 / fixed[0] - 1).magnitude < 1e-6 })
    #expect((fixed[0] - 1).magnitude > 1e-3)
    let drawn = try Self.given("1")
    let distinct = Set(drawn.map { ($0 * 1e4).rounded() })
    #expect(distinct.count == 4)
  }

  /// Its potency is that of its number by the seed alone.
  @Test func isDrawnBySeedAndNumber() throws {
    var product = try Scenarios.load("tutorials/mouse-iv.yaml").experiments[0].product
    product.donor.number = 3
    product.donor.isFixed = true
    let want = product.donor.provenance.potency(of: 3, Chance(seed: 9, replicate: 0))
    for replicate in 1...3 {
      let chance = Chance(seed: 9, replicate: UInt32(replicate))
      #expect(product.drawn(by: 9).donor.potency(chance) == want)
      #expect(product.drawn(by: 10).donor.potency(chance) != want)
    }
    product.donor.isFixed = false
    #expect(product.drawn(by: 9).donor.potency(Chance(seed: 9, replicate: 1)) != want)
  }

  /// A note says where a donor is another person in each replicate: not where it is fixed, the mean of all or drawn once.
  @Test func aNoteSaysWhereDonorsAreDrawn() throws {
    func notes(_ overrides: [String]) throws -> [Note] {
      try Scenarios.load("tutorials/mouse-iv.yaml", overrides).notes().filter {
        $0.key == "donor_drawn"
      }
    }
    let raised = try notes(["product.donor=3", "replicates=4"])
    #expect(raised.count == 1)
    #expect(
      raised[0].description.contains(
        "donor 3 of human-marrow-msc is a different person in each of 4"
      )
    )
    for near in [
      ["product.donor=fixed 3", "replicates=4"], ["product.donor=0", "replicates=4"],
      ["product.donor=3", "replicates=1"],
      ["product={donor: 3, donor_variation: 0}", "replicates=4"],
    ] {
      #expect(try notes(near).isEmpty, "\(near)")
    }
  }

  /// The word stands alone or before a number, and is kept as it is given.
  @Test func wordsAreRead() throws {
    func product(_ donor: String) throws -> (Product, String?) {
      let scenario = try Scenarios.load("tutorials/mouse-iv.yaml", ["product.donor=\(donor)"])
      let record = scenario.records.first { $0.path == ["product", "donor"] }
      return (scenario.experiments[0].product, record?.text)
    }
    for (text, number, isFixed) in [
      ("fixed", 1, true), ("fixed 7", 7, true), ("7", 7, false), ("0", 0, false),
    ] {
      let (product, record) = try product(text)
      #expect(product.donor.number == UInt32(number) && product.donor.isFixed == isFixed)
      #expect(record == text)
    }
    for wrong in ["fixed 0", "fixed x", "fixed 1000001", "fxed"] {
      let said = BrokenIntervention.said(["product.donor=\(wrong)"])
      #expect(said.count == 1 && said[0].contains("product.donor: found \"\(wrong)\""), "\(said)")
    }
  }
}
