import Body
import Foundation
import Laws
import Substrate
import Testing

@Suite("Clot")
struct ClotTests {
  private let law = Clot {
    $0.growth = 2.0 / 60
    $0.threshold = 0.7
    $0.steepness = 4
    $0.dead = 1
    $0.halfLife = 600
  }

  private func density(_ living: Double, _ corpses: Double, procoagulance: Double = 1) -> Double {
    law.density(
      living: living,
      corpses: corpses,
      vessels: 1e6,
      procoagulance: procoagulance,
      coagulation: 0.5
    )
  }

  @Test func deadCellsAddToTissueFactor() {
    #expect(density(2e6, 0) == 1)
    #expect(density(0, 2e6) == 2)
    #expect(density(2e6, 2e6, procoagulance: 3) == 7)
    #expect(density(2e6, 0, procoagulance: 0) == 0)
  }

  /// The step is exact: however a time is split, and as the equation in small steps has it.
  @Test(arguments: [0, 0.3, 0.7, 2]) func theStepIsExact(density: Double) {
    let whole = law.share(after: 300, at: density, from: 0.1)
    var split = 0.1
    for time in [1.0, 19, 80, 200] { split = law.share(after: time, at: density, from: split) }
    #expect((whole - split).magnitude < 1e-14)
    let gain = Foundation.pow(density, 4) / (Foundation.pow(density, 4) + Foundation.pow(0.7, 4))
    var naive = 0.1
    let dt = 0.001
    for _ in 0..<300_000 {
      naive += dt * (2.0 / 60 * gain * (1 - naive) - naive * Foundation.log(2) / 600)
    }
    #expect((whole - naive).magnitude < 1e-5)
  }

  /// It dissolves by half in its half-life where nothing feeds it, and is steep in the density.
  @Test func itIsSteepAndDissolves() {
    #expect((law.share(after: 600, at: 0, from: 0.4) - 0.2).magnitude < 1e-15)
    let densities = stride(from: 0.0, through: 3, by: 0.1)
    let shares = densities.map { law.share(after: 60, at: $0, from: 0) }
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 })
    #expect(shares.allSatisfy { (0..<1).contains($0) })
    #expect(shares[7] / shares[3] > 10)
  }

  /// Corpses are cleared, spheres start no clot, and what cells leave open is shared.
  @Test func clotOfAnOrgan() {
    var product = CrawlingTests.product
    var clots = Clots(organs: 2)
    clots.bury(cells: 1e6, in: 1)
    func advance(_ clots: inout Clots) {
      clots.advance(
        law,
        clearance: Foundation.log(2) / 100,
        product,
        coagulation: 1,
        living: [0, 1_000_000],
        vessels: [1e6, 1e6],
        by: 100
      )
    }
    var spheres = clots
    advance(&clots)
    #expect(clots.share[0] == 0 && clots.share[1] > 0.9)
    #expect((clots.corpses[1] / 5e5 - 1).magnitude < 1e-12)
    #expect((clots.occluded(1, cells: 0.5) - (0.5 + 0.5 * clots.share[1])).magnitude < 1e-15)
    #expect(clots.occluded(0, cells: 0.3) == 0.3)
    product.traits.areInert = true
    advance(&spheres)
    #expect(spheres.share == [0, 0])
  }
}

@Suite("Embolism")
struct EmbolismTests {
  private let law = Embolism {
    $0.leftPressure = 5
    $0.drop = 10
    $0.largestPressure = 80
    $0.lethal = 4
    $0.steepness = 4
  }

  /// Half the segments gone doubles the resistance: 10 mmHg more, as the majority of the vessels is 5 to 10 in dogs.
  @Test func pressureBeforeAnOccludedLung() {
    #expect(law.pressure(resistance: Embolism.resistance(occluded: 0)) == 15)
    #expect(law.pressure(resistance: Embolism.resistance(occluded: 0.5)) == 25)
    #expect(Embolism.resistance(occluded: 1) == 1e6)
    #expect(law.pressure(resistance: 1e6) == 80)
  }

  @Test func deathRisesWithResistance() {
    #expect(law.death(resistance: 1) == 0)
    #expect((law.death(resistance: 5) - 0.5).magnitude < 1e-15)
    #expect((law.death(resistance: 9) - 16.0 / 17).magnitude < 1e-12)
    let chances = stride(from: 0.0, through: 1, by: 0.05).map {
      law.death(resistance: Embolism.resistance(occluded: $0))
    }
    #expect(zip(chances, chances.dropFirst()).allSatisfy { $0 < $1 })
    #expect(chances.allSatisfy { (0...1).contains($0) })
  }

  /// The largest resistance stays, as blood comes back.
  @Test func theLargestResistanceStays() {
    var clots = Clots(organs: 1)
    for occluded in [0, 0.5, 0.2] { clots.note(occluded: occluded) }
    #expect(clots.largestResistance == 2)
  }
}

@Suite("Flow past occluded organs")
struct DivertedFlowTests {
  private let host = roundHost()
  private var circulation: Circulation { Circulation(host) }

  private func shares(_ circulation: Circulation) -> [Int: Double] {
    var before = 0.0
    return circulation.arterialShares.reduce(into: [:]) { shares, entry in
      shares[entry.organ] = entry.upTo - before
      before = entry.upTo
    }
  }

  /// Each organ takes blood by what is open of it and of the organ it drains to, and all of it goes somewhere.
  @Test func flowIsKept() throws {
    let free = shares(circulation)
    let organ = try #require(circulation.arterialShares.first?.organ)
    var occluded = host.organs.map { _ in 0.0 }
    occluded[organ] = 0.75
    let diverted = shares(circulation.diverted(by: occluded))
    let open = host.organs.indices.map { n in
      (1 - occluded[n]) * (host.organs[n].drainsTo.map { 1 - occluded[$0] } ?? 1)
    }
    let rest = free.reduce(0) { $0 + $1.value * open[$1.key] }
    #expect((diverted.values.reduce(0, +) - 1).magnitude < 1e-12)
    for (other, share) in free {
      #expect(((diverted[other] ?? 0) - share * open[other] / rest).magnitude < 1e-12)
    }
  }

  /// Less comes to an organ from those that drain to it where it is occluded.
  @Test func portalFlowFallsToo() throws {
    let (organ, next) = try #require(
      host.organs.enumerated().compactMap { n, organ in organ.drainsTo.map { (n, $0) } }.first
    )
    var occluded = host.organs.map { _ in 0.0 }
    occluded[next] = 0.5
    let (free, diverted) = (shares(circulation), shares(circulation.diverted(by: occluded)))
    let other = try #require(free.keys.first { $0 != next && host.organs[$0].drainsTo != next })
    let fall = (diverted[organ] ?? 0) / (free[organ] ?? 1)
    let rise = (diverted[other] ?? 0) / (free[other] ?? 1)
    #expect((fall / rise - 0.5).magnitude < 1e-12)
  }

  @Test func nothingChangesWhereNothingIsOccluded() {
    let diverted = circulation.diverted(by: host.organs.map { _ in 0 })
    #expect(shares(diverted) == shares(circulation))
    let closed = circulation.diverted(by: host.organs.map { _ in 1 })
    #expect(shares(closed) == shares(circulation))
  }
}
