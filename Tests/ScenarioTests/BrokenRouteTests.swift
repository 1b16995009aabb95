import Body
import Foundation
import Scenario
import Simulation
import Testing
import Vocabulary

extension BrokenScenario {
  static let fed =
    "one of lung, heart, muscle, skin, fat, bone, marrow, brain, kidney, liver, small_intestine, large_intestine, pancreas, spleen, thymus, rest"
  static let organs = fed + ", joint, peritoneum"
  static let ways =
    "one of intravenous, intra-arterial, intracoronary, intraportal, intramyocardial, intramuscular, subcutaneous, intraperitoneal, intra-articular, intratissue"
  static let names = "expected a list of names, as in [cirrhosis]"

  static let routes: [BrokenScenario] = [
    .init(
      "route misspelt, with keys that only some routes have",
      [6: "  route: intra-artrial\n  artery: muscle\n  retention: 0.5"],
      says:
        "6:10: treatment.route: found \"intra-artrial\" (did you mean 'intra-arterial'?); expected \(ways)"
    ),
    .init(
      "route missing, with keys that only some routes have",
      [6: "  into: liver\n  shed: 0.5"],
      says: "6:3: treatment.route: is missing; expected \(ways)"
    ),
    .init(
      "list of routes",
      [6: "  route: [intravenous]"],
      says: "6:10: treatment.route: found keys or a list; expected \(ways)"
    ),
    .init(
      "artery missing",
      [6: "  route: intra-arterial"],
      says: "6:3: treatment.artery: is missing; expected \(fed)"
    ),
    .init(
      "artery of an unknown organ",
      [6: "  route: intra-arterial\n  artery: mucsle"],
      says:
        "7:11: treatment.artery: found \"mucsle\" (did you mean 'muscle'?); expected \(fed)"
    ),
    .init(
      "artery of a cavity",
      [6: "  route: intra-arterial\n  artery: joint"],
      says: "7:11: treatment.artery: found \"joint\"; expected \(fed)"
    ),
    .init(
      "list of arteries",
      [6: "  route: intra-arterial\n  artery: [heart, lung]"],
      says: "7:11: treatment.artery: found keys or a list; expected \(fed)"
    ),
    .init(
      "artery into a vein",
      [6: "  route: intravenous\n  artery: muscle"],
      says:
        "7:3: treatment.artery: unknown key; its keys are agents, at, boluses, collected, dose, gives, interval, over, particles, preset, relation, repeat, room, route, spread, vesicles"
    ),
    .init(
      "artery that the route says itself",
      [6: "  route: intracoronary\n  artery: heart"],
      says:
        "7:3: treatment.artery: unknown key; its keys are agents, at, boluses, collected, dose, gives, interval, over, particles, preset, relation, repeat, room, route, spread, vesicles"
    ),
    .init(
      "organ to inject missing",
      [6: "  route: intratissue"],
      says: "6:3: treatment.into: is missing; expected \(organs)"
    ),
    .init(
      "unknown organ to inject",
      [6: "  route: intratissue\n  into: panceas\n  shed: 0.1\n  retention: 0.5"],
      says:
        "7:9: treatment.into: found \"panceas\" (did you mean 'pancreas'?); expected \(organs)"
    ),
    .init(
      "organ that the route says itself",
      [6: "  route: intramuscular\n  into: muscle"],
      says:
        "7:3: treatment.into: unknown key; its keys are agents, at, boluses, collected, dose, gives, interval, over, particles, preset, relation, repeat, retention, room, route, shed, spread, vesicles"
    ),
    .init(
      "retention above 1",
      [6: "  route: intramyocardial\n  retention: 1.5"],
      says: "7:14: treatment.retention: found \"1.5\"; allowed is 0 to 1"
    ),
    .init(
      "retention in cells",
      [6: "  route: intramyocardial\n  retention: 500 cells"],
      says:
        "7:14: treatment.retention: found \"500 cells\", a number of cells; expected a fraction, as in 0.2 or 20 %"
    ),
    .init(
      "retention in a vein",
      [6: "  route: intravenous\n  retention: 0.5"],
      says:
        "7:3: treatment.retention: unknown key; its keys are agents, at, boluses, collected, dose, gives, interval, over, particles, preset, relation, repeat, room, route, spread, vesicles"
    ),
    .init(
      "shedding below 0",
      [6: "  route: subcutaneous\n  shed: -10 %"],
      says: "7:9: treatment.shed: found \"-10 %\"; allowed is 0 to 1"
    ),
    .init(
      "shedding from a cavity, which sheds all",
      [6: "  route: intraperitoneal\n  shed: 0.5"],
      says:
        "7:3: treatment.shed: unknown key; its keys are agents, at, boluses, collected, dose, gives, interval, over, particles, preset, relation, repeat, retention, room, route, spread, vesicles"
    ),
    .init(
      "host unknown, with keys that only some routes have",
      [3: "host: mouze", 6: "  route: intratissue\n  into: pancreas\n  shed: 0.1"],
      says: "3:7: host: there is no 'mouze' …"
    ),
    .init(
      "the host's own cells of another species",
      [7: "  dose: 2e3 cells\n  relation: autologous"],
      says:
        "8:13: treatment.relation: found \"autologous\" for human cells in a mouse; only donors of another species are xenogeneic"
    ),
    .init(
      "relation misspelt",
      [7: "  dose: 2e3 cells\n  relation: xenogenic"],
      says:
        "8:13: treatment.relation: found \"xenogenic\" (did you mean 'xenogeneic'?); expected one of autologous, syngeneic, allogeneic, xenogeneic"
    ),
  ]

  static let agents: [BrokenScenario] = [
    .init(
      "cells that do not fit",
      [6: "  route: intra-articular", 7: "  dose: 5e6 cells"],
      says:
        "7:9: treatment.dose: makes 0.020944 mL of cells; the joint has room for 0.005 mL"
    ),
    .init(
      "no bolus",
      [7: "  dose: 2e3 cells\n  boluses: 0"],
      says: "8:12: treatment.boluses: found \"0\"; expected a whole number from 1 to 100"
    ),
    .init(
      "boluses without interval",
      [7: "  dose: {total: 2e3 cells}\n  boluses: 2"],
      says: "6:3: treatment.interval: is missing; expected a time, as in 25 min"
    ),
    .init(
      "boluses into each other",
      [7: "  dose: {each: 1e3 cells}\n  boluses: 2\n  interval: 5 s\n  over: 10 s"],
      says: "9:13: treatment.interval: found \"5 s\"; expected at least the 'over' of one bolus"
    ),
    .init(
      "interval of one bolus",
      [7: "  dose: 2e3 cells\n  interval: 5 min"],
      says: "8:13: treatment.interval: belongs to two 'boluses' or more; leave it out"
    ),
    .init(
      "more boluses than cells",
      [7: "  dose: {total: 3 cells}\n  boluses: 5\n  interval: 5 min"],
      says: "8:12: treatment.boluses: found \"5\"; expected at most the 3 cells of the dose"
    ),
    .init(
      "no agents",
      [7: "  dose: 2e3 cells\n  agents: 0"],
      says: "8:11: treatment.agents: found \"0\"; allowed is 1 to 4e9"
    ),
    .init(
      "part of an agent",
      [7: "  dose: 2e3 cells\n  agents: 1.5"],
      says:
        "8:11: treatment.agents: found \"1.5\"; expected a whole number of at most the 2000 cells of the dose"
    ),
    .init(
      "more agents than cells",
      [7: "  dose: 2e3 cells\n  agents: 2001"],
      says:
        "8:11: treatment.agents: found \"2001\"; expected a whole number of at most the 2000 cells of the dose"
    ),
    .init(
      "more agents than cells at this body weight",
      [7: "  dose: {value: 1e5 cells/kg}\n  agents: {value: 1e4, source: assumed}"],
      says:
        "8:11: treatment.agents: found \"1e4\"; expected a whole number of at most the 2000 cells of the dose"
    ),
    .init(
      "agents with a unit",
      [7: "  dose: 2e3 cells\n  agents: 100 cells"],
      says:
        "8:11: treatment.agents: found \"100 cells\", a number of cells; expected a whole number without unit, as in 1e6"
    ),
    .init(
      "agents that are no number",
      [7: "  dose: 2e3 cells\n  agents: many"],
      says:
        "8:11: treatment.agents: found \"many\"; expected a whole number without unit, as in 1e6"
    ),
    .init(
      "agents without value",
      [7: "  dose: 2e3 cells\n  agents:"],
      says:
        "8:10: treatment.agents: has no value; expected a whole number without unit, as in 1e6"
    ),
    .init(
      "agents of a dose that cannot be read",
      [7: "  dose: 2e3 kg\n  agents: 100"],
      says: "7:9: treatment.dose: found \"2e3 kg\", a mass; …"
    ),
    .init(
      "agents of a dose for a host that cannot be read",
      [3: "host: mouze", 7: "  dose: 1e5 cells/kg\n  agents: 100"],
      says: "3:7: host: there is no 'mouze' …"
    ),
  ]

  static let overlays: [BrokenScenario] = [
    .init(
      "overlay misspelt",
      [3: "host: {preset: mouse, overlays: [shrunken, cirhosis]}"],
      says:
        "3:44: host.overlays: there is no 'cirhosis' in LIBRARY/overlays (did you mean 'cirrhosis'?); there are: cirrhosis, shrunken"
    ),
    .init(
      "overlay for a list",
      [3: "host: {preset: mouse, overlays: cirrhosis}"],
      says: "3:33: host.overlays: found \"cirrhosis\"; \(names)"
    ),
    .init(
      "keys for a list of overlays",
      [3: "host: {preset: mouse, overlays: {cirrhosis: {}}}"],
      says: "3:33: host.overlays: found keys; \(names)"
    ),
    .init(
      "overlays without value",
      [3: "host:\n  preset: mouse\n  overlays:"],
      says: "5:12: host.overlays: has no value; \(names)"
    ),
    .init(
      "list in the list of overlays",
      [3: "host: {preset: mouse, overlays: [[shrunken]]}"],
      says: "3:34: host.overlays: expected the name of one preset of 'overlays'"
    ),
    .init(
      "overlay by its path",
      [3: "host: {preset: mouse, overlays: [../overlays/shrunken]}"],
      says:
        "3:34: host.overlays: found \"../overlays/shrunken\"; the name of a preset consists of letters, digits, '-' and '_', and is not a path"
    ),
    .init(
      "overlay twice",
      [3: "host: {preset: mouse, overlays: [shrunken, shrunken]}"],
      says: "3:44: host.overlays: has 'shrunken' more than once; keep one"
    ),
    .init(
      "overlays over no preset",
      [3: "host: {overlays: [shrunken], name: mouse, species: mouse}"],
      says:
        "3:18: host.overlays: is given without 'preset'; overlays modify a preset"
    ),
    .init(
      "overlays misspelt",
      [3: "host: {preset: mouse, overlay: [shrunken]}"],
      says: "3:23: host.overlay: unknown key (did you mean 'overlays'?); its keys are …"
    ),
    .init(
      "overlays over a product",
      [4: "product: {preset: human-marrow-msc, overlays: [shrunken]}"],
      says:
        "4:48: product.overlays: there is no 'shrunken' in LIBRARY/modifications; there are none"
    ),
    .init(
      "overlays over a factor",
      [
        8:
          "factors: {tnfa: {preset: tnfa, overlays: [shrunken]}, cxcl12: {preset: cxcl12}, pge2: {preset: pge2}}"
      ],
      says: "8:32: factors.tnfa.overlays: unknown key; its keys are …"
    ),
    .init(
      "overlay of a host too small for a block",
      [3: "host: {preset: mouse, overlays: [shrunken]}", 19: "    voxels: 100 x 100 x 100"],
      says:
        "10:3: tissues: the blocks of heart together are 6.4 times the volume of the organ; allowed is at most 1"
    ),
  ]

  static let bodies: [BrokenScenario] = [
    .init(
      "killers misspelt",
      [3: "host: {preset: mouse, immunity: {t_cels: 0}}"],
      says:
        "3:34: host.immunity.t_cels: unknown key (did you mean 't_cells'?); its keys are complement, natural_activity, natural_killers, sensitisation, species, t_cells"
    ),
    .init(
      "fewer than no killers",
      [3: "host: {preset: mouse, immunity: {natural_killers: -1}}"],
      says: "3:51: host.immunity.natural_killers: found \"-1\"; allowed is 0 to 10"
    ),
    .init(
      "immunity in a word",
      [3: "host: {preset: mouse, immunity: none}"],
      says: "3:33: host.immunity: found \"none\"; expected keys and values"
    ),
    .init(
      "killing misspelt",
      [3: "host: mouse\nkilling: {t_cell: 0.05 1/h}"],
      says:
        "4:11: killing.t_cell: unknown key (did you mean 't_cells'?); its keys are natural_killers, onset, repeat_fold, rise, t_cells"
    ),
    .init(
      "killing without unit",
      [3: "host: mouse\nkilling: {onset: 7}"],
      says:
        "4:18: killing.onset: found \"7\", a number without unit; expected a time, as in 25 min"
    ),
    .init(
      "value for a host",
      [3: "host: {preset: mouse, value: 3}"],
      says:
        "3:30: host.value: unknown key; presets and their overlays have no key 'value'"
    ),
    .init(
      "organ misspelt",
      [3: "host: {preset: mouse, organs: {hart: {bypass: 0.1}}}"],
      says: "3:32: host.organs.hart: is no organ (did you mean 'heart'?); organs are lung, …"
    ),
    .init(
      "cavity with a flow",
      [3: "host: {preset: mouse, organs: {joint: {flow: 1 mL/min}}}"],
      says:
        "3:40: host.organs.joint.flow: unknown key; its keys are natural_killers, supply, volume"
    ),
    .init(
      "supply of a cavity misspelt",
      [
        3: "host: {preset: mouse, organs: {joint: {supply: cavty}}}",
        6: "  route: intra-articular",
      ],
      says:
        "3:48: host.organs.joint.supply: found \"cavty\" (did you mean 'cavity'?); expected one of pulmonary, arterial, cavity"
    ),
    .init(
      "supply of an organ that others drain to misspelt",
      [3: "host: {preset: mouse, organs: {liver: {supply: portal}}}"],
      says:
        "3:48: host.organs.liver.supply: found \"portal\"; expected one of pulmonary, arterial, cavity"
    ),
    .init(
      "blood that drains to a cavity",
      [3: "host: {preset: mouse, organs: {spleen: {drains_to: peritoneum}}}"],
      says:
        "3:52: host.organs.spleen.drains_to: found \"peritoneum\"; expected one of heart, muscle, skin, fat, bone, marrow, brain, kidney, liver, small_intestine, large_intestine, pancreas, thymus, rest"
    ),
    .init(
      "blood that drains to the lung",
      [3: "host: {preset: mouse, organs: {spleen: {drains_to: lung}}}"],
      says: "3:52: host.organs.spleen.drains_to: found \"lung\"; expected one of heart, …"
    ),
    .init(
      "lung that drains to another organ",
      [3: "host: {preset: mouse, organs: {lung: {drains_to: heart}}}"],
      says:
        "3:39: host.organs.lung.drains_to: unknown key; its keys are activation, adhesion, blood_fraction, bypass, calibre, natural_killers, phagocytosis, segments, supply, volume"
    ),
    .init(
      "list of organs to drain to",
      [3: "host: {preset: mouse, organs: {spleen: {drains_to: [liver, heart]}}}"],
      says: "3:52: host.organs.spleen.drains_to: found keys or a list; expected a text"
    ),
    .init(
      "label without the half-life of its isotope",
      [3: "host: mouse\nlabel: {name: x, leak: 0 1/h, free_at_injection: 0, soluble_uptake: 0}"],
      says: "4:8: label.physical_half_life: is missing; expected a time, or 'never', as in 25 min"
    ),
    .init(
      "protection above 1",
      [4: "product: {preset: human-marrow-msc, protection: 2}"],
      says: "4:49: product.protection: found \"2\"; allowed is 0 to 1"
    ),
  ]
}

@Suite("Broken routes, agents, overlays and bodies")
struct BrokenRouteTests {
  @Test(arguments: BrokenScenario.routes) func routes(broken: BrokenScenario) throws {
    try check(broken)
  }

  @Test(arguments: BrokenScenario.agents) func agents(broken: BrokenScenario) throws {
    try check(broken)
  }

  @Test(arguments: BrokenScenario.overlays) func overlays(broken: BrokenScenario) throws {
    try check(broken)
  }

  @Test(arguments: BrokenScenario.bodies) func bodies(broken: BrokenScenario) throws {
    try check(broken)
  }

  private func check(_ broken: BrokenScenario) throws {
    let scratch = try ScratchLibrary()
    try scratch.overlay("organs: {heart: {volume: 0.01 mL}}\n", "shrunken")
    try scratch.overlay("immunity: {t_cells: 0}\n", "cirrhosis")
    let said = scratch.diagnostics {
      try scratch.resolve(ScratchLibrary.text(replacing: broken.lines))
    }
    #expect(agree(said, broken.says), "\(said.joined(separator: "\n"))")
  }

  /// A route to an organ that the host, in which it is called otherwise, does not have.
  @Test(
    arguments: [
      (
        "intra-articular", "joint",
        "found \"intra-articular\", which needs an organ 'joint'; the host mouse has lung, …"
      ),
      (
        "intraperitoneal", "peritoneum",
        "found \"intraperitoneal\", which needs an organ 'peritoneum'; the host mouse has lung, …"
      ),
      (
        "intraportal", "liver",
        "found \"intraportal\", which needs an organ 'liver' that is no cavity; the host mouse has lung, …"
      ),
    ]
  )
  func organMissing(route: String, organ: String, message: String) throws {
    let scratch = try ScratchLibrary()
    let path = scratch.library + "/hosts/mouse.yaml"
    let host = try String(contentsOfFile: path, encoding: .utf8)
      .replacing("  \(organ):\n", with: "  gut:\n")
      .replacing("drains_to: \(organ)\n", with: "drains_to: gut\n")
    try scratch.write(Data(host.utf8), "library/hosts/mouse.yaml")
    let text = ScratchLibrary.text(replacing: [6: "  route: \(route)"])
    let said = scratch.diagnostics { try scratch.resolve(text) }
    #expect(
      agree(said, ["small.yaml:6:10: treatment.route: " + message]),
      "\(said.joined(separator: "\n"))"
    )
  }
}

/// An overlay called `odd` with something wrong with it, and all that is said about it.
struct BrokenOverlay: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let text: String
  let says: [String]

  init(_ what: String, _ text: String, says: String...) {
    testDescription = what
    self.text = text
    self.says = says.map { $0.hasPrefix("small.yaml") ? $0 : "LIBRARY/" + $0 }
  }

  static let all: [BrokenOverlay] = [
    .init(
      "overlay over itself",
      "preset: odd\n",
      says:
        "overlays/odd.yaml:1:9: host.overlays.preset: circular reference between presets: odd → odd"
    ),
    .init(
      "overlays in a ring",
      "preset: even\n",
      says:
        "overlays/even.yaml:1:9: host.overlays.preset: circular reference between presets: odd → even → odd"
    ),
    .init(
      "overlay that lists itself",
      "preset: plain\noverlays: [odd]\n",
      says:
        "overlays/odd.yaml:2:11: host.overlays: an overlay lists no overlays; list them all where the preset is named"
    ),
    .init(
      "overlay that lists another",
      "overlays: [plain]\n",
      says:
        "overlays/odd.yaml:1:11: host.overlays: an overlay lists no overlays; list them all where the preset is named"
    ),
    .init(
      "overlay over a host",
      "preset: mouse\n",
      says:
        "overlays/odd.yaml:1:9: host.overlays.preset: there is no 'mouse' in LIBRARY/overlays; there are: even, odd, plain"
    ),
    .init(
      "flows that no longer add up",
      "organs:\n  spleen: {flow: 4 mL/min}\n",
      says:
        "small.yaml:3:1: host.cardiac_output: the arterial flows of the organs add up to 143.4 % of it; allowed is 98 to 102 % (the value is that of preset hosts/mouse, line 9)"
    ),
    .init(
      "unknown key",
      "name: odd\nimunity: {t_cells: 0}\n",
      says:
        "overlays/odd.yaml:2:1: host.imunity: unknown key (did you mean 'immunity'?); its keys are arterial_share, body_weight, cardiac_output, coagulation, excised, immunity, large_vessel_blood, leukocytes, name, organs, overlays, plasma_share, preset, reference_weight, species"
    ),
    .init(
      "organ misspelt",
      "organs:\n  spleeen: {flow: 4 mL/min}\n",
      says:
        "overlays/odd.yaml:2:3: host.organs.spleeen: is no organ (did you mean 'spleen'?); organs are lung, …"
    ),
    .init(
      "unknown key of an organ",
      "organs:\n  liver: {fagocytosis: 3}\n",
      says:
        "overlays/odd.yaml:2:11: host.organs.liver.fagocytosis: unknown key (did you mean 'phagocytosis'?); …"
    ),
    .init(
      "value out of range",
      "organs:\n  lung: {bypass: {value: 2, source: assumed}}\n",
      says: "overlays/odd.yaml:2:26: host.organs.lung.bypass: found \"2\"; allowed is 0 to 1"
    ),
    .init(
      "list",
      "- immunity\n",
      says:
        "overlays/odd.yaml:1:1: host.overlays: a preset is a mapping of keys to values"
    ),
    .init(
      "text",
      "immunity\n",
      says:
        "overlays/odd.yaml:1:1: host.overlays: a preset is a mapping of keys to values"
    ),
    .init(
      "value that would replace the host",
      "value: 3\nimmunity: {t_cells: 0}\n",
      says:
        "overlays/odd.yaml:1:8: host.overlays.value: unknown key; presets and their overlays have no key 'value'"
    ),
    .init(
      "empty",
      "# nothing\n",
      says: "overlays/odd.yaml:1:1: is empty; it needs keys and values"
    ),
    .init(
      "no YAML",
      "organs: [lung\n",
      says: "overlays/odd.yaml:2:1: is not YAML: did not find expected ',' or ']'"
    ),
  ]
}

@Suite("Overlays")
struct OverlayTests {
  @Test(.timeLimit(.minutes(15)), arguments: BrokenOverlay.all)
  func broken(overlay: BrokenOverlay) throws {
    let scratch = try ScratchLibrary()
    try scratch.overlay("immunity: {t_cells: 0}\n", "plain")
    try scratch.overlay("preset: odd\n", "even")
    try scratch.overlay(overlay.text, "odd")
    let text = ScratchLibrary.text(replacing: [3: "host: {preset: mouse, overlays: [odd]}"])
    let said = scratch.diagnostics { try scratch.resolve(text) }
    #expect(agree(said, overlay.says), "\(said.joined(separator: "\n"))")
  }

  @Test func libraryWithoutAny() throws {
    let scratch = try ScratchLibrary()
    let text = ScratchLibrary.text(replacing: [3: "host: {preset: mouse, overlays: [odd]}"])
    let said = scratch.diagnostics { try scratch.resolve(text) }
    #expect(
      said == [
        "small.yaml:3:34: host.overlays: there is no 'odd' in LIBRARY/overlays; there are none"
      ]
    )
  }

  @Test func linkThatLeadsOut() throws {
    let scratch = try ScratchLibrary()
    let outside = try scratch.write(Data("name: secret\n".utf8), "secret.yaml")
    try scratch.overlay("name: plain\n", "plain")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.library + "/overlays/secret.yaml",
      withDestinationPath: outside
    )
    let text = ScratchLibrary.text(replacing: [3: "host: {preset: mouse, overlays: [secret]}"])
    let said = scratch.diagnostics { try scratch.resolve(text) }
    #expect(
      said == ["small.yaml:3:34: host.overlays: 'secret' is a link that leads out of the library"]
    )
  }

  /// Later overlays go over earlier ones, and what the scenario, its arms and the command line say
  /// over them all.
  @Test func lieBetweenPresetAndScenario() throws {
    let scratch = try ScratchLibrary()
    try scratch.overlay("immunity: {t_cells: 0.2, natural_killers: 0.2, complement: 0.2}\n", "a")
    try scratch.overlay("immunity: {t_cells: 0.3, natural_killers: 0.3}\n", "b")
    let host = "host: {preset: mouse, overlays: [a, b], immunity: {t_cells: 0.4}}"
    let arms = "arms: {first: {}, second: {host: {overlays: [b, a]}}}"
    let resolved = try scratch.resolve(
      ScratchLibrary.text(replacing: [3: "\(host)\n\(arms)"]),
      ["host.body_weight=25 g"]
    )
    let first = resolved.experiments[0].host
    #expect(first.bodyWeight == 25)
    #expect(first.immunity.tCells == 0.4)
    #expect(first.immunity.naturalKillers == 0.3)
    #expect(first.immunity.complement == 0.2)
    #expect(resolved.experiments[1].host.immunity.naturalKillers == 0.2)
    #expect(resolved.files.map(\.path).filter { $0.contains("/overlays/") }.count == 2)
  }

  /// The source of a file goes with the values of that file only.
  @Test func haveSourcesOfTheirOwn() throws {
    let scratch = try ScratchLibrary()
    try scratch.overlay("organs: {lung: {bypass: 0.2}}\n", "unsourced")
    try scratch.overlay("source: B 2002\norgans: {liver: {phagocytosis: 35}}\n", "sourced")
    let host = "host: {preset: mouse, overlays: [unsourced, sourced], body_weight: 25 g}"
    let resolved = try scratch.resolve(ScratchLibrary.text(replacing: [3: host]))
    func source(_ path: String) -> String? {
      resolved.records.first { $0.path.joined(separator: ".") == path }?.source
    }
    #expect(source("host.organs.lung.bypass") == nil)
    #expect(source("host.body_weight") == nil)
    #expect(source("host.organs.liver.phagocytosis") == "B 2002")
    #expect(source("host.organs.liver.flow")?.hasPrefix("Shah & Betts 2012") == true)
  }
}

extension ScratchLibrary {
  /// Writes an overlay.
  fileprivate func overlay(_ text: String, _ name: String) throws {
    try write(Data(text.utf8), "library/overlays/\(name).yaml")
  }
}
