import Foundation
import Testing

/// Listings, explanations and changes on the command line.
@Suite("Listings on the command line", .serialized)
struct ListingCommandTests {
  @Test(arguments: ["kinds", "factors", "media", "modalities", "labels", "overlays"])
  func listsAFolder(folder: String) throws {
    let ending = try Workplace().stroma(folder)
    #expect(ending.code == 0 && ending.errors.isEmpty, "\(ending.errors)")
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Program.library)/\(folder)")
    let lines = ending.output.split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != " " } } == files.map { $0.dropLast(5) }.sorted())
    let sentences = lines.map { $0.drop { $0 != " " }.drop { $0 == " " } }
    #expect(sentences.allSatisfy { $0.hasSuffix(".") })
    #expect(Set(sentences).count == sentences.count)
  }

  @Test func givesSourcesWhereAskedFor() throws {
    let ending = try Workplace().stroma("modalities", "--sources")
    #expect(ending.code == 0)
    #expect(
      ending.output.contains("\n  source: 1e5 MSC at an injection site in swine (Hill 2003, ")
    )
    #expect(try !Workplace().stroma("modalities").output.contains("source:"))
  }

  @Test func explainsABlockAndItsKeys() throws {
    let arms = try Workplace().stroma("explain", "arms")
    #expect(arms.code == 0 && arms.output.hasPrefix("arms\n  meaning  arms of the scenario"))
    let calibration = try Workplace().stroma("explain", "calibration")
    #expect(calibration.code == 0)
    #expect(calibration.output.hasPrefix("calibration (of a campaign)\n  meaning "))
    #expect(calibration.output.contains("\ncalibration.particles (of a campaign) "))
  }

  @Test func explainsWhatDiffersInNamesAlone() throws {
    let place = try Workplace()
    let listed = try place.stroma("explain", "basal")
    #expect(listed.output == "product.secretion.*.basal  secretion of a naive cell\n")
    #expect(listed.errors.hasPrefix("14 parameters fit 'basal'; choose one by its path, as in: "))
    let all = try place.stroma("explain", "product.secretion.*.basal")
    #expect(all.code == 0 && all.errors.isEmpty)
    #expect(all.output.contains("\n  names    adenosine, ccl2, cxcl12, ev, "))
    #expect(all.output.contains("\n  product.secretion.pge2.basal  "))
    let stress = try place.stroma("explain", "stress.*.tissue", "tiny.yaml")
    #expect(
      stress.output.contains("\n  stress.heart.tissue  0.08 1/h (default)\n"),
      "\(stress.output)"
    )
  }

  @Test func saysWhereEachDefaultHolds() throws {
    let ending = try Workplace().stroma("explain", "treatment.retention")
    #expect(
      ending.output.contains("\n  default  0.15 (injected into the heart)\n"),
      "\(ending.output)"
    )
    #expect(ending.output.contains("\n  default  0.9 (injected into another organ)\n"))
  }

  @Test func saysWhatAScenarioChanges() throws {
    let ending = try Workplace().stroma("check", "arms.yaml", "--changed")
    #expect(ending.code == 0, "\(ending.errors)")
    let lines = ending.output.split(separator: "\n").map {
      $0.split(separator: "  ", omittingEmptySubsequences: true).map { $0.drop { $0 == " " } }
    }
    #expect(lines[0] == ["path", "value", "default", "set by"])
    #expect(lines.contains(["duration", "12 h", "none", "arms.yaml:2"]), "\(ending.output)")
    #expect(
      lines.contains([
        "arms.thawed.product.handling", "thawed", "fresh (products/human-marrow-msc)",
        "arms.yaml:30",
      ])
    )
    #expect(!ending.output.contains("host.organs"))
  }
}

extension ListingCommandTests {
  @Test func listsEndpoints() throws {
    let place = try Workplace()
    let all = try place.stroma("endpoints")
    #expect(all.code == 0 && all.errors.isEmpty, "\(all.errors)")
    let given = try #require(
      all.output.split(separator: "\n").first { $0.hasPrefix("cells_given ") }
    )
    #expect(
      given.hasSuffix(
        "; read at the end of the run; needs a dose with a condition (treatment.repeat)"
      )
    )
    let own = try place.stroma("endpoints", "tiny.yaml")
    #expect(own.code == 0 && own.output.contains("\nlung_label_1_h  "))
    #expect(!own.output.contains("TISSUE") && !own.output.contains("cells_given"))
    #expect(try place.stroma("endpoints", "nowhere.yaml").code == 65)
  }

  @Test func explainsAnEndpoint() throws {
    let ending = try Workplace().stroma("explain", "survival_1_d")
    #expect(ending.code == 0)
    #expect(
      ending.output == """
        survival_1_d (endpoint)
          meaning  living cells, as a share of the cells given by then
          unit     fraction of dose
          read     24 h after the dose
          needs    cells that are given

        """
    )
  }
}
