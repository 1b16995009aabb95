import Agents
import Body
import Fields
import Laws
import Matter
import Simulation
import Substrate
import Vocabulary

extension Measure {
  /// Half-lives of the factors that a block is given or secretes and that only their own decay takes away.
  static let unrenewed = Measure(
    name: "half_life_in_closed_block",
    meaning: "half-life of a factor in a block that neither blood nor an open face takes it from",
    kind: .time,
    allowed: "0 to 100000 h",
    words: ["tissue"],
    looking: .arm { experiment in
      guard experiment.setting == .organism else { return [] }
      return experiment.tissues.flatMap { tissue -> [Finding] in
        let block = Block(tissue, of: experiment)
        return tissue.fields.filter { block.isClosed(to: $0) && block.hasSource(of: $0) }.map {
          Finding(
            path: "tissues.\(tissue.key).factors",
            value: $0.factor.decay > 0 ? Elementary.log(2) / $0.factor.decay : .infinity,
            item: $0.factor.name,
            words: ["tissue": tissue.name]
          )
        }
      }
    }
  )

  /// How many things in a block respond to a factor that it carries, in any of the arms.
  static let responses = Measure(
    name: "responses_to_factor",
    meaning: "what in a block responds to a factor or takes it up",
    kind: .number,
    allowed: "0 to 1000",
    words: ["tissue"],
    looking: .arms { experiments in
      var findings: [Finding] = []
      for experiment in experiments where experiment.setting == .organism {
        for tissue in experiment.tissues {
          let block = Block(tissue, of: experiment)
          for field in tissue.fields {
            let finding = Finding(
              path: "tissues.\(tissue.key).factors",
              value: Double(block.responses(to: field.factor.name)),
              item: field.factor.name,
              words: ["tissue": tissue.name],
              arms: [experiment.arm]
            )
            let known = findings.firstIndex {
              $0.path == finding.path && $0.item == finding.item
            }
            if let known {
              findings[known].value = max(findings[known].value, finding.value)
              findings[known].arms.append(experiment.arm)
            } else {
              findings.append(finding)
            }
          }
        }
      }
      return findings
    }
  )

  /// Strength with which a ligand that a block carries acts on the product's cells.
  static let ligandActivity = Measure(
    name: "ligand_activity",
    meaning: "strength of a ligand of the host on the cells given, of that within a species",
    kind: .fraction,
    allowed: "0 to 1",
    words: ["factor", "ligand", "cells"],
    looking: .arm { experiment in
      guard !experiment.doses.isEmpty else { return [] }
      let ligand = experiment.host.immunity.species ?? experiment.host.species
      let cells = experiment.product.species
      return experiment.tissues.flatMap { tissue in
        tissue.fields.filter { experiment.ligands.contains($0.factor.name) }
          .filter { !$0.factor.isNeutralised }
          .map { field in
            Finding(
              path: "factors.\(field.factor.name).activity",
              value: field.factor.activity(of: ligand, on: cells),
              words: [
                "factor": field.factor.name, "ligand": ligand.rawValue, "cells": cells.rawValue,
              ]
            )
          }
      }
    }
  )

  /// Host cells of all kinds per volume of a block at the start.
  static let hostDensity = Measure(
    name: "host_cells_per_volume",
    meaning: "host cells of all kinds per volume of a block at the start",
    kind: .density,
    allowed: "0 to 1e12 cells/mL",
    words: ["tissue"],
    looking: .arm { experiment in
      experiment.tissues.filter { !$0.populations.isEmpty && $0.planes == nil }.map { tissue in
        Finding(
          path: "tissues.\(tissue.key).cells",
          value: Double(tissue.populations.reduce(0) { $0 + $1.cells }) / tissue.shape.volume,
          words: ["tissue": tissue.name]
        )
      }
    }
  )

  /// Volume of the product's cells that one dose puts into a block, as a share of the block.
  static let filling = Measure(
    name: "filling_by_dose",
    meaning: "share of a block, or of what takes cells there, that those of a dose fill",
    kind: .fraction,
    allowed: "0 to 1e6",
    words: ["tissue"],
    looking: .arm { experiment in
      experiment.tissues.indices.flatMap { t -> [Finding] in
        let tissue = experiment.tissues[t]
        guard tissue.planes == nil else { return [] }
        let bed = tissue.bed.map { bed in
          Double(tissue.region.count { $0 == bed.region }) / Double(tissue.shape.count)
        }
        return experiment.doses.compactMap { dose in
          guard case .deposit(tissue.organ, let retention, _) = dose.route else { return nil }
          let cells = Double(dose.cells) * retention * experiment.shareOfPut(into: t)
          return Finding(
            path: "treatment.dose",
            value: cells * experiment.product.cellVolume / (tissue.shape.volume * (bed ?? 1)),
            words: ["tissue": tissue.name]
          )
        }
      }
    }
  )

  /// Cross-section of the product's cells where they lie on a plane, as a share of it.
  static let coverage = Measure(
    name: "coverage_by_dose",
    meaning: "share of the floor of a well that the cells given cover as spheres",
    kind: .fraction,
    allowed: "0 to 1e6",
    words: [],
    looking: .arm { experiment in
      experiment.tissues.filter { $0.planes != nil }.compactMap { tissue in
        guard experiment.cells > 0 else { return nil }
        let diameter = experiment.product.meanDiameter
        let area = tissue.shape.extent.x * tissue.shape.extent.y
        return Finding(
          path: "treatment.dose",
          value: Double(experiment.cells / experiment.parts) * Double.pi / 4 * diameter * diameter
            / area
        )
      }
    }
  )

  /// The largest number of agents of the product that reach a block, if all that enter blood arrest in its organ.
  static let agentsInBlock = Measure(
    name: "agents_in_block",
    meaning:
      "agents that all doses bring to a block on average, if all that enter blood arrest in its organ",
    kind: .number,
    allowed: "0 to 1e9",
    words: ["tissue", "cells"],
    looking: .arm { experiment in
      guard experiment.setting == .organism, !experiment.doses.isEmpty else { return [] }
      return experiment.tissues.indices.compactMap { t in
        let tissue = experiment.tissues[t]
        guard Block(tissue, of: experiment).changesWithProduct else { return nil }
        let agents = experiment.doses.reduce(0.0) { sum, dose in
          let blood =
            Double(dose.agents) * dose.route.shareIntoBlood
            * experiment.share(of: t, arrivingAt: dose.start)
          guard case .deposit(tissue.organ, let retention, _) = dose.route else {
            return sum + blood
          }
          let put = Double(dose.agents) * retention * experiment.shareOfPut(into: t)
          return sum + blood + put
        }
        return Finding(
          path: "treatment.agents",
          value: agents,
          words: ["tissue": tissue.name, "cells": words(ofCells: cellsPerAgent(experiment))]
        )
      }
    }
  )

  /// Cells that are given into blood beside a block of a cavity, to which blood brings none.
  static let cellsPastBlock = Measure(
    name: "cells_past_block",
    meaning:
      "cells that are given into blood, where it brings none to the organ of a block and no dose is put there",
    kind: .number,
    allowed: "0 to 1e10",
    words: ["tissue", "organ"],
    looking: .arm { experiment in
      // Plasma brings the factors of cells elsewhere.
      guard experiment.setting == .organism, experiment.carried.isEmpty else { return [] }
      let sites = Set(experiment.doses.compactMap(\.route.site))
      return experiment.tissues.compactMap { tissue in
        let organ = experiment.host.organs[tissue.organ]
        guard organ.supply == .cavity, !sites.contains(tissue.organ),
          Block(tissue, of: experiment).changesWithProduct
        else { return nil }
        return Finding(
          path: "treatment.route",
          value: experiment.doses.reduce(0) { $0 + Double($1.cells) * $1.route.shareIntoBlood },
          words: ["tissue": tissue.name, "organ": organ.name]
        )
      }
    }
  )

  /// Volume of the cells that an agent stands for, in voxels of a block.
  static let agentVolume = Measure(
    name: "voxels_filled_by_agent",
    meaning: "voxels of a block that the cells fill which one agent stands for",
    kind: .number,
    allowed: "0 to 1e9",
    words: ["tissue", "cells"],
    looking: .arm { experiment in
      guard !experiment.doses.isEmpty else { return [] }
      let cells = cellsPerAgent(experiment)
      return experiment.tissues.compactMap { tissue in
        guard Block(tissue, of: experiment).changesWithProduct else { return nil }
        let voxel = tissue.shape.volume / Double(tissue.shape.count)
        return Finding(
          path: "treatment.agents",
          value: cells * experiment.product.cellVolume / voxel,
          words: ["tissue": tissue.name, "cells": words(ofCells: cells)]
        )
      }
    }
  )

  /// Most cells that an agent stands for, over all doses.
  private static func cellsPerAgent(_ experiment: Experiment) -> Double {
    experiment.doses.map { (Double($0.cells) / Double($0.agents)).rounded(.up) }.max() ?? 0
  }

  private static func words(ofCells cells: Double) -> String {
    cells == 1 ? "1 cell" : "\(NoteRule.Limit.rounded(cells)) cells"
  }
}

/// A block of tissue in an experiment: what enters it and what acts in it.
struct Block {
  let tissue: Tissue
  let experiment: Experiment

  init(_ tissue: Tissue, of experiment: Experiment) {
    self.tissue = tissue
    self.experiment = experiment
  }

  /// The kinds of host cells that are in it or are recruited to it.
  var kinds: [HostKind] { tissue.populations.isEmpty ? [] : experiment.kinds }

  /// Whether cells of the product that lie in it can change what it holds: factors, host cells or its tissue.
  var changesWithProduct: Bool {
    tissue.fields.contains { if case .solved = $0.origin { true } else { false } }
      || !tissue.populations.isEmpty || tissue.matter != nil
  }

  /// Whether cells of the product can reach it.
  var meetsProduct: Bool { !experiment.doses.isEmpty }

  /// Whether it solves a factor that neither blood nor what lies beyond its faces takes away or brings.
  func isClosed(to field: Tissue.Field) -> Bool {
    guard case .solved = field.origin else { return false }
    let position = tissue.fields.firstIndex { $0.factor.name == field.factor.name }
    return field.medium.exchange.allSatisfy { $0 == 0 }
      && field.medium.faces.allSatisfy { $0 == .closed }
      && !(tissue.matter?.perfusion.contains { $0.factor == position && $0.rate > 0 } ?? false)
  }

  /// Whether some of a factor is there at the start, given, or secreted.
  func hasSource(of field: Tissue.Field) -> Bool {
    if case .solved(let initial) = field.origin, initial > 0 { return true }
    let name = field.factor.name
    let position = tissue.fields.firstIndex { $0.factor.name == name }
    let ofProduct = meetsProduct && experiment.product.secretion[name]?.isGiven ?? false
    let ofHost = kinds.contains { $0.secretion[name]?.isGiven ?? false }
    let ofTissue =
      tissue.matter?.outputs.contains { $0.factor == position && $0.amount > 0 } ?? false
    let given = experiment.factorDoses.contains { ($0.amounts[name] ?? 0) > 0 }
    return ofProduct || ofHost || ofTissue || given
  }

  /// Whether cells of the product, host cells or its tissue respond to a factor or take it up.
  func hasResponse(to factor: String) -> Bool { responses(to: factor) > 0 }

  /// How many of these there are: the product, kinds of host cells, and laws of the tissue; what a vesicle carries
  /// counts as the vesicle.
  func responses(to factor: String) -> Int {
    var count = 0
    if meetsProduct, senses(factor) || takes(factor) { count += 1 }
    count += kinds.count { kind in
      !kind.signals(among: factors.filter { $0.name == factor }).isEmpty
        || kind.uptake[factor] != nil
    }
    if let matter = tissue.matter,
      !TissueSenses(factors.filter { $0.name == factor }, matter.terms).all.isEmpty
    {
      count += 1
    }
    if factor == Vesicles.factor {
      count += (experiment.vesicles?.cargo ?? [:]).keys.count { hasResponse(to: $0) }
    }
    return count
  }

  private var factors: [Factor] {
    tissue.fields.map(\.factor).filter { !$0.isNeutralised }
  }

  /// Whether cells of the product sense a factor of the host.
  private func senses(_ factor: String) -> Bool {
    let host = experiment.host.immunity.species ?? experiment.host.species
    return factors.contains {
      $0.name == factor
        && (CellProgram.nutrients.contains(factor)
          || experiment.ligands.contains(factor)
            && $0.activity(of: host, on: experiment.product.species) > 0)
    }
  }

  /// Whether cells of the product take a factor up.
  private func takes(_ factor: String) -> Bool {
    experiment.product.uptake[factor].map { $0.largest + $0.enzyme + $0.clearance > 0 } ?? false
  }

  /// In how many ways licensing of the product's cells, or of those that made what is given, acts here: factors of
  /// which they give more, the enzyme that STAT1 induces, contact, and protection from natural killers.
  var effectsOfLicensing: Int {
    let product = experiment.product
    var count = tissue.fields.count { field in
      let name = field.factor.name
      guard let law = product.secretion[name], law.isGiven,
        law.folds.contains(where: { $0.fold != 1 }),
        case .solved = field.origin
      else { return false }
      return hasResponse(to: name)
    }
    count += tissue.fields.count { field in
      guard let uptake = product.uptake[field.factor.name], uptake.enzyme > 0 else { return false }
      let made = uptake.conversion.map { [$0.product] } ?? []
      return ([field.factor.name] + made).contains { name in
        kinds.contains { !$0.signals(among: factors.filter { $0.name == name }).isEmpty }
      }
    }
    if kinds.contains(where: { $0.contacts.contains(.contact) }) { count += 1 }
    let laws = experiment.laws
    if laws.contact.shielding > 0, laws.killing.natural > 0,
      kinds.contains(where: { $0.killing > 0 && $0.target == .natural })
    {
      count += 1
    }
    return count
  }
}
