import Body
import Foundation
import Scenario
import Simulation
import Testing

/// A scenario with something wrong with it, and all that is said about it.
struct BrokenScenario: Sendable, CustomTestStringConvertible {
  /// What is wrong.
  let testDescription: String
  /// Lines of the base that are replaced.
  let lines: [Int: String]
  /// The diagnostics, without the name of the file.
  let says: [String]

  init(_ what: String, _ lines: [Int: String], says: String...) {
    testDescription = what
    self.lines = lines
    self.says = says.map { "small.yaml:" + $0 }
  }

  static let dose =
    "a number of cells, or of cells per body weight, as in 2e6 cells or 2e6 cells/kg"

  static let keys: [BrokenScenario] = [
    .init(
      "top-level key misspelt",
      [5: "tretment:"],
      says: "1:1: treatment: is missing; expected keys and values, with route and dose",
      "5:1: tretment: unknown key (did you mean 'treatment'?); its keys are arms, arrest, …"
    ),
    .init(
      "deep key misspelt",
      [7: "  dosse: 2e3 cells"],
      says: "6:3: treatment.dose: is missing; expected \(dose)",
      "7:3: treatment.dosse: unknown key (did you mean 'dose'?); its keys are agents, at, boluses, collected, dose, …"
    ),
    .init(
      "key far from any",
      [13: "    spacing: 20 um\n    colour: red"],
      says:
        "14:5: tissues.lung_block.colour: unknown key; its keys are blood_flow, cells, factors, organ, regions, spacing, state, voxels"
    ),
    .init(
      "key of a record misspelt",
      [7: "  dose: {value: 2e3 cells, sorce: assumed}"],
      says: "7:28: treatment.dose.sorce: unknown key (did you mean 'source'?); …"
    ),
    .init(
      "required key missing",
      [7: ""],
      says: "6:3: treatment.dose: is missing; expected \(dose)"
    ),
    .init(
      "part missing",
      [3: ""],
      says: "1:1: host: is missing; expected the name of a preset, or keys and values"
    ),
    .init(
      "no value",
      [2: "duration:"],
      says: "2:10: duration: has no value; expected a time, as in 25 min"
    ),
    .init(
      "part without value",
      [4: "product:"],
      says: "4:9: product: has no value; expected the name of a preset, or keys and values"
    ),
    .init(
      "no value in a record",
      [7: "  dose: {value: , source: assumed}"],
      says: "7:17: treatment.dose.value: has no value; expected \(dose)"
    ),
    .init(
      "key given twice",
      [3: "host: mouse\nduration: 5 h"],
      says: "2:1: has 'duration' more than once in the same place; keep one"
    ),
    .init(
      "key given twice, once in quotes",
      [10: "  1:", 17: "  \"1\":"],
      says: "10:3: has '1' more than once in the same place; keep one"
    ),
    .init(
      "key that is a list",
      [3: "host: mouse\n? [a, b]\n: c"],
      says: "4:3: has a key that is not a word"
    ),
  ]

  static let values: [BrokenScenario] = [
    .init(
      "unit of another dimension",
      [7: "  dose: 2e6 kg"],
      says: "7:9: treatment.dose: found \"2e6 kg\", a mass; expected \(dose)"
    ),
    .init(
      "unit of no named dimension",
      [13: "    spacing: 20 um^4"],
      says:
        "13:14: tissues.lung_block.spacing: found \"20 um^4\", a quantity in length^4; expected a length, as in 20 um"
    ),
    .init(
      "unknown unit",
      [13: "    spacing: 20 umm"],
      says:
        "13:14: tissues.lung_block.spacing: found \"20 umm\" with the unknown unit 'umm' (did you mean 'um'?); expected a length, as in 20 um"
    ),
    .init(
      "unit in the wrong case",
      [13: "    spacing: 20 UM"],
      says:
        "13:14: tissues.lung_block.spacing: found \"20 UM\" with the unknown unit 'UM' (did you mean 'um'?); expected a length, as in 20 um"
    ),
    .init(
      "unit that begins with a slash",
      [2: "duration: 12 /h"],
      says:
        "2:11: duration: found \"12 /h\", a rate; expected a time, as in 25 min"
    ),
    .init(
      "no unit",
      [2: "duration: 7"],
      says: "2:11: duration: found \"7\", a number without unit; expected a time, as in 25 min"
    ),
    .init(
      "no number",
      [13: "    spacing: twenty um"],
      says:
        "13:14: tissues.lung_block.spacing: found \"twenty um\"; expected a length, as in 20 um"
    ),
    .init(
      "number beyond all bounds",
      [2: "duration: 1e400 h"],
      says: "2:11: duration: found \"1e400 h\"; expected a time, as in 25 min"
    ),
    .init(
      "infinite number",
      [2: "duration: .inf"],
      says: "2:11: duration: found \".inf\"; expected a time, as in 25 min"
    ),
    .init(
      "out of range",
      [4: "product: {preset: human-marrow-msc, diameter: 500 um}"],
      says: "4:47: product.diameter: found \"500 um\"; allowed is 2 to 100 um"
    ),
    .init(
      "fraction above 1",
      [4: "product: {preset: human-marrow-msc, viability: 1.5}"],
      says: "4:48: product.viability: found \"1.5\"; allowed is 0 to 1"
    ),
    .init(
      "negative time",
      [2: "duration: -3 h"],
      says: "2:11: duration: found \"-3 h\"; allowed is 0.01 to 240000 h"
    ),
    .init(
      "list for a text",
      [1: "name: [a]"],
      says: "1:7: name: found keys or a list; expected a text"
    ),
    .init(
      "list for a part",
      [3: "host: [mouse]"],
      says: "3:7: host: found a list; expected the name of a preset, or keys and values"
    ),
    .init(
      "text for keys",
      [16: "      pge2: 5 nM"],
      says: "16:13: tissues.lung_block.factors.pge2: found \"5 nM\"; expected keys and values"
    ),
    .init(
      "text for a list",
      [3: "host: mouse\nclock: {also_at: 5 min}"],
      says: "4:18: clock.also_at: expected a list, as in [25 min]"
    ),
    .init(
      "choice misspelt",
      [6: "  route: intravenus"],
      says:
        "6:10: treatment.route: found \"intravenus\" (did you mean 'intravenous'?); expected one of …"
    ),
    .init(
      "neither true nor false",
      [3: "host: {preset: mouse, organs: {lung: {adhesive: true}}}"],
      says:
        "3:39: host.organs.lung.adhesive: is called 'host.organs.*.adhesion' since 0.2.0; write a share, the adhesion where all of the endothelium is activated, in place of true or false"
    ),
    .init(
      "seed that is no whole number",
      [3: "host: mouse\nseed: 1.5"],
      says: "4:7: seed: found \"1.5\"; expected a whole number from 0 to 9223372036854775807"
    ),
    .init(
      "no replicates",
      [3: "host: mouse\nreplicates: 0"],
      says: "4:13: replicates: found \"0\"; expected a whole number from 1 to 100000"
    ),
    .init(
      "two sides for three",
      [12: "    voxels: 8 x 8"],
      says:
        "12:13: tissues.lung_block.voxels: found \"8 x 8\"; expected voxels along x, y and z, as in 32 x 32 x 32, each from 1 to 4096"
    ),
    .init(
      "more voxels than memory",
      [12: "    voxels: 4096 x 4096 x 4096"],
      says:
        "12:13: tissues.lung_block.voxels: would take 5893.5 GiB with 3 factors; allowed is 8 GiB"
    ),
    .init(
      "control characters",
      [11: "    organ: \"a\\e[31mred\\nlung\""],
      says:
        "11:12: tissues.lung_block.organ: found \"a\\u{1b}[31mred\\u{a}lung\"; expected one of …"
    ),
  ]

  static let relations: [BrokenScenario] = [
    .init(
      "preset misspelt",
      [3: "host: mouze"],
      says:
        "3:7: host: there is no 'mouze' in LIBRARY/hosts (did you mean 'mouse'?); there are: mouse"
    ),
    .init(
      "preset misspelt, with changes",
      [3: "host: {preset: mouze, body_weight: 25 g}"],
      says:
        "3:16: host.preset: there is no 'mouze' in LIBRARY/hosts (did you mean 'mouse'?); there are: mouse"
    ),
    .init(
      "preset path that climbs out",
      [3: "host: ../../etc/passwd"],
      says:
        "3:7: host: found \"../../etc/passwd\"; the name of a preset consists of letters, digits, '-' and '_', and is not a path"
    ),
    .init(
      "preset path from the root",
      [3: "host: /etc/passwd"],
      says:
        "3:7: host: found \"/etc/passwd\"; the name of a preset consists of letters, digits, '-' and '_', and is not a path"
    ),
    .init(
      "list of presets for one",
      [3: "host: {preset: [mouse]}"],
      says: "3:16: host.preset: expected the name of one preset of 'hosts'"
    ),
    .init(
      "factor misspelt",
      [8: "factors: [tnfb, cxcl12, pge2]"],
      says:
        "8:11: factors.tnfb: there is no 'tnfb' in LIBRARY/factors (did you mean 'tnfa'?); there are: adenosine, ccl2, …"
    ),
    .init(
      "factor that no tissue carries",
      [8: "factors: [tnfa, cxcl12, pge2, ifng]"],
      says:
        "8:31: factors.ifng: is not used in any tissue; add it to one under 'tissues', let plasma carry it (systemic: {plasma: true}), or remove it"
    ),
    .init(
      "factor the scenario does not carry",
      [16: "      pge2: {}\n      tnfaa: {}"],
      says:
        "17:7: tissues.lung_block.factors.tnfaa: the scenario carries no factor 'tnfaa' (did you mean 'tnfa'?); add it to 'factors'"
    ),
    .init(
      "factor named twice",
      [8: "factors: [tnfa, cxcl12, tnfa, pge2]"],
      says: "8:25: factors: has 'tnfa' more than once; keep one"
    ),
    .init(
      "factor that is no name",
      [8: "factors: [tnfa, [cxcl12], pge2]"],
      says:
        "8:17: factors: has an entry that is no name; expected a list of names, as in [tnfa, oxygen]"
    ),
    .init(
      "factor for a list",
      [8: "factors: tnfa"],
      says: "8:10: factors: found \"tnfa\"; expected a list of names, as in [tnfa, oxygen]"
    ),
    .init(
      "secretion of a factor the scenario does not carry",
      [4: "product: {preset: human-marrow-msc, secretion: {ifng: {basal: 1 pg/cell/d}}}"],
      says:
        "4:55: product.secretion.ifng: the scenario carries no factor 'ifng'; add it to 'factors' or remove it here"
    ),
    .init(
      "tissue of an unknown organ",
      [18: "    organ: hart"],
      says:
        "18:12: tissues.infarct.organ: found \"hart\" (did you mean 'heart'?); expected one of lung, heart, …"
    ),
    .init(
      "tissue named like another organ",
      [10: "  heart:"],
      says:
        "11:5: tissues.heart: a tissue may not be called like another organ, body, blood, product, plasma, carcass, excreted or …_remainder; call it lung_block, say"
    ),
    .init(
      "block larger than its organ",
      [20: "    spacing: 900 um"],
      says:
        "10:3: tissues: the blocks of heart together are 3.437 times the volume of the organ; allowed is at most 1"
    ),
    .init(
      "step that does not divide the run",
      [3: "host: mouse\nclock: {cell_step: 7 min}"],
      says:
        "4:20: clock.cell_step: found \"7 min\"; expected a time that divides the duration of the run into whole steps"
    ),
    .init(
      "run that the default step does not divide",
      [2: "duration: 7 min"],
      says:
        "1:1: clock.cell_step: the default \"5 min\"; expected a time that divides the duration of the run into whole steps"
    ),
    .init(
      "output between steps",
      [3: "host: mouse\nclock: {output_every: 7 min}"],
      says:
        "4:23: clock.output_every: found \"7 min\"; expected a whole number of cell steps, at most the duration of the run"
    ),
    .init(
      "output rarer than the run is long",
      [3: "host: mouse\nclock: {output_every: 13 h}"],
      says:
        "4:23: clock.output_every: found \"13 h\"; expected a whole number of cell steps, at most the duration of the run"
    ),
    .init(
      "further output after the end",
      [3: "host: mouse\nclock: {also_at: [5 min, 13 h]}"],
      says:
        "4:26: clock.also_at: found \"13 h\"; expected a whole number of cell steps, at most the duration of the run"
    ),
    .init(
      "output before anything happened",
      [3: "host: mouse\nclock: {also_at: [0 h]}"],
      says: "4:19: clock.also_at: found \"0 h\"; allowed is 0.0001 to 240000 h"
    ),
    .init(
      "no cells",
      [7: "  dose: 0 cells"],
      says:
        "7:9: treatment.dose: found \"0 cells\"; expected a whole number of cells from 1 to 4e9; without: [cells] makes an arm without cells"
    ),
    .init(
      "fewer than no cells",
      [7: "  dose: -5 cells"],
      says:
        "7:9: treatment.dose: found \"-5 cells\"; expected a whole number of cells from 1 to 4e9"
    ),
    .init(
      "part of a cell",
      [7: "  dose: 2.5 cells"],
      says:
        "7:9: treatment.dose: found \"2.5 cells\"; expected a whole number of cells from 1 to 4e9"
    ),
    .init(
      "more cells than can be counted",
      [7: "  dose: 1e12 cells"],
      says:
        "7:9: treatment.dose: found \"1e12 cells\"; expected a whole number of cells from 1 to 4e9"
    ),
    .init(
      "no cell at this body weight",
      [7: "  dose: 10 cells/kg"],
      says:
        "7:9: treatment.dose: found \"10 cells/kg\", in all 0.2 cells; expected a whole number of cells from 1 to 4e9"
    ),
    .init(
      "dose after the end",
      [7: "  dose: 2e3 cells\n  at: 12 h"],
      says: "8:7: treatment.at: found \"12 h\"; expected a time before the end of the run"
    ),
    .init(
      "cells of another species as the host's own",
      [7: "  dose: 2e3 cells\n  relation: syngeneic"],
      says:
        "8:13: treatment.relation: found \"syngeneic\" for human cells in a mouse; only donors of another species are xenogeneic"
    ),
    .init(
      "flows that are not the cardiac output",
      [3: "host: {preset: mouse, cardiac_output: 5 mL/min}"],
      says:
        "3:39: host.cardiac_output: the arterial flows of the organs add up to 175.7 % of it; allowed is 98 to 102 %"
    ),
    .init(
      "arms in a list",
      [3: "host: mouse\narms: [a, b]"],
      says:
        "4:7: arms: expected one entry per arm, each with the values that differ, or {} for none"
    ),
    .init(
      "arm that is a text",
      [3: "host: mouse\narms: {a: {}, b: saline}"],
      says: "4:18: arms.b: expected the values that differ as keys and values, or {} for none"
    ),
    .init(
      "arms with seeds of their own",
      [3: "host: mouse\narms: {a: {}, b: {seed: 2}}"],
      says: "4:18: arms.b: arms share seed and replicates; set them once for all"
    ),
  ]

  static let several: [BrokenScenario] = [
    .init(
      "several mistakes",
      [
        2: "duration: 7", 3: "host: mouze", 7: "  dose: 2e6 kg", 8: "factors: [tnfb, cxcl12, pge2]",
        13: "    spacing: 20 umm", 20: "    spacings: 40 um",
      ],
      says: "2:11: duration: found \"7\", a number without unit; …",
      "3:7: host: there is no 'mouze' …",
      "7:9: treatment.dose: found \"2e6 kg\", a mass; …",
      "8:11: factors.tnfb: there is no 'tnfb' …",
      "13:14: tissues.lung_block.spacing: found \"20 umm\" with the unknown unit 'umm' …",
      "18:5: tissues.infarct.spacing: is missing; expected a length, as in 20 um",
      "20:5: tissues.infarct.spacings: unknown key (did you mean 'spacing'?); …"
    ),
    .init(
      "mistakes in several arms",
      [
        3: """
        host: mouse
        arms:
          a: {host: mouze}
          b: {treatment: {dosse: 1 cells}}
          c: {host: {body_weight: 0.1 g}}
        """
      ],
      says: "5:13: host: there is no 'mouze' …",
      "6:19: treatment.dosse: unknown key (did you mean 'dose'?); …",
      "7:27: host.body_weight: found \"0.1 g\"; allowed is 1 to 1e6 g"
    ),
  ]
}

@Suite("Broken scenarios")
struct BrokenScenarioTests {
  @Test func baseIsSound() throws {
    let scratch = try ScratchLibrary()
    let resolved = try scratch.resolve(ScratchLibrary.text())
    #expect(resolved.experiments.count == 1)
    #expect(resolved.experiments[0].cells == 2000)
    #expect(resolved.experiments[0].tissues.map(\.name) == ["lung_block", "infarct"])
    let presets = resolved.files.filter { file in
      ["/laws/", "/endpoints/"].allSatisfy { !file.path.contains($0) }
    }
    #expect(presets.count == 6)
  }

  @Test(arguments: BrokenScenario.keys) func keys(broken: BrokenScenario) throws {
    try check(broken)
  }

  @Test(arguments: BrokenScenario.values) func values(broken: BrokenScenario) throws {
    try check(broken)
  }

  @Test(arguments: BrokenScenario.relations) func relations(broken: BrokenScenario) throws {
    try check(broken)
  }

  @Test(arguments: BrokenScenario.several) func several(broken: BrokenScenario) throws {
    try check(broken)
  }

  func check(_ broken: BrokenScenario) throws {
    let scratch = try ScratchLibrary()
    let said = scratch.diagnostics {
      try scratch.resolve(ScratchLibrary.text(replacing: broken.lines))
    }
    #expect(agree(said, broken.says), "\(said.joined(separator: "\n"))")
  }

  /// The parts of a diagnostic are there one by one, not only in its text.
  @Test func diagnosticsHaveParts() throws {
    let scratch = try ScratchLibrary()
    let error = try #require(throws: ScenarioError.self) {
      try scratch.resolve(ScratchLibrary.text(replacing: [13: "    spacing: 2 mm"]))
    }
    let diagnostic = try #require(error.diagnostics.first)
    #expect(error.diagnostics.count == 1)
    #expect(diagnostic.file == scratch.scenario)
    #expect(diagnostic.line == 13 && diagnostic.column == 14)
    #expect(diagnostic.path == "tissues.lung_block.spacing")
    #expect(diagnostic.message == "found \"2 mm\"; allowed is 1 to 1000 um")
    #expect(error.description == diagnostic.description)
  }
}

/// A file that is no scenario at all.
struct BrokenFile: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: Data
  let says: String

  init(_ what: String, _ text: String, says: String) {
    self.init(what, bytes: Data(text.utf8), says: says)
  }

  init(_ what: String, bytes: Data, says: String) {
    testDescription = what
    self.bytes = bytes
    self.says = says
  }

  /// Anchors each of which repeats the one before ten times, and what stands after them.
  static func bomb(_ last: String) -> String {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for i in 1...12 {
      text +=
        "a\(i): &a\(i) [\(Array(repeating: "*a\(i - 1)", count: 10).joined(separator: ", "))]\n"
    }
    return text + last
  }

  static let all: [BrokenFile] = [
    .init("empty", "", says: ":1:1: is empty; it needs keys and values"),
    .init("comments only", "# a\n# b\n", says: ":1:1: is empty; it needs keys and values"),
    .init("zero bytes", bytes: Data(count: 100), says: ": is not text: it has a zero byte at 0"),
    .init(
      "no UTF-8",
      bytes: Data([0x6e, 0x3a, 0x20, 0xff, 0xfe, 0x0a]),
      says: ": is not text in UTF-8"
    ),
    .init(
      "10 MB of brackets",
      bytes: Data(repeating: 0x5b, count: 10_000_000),
      says: ": has 10000000 bytes; a file of a scenario has at most 1048576"
    ),
    .init(
      "50 kB of brackets",
      bytes: Data(repeating: 0x5b, count: 50_000),
      says: ":1:1: nests deeper than 32 levels"
    ),
    .init(
      "closed brackets",
      String(repeating: "[", count: 500) + String(repeating: "]", count: 500),
      says: ":1:34: nests deeper than 32 levels"
    ),
    .init(
      "braces",
      String(repeating: "{a: ", count: 30_000),
      says: ":1:3997: nests deeper than 32 levels"
    ),
    .init(
      "nested blocks",
      (0..<200).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      says: ":34:34: nests deeper than 32 levels"
    ),
    .init(
      "nested lists on a line",
      String(repeating: "- ", count: 300_000),
      says: ":1:1999: nests deeper than 32 levels"
    ),
    .init(
      "nested keys on a line",
      String(repeating: "? ", count: 300_000),
      says: ":1:1999: nests deeper than 32 levels"
    ),
    .init(
      "tab for indentation",
      "name: a\n\thost: b\n",
      says: ":2:1: is indented by a tab; indent by spaces"
    ),
    .init(
      "open bracket",
      "name: [a\nhost: b\n",
      says: ":2:5: is not YAML: did not find expected ',' or ']'"
    ),
    .init(
      "open quote",
      "name: \"a\nhost: b\n",
      says: ":3:1: is not YAML: found unexpected end of stream"
    ),
    .init(
      "alias of nothing",
      "name: *a\n",
      says: ":1:7: is not YAML: found undefined alias"
    ),
    .init(
      "anchor bomb",
      bomb(""),
      says: ":1:37: holds more than 100000 values, counting repeated anchors"
    ),
    .init(
      "anchor bomb as a key",
      bomb("? *a12\n: b\n"),
      says: ":14:3: has a key that is not a word"
    ),
    .init(
      "anchor bomb in a key",
      bomb("{[*a12]: b}: c\n"),
      says: ":14:1: has a key that is not a word"
    ),
    .init(
      "list",
      "- a\n- b\n",
      says: ":1:1: a scenario is a mapping of keys to values, beginning …"
    ),
    .init("text", "hello\n", says: ":1:1: a scenario is a mapping of keys to values, beginning …"),
    .init(
      "two documents",
      "name: a\n---\nname: b\n",
      says: ":2:1: holds a second document; a file holds one"
    ),
    .init(
      "control character",
      "name: a\u{7}\n",
      says: ":1:1: is not text: control characters are not allowed …"
    ),
  ]
}

@Suite("Broken files")
struct BrokenFileTests {
  @Test(.timeLimit(.minutes(15)), arguments: BrokenFile.all)
  func file(broken: BrokenFile) throws {
    let scratch = try ScratchLibrary()
    let said = scratch.diagnostics { try scratch.resolve(broken.bytes) }
    #expect(agree(said, ["small.yaml" + broken.says]), "\(said.joined(separator: "\n"))")
  }

  @Test func missing() throws {
    let scratch = try ScratchLibrary()
    let said = scratch.diagnostics {
      try ResolvedScenario(path: scratch.scenario, library: scratch.library)
    }
    #expect(said == ["small.yaml: there is no such file"])
  }

  @Test func directory() throws {
    let scratch = try ScratchLibrary()
    let said = scratch.diagnostics {
      try ResolvedScenario(path: scratch.directory + "/library", library: scratch.library)
    }
    #expect(said == ["LIBRARY: is a directory; name a scenario file"])
  }

  /// As many mistakes as fit into a file are found and put in order in seconds.
  @Test(.timeLimit(.minutes(15))) func manyMistakes() throws {
    let scratch = try ScratchLibrary()
    let extra = (0..<50_000).map { "k\($0): 1\n" }.joined()
    let said = scratch.diagnostics { try scratch.resolve(ScratchLibrary.text() + extra) }
    #expect(said.count == 50_000)
    #expect(said.first?.hasPrefix("small.yaml:23:1: k0: unknown key; its keys are ") == true)
    #expect(said.last?.hasPrefix("small.yaml:50022:1: k49999: unknown key") == true)
  }

  /// Anchors are fine where they stand for values.
  @Test func anchorsForValues() throws {
    let scratch = try ScratchLibrary()
    let text = ScratchLibrary.text(replacing: [
      12: "    voxels: &v 4 x 4 x 4", 19: "    voxels: *v",
    ])
    let tissues = try scratch.resolve(text).experiments[0].tissues
    #expect(tissues.map(\.shape.count) == [64, 64])
  }
}

@Suite("Broken libraries")
struct BrokenLibraryTests {
  @Test func ringOfPresets() throws {
    let scratch = try ScratchLibrary()
    try scratch.write(Data("preset: b\nname: a\n".utf8), "library/products/a.yaml")
    try scratch.write(Data("preset: a\nname: b\n".utf8), "library/products/b.yaml")
    let said = scratch.diagnostics {
      try scratch.resolve(ScratchLibrary.text(replacing: [4: "product: a"]))
    }
    #expect(
      said == [
        "LIBRARY/products/b.yaml:1:9: product.preset: circular reference between presets: a → b → a"
      ]
    )
  }

  @Test func presetOfItself() throws {
    let scratch = try ScratchLibrary()
    try scratch.write(Data("preset: a\n".utf8), "library/factors/a.yaml")
    let said = scratch.diagnostics {
      try scratch.resolve(ScratchLibrary.text(replacing: [8: "factors: [a, tnfa, cxcl12, pge2]"]))
    }
    #expect(
      said == [
        "LIBRARY/factors/a.yaml:1:9: factors.a.preset: circular reference between presets: a → a"
      ]
    )
  }

  @Test func linkThatLeadsOut() throws {
    let scratch = try ScratchLibrary()
    let outside = try scratch.write(Data("name: secret\n".utf8), "secret.yaml")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.library + "/hosts/secret.yaml",
      withDestinationPath: outside
    )
    let said = scratch.diagnostics {
      try scratch.resolve(ScratchLibrary.text(replacing: [3: "host: secret"]))
    }
    #expect(said == ["small.yaml:3:7: host: 'secret' is a link that leads out of the library"])
  }

  @Test func linkThatStaysInside() throws {
    let scratch = try ScratchLibrary()
    try FileManager.default.createSymbolicLink(
      atPath: scratch.library + "/hosts/rodent.yaml",
      withDestinationPath: "mouse.yaml"
    )
    let text = ScratchLibrary.text(replacing: [3: "host: rodent"])
    #expect(try scratch.resolve(text).experiments[0].host.name == "mouse")
  }

  @Test func brokenPreset() throws {
    let scratch = try ScratchLibrary()
    try scratch.write(
      Data("preset: mouse\nbody_weigth: 3 g\nbody_weight: 3 kgg\n".utf8),
      "library/hosts/odd.yaml"
    )
    let said = scratch.diagnostics {
      try scratch.resolve(ScratchLibrary.text(replacing: [3: "host: odd"]))
    }
    let expected = [
      "LIBRARY/hosts/odd.yaml:2:1: host.body_weigth: unknown key (did you mean 'body_weight'?); …",
      "LIBRARY/hosts/odd.yaml:3:14: host.body_weight: found \"3 kgg\" with the unknown unit 'kgg' (did you mean 'kg'?); …",
    ]
    #expect(agree(said, expected), "\(said.joined(separator: "\n"))")
  }

  @Test func directoryThatIsNone() throws {
    let scratch = try ScratchLibrary()
    try scratch.write(Data(ScratchLibrary.text().utf8), "small.yaml")
    let said = scratch.diagnostics {
      try ResolvedScenario(path: scratch.scenario, library: scratch.directory + "/hosts")
    }
    #expect(
      said == ["--library: found \"hosts\"; a library is a directory with a folder 'hosts' in it"]
    )
  }

  @Test func noneFound() throws {
    let scratch = try ScratchLibrary()
    try scratch.write(Data(ScratchLibrary.text().utf8), "small.yaml")
    let said = scratch.diagnostics {
      try ResolvedScenario(path: scratch.scenario, program: scratch.directory + "/bin/stroma")
    }
    #expect(
      said == [
        "small.yaml: no library of hosts, products and factors above this file or the program; name one with --library DIR"
      ]
    )
  }
}
