import Body
import Foundation
import Laws
import Scenario
import Simulation
import Testing

/// The parameter set of a library, as its user changes it.
@Suite("Parameter sets")
struct ParameterSetTests {
  private func rewrite(_ scratch: ScratchLibrary, _ file: String, _ change: (String) -> String)
    throws
  {
    let path = "\(scratch.library)/laws/\(file).yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try scratch.write(Data(change(text).utf8), "library/laws/\(file).yaml")
  }

  /// A parameter of one organ, which had that of all organs, is a record more.
  @Test func aParameterIsAddedByDataAlone() throws {
    let scratch = try ScratchLibrary()
    let before = try scratch.resolve(ScratchLibrary.text())
    let brain = try #require(before.experiments[0].host.index(of: "brain"))
    try rewrite(scratch, "stress") {
      $0 + """
        brain:
          tissue: {value: 0.02 1/h, allowed: 0 to 10 1/h, range: 0.01 to 0.04 1/h, source: "assumed: a test"}

        """
    }
    let after = try scratch.resolve(ScratchLibrary.text())
    #expect(before.experiments[0].stress[brain].tissue.damage == 0.04 / 60)
    #expect(after.experiments[0].stress[brain].tissue.damage == 0.02 / 60)
    #expect(after.experiments[0].stress[brain].lumen.damage == 0.08 / 60)
    let record = try #require(after.records.first { $0.path == ["stress", "brain", "tissue"] })
    #expect(record.source == "assumed: a test" && record.ends?.high == "0.04 1/h")
  }

  /// What is wrong with a record is said where it stands.
  @Test(arguments: [
    (
      "value: 0.8", "value: 0.8 um",
      ":2:13: arrest.half_ratio: the value is \"0.8 um\"; expected a number without unit, as in 1.5, in 0.1 to 10"
    ),
    (
      "value: 0.8", "value: 20",
      ":2:13: arrest.half_ratio: the value is \"20\"; expected a number without unit, as in 1.5, in 0.1 to 10"
    ),
    (
      "range: 0.6 to 1.2", "range: 1.1 to 1.5",
      ":2:13: arrest.half_ratio: the range \"1.1 to 1.5\" does not hold the value 0.8"
    ),
    (
      "allowed: 0.1 to 10", "allowed: 0.1 to 10 um",
      ":2:13: arrest.half_ratio: allowed is \"0.1 to 10 um\"; expected low to high of a number without unit, as in 1.5"
    ),
    (
      "allowed: 0.1 to 10", "allowed: 0 to 10",
      ":2:13: arrest.half_ratio: allowed is \"0 to 10\"; expected a low end above 0"
    ),
    (
      "allowed: 0 to 100,", "allowed: -1 to 100,",
      ":7:13: arrest.saturation: allowed is \"-1 to 100\"; expected a low end of at least 0"
    ),
    (
      "allowed: 1e-6 to 1e9 nM", "allowed: 0 to 1e9 nM",
      ":10:18: arrest.endothelial_tnf: allowed is \"0 to 1e9 nM\"; expected a low end above 0"
    ),
    (
      "value: 0.8", "valu: 0.8",
      ":2:20: arrest.half_ratio.valu: unknown key (did you mean 'value'?); its keys are value, allowed, range, source"
    ),
    (
      "half_ratio:", "half_ration:",
      ":2:14: arrest.half_ration: is no parameter of the law (did you mean 'half_ratio'?); its parameters are half_ratio, "
    ),
    (
      "half_ratio:", "half_ratio: {allowed: 0 to 1}\nnothing:",
      ":3:10: arrest.nothing: is no parameter of the law; its parameters are half_ratio, "
    ),
  ])
  func faultsAreSaidWhereTheyStand(old: String, new: String, message: String) throws {
    let scratch = try ScratchLibrary()
    try rewrite(scratch, "arrest") { text in
      guard let place = text.firstRange(of: old) else { return text }
      return text.replacingCharacters(in: place, with: new)
    }
    do {
      _ = try scratch.resolve(ScratchLibrary.text())
      Issue.record("\(new) is taken")
    } catch let error as ScenarioError {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  /// So is what is wrong with a record that the scenario does not read.
  @Test(arguments: [
    (
      "treatment", "collected:", "colected:",
      ":2:11: treatment.colected: is no parameter (did you mean 'treatment.collected'?); those of the section are treatment.collected, "
    ),
    (
      "treatment", "heart:", "haert:",
      "treatment.retention.haert: 'haert' is no organ (did you mean 'heart'?); expected one of "
    ),
    (
      "stress", "heart:\n  tissue:", "heart:\n  tisue:",
      ":11:10: stress.heart.tisue: is no part of a place (did you mean 'tissue'?); expected lumen or tissue"
    ),
    ("treatment", "retention:", "retnetion:", "treatment.retnetion.heart: is no parameter"),
    ("kinds", "division:", "divsion:", "kinds.*.divsion.most: is no parameter"),
    ("host", "phagocytosis:", "phagocitosis:", "host.organs.*.phagocitosis: is no parameter"),
    ("product", "thawed_in_protein:", "thawed_in_protien:", "is no parameter"),
    (
      "treatment", "value: 48 h", "value: 48 hh",
      ":2:12: treatment.collected: the value \"48 hh\" cannot be read; expected a number, with a unit where it has one"
    ),
    (
      "treatment", "range: 24 to 72 h", "range: 24 tto 72 h",
      "treatment.collected: range is \"24 tto 72 h\", which cannot be read; expected low to high"
    ),
    (
      "treatment", "allowed: 0.01 to 1000 h", "allowed: 0.01 to 1000 hh",
      "treatment.collected: allowed is \"0.01 to 1000 hh\", which cannot be read"
    ),
  ])
  func recordsThatAreNotReadAreExamined(file: String, old: String, new: String, message: String)
    throws
  {
    let scratch = try ScratchLibrary()
    try rewrite(scratch, file) { text in
      guard let place = text.firstRange(of: old) else { return text }
      return text.replacingCharacters(in: place, with: new)
    }
    do {
      _ = try scratch.resolve(ScratchLibrary.text())
      Issue.record("\(new) is taken")
    } catch let error as ScenarioError {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  /// A record that several keys share by `*` is examined for each kind of quantity: a fraction is no rate.
  @Test func aRecordOfSeveralKeysFitsEach() throws {
    let scratch = try ScratchLibrary()
    try rewrite(scratch, "product") { _ in
      "\"*\":\n  \"*\": {value: 0.2, allowed: 0 to 1, source: \"assumed: a test\"}\n"
    }
    let given = ScratchLibrary.text().replacing(
      "product: human-marrow-msc",
      with: "product: {preset: human-marrow-msc, viability: 0.9, damage: 0.1 1/h}"
    )
    do {
      _ = try scratch.resolve(given)
      Issue.record("a fraction is taken for a rate")
    } catch let error as ScenarioError {
      let told = error.description
      #expect(
        told.contains("product.damage: allowed is \"0 to 1\"; expected low to high of a rate"),
        "\(told)"
      )
      #expect(!told.contains("product.viability: allowed"))
    }
  }

  /// The stress of an organ whose name is misspelt would be that of all others in silence.
  @Test func anOrganIsOneOfTheVocabulary() throws {
    let scratch = try ScratchLibrary()
    try rewrite(scratch, "stress") { $0.replacing("skin:", with: "skim:") }
    do {
      _ = try scratch.resolve(ScratchLibrary.text())
      Issue.record("skim is taken for an organ")
    } catch let error as ScenarioError {
      #expect(error.description.contains("stress.skim.tissue: is no organ (did you mean 'skin'?)"))
    }
  }

  /// A library without a parameter set is none.
  @Test func aLibraryNeedsOne() throws {
    let scratch = try ScratchLibrary()
    try FileManager.default.removeItem(atPath: "\(scratch.library)/laws")
    do {
      _ = try scratch.resolve(ScratchLibrary.text())
      Issue.record("it is taken without one")
    } catch let error as ScenarioError {
      #expect(
        error.description.hasSuffix("the library has no parameter set; its folder 'laws' holds one")
      )
    }
  }
}
