import Agents
import Campaign
import Foundation
import Observations
import Simulation
import Substrate
import Testing

/// What a laboratory reads from the dilution of a dye.
@Suite("Dilution of a dye")
struct DyeDilutionTests {
  /// A division halves the dye of a cell, so that N cells of i divisions come of N / 2^i: these are no more than the cells that
  /// were ever there without being born, and the index is their mean number of divisions.
  @Test func theIndexIsDivisionsPerFounder() throws {
    let runs = try Scenarios.cut(
      "tutorials/culture-t-cell-suppression.yaml",
      agents: 3000,
      replicates: 1
    ).execute(on: Workers(count: 2))
    var seen = 0
    for snapshot in runs.flatMap(\.snapshots) {
      let dividing = snapshot.populations[0].filter(\.divides)
      var (founders, divisions, cells) = (0.0, 0.0, 0)
      for generations in dividing.map(\.summary.generations) {
        for (i, n) in generations.enumerated() {
          cells += n
          founders += Double(n) / pow(2, Double(i))
          divisions += Double(n) * Double(i) / pow(2, Double(i))
        }
      }
      let came = dividing.reduce(0) { $0 + $1.ledger.initial + $1.ledger.recruited }
      #expect(founders > 0 && founders <= Double(came))
      let index = try #require(Assay.divisionIndex(snapshot.populations[0]))
      #expect((index - divisions / founders).magnitude <= 1e-12 * index)
      if cells > came { seen += 1 }
    }
    #expect(seen > 0)
  }
}
