import CLAPACK
import Foundation
import Substrate
import Testing

@Suite("Chance")
struct ChanceTests {
  /// Known answers published with the generator (Random123, kat_vectors).
  @Test(arguments: [
    (
      Philox.Block(0, 0, 0, 0), UInt32(0), UInt32(0),
      Philox.Block(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8)
    ),
    (
      Philox.Block(.max, .max, .max, .max), .max, .max,
      Philox.Block(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd)
    ),
    (
      Philox.Block(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), 0xa409_3822, 0x299f_31d0,
      Philox.Block(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1)
    ),
  ])
  func philoxKnownAnswers(counter: Philox.Block, k0: UInt32, k1: UInt32, answer: Philox.Block) {
    #expect(Philox.block(counter: counter, key: (k0, k1)) == answer)
  }

  @Test func everyCoordinateMatters() {
    let chance = Chance(seed: 1, replicate: 1)
    let base = chance.block(.hazard, cell: 1, step: 1, draw: 1)
    #expect(chance.block(.cause, cell: 1, step: 1, draw: 1) != base)
    #expect(chance.block(.hazard, cell: 2, step: 1, draw: 1) != base)
    #expect(chance.block(.hazard, cell: 1, step: 2, draw: 1) != base)
    #expect(chance.block(.hazard, cell: 1, step: 1, draw: 2) != base)
    #expect(Chance(seed: 2, replicate: 1).block(.hazard, cell: 1, step: 1, draw: 1) != base)
    #expect(Chance(seed: 1, replicate: 2).block(.hazard, cell: 1, step: 1, draw: 1) != base)
    #expect(Chance(seed: 1, replicate: 1).block(.hazard, cell: 1, step: 1, draw: 1) == base)
  }

  @Test func purposesNeverShareANumber() {
    #expect(Set(Chance.Purpose.allCases.map(\.rawValue)).count == Chance.Purpose.allCases.count)
  }

  /// Means and variances within 5 standard errors of n draws of a fixed seed.
  @Test func momentsOfTheDistributions() {
    let chance = Chance(seed: 7, replicate: 1)
    let n = 200_000
    var sums = (u: 0.0, e: 0.0, z: 0.0, zz: 0.0, ue: 0.0)
    for i in 0..<n {
      let block = chance.block(.crawl, cell: UInt32(i))
      let u = block.uniform
      let e = block.secondExponential
      let z = block.normal
      #expect(u > 0 && u < 1 && e > 0)
      sums.u += u
      sums.e += e
      sums.z += z
      sums.zz += z * z
      sums.ue += (u - 0.5) * (e - 1)
    }
    let count = Double(n)
    #expect((sums.u / count - 0.5).magnitude < 5 * (1 / 12 / count).squareRoot())
    #expect((sums.e / count - 1).magnitude < 5 / count.squareRoot())
    #expect((sums.z / count).magnitude < 5 / count.squareRoot())
    #expect((sums.zz / count - 1).magnitude < 5 * (2 / count).squareRoot())
    #expect((sums.ue / count).magnitude < 5 * (1.0 / 12 / count).squareRoot())
  }
}

@Suite("Elementary functions")
struct ElementaryTests {
  @Test func expAgreesWithTheLibrary() {
    var worst = 0.0
    for i in -70_000...70_000 {
      let x = Double(i) / 100 + 0.003
      let want = Foundation.exp(x)
      worst = max(worst, (Elementary.exp(x) / want - 1).magnitude)
    }
    #expect(worst < 6e-16)
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(-1000) == 0)
  }

  @Test func logAgreesWithTheLibrary() {
    var worst = 0.0
    for i in 1...200_000 {
      let x = Double(i) * 1e-3 * Foundation.exp(Double(i % 400) - 200)
      let want = Foundation.log(x)
      worst = max(worst, (Elementary.log(x) - want).magnitude / max(1, want.magnitude))
    }
    #expect(worst < 6e-16)
    #expect(Elementary.log(1) == 0)
  }

  @Test func powerAndQuantile() {
    #expect((Elementary.power(2, 10) - 1024).magnitude < 1e-11)
    #expect(Elementary.power(0, 3) == 0)
    #expect(NormalDistribution.quantile(0.5) == 0)
    for (p, z) in [
      (0.975, 1.959963984540054), (0.001, -3.090232306167813), (1e-10, -6.361340902404056),
    ] {
      #expect((NormalDistribution.quantile(p) - z).magnitude < 1e-9)
    }
  }
}

@Suite("Workers")
struct WorkersTests {
  @Test func threadsThatStartAreCounted() {
    #expect(Cores.startable(1) == 1)
    #expect((1...Cores.online).contains(Cores.startable(4096)))
    #expect(Cores.startable(2) == min(2, Cores.online))
  }

  @Test(arguments: [1, 2, 3, 8])
  func resultsComeInOrder(count: Int) {
    #expect(Workers(count: count).map(100) { $0 * $0 } == (0..<100).map { $0 * $0 })
    #expect(Workers(count: count).map(0) { $0 }.isEmpty)
  }
}

@Suite("LAPACK")
struct LAPACKTests {
  @Test func solvesASystem() {
    var a = [4.0, 1, 0, 1, 3, 1, 0, 1, 2]
    var b = [5.0, 5, 3]
    var pivots = [Int32](repeating: 0, count: 3)
    var n: Int32 = 3
    var one: Int32 = 1
    var info: Int32 = -1
    dgesv_(&n, &one, &a, &n, &pivots, &b, &n, &info)
    #expect(info == 0)
    #expect(b.allSatisfy { ($0 - 1).magnitude < 1e-14 })
  }
}
