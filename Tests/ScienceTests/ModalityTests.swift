import Body
import Substrate
import Testing

@Suite("Modalities")
struct ModalityTests {
  let chance = Chance(seed: 17, replicate: 1)

  private func modality(
    _ name: String = "bli",
    _ quantity: Modality.Quantity = .viable,
    counts: Modality.Counts = .corrected,
    noise: Double = 0,
    background: Double = 0
  ) -> Modality {
    Modality(
      name: name,
      quantity: quantity,
      counts: counts,
      limit: 1000,
      noise: noise,
      background: background
    )
  }

  private func values(_ modality: Modality, of cells: Double, count: Int) -> [Double] {
    (0..<count).map {
      modality.reading(of: cells, activity: 1, place: 1, step: UInt32($0), chance).value
    }
  }

  private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1))
  }

  /// Without noise a reading is the number of cells to the bit, and is detected above the limit only.
  @Test(arguments: [0, 1, 999.9, 1000, 1000.1, 123_456.7])
  func readsWhatIsThere(cells: Double) {
    let reading = modality().reading(of: cells, activity: 0.3, place: 0, step: 9, chance)
    #expect(reading == Modality.Reading(value: cells, isDetected: cells > 1000))
  }

  /// In a reaction that takes the DNA of 15,000 of the 1.5e8 cells of an organ there is a genome of the donor from 1e4 cells on.
  @Test func aReactionTakesPartOfAnOrgan() {
    var assay = modality("qpcr", .dna)
    let volume = 0.15e12
    #expect(assay.limit(in: volume) == 1000)
    assay.sample = Modality.Sample(cells: 15000, density: 1e9 / 1e12, genomes: 1)
    #expect((assay.limit(in: volume) / 1e4 - 1).magnitude < 1e-12)
    #expect(assay.limit(in: 0) == 1000)
    for cells in [9999.0, 10_001] {
      let reading = assay.reading(
        of: cells,
        activity: 1,
        volume: volume,
        place: 1,
        step: 0,
        chance
      )
      #expect(reading == Modality.Reading(value: cells, isDetected: cells > 1e4))
    }
  }

  /// Noise has the mean 1 and the coefficient of variation c.
  ///
  /// Of n lognormal numbers the mean has the
  /// standard error c / √n, and the variance the relative error √((κ − 1) / n), where the kurtosis κ is
  /// w⁴ + 2 w³ + 3 w² − 3 and w = 1 + c².
  @Test(arguments: [0.05, 0.2, 0.6]) func noiseHasTheSizeAskedFor(c: Double) {
    let n = 40_000
    let (mean, variance) = moments(values(modality(noise: c), of: 5000, count: n))
    #expect((mean / 5000 - 1).magnitude < 5 * c / Double(n).squareRoot())
    let w = 1 + c * c
    let kurtosis = w * w * w * w + 2 * w * w * w + 3 * w * w - 3
    let error = ((kurtosis - 1) / Double(n)).squareRoot()
    #expect((variance / (5000 * c * 5000 * c) - 1).magnitude < 5 * error)
  }

  /// Background has the mean 0 and the standard deviation asked for, with cells and without.
  @Test(arguments: [0.0, 5000]) func backgroundHasTheSizeAskedFor(cells: Double) {
    let n = 40_000
    let (mean, variance) = moments(values(modality(background: 300), of: cells, count: n))
    #expect((mean - cells).magnitude < 5 * 300 / Double(n).squareRoot())
    #expect((variance / 90_000 - 1).magnitude < 5 * (2 / Double(n)).squareRoot())
  }

  /// Every modality, place, step and replicate has noise of its own.
  @Test func noiseIsOfItsOwn() {
    func read(_ name: String, _ place: UInt32, _ step: UInt32, _ replicate: UInt32) -> Double {
      modality(name, noise: 0.2).reading(
        of: 1e4,
        activity: 1,
        place: place,
        step: step,
        Chance(seed: 17, replicate: replicate)
      ).value
    }
    let all = [
      read("bli", 0, 1, 1), read("qpcr", 0, 1, 1), read("bli", 1, 1, 1), read("bli", 0, 2, 1),
      read("bli", 0, 1, 2),
    ]
    #expect(Set(all).count == all.count)
    #expect(read("bli", 0, 1, 1) == all[0])
  }

  /// Physical decay lowers what is counted, and so what is detected, of a label only; correction for it
  /// gives the label back and makes nothing visible.
  @Test func decayIsOfLabelsOnly() {
    func read(_ modality: Modality) -> Modality.Reading {
      modality.reading(of: 3000, activity: 0.25, place: 0, step: 1, chance)
    }
    #expect(read(modality("i", .label)) == Modality.Reading(value: 3000, isDetected: false))
    #expect(
      read(modality("i", .label, counts: .decayed))
        == Modality.Reading(value: 750, isDetected: false)
    )
    #expect(read(modality("d", .dna)) == Modality.Reading(value: 3000, isDetected: true))
    // The background of counts grows with the correction.
    let counted = read(modality("i", .label, counts: .decayed, noise: 0.3, background: 50)).value
    let corrected = read(modality("i", .label, noise: 0.3, background: 50)).value
    #expect((corrected * 0.25 / counted - 1).magnitude < 1e-12)
  }
}
