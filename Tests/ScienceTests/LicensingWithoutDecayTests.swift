import Laws
import Testing

/// Licensing where activity does not fall, which the parameter set allows.
@Suite("Licensing without decay")
struct LicensingWithoutDecayTests {
  static let law: Licensing = {
    var law = Licensing()
    (law.naiveRate, law.memoryRate, law.memoryGain) = (0.002, 0.01, 0.001)
    (law.proteinHalfLife, law.thawRecovery) = (720, 420)
    return law
  }()

  /// Without drive activity stays as it is; with one it rises as 1 - exp(-a t).
  @Test(arguments: [0.0, 0.25, 1])
  func activityStaysOrRises(activity: Double) {
    let rested = Self.law.axes[0].rates.advance(activity: activity, memory: 0, drive: 0, by: 600)
    #expect(rested.activity == activity)
    let driven = Self.law.axes[0].rates.advance(activity: activity, memory: 0, drive: 1, by: 600)
    let expected = 1 - (1 - activity) * 0.301194
    #expect((driven.activity - expected).magnitude < 1e-6)
  }
}
