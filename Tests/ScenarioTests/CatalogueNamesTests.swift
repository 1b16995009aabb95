import Foundation
import Scenario
import Testing

/// What the catalogue says of campaigns, of blocks, and of parameters that differ in names alone.
@Suite("Names in the catalogue")
struct CatalogueNamesTests {
  private static let library: Catalogue = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Scenarios").standardizedFileURL.path
    guard let library = try? Library(given: path, scenario: "", program: "") else {
      preconditionFailure("the library of the project")
    }
    return Catalogue(of: library)
  }()

  private func listed(_ name: String) -> [String] {
    Catalogue.merged(Self.library.parameters(named: name)).map(\.title)
  }

  // MARK: - Several defaults

  /// A default that depends on other values says on which, and differently each time.
  @Test func severalDefaultsSayWhereEachHolds() {
    let several = Self.library.parameters.filter { $0.standards.count > 1 }
    #expect(
      Set(several.map(\.name)).isSuperset(of: [
        "treatment.retention", "product.viability", "product.damage", "treatment.relation",
      ])
    )
    for parameter in several {
      let conditions = parameter.standards.map(\.condition)
      #expect(!conditions.contains(nil), "\(parameter.name): \(conditions)")
      #expect(Set(conditions).count == conditions.count, "\(parameter.name): \(conditions)")
    }
  }

  // MARK: - Names

  @Test(
    arguments: [
      ("product.secretion.pge2.basal", ["product.secretion.pge2.basal"]),
      ("basal", ["product.secretion.*.basal"]),
      ("phagocytosis", ["host.organs.*.phagocytosis"]),
      ("stress", ["stress.blood", "stress.*.lumen", "stress.*.tissue"]),
      ("molar_mass", ["factors.*.molar_mass"]),
      ("clock", ["clock.also_at", "clock.cell_step", "clock.fork_at", "clock.output_every"]),
    ]
  )
  func parametersThatDifferInNamesAreOne(name: String, listed: [String]) {
    #expect(self.listed(name) == listed)
  }

  @Test func oneOfManyBrakesIsOneLine() {
    let brakes = listed("half").filter { $0.contains(".brakes.") }
    #expect(
      brakes == [
        "kinds.*.brakes.*.half", "kinds.*.secretion.*.brakes.*.half",
        "product.secretion.pge2.brakes.tnfa.half",
      ]
    )
    #expect(listed("half").count < 30)
  }

  /// No part of the library takes more lines than can be looked through.
  @Test(arguments: [
    "kinds", "factors", "host", "product", "tissues", "stress", "observe", "medium",
  ])
  func aWholeBlockIsLookedThrough(name: String) {
    let titles = listed(name)
    #expect(titles.count <= 99, "\(titles)")
    #expect(Set(titles).count == titles.count)
  }

  @Test func whatIsOneKeepsAllThatItStandsFor() throws {
    let all = Self.library.parameters(named: "basal")
    let one = try #require(Catalogue.merged(all).first)
    #expect(one.members.map(\.name) == all.map(\.name))
    #expect(one.names.count == 1 && one.names[0].contains("pge2"))
    #expect(one.meanings == all[0].meanings)
  }

  // MARK: - Campaigns

  /// Every key that the schema of campaigns takes is known, with what it means.
  @Test func everyKeyOfACampaignIsKnown() {
    let known = Set(Self.library.parameters.filter(\.isOfCampaign).map(\.name))
    let blocks = Set(Catalogue.Block.all.filter(\.isOfCampaign).map(\.key))
    for path in Catalogue.keysOfCampaigns {
      let name = path.joined(separator: ".")
      let isPart = known.contains { $0.hasPrefix(name + ".") }
      // What is fitted in a calibration has the laws of what varies.
      let isLaw = path[0] == "calibration" && known.contains("vary.*.\(path[path.count - 1])")
      #expect(known.contains(name) || isPart || isLaw || blocks.contains(name), "\(name)")
    }
    for parameter in Self.library.parameters where parameter.isOfCampaign {
      #expect(!parameter.summary.isEmpty, "\(parameter.name)")
    }
  }

  @Test(
    arguments: [
      ("design.method", "how the points lie among the values"),
      ("vary.*.log_uniform", "two ends, as in [1 h, 3 h]"),
      ("vary.*.normal.sd", "standard deviation"),
      ("trial.response.below", "end of the range that counts as a response"),
      ("trial.doses.*", "dose of the arm, in any unit"),
      ("calibration.particles", "particles of a generation"),
      ("calibration.refinements", "points added where the fit is likely"),
      ("set", "values that hold at every point, as in [\"duration=3 d\"]"),
    ]
  )
  func aKeyOfACampaignSaysWhatItMeans(name: String, meaning: String) throws {
    let found = Self.library.parameters(named: name)
    #expect(found.map(\.title) == ["\(name) (of a campaign)"])
    #expect(found.first?.summary == meaning)
  }

  @Test func aKeyOfBothIsTold() {
    #expect(
      Self.library.parameters(named: "seed").map(\.title) == ["seed", "seed (of a campaign)"]
    )
  }

  /// Keys that no scenario of the library gives are known as well.
  @Test(
    arguments: [
      "record.places", "record.every", "clock.fork_at", "formulation.block", "treatment.dose.total",
      "host.organs.*.segments", "product.uptake.*.clearance", "treatment.agents.each",
    ]
  )
  func rareKeysAreKnown(name: String) {
    #expect(!Self.library.parameters(named: name).isEmpty)
  }

  /// A block is looked into, whatever else ends with its name.
  @Test(arguments: ["label", "killing", "contact", "arrest", "record", "endpoints"])
  func aBlockIsLookedInto(name: String) {
    #expect(listed(name).contains { $0.hasPrefix(name + ".") })
  }

  // MARK: - Blocks

  /// Every top-level key of a scenario is a parameter or a block, and so are those of a campaign.
  @Test func everyTopLevelKeyIsKnown() {
    let parameters = Self.library.parameters
    for isOfCampaign in [false, true] {
      let leaves = parameters.filter { $0.isOfCampaign == isOfCampaign && $0.path.count == 1 }
        .map(\.name)
      let blocks = Catalogue.Block.all.filter { $0.isOfCampaign == isOfCampaign }.map(\.key)
      #expect(Set(blocks).count == blocks.count)
      let keys =
        isOfCampaign ? Catalogue.keysOfCampaigns.filter { $0.count == 1 }.map { $0[0] } : []
      for key in keys { #expect(leaves.contains(key) || blocks.contains(key), "\(key)") }
    }
    let keys = Set(parameters.filter { !$0.isOfCampaign && $0.path.count > 1 }.map { $0.path[0] })
    let blocks = Set(Catalogue.Block.all.filter { !$0.isOfCampaign }.map(\.key))
    #expect(keys.isSubset(of: blocks), "\(keys.subtracting(blocks))")
  }
}
