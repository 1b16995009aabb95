import Fields
import Scenario
import Simulation
import Testing
import Vocabulary

extension BrokenScenario {
  private static let gel = "    spacing: 20 um\n    regions:\n      gel: "

  /// What a tissue says of its regions, faces and exchange with blood, line 16 being `pge2: {}`.
  static let media: [BrokenScenario] = [
    .init(
      "outline that is none",
      [13: gel + "{shape: ball, radius: 3 um}"],
      says:
        "15:20: tissues.lung_block.regions.gel.shape: found \"ball\"; expected one of sphere, tube, box"
    ),
    .init(
      "place that is missing",
      [13: gel + "{shape: sphere, radius: 30 um}"],
      says:
        "15:12: tissues.lung_block.regions.gel.centre: is missing; expected a place, as in [100 um, 100 um, 0 um]"
    ),
    .init(
      "place of two lengths",
      [13: gel + "{shape: sphere, centre: [1 um, 2 um], radius: 30 um}"],
      says:
        "15:36: tissues.lung_block.regions.gel.centre: expected three lengths, as in [100 um, 100 um, 0 um]"
    ),
    .init(
      "box without volume",
      [13: gel + "{shape: box, from: [1 um, 2 um, 3 um], to: [1 um, 3 um, 4 um]}"],
      says:
        "15:55: tissues.lung_block.regions.gel.to: expected a corner beyond 'from' along every axis"
    ),
    .init(
      "negative diffusivity",
      [
        13: gel
          + "{shape: tube, axis: z, through: [0 um, 0 um, 0 um], radius: 3 um, diffusivity: -1}"
      ],
      says:
        "15:91: tissues.lung_block.regions.gel.diffusivity: found \"-1\"; allowed is 0 to 10"
    ),
    .init(
      "diffusivity too small to be told from none",
      [
        13: gel
          + "{shape: tube, axis: z, through: [0 um, 0 um, 0 um], radius: 3 um, diffusivity: 0.002}"
      ],
      says:
        "15:91: tissues.lung_block.regions.gel.diffusivity: found 0.002; expected 0, or a share from 0.01 to 10"
    ),
    .init(
      "diffusivity that is no number",
      [
        8:
          "factors: {tnfa: {preset: tnfa, diffusivity: nan um^2/s}, cxcl12: {preset: cxcl12}, pge2: {preset: pge2}}"
      ],
      says:
        "8:45: factors.tnfa.diffusivity: found \"nan um^2/s\"; expected a diffusivity, as in 75 um^2/s"
    ),
    .init(
      "spacing of nothing",
      [13: "    spacing: 0 um"],
      says: "13:14: tissues.lung_block.spacing: found \"0 um\"; allowed is 1 to 1000 um"
    ),
    .init(
      "face both fixed and a wall",
      [16: "      pge2: {faces: {x_low: {fixed: 0 nM, permeability: 1 um/s}}}"],
      says:
        "16:22: tissues.lung_block.factors.pge2.faces.x_low: expected either fixed (a concentration) or permeability (of the wall to blood)"
    ),
    .init(
      "face that is none",
      [16: "      pge2: {faces: {x_lo: {fixed: 0 nM}}}"],
      says:
        "16:22: tissues.lung_block.factors.pge2.faces.x_lo: unknown key (did you mean 'x_low'?); its keys are x_high, x_low, y_high, y_low, z_high, z_low"
    ),
    .init(
      "region that is none",
      [
        13: gel + "{shape: sphere, centre: [0 um, 0 um, 0 um], radius: 30 um}",
        16: "      pge2: {within: {jel: {diffusivity: 0.5}}}",
      ],
      says:
        "18:23: tissues.lung_block.factors.pge2.within.jel: unknown key (did you mean 'gel'?); its keys are gel"
    ),
    .init(
      "exchange of a field that is given",
      [15: "      tnfa: {given: {baseline: 0.01 ng/mL}, exchange: 1 1/min}"],
      says:
        "15:45: tissues.lung_block.factors.tnfa.exchange: belongs to a factor that is solved from 'initial' on, and this one is given; leave out 'exchange' or 'given'"
    ),
    .init(
      "tolerance of everything",
      [8: "factors: [tnfa, cxcl12, pge2]\ntransport: {tolerance: 2}"],
      says: "9:24: transport.tolerance: found \"2\"; allowed is 1e-5 to 0.1"
    ),
  ]
}

@Suite("What is wrong with regions, faces and blood")
struct BrokenMediumTests {
  @Test(arguments: BrokenScenario.media) func media(broken: BrokenScenario) throws {
    try BrokenScenarioTests().check(broken)
  }

  /// What a scenario says of blood, faces and regions is what the fields meet.
  @Test func mediumIsWhatTheScenarioSays() throws {
    let scratch = try ScratchLibrary()
    let text = ScratchLibrary.text(replacing: [
      13: """
          spacing: 20 um
          regions:
            gel: {shape: box, from: [0 um, 0 um, 0 um], to: [40 um, 160 um, 160 um], diffusivity: 0.5}
      """,
      16: """
            pge2:
              exchange: 0.5 1/min
              blood: 2 nM
              faces: {z_high: {fixed: 7 nM}, x_low: {permeability: 1 um/s}}
              within: {gel: {exchange: 0 1/min}}
      """,
    ])
    let tissue = try scratch.resolve(text).experiments[0].tissues[0]
    let field = try #require(tissue.fields.first { $0.factor.name == "pge2" })
    let medium = field.medium
    #expect(medium.diffusivity == [field.factor.diffusivity, 0.5 * field.factor.diffusivity])
    #expect(medium.exchange == [0.5, 0] && medium.blood == 2)
    #expect(medium.faces[5] == .fixed(7) && medium.faces[0] == .blood(permeability: 60))
    #expect(medium.faces[1...4].allSatisfy { $0 == .closed })
    #expect(tissue.region.filter { $0 == 1 }.count == 2 * 8 * 8)
  }
}

@Suite("A mass that is not accounted for")
struct MassErrorTests {
  @Test func namesFactorTimeAndResidual() {
    var balance = MassBalance(initial: 1e6)
    balance.decayed = 4e5
    balance.final = 5e5
    let error = #expect(throws: MassError.self) {
      try MassError.check(balance, of: "pge2", in: "block", at: 90)
    }
    #expect(error?.factor == "pge2" && error?.tissue == "block" && error?.time == 90)
    #expect((error?.residual ?? 0) == 0.1 && (error?.share ?? 0) == 0.1)
    #expect(error?.description.hasPrefix("block, pge2, at 1.5 h: 0.1 amol are not") == true)
    balance.final = 6e5
    #expect(throws: Never.self) {
      try MassError.check(balance, of: "pge2", in: "block", at: 90)
    }
  }

  /// A field that is no number is not accounted for either.
  @Test func noNumberIsNoBalance() {
    var balance = MassBalance(initial: 1)
    balance.final = .nan
    #expect(throws: MassError.self) {
      try MassError.check(balance, of: "pge2", in: "block", at: 0)
    }
  }
}
