import Science
import Simulation
import Substrate

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
            path: "tissues.\(tissue.name).factors",
            value: $0.factor.decay > 0 ? Elementary.log(2) / $0.factor.decay : .infinity,
            item: $0.factor.name,
            words: ["tissue": tissue.name]
          )
        }
      }
    }
  )
}

/// A block of tissue in an experiment: what enters it and what acts in it.
struct Block {
  let tissue: Tissue
  let experiment: Experiment

  init(_ tissue: Tissue, of experiment: Experiment) {
    self.tissue = tissue
    self.experiment = experiment
  }

  /// The kinds of host cells that live in it or come to it.
  var kinds: [HostKind] { tissue.populations.isEmpty ? [] : experiment.kinds }

  /// Whether cells of the product may come to it.
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
    let ofProduct = meetsProduct && (experiment.product.secretion[name]?.basal ?? 0) > 0
    let ofHost = kinds.contains { kind in
      kind.secretion[name].map { $0.always > 0 || $0.active > 0 || $0.inactive > 0 } ?? false
    }
    let ofTissue =
      tissue.matter?.outputs.contains { $0.factor == position && $0.amount > 0 } ?? false
    let given = experiment.factorDoses.contains { ($0.amounts[name] ?? 0) > 0 }
    return ofProduct || ofHost || ofTissue || given
  }
}
