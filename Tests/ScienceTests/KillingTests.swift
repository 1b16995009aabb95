import Laws
import Testing
import Vocabulary

/// What kills cells of the product, and when.
@Suite("Killing by the host")
struct KillingTests {
  static let law = Killing {
    $0.mismatch = 0.8
    $0.isForeign = true
    $0.naturalKillers = 0.003
    $0.tCells = 0.0005
    $0.onset = 7200
    $0.rise = 1440
    $0.repeatFold = 6
  }
  static let host = Immunity(naturalKillers: 0.7, tCells: 0.4)

  /// κ = n A k_N + m S t k_T b: T cells from the onset on in a sensitised host, b only once a later dose is met.
  @Test(arguments: [0, 7199.999, 7200, 8640, 10080, 1e6] as [Double], [false, true])
  func hazardIsThatOfTheEquation(time: Double, isSensitised: Bool) {
    let risen: Double = [8640: 0.5, 10080: 0.75, 1e6: 1][time] ?? 0
    let s: Double = isSensitised ? risen : 0
    let (natural, tCells): (Double, Double) = (0.7 * 0.003, 0.8 * 0.4 * 0.0005 * s)
    for (isMetAgain, b) in [(false, 1.0), (true, 6)] {
      let found = Self.law.hazard(
        in: Self.host,
        sinceFirstDose: time,
        isSensitised: isSensitised,
        isMetAgain: isMetAgain
      )
      #expect((found.sum - (natural + tCells * b)).magnitude < 1e-16)
      #expect((found.natural - natural).magnitude < 1e-16)
      #expect((found.tCells - tCells).magnitude < 1e-16)
      #expect(found.sum <= Self.law.largestHazard(in: Self.host))
    }
  }

  /// Where it does not rise, it is there at the onset.
  @Test func killingMayComeAtOnce() {
    var law = Self.law
    law.rise = 0
    #expect(law.response(after: 7199) == 0 && law.response(after: 7200) == 1)
  }

  /// Natural killers at rest spare cells of their own species, whether these match or not; active ones lyse both alike.
  @Test(arguments: [0, 0.8]) func naturalKillersNeedActivityOrForeignCells(mismatch: Double) {
    var law = Self.law
    law.mismatch = mismatch
    func natural(_ activity: Double, isForeign: Bool) -> Double {
      law.isForeign = isForeign
      let host = Immunity(naturalKillers: 0.7, naturalActivity: activity)
      return law.hazard(in: host, sinceFirstDose: 0, isSensitised: false, isMetAgain: false).natural
    }
    #expect(natural(0, isForeign: false) == 0)
    #expect((natural(0.25, isForeign: false) - 0.25 * 0.7 * 0.003).magnitude < 1e-18)
    #expect(natural(0.25, isForeign: true) == natural(0, isForeign: true))
    #expect(natural(10, isForeign: true) == natural(10, isForeign: false))
    law.natural = 0
    #expect(natural(10, isForeign: true) == 0)
  }

  /// T cells spare cells that match, and hosts without killers kill none.
  @Test func whatMatchesIsSpared() {
    var matched = Self.law
    (matched.mismatch, matched.isForeign) = (0, false)
    #expect(matched.largestHazard(in: Self.host) == 0)
    #expect(Self.law.largestHazard(in: Immunity(naturalKillers: 0, tCells: 0)) == 0)
  }
}
