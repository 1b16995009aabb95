import Body
import Laws
import Substrate
import Vocabulary

/// The keys of `host`.
enum HostSchema {
  static func read(_ section: Section, vessels: Vessels) -> Host {
    // The loader takes them; listed here, they are among the keys that messages list.
    for key in ["preset", "overlays"] { section.skip(key) }
    let name = section.text("name", "name of the host")
    let species: Species = section.choice(
      "species",
      "species whose ligands and receptors it carries"
    )
    let reference = section.quantity(
      "reference_weight",
      .mass,
      allowed: "1 to 1e6 g",
      "body weight the volumes and flows below belong to"
    )
    let weight = section.quantity("body_weight", .mass, allowed: "1 to 1e6 g", "body weight")
    let scale = Scale(weight / reference)
    let (referenceOutput, isOutputRead) = section.reading.whole {
      section.quantity(
        "cardiac_output",
        .flow,
        allowed: "0.1 to 1e5 mL/min",
        "cardiac output at the reference weight; scales with weight to the 3/4"
      )
    }
    let output = scale.flow * referenceOutput
    let large =
      scale.volume
      * section.quantity(
        "large_vessel_blood",
        .volume,
        allowed: "1e-3 to 1e5 mL",
        "blood outside organs at the reference weight; scales with weight"
      )
    let arterial = section.quantity(
      "arterial_share",
      .fraction,
      allowed: "0.01 to 0.99",
      "share of that blood on the arterial side"
    )
    let plasma = section.parameter(
      "plasma_share",
      .fraction,
      isPositive: true,
      "plasma as a share of body weight, at 1 g/mL"
    )
    let coagulation = section.parameter(
      "coagulation",
      .fraction,
      "activity of coagulation, relative to a host without an anticoagulant"
    )
    let immunity = section.section("immunity") { Self.immunity($0) }
    let (organs, areOrgansRead) = section.reading.whole {
      section.section("organs") { OrganSchema.read($0, scale, output: output, vessels: vessels) }
    }
    if isOutputRead, areOrgansRead { check(organs, cardiacOutput: output, section) }
    let leukocytes = section.section("leukocytes") {
      LeukocyteSchema.read(
        $0,
        scale,
        blood: large + organs.reduce(0) { $0 + $1.bloodVolume },
        organs: organs.map(\.name)
      )
    }
    var host = Host(
      name: name,
      species: species,
      bodyWeight: weight,
      cardiacOutput: output,
      venousBlood: large * (1 - arterial),
      arterialBlood: large * arterial,
      plasma: plasma * weight * Unit.millilitre,
      immunity: immunity,
      organs: organs
    )
    host.tree = vessels.tree
    host.coagulation = coagulation
    host.leukocytes = leukocytes
    excise(section, from: &host)
    return host
  }

  /// Factors from an animal of the reference weight to one of another weight.
  struct Scale {
    /// Of volumes, and of flows: the weight to the 3/4.
    let volume: Double, flow: Double

    /// The factors for a ratio of weights.
    init(_ ratio: Double) {
      volume = ratio
      flow = ratio.squareRoot() * ratio.squareRoot().squareRoot()
    }
  }

  private static func immunity(_ section: Section) -> Immunity {
    Immunity(
      naturalKillers: section.parameter(
        "natural_killers",
        .fraction,
        "natural killer cells, relative to an immunocompetent host"
      ),
      naturalActivity: section.parameter(
        "natural_activity",
        .fraction,
        "activity of natural killer cells off the grids: 0 at rest, 1 as against cells of another species"
      ),
      tCells: section.parameter("t_cells", .fraction, "activity of cytotoxic T cells"),
      complement: section.parameter("complement", .fraction, "activity of complement"),
      sensitisation: section.parameter(
        "sensitisation",
        .fraction,
        "share of hosts that a first mismatched dose sensitises"
      ),
      species: section.has("species")
        ? section.choice("species", "species of its immune cells, where another than the body's")
        : nothing(section)
    )
  }

  private static func nothing(_ section: Section) -> Species? {
    section.skip("species")
    return nil
  }

  /// Takes organs out of a host: others get their blood.
  private static func excise(_ section: Section, from host: inout Host) {
    let names = host.organs.map(\.name)
    let fixed = Set(host.organs.compactMap(\.drainsTo))
    let loose = host.organs.indices.filter {
      host.organs[$0].supply == .arterial && !fixed.contains($0)
        && OrganVocabulary.dispensable.contains(names[$0])
    }.map { names[$0] }
    let out = section.names("excised", "organs that were taken out before the run starts")
    for (n, organ) in out.enumerated() where !loose.contains(organ) {
      section.report(
        "excised",
        item: n,
        "is no organ that a host can live without\(Suggestion.text(for: organ, among: loose)); expected some of \(loose.joined(separator: ", "))"
      )
    }
    guard !out.isEmpty, Set(out).isSubset(of: loose) else { return }
    host.excise(Set(out))
  }

  /// Reports arterial flows that do not add up to the cardiac output.
  private static func check(_ organs: [Organ], cardiacOutput output: Double, _ section: Section) {
    let fed = organs.filter { $0.supply == .arterial }.reduce(0) { $0 + $1.flow }
    guard (fed / output - 1).magnitude > 0.02 else { return }
    let percent = (1000 * fed / output).rounded() / 10
    section.report(
      inScenario: "cardiac_output",
      "the arterial flows of the organs add up to \(percent) % of it; allowed is 98 to 102 %"
    )
  }
}

/// What turns the blood of an organ into a number of microvessels.
struct Vessels {
  let share, length, segments: Double
  let tree: Occlusion.Tree

  static func read(_ section: Section) -> Vessels {
    Vessels(
      share: section.parameter(
        "capillary_share",
        .fraction,
        isPositive: true,
        "share of an organ's blood that lies in the vessels in which cells arrest"
      ),
      length: section.parameter(
        "vessel_length",
        .length,
        isPositive: true,
        "length of a microvessel from arteriole to venule"
      ),
      segments: section.parameter(
        "segments",
        .number,
        isPositive: true,
        "segments of a microvessel, of which a cell stops the flow through one"
      ),
      tree: Occlusion.Tree(
        hold: section.parameter(
          "hold_ratio",
          .number,
          isPositive: true,
          "cell diameter over calibre above which a cell cannot enter a vessel, and stops the flow to what it feeds"
        ),
        exponent: section.parameter(
          "branching",
          .number,
          "exponent of the fall of the number of vessels with their calibre"
        )
      )
    )
  }
}
