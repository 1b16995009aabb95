import Body
import Foundation
import Laws
import Substrate
import Testing
import Vocabulary

/// A host of three organs and a lung, with round numbers.
func roundHost() -> Body.Host {
  func organ(
    _ name: String,
    _ supply: Organ.Supply,
    blood: Double,
    flow: Double,
    drainsTo: Int? = nil,
    phagocytosis: Double = 0
  ) -> Organ {
    Organ(
      name: name,
      supply: supply,
      volume: blood * 10,
      bloodVolume: blood,
      flow: flow,
      drainsTo: drainsTo,
      calibre: 5,
      bypass: 0.05,
      microvessels: 1e6,
      adhesion: 1,
      phagocytosis: phagocytosis
    )
  }
  return Body.Host(
    name: "round",
    species: .mouse,
    bodyWeight: 20,
    cardiacOutput: 10,
    venousBlood: 4,
    arterialBlood: 1,
    immunity: Immunity(),
    organs: [
      organ("lung", .pulmonary, blood: 1, flow: 10),
      organ("liver", .arterial, blood: 2, flow: 1, phagocytosis: 8),
      organ("gut", .arterial, blood: 1, flow: 3, drainsTo: 1),
      organ("muscle", .arterial, blood: 3, flow: 6),
      organ("spleen", .arterial, blood: 0.5, flow: 0, drainsTo: 1, phagocytosis: 2),
    ]
  )
}

@Suite("Arrest")
struct ArrestTests {
  let law = Arrest {
    $0.halfRatio = 1.2
    $0.steepness = 10
    $0.wideRatio = 1.5
    $0.wideExponent = 4
    $0.saturation = 2
    $0.adhesion = 0.2
    $0.chemokineBinding = 0.4
    $0.endothelialTNF = Hill(halfSaturation: 1)
    $0.receptorBinding = Hill(halfSaturation: 4)
  }

  @Test func halfOfTheCellsOfHalfRatioStop() {
    #expect((law.stops(ratio: 1.2, bypass: 0) - 0.5).magnitude < 1e-14)
  }

  @Test func risesWithSize() {
    var law = law
    for wide in [0, 0.1] {
      law.wideShare = wide
      let chances = stride(from: 0.4, through: 8, by: 0.1).map { law.stops(ratio: $0, bypass: 0) }
      #expect(zip(chances, chances.dropFirst()).allSatisfy { $0 < $1 })
      #expect(chances.first! < 1e-4 && chances.last! > 0.999)
    }
  }

  @Test func agreesWithTheFormula() {
    var law = law
    law.wideShare = 0.1
    let x = 20.0 / 9.6
    let narrow = 1 / (1 + Foundation.pow(x / 1.2, 10))
    for (occluded, wide) in [(0.0, 0.1), (0.25, 0.15)] {
      let free = (1 - wide) * narrow + wide * Foundation.pow(1.5 / x, 4)
      let want = (1 - free) * (1 - 0.2 * wide / 0.1)
      let found = law.stops(ratio: x, bypass: 0.2, occluded: occluded)
      #expect((found / want - 1).magnitude < 1e-13)
    }
  }

  @Test func bypassAndOcclusionLetCellsPass() {
    #expect(law.stops(ratio: 1e9, bypass: 0.05) == 0.95)
    #expect((law.stops(ratio: 1e9, bypass: 0.05, occluded: 0.5) - 0.9).magnitude < 1e-15)
    #expect(law.stops(ratio: 1e9, bypass: 0.9, occluded: 1) == 0)
    let pass = Circulation.Pass(adheres: 0.3, stops: 0, delay: nil)
    #expect((pass.arrests - 0.3).magnitude < 1e-15)
  }

  /// Cells that wait for less than the longest delay are not arrested; the larger a cell, the longer it waits.
  @Test func smallCellsAreDelayedAndLargeOnesHeld() throws {
    let law = Residence {
      $0.release = 1e-6 / 60
      $0.releaseRatio = 4
      $0.releaseExponent = 15
      $0.fastest = 0.6
      $0.longestDelay = 30
    }
    let ratios = Array(stride(from: 0.5, through: 8, by: 0.25))
    let rates = ratios.map { law.release(ratio: $0) }
    #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(rates.first == 0.6 && (law.release(ratio: 4) / law.release - 1).magnitude < 1e-12)
    let slower = law.release(ratio: 3) / law.release(ratio: 6)
    #expect((slower / Foundation.pow(2, 15) - 1).magnitude < 1e-12)
    #expect(try #require(law.delay(ratio: 1)) == 1 / 0.6)
    #expect(law.delay(ratio: 4) == nil)
    for ratio in ratios {
      let delay = law.delay(ratio: ratio)
      #expect(delay.map { $0 <= 30 } ?? (1 / law.release(ratio: ratio) > 30))
      let pass = Circulation.Pass(adheres: 0.1, stops: 0.8, delay: delay)
      #expect((pass.arrests - (delay == nil ? 0.1 + 0.9 * 0.8 : 0.1)).magnitude < 1e-15)
    }
    var none = law
    none.release = 0
    #expect(none.delay(ratio: 0.5) == nil && none.release(ratio: 0.5) == 0)
  }

  @Test func adhesionNeedsInflammationOrReceptor() {
    func binding(_ tnf: Double, _ cxcl12: Double, activation: Double = 0, ligands: Double = 1)
      -> Endothelium.Binding
    {
      Endothelium(law, scale: 0.6, activation: activation, ligands: ligands)
        .binding(tnf: tnf, cxcl12: cxcl12)
    }
    func isNear(_ a: Double, _ b: Double) -> Bool { (a - b).magnitude < 1e-15 }
    #expect(binding(0, 100)[false] == 0)
    #expect(isNear(binding(1, 0)[true], 0.3) && isNear(binding(0, 4)[true], 0.2))
    #expect(isNear(binding(1, 4)[true], 1 - 0.7 * 0.8))
    #expect(isNear(binding(1, 4, activation: 0.5)[false], 0.45))
    // Either of the two ligands missing, nothing adheres: the odds are in proportion to their product.
    #expect(isNear(binding(1, 0, ligands: 2)[false], 0.6 / 1.3))
    #expect(binding(1, 0, ligands: 0.001)[false] < 5e-4)
    let most = binding(1e9, 1e9, activation: 1, ligands: 1000)
    #expect(most[false] <= 1 && most[true] <= 1 && most[true] > most[false])
  }
}

@Suite("Circulation")
struct CirculationTests {
  /// Time for which a cell is followed, min.
  private static let end = 20_000.0

  /// How often a cell that never arrests comes to each organ.
  private static func visits(_ circulation: Circulation, _ passes: [Circulation.Pass]) -> [Int] {
    let chance = Chance(seed: 5, replicate: 1)
    var visits = [Int](repeating: 0, count: passes.count)
    var jumps: UInt32 = 0
    _ = circulation.follow(
      from: .veins,
      time: 0,
      until: end,
      draw: {
        jumps += 1
        return chance.block(.jump, cell: 0, step: jumps)
      },
      pass: {
        visits[$0] += 1
        return passes[$0]
      }
    )
    return visits
  }

  /// Cells that never arrest visit organs in proportion to flow and take V/Q for a round.
  @Test func visitsFollowFlowAndTimeFollowsBlood() {
    let host = roundHost()
    let circulation = Circulation(host)
    let pass = Circulation.Pass(adheres: 0, stops: 0, delay: nil)
    let passes = Array(repeating: pass, count: host.organs.count)
    let (visits, end) = (Self.visits(circulation, passes), Self.end)
    let rounds = Double(visits[0])
    // Blood in the loop: 4 + 1 + 1 + 2 + 1 + 3 with liver blood shared by its own and the gut's inflow.
    let roundTime = (4.0 + 1 + 1 + 2 + 1 + 3) / 10
    #expect((end / rounds / roundTime - 1).magnitude < 5 / rounds.squareRoot())
    for (organ, share) in [(1, 0.4), (2, 0.3), (3, 0.6)] {
      let expected = rounds * share
      #expect(
        (Double(visits[organ]) - expected).magnitude < 5 * (expected * (1 - share)).squareRoot() + 1
      )
    }
    #expect(visits[4] == 0)
  }

  @Test func arrestEndsTheJourneyInTheLung() {
    let circulation = Circulation(roundHost())
    let landing = circulation.follow(
      from: .veins,
      time: 3,
      until: 10,
      draw: { .init(1, 1, 1, 1) },
      pass: { Circulation.Pass(adheres: 0, stops: $0 == 0 ? 1 : 0, delay: nil) }
    )
    #expect(landing == .arrested(0))
  }

  /// Stopping and going on is the same as going on.
  @Test func stepsDoNotMatter() {
    let circulation = Circulation(roundHost())
    let chance = Chance(seed: 5, replicate: 1)
    func travel(_ stops: [Double]) -> Circulation.Landing {
      var jumps: UInt32 = 0
      var landing = Circulation.Landing.circulating(.veins, until: 0)
      for stop in stops {
        guard case .circulating(let place, let until) = landing else { return landing }
        landing = circulation.follow(
          from: place,
          time: until,
          until: stop,
          draw: {
            jumps += 1
            return chance.block(.jump, cell: 9, step: jumps)
          },
          pass: {
            Circulation.Pass(
              adheres: $0 == 3 ? 0.01 : 0,
              stops: $0 == 0 ? 0.5 : 0,
              delay: $0 == 0 ? 2 : nil
            )
          }
        )
      }
      return landing
    }
    #expect(travel([1000]) == travel(Array(stride(from: 0.5, through: 1000, by: 0.5))))
  }

  /// Cells that the lung delays make fewer rounds, by the mean wait, and the chain has the same wait.
  @Test func delaysLengthenTheRound() {
    let host = roundHost()
    let circulation = Circulation(host)
    let passes = host.organs.indices.map {
      Circulation.Pass(adheres: 0, stops: $0 == 0 ? 0.25 : 0, delay: $0 == 0 ? 8 : nil)
    }
    let visits = Self.visits(circulation, passes)[0]
    let round = (4.0 + 1 + 1 + 2 + 1 + 3) / 10 + 0.25 * 8
    // The waits of a round have a standard deviation of 1.8 times their mean.
    #expect(
      (Self.end / Double(visits) / round - 1).magnitude < 5 * 1.8 / Double(visits).squareRoot()
    )
    let chain = CirculationChain(circulation, passes: passes)
    let lung = chain.places.firstIndex(of: .organ(0))
    #expect(lung.map { chain.dwell[$0] } == circulation.organDwell[0] + 2)
  }
}

@Suite("Occlusion")
struct OcclusionTests {
  /// A cell stops what the vessel feeds in which it lodges: a segment where it enters a capillary, the more the wider it is.
  @Test func largerCellsStopTheFlowThroughMore() {
    let tree = Occlusion.Tree(hold: 2, exponent: 2.35)
    #expect(tree.blocked(ratio: 0.5) == 1 && tree.blocked(ratio: 2) == 1)
    #expect((tree.blocked(ratio: 8) / Foundation.pow(4, 2.35) - 1).magnitude < 1e-12)
    #expect((tree.rigid.blocked(ratio: 8) / Foundation.pow(8, 2.35) - 1).magnitude < 1e-12)
  }

  @Test func fractionOfVessels() {
    #expect(Occlusion.fraction(arrested: 0, vessels: 1e6) == 0)
    #expect(
      (Occlusion.fraction(arrested: 1e6, vessels: 1e6) - (1 - Foundation.exp(-1))).magnitude < 1e-15
    )
    // 38 uL of blood, half of it in vessels of 5 um by 600 um.
    #expect(
      (Occlusion.vessels(bloodVolume: 3.8e10, share: 0.5, calibre: 5, length: 600) / 1.6128e6 - 1)
        .magnitude < 1e-3
    )
  }
}

@Suite("Remains")
struct RemainsTests {
  let law = Remains {
    $0.dnaHalfLife = Elementary.log(2) / 0.003
    $0.debrisHalfLife = Elementary.log(2) / 0.005
    $0.retained = 0.13
    $0.spleenShare = 0.1
    $0.label = .init(name: "111In", decay: 0, leak: 0.0003, free: 0.1, solubleUptake: 0.4)
  }

  /// Label is neither made nor lost, and the split of time does not matter.
  @Test func labelIsKept() {
    let host = roundHost()
    func run(_ steps: Int) -> RemainsPools {
      var pools = RemainsPools(organs: host.organs.count)
      pools.bury(cells: 700, label: 0.9, in: 0)
      pools.bury(cells: 70, label: 0.5, in: 3)
      pools.dissolve(40, law, host)
      for _ in 0..<steps { pools.advance(law, host, by: 600 / Double(steps)) }
      return pools
    }
    func total(_ p: RemainsPools) -> Double {
      p.corpseLabel.reduce(0, +) + p.phagocyteLabel.reduce(0, +) + p.excretedLabel
    }
    let one = run(1)
    let many = run(100)
    #expect((total(one) - 705).magnitude < 1e-9)
    #expect((total(many) - 705).magnitude < 1e-9)
    for organ in host.organs.indices {
      #expect((one.dna[organ] - many.dna[organ]).magnitude < 1e-9)
      #expect((one.phagocyteLabel[organ] - many.phagocyteLabel[organ]).magnitude < 1e-9)
    }
    #expect((one.dna[0] - 700 * Foundation.exp(-0.003 * 600)).magnitude < 1e-9)
    #expect(one.excretedLabel == 24)
  }

  @Test func debrisGoesWhereThePhagocytesAre() {
    let host = roundHost()
    var pools = RemainsPools(organs: host.organs.count)
    pools.bury(cells: 1000, label: 1, in: 0)
    pools.advance(law, host, by: 1e6)
    let carried = 870.0
    #expect((pools.phagocyteLabel[0] - 130).magnitude < 1e-9)
    #expect((pools.phagocyteLabel[1] - carried * 0.9 * 0.8).magnitude < 1e-9)
    #expect((pools.phagocyteLabel[4] - carried * (0.1 + 0.9 * 0.2)).magnitude < 1e-9)
  }

  /// Soluble label goes from plasma to organs, carcass and out: as by many small steps, none lost, and as long as it takes.
  @Test(arguments: [0.005, 0.0050001, 0.02]) func solubleLabelHasPools(plasma: Double) {
    let host = roundHost()
    var law = law
    law.label?.soluble = .init(
      plasmaHalfLife: Elementary.log(2) / plasma,
      dissolved: 0.3,
      organs: ["spleen": 0.1, "stomach": 0.05],
      carcass: 0.2,
      organHalfLife: Elementary.log(2) / 0.001,
      carcassHalfLife: Elementary.log(2) / 0.0004
    )
    func run(_ steps: Int) -> RemainsPools {
      var pools = RemainsPools(organs: host.organs.count)
      pools.bury(cells: 700, label: 0.9, in: 0)
      pools.dissolve(40, law, host)
      for _ in 0..<steps { pools.advance(law, host, by: 600 / Double(steps)) }
      return pools
    }
    // Debris, plasma, spleen, carcass (with what would be in a stomach) and phagocytes by steps of Euler.
    var (debris, blood, spleen, carcass, eaten) = (630.0, 40.0, 0.0, 0.0, 0.0)
    let dt = 0.001
    for _ in 0..<600_000 {
      let (lost, left) = (0.005 * debris * dt, plasma * blood * dt)
      debris -= lost
      blood += 0.3 * lost - left
      spleen += 0.1 * left - 0.001 * spleen * dt
      carcass += 0.25 * left - 0.0004 * carcass * dt
      eaten += 0.7 * lost + 0.4 * left
    }
    let (one, many) = (run(1), run(60))
    let organ = host.index(of: "spleen")!
    for pools in [one, many] {
      #expect((pools.plasmaLabel - blood).magnitude < 0.02)
      #expect((pools.freeLabel[organ] - spleen).magnitude < 0.01)
      #expect((pools.carcassLabel - carcass).magnitude < 0.02)
      #expect((pools.phagocyteLabel.reduce(0, +) - eaten).magnitude < 0.02)
      let all =
        pools.label.reduce(pools.plasmaLabel + pools.carcassLabel + pools.excretedLabel, +)
      #expect((all - 670).magnitude < 1e-8)
    }
    #expect((one.plasmaLabel - many.plasmaLabel).magnitude < 1e-8)
    #expect((one.carcassLabel - many.carcassLabel).magnitude < 1e-8)
    var last = one
    last.advance(law, host, by: 1e6)
    #expect(last.plasmaLabel + last.carcassLabel + last.freeLabel.reduce(0, +) < 1e-6)
  }

  /// Of a label that phagocytes do not give up, they keep the share of that label where the cells died.
  @Test func aLabelMayStay() {
    let host = roundHost()
    var law = law
    law.label?.retained = 0.8
    var pools = RemainsPools(organs: host.organs.count)
    pools.bury(cells: 1000, label: 1, in: 0)
    pools.advance(law, host, by: 1e6)
    #expect((pools.phagocyteLabel[0] - 800).magnitude < 1e-9)
    #expect((pools.phagocyteLabel.reduce(0, +) - 1000).magnitude < 1e-9)
  }
}
