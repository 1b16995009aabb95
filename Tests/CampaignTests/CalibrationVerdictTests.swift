import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// A calibration says whether a fit was found, how many parameter sets it rests on and how far data are missed.
@Suite("Verdicts of calibrations")
struct CalibrationVerdictTests {
  /// 2 u₀ + u₁ and 2 u₀ − u₁, each read twice, with errors of 0.1.
  private static func model(_ place: [Double]) -> [Double] {
    let (sum, difference) = (2 * place[0] + place[1], 2 * place[0] - place[1])
    return [sum, difference, sum, difference]
  }

  /// Data of a place by number, the last of them wrong by so many errors.
  private static func data(_ number: Int, wrongBy errors: Double) -> [Datum] {
    let chance = Chance(seed: UInt64(number), replicate: 9)
    let place = (0..<2).map { chance.block(.design, cell: UInt32($0)).uniform }
    return model(place).enumerated().map { j, value in
      let noise = chance.block(.reading, cell: UInt32(j)).normal
      return Datum(value: value + 0.1 * (noise + (j == 3 ? errors : 0)), error: 0.1)
    }
  }

  private static func fit(_ method: String, _ data: [Datum]) -> GoodnessOfFit? {
    let simulate: ([[Double]]) -> [[Double]?] = { $0.map(model) }
    let found =
      method == "abc"
      ? TemperedABC.posterior(
        of: Likelihood(data),
        dimensions: 2,
        particles: 100,
        generations: 10,
        seed: 1,
        simulate: simulate
      )
      : EmulatedPosterior.posterior(
        of: Likelihood(data),
        dimensions: 2,
        points: 12,
        refinements: 0,
        seed: 1,
        on: Workers(count: 2),
        simulate: simulate
      )
    return found.map { GoodnessOfFit($0, Likelihood(data)) }
  }

  /// Of 100 simulated data sets a model that is right is "not fitted" in at most 5, one that misses a datum by 10
  /// errors in at least 95.
  @Test(arguments: ["abc", "emulator"]) func rightAndWrongModels(method: String) throws {
    func share(wrongBy errors: Double) throws -> Int {
      try (0..<100).count { n in
        try #require(Self.fit(method, Self.data(n, wrongBy: errors))).verdict == .notFitted
      }
    }
    #expect(try share(wrongBy: 0) <= 5)
    #expect(try share(wrongBy: 10) >= 95)
  }

  /// The tail of the χ² distribution, by mpmath 1.3.
  @Test(arguments: [
    (0.5, 1, 0.47950012218695348), (3.84145882069412, 1, 0.05), (2, 2, 0.36787944117144233),
    (10, 3, 0.01856613546304323), (7.5, 4, 0.1117092928160433), (40, 20, 0.004995412308307587),
    (0, 5, 1), (1e5, 3, 0),
  ])
  func tails(x: Double, degrees: Int, expected: Double) {
    #expect((GoodnessOfFit.above(x, degrees: degrees) - expected).magnitude < 1e-12)
  }

  private static func posterior(
    _ places: [[Double]],
    prediction: Double,
    failed: Int = 0
  ) -> GoodnessOfFit {
    GoodnessOfFit(
      Posterior(
        places: places,
        predictions: places.map { _ in [prediction] },
        variances: [],
        evaluated: 200,
        failed: failed,
        notes: []
      ),
      Likelihood([Datum(value: 1, error: 0.5)])
    )
  }

  /// Copies of one set are one set; the limits are those of the documentation.
  @Test func verdicts() {
    let many = (0..<40).map { [Double($0) / 40] }
    let fit = Self.posterior(many, prediction: 1.5)
    #expect(fit.verdict == .fitted && fit.distinct == 40 && fit.effective == 40)
    #expect(fit.chiSquare == 1 && (fit.p - 0.31731050786291415).magnitude < 1e-12)
    // 21 distinct sets of which one holds half of the weight are effectively few.
    let copies = many[..<20] + [[Double]](repeating: [0.99], count: 20)
    let few = Self.posterior(Array(copies), prediction: 1)
    #expect(few.distinct == 21 && few.effective == 1600.0 / 420 && few.verdict == .undetermined)
    #expect(Self.posterior(Array(many[..<19]), prediction: 1).verdict == .undetermined)
    #expect(Self.posterior(many, prediction: 3).verdict == .notFitted)
    #expect(Self.posterior(many, prediction: 1, failed: 100).verdict == .fitted)
    #expect(Self.posterior(many, prediction: 1, failed: 101).verdict == .notFitted)
  }

  /// A campaign that cannot fit says so in its table and its last line.
  @Test func tablesSayIt() throws {
    let bench = try CampaignBench()
    try bench.write(
      "arm,endpoint,modality,time_h,value,error\nfresh,lung_viable_cells,,6,1e12,10\n",
      "data.csv"
    )
    try bench.write(
      """
      name: miss
      scenario: blink.yaml
      calibration: {method: abc, data: data.csv, particles: 30, generations: 3}
      vary: {stress.lung.lumen: range}

      """,
      "miss.yaml"
    )
    let calibration = try #require(Calibration(try bench.sweep("miss.yaml").description))
    let found = try calibration.posterior(
      in: try bench.store("store.sqlite"),
      on: Workers(count: 2),
      until: Interruption()
    ) { _ in }
    let lines = found.parametersCSV.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    let verdict = try #require(lines[0].firstIndex(of: "verdict"))
    let p = try #require(lines[0].firstIndex(of: "predictive_p"))
    #expect(lines[1][verdict] == "not fitted" && lines[1][p] == "0")
    #expect(found.fit.words.hasPrefix("not fitted: ") && found.fit.chiSquarePerDatum > 1e21)
    // However far data are, the sets are no copies of one.
    #expect(found.fit.distinct > 2, "\(found.fit.words)")
  }
}
