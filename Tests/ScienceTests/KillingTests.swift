import Laws
import Testing
import Vocabulary

/// What kills mismatched cells, and when.
@Suite("Killing by the host")
struct KillingTests {
  static let law = Killing {
    $0.mismatch = 0.8
    $0.naturalKillers = 0.003
    $0.tCells = 0.0005
    $0.onset = 7200
    $0.repeatFold = 6
  }
  static let host = Immunity(naturalKillers: 0.7, tCells: 0.4)

  /// κ = m (n k_N + s t k_T b): T cells from the onset on in a sensitised host, b only once a later dose is met.
  @Test(arguments: [0, 7199.999, 7200, 1e6] as [Double], [false, true])
  func hazardIsThatOfTheEquation(time: Double, isSensitised: Bool) {
    let s = isSensitised && time >= 7200 ? 1.0 : 0
    for (isMetAgain, b) in [(false, 1.0), (true, 6)] {
      let found = Self.law.hazard(
        in: Self.host,
        sinceFirstDose: time,
        isSensitised: isSensitised,
        isMetAgain: isMetAgain
      )
      let want = 0.8 * (0.7 * 0.003 + s * 0.4 * 0.0005 * b)
      #expect((found.sum - want).magnitude < 1e-16)
      #expect((found.natural - 0.8 * 0.7 * 0.003).magnitude < 1e-16)
      #expect((found.tCells - 0.8 * s * 0.4 * 0.0005).magnitude < 1e-16)
      #expect(found.sum <= Self.law.largestHazard(in: Self.host))
    }
  }

  /// Cells that match, and hosts without killers, see none.
  @Test func whatMatchesIsSpared() {
    var matched = Self.law
    matched.mismatch = 0
    #expect(matched.largestHazard(in: Self.host) == 0)
    #expect(Self.law.largestHazard(in: Immunity(naturalKillers: 0, tCells: 0)) == 0)
  }
}
