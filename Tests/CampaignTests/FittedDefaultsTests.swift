import Campaign
import Foundation
import Scenario
import Testing

/// The defaults of the library that campaigns fit, beside the posteriors that are kept.
@Suite("Fitted defaults")
struct FittedDefaultsTests {
  private static func campaigns(_ library: String) throws -> [SweepDescription] {
    let found = try Library(given: library, scenario: "", program: "")
    return try DefaultCampaigns(found).paths.map {
      try SweepDescription(path: $0, library: library, program: "", overrides: [])
    }
  }

  private static func table(_ library: String) throws -> String {
    try String(
      contentsOfFile: "\(library)/\(DefaultCampaigns.folder)/\(DefaultCampaigns.table)",
      encoding: .utf8
    )
  }

  /// Each default is the one that was fitted, in the 90 % interval, by the campaign and the data that stand here.
  @Test func areThoseThatWereFitted() throws {
    let campaigns = try Self.campaigns(CampaignBench.library)
    #expect(campaigns.count >= 6)
    #expect(
      FittedDefaults.problems(in: try Self.table(CampaignBench.library), of: campaigns) == []
    )
  }

  /// Every number that says it is calibrated is fitted by a campaign.
  @Test func calibratedNumbersAreFitted() throws {
    let table = try Self.table(CampaignBench.library)
    let fitted = Set(table.split(separator: "\n").dropFirst().map { $0.split(separator: ",")[1] })
    let campaigns = try Self.campaigns(CampaignBench.library)
    var calibrated: Set<String> = []
    for part in campaigns.flatMap(\.parts) {
      for record in part.base.arms.flatMap(\.records) {
        guard record.source?.hasPrefix("calibrated") == true else { continue }
        calibrated.insert(record.path.joined(separator: "."))
      }
    }
    #expect(calibrated.count > 10)
    for path in calibrated.sorted() { #expect(fitted.contains(Substring(path)), "\(path)") }
  }

  /// Reported are a default that is changed by hand, data that change, and a campaign that is added or removed.
  @Test func whatIsChangedByHandIsTold() throws {
    let bench = try CampaignBench()
    let library = "\(bench.directory)/library"
    try FileManager.default.copyItem(atPath: CampaignBench.library, toPath: library)
    let table = try Self.table(library)
    func change(_ file: String, _ what: String, _ by: String) throws {
      let text = try String(contentsOfFile: "\(library)/\(file)", encoding: .utf8)
      #expect(text.contains(what))
      try bench.write(text.replacing(what, with: by), "library/\(file)")
    }
    func problems() throws -> [String] {
      FittedDefaults.problems(in: table, of: try Self.campaigns(library))
    }
    #expect(try problems() == [])
    try change("kinds/cd4.yaml", "contact: {half: {value: 0.2,", "contact: {half: {value: 0.25,")
    #expect(
      try problems().contains(
        "kinds.cd4.brakes.contact.half: the table was made with 0.2, in use is 0.25"
      )
    )
    try change("kinds/cd4.yaml", "value: 0.25,", "value: 0.2,")
    try change("sweeps/suppression.csv", ",60,", ",61,")
    #expect(
      try problems() == ["suppression-calibration or its data have changed since it was fitted"]
    )
    try change("sweeps/suppression.csv", ",61,", ",60,")
    try FileManager.default.removeItem(atPath: "\(library)/sweeps/suppression-calibration.yaml")
    #expect(try problems() == ["suppression-calibration fits no default of the library"])
    try change("sweeps/limits-calibration.yaml", "calibration: {", "calibration: {refit: 9, ")
    #expect(try problems().contains("limits-calibration has no row"))
    try change("sweeps/limits-calibration.yaml", "refit: 9", "refit: 1")
    #expect(throws: ScenarioError.self) { try problems() }
  }

  /// A default outside its 90 % interval is reported.
  @Test func whatLiesOutsideIsTold() throws {
    let campaigns = try Self.campaigns(CampaignBench.library)
    let table = try Self.table(CampaignBench.library).split(separator: "\n").map { line in
      var fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      if fields[1] == "stress.lung.lumen" { (fields[4], fields[5]) = ("0.13", "0.2") }
      return fields.joined(separator: ",")
    }
    #expect(
      FittedDefaults.problems(in: table.joined(separator: "\n"), of: campaigns)
        == ["stress.lung.lumen: 0.10 1/h lies outside of 0.13 to 0.2 1/h"]
    )
  }
}
