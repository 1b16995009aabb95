import Agents
import Body
import Laws
import Vocabulary

/// What cells do to the host and the host to them, as far as it can be switched off one by one.
///
/// A factor that the product gives is no longer given by it; another is neutralised, as by an antibody: cells sense
/// none of it, and respond to its lack where they do.
public enum Mechanism: String, Sendable, CaseIterable {
  /// The cells themselves: none are given.
  case cells
  /// Licensing by cytokines and by priming.
  case licensing
  /// The enzyme that takes tryptophan.
  case ido
  /// The enzyme that makes nitric oxide.
  case inos
  /// Contact of host cells with what the product's cells show.
  case contact
  /// What eating corpses does to macrophages.
  case efferocytosis
  /// Killing of the product's cells by the host.
  case killing
  /// Clot about cells that are stopped in microvessels.
  case clot
  /// What plasma carries between organs.
  case plasma
  /// Pools of host cells off the grids, from which these draw.
  case pools
  /// Rescue of injured tissue on contact, by mitochondria.
  case rescue

  /// The names of the mechanisms of an experiment: these and its factors.
  public static func names(of experiment: Experiment) -> [String] {
    var names = allCases.map(\.rawValue)
    for factor in experiment.tissues.flatMap({ $0.fields.map(\.factor.name) })
      + experiment.circulating.map(\.name)
    where !names.contains(factor) {
      names.append(factor)
    }
    return names
  }

  /// Those by which the product's cells may act in an experiment: what they give and do that it
  /// carries, and that is not switched off already.
  public static func effects(of experiment: Experiment) -> [String] {
    let product = experiment.product
    let laws = experiment.laws
    let names = names(of: experiment)
    return names.filter { name in
      switch Mechanism(rawValue: name) {
      case .cells: return false
      case .licensing:
        return laws.licensing.naiveRate > 0 || laws.licensing.memoryRate > 0
          || product.priming != product.priming.unlicensed
      case .ido:
        return names.contains(substrate) && product.uptake[substrate].map { $0.enzyme > 0 } ?? false
      case .inos, .clot: return false
      case .plasma: return !experiment.carried.isEmpty
      case .pools: return experiment.poolsAct == true
      case .contact: return experiment.kinds.contains { $0.contacts.contains(.contact) }
      case .efferocytosis:
        return laws.contact.polarisationPerCorpse > 0 && experiment.kinds.contains { $0.eating > 0 }
      case .killing:
        return laws.killing.largestHazard(in: experiment.host.immunity) > 0
          || experiment.kinds.contains {
            let acting = $0.target == .natural ? laws.killing.natural : laws.killing.mismatch
            return $0.killing > 0 && acting > 0
          }
      case .rescue:
        return experiment.tissues.contains { tissue in
          guard let matter = tissue.matter else { return false }
          return (matter.terms.changes["rescue"] ?? laws.repair?.rescue ?? 0) > 0
        }
      case nil: return product.secretion[name]?.isGiven ?? false
      }
    }
  }

  /// Switches a mechanism off.
  public static func remove(_ name: String, from experiment: inout Experiment) {
    switch Mechanism(rawValue: name) {
    case .cells:
      experiment.doses = []
      experiment.factorDoses = []
      experiment.formulation?.held = [:]
    case .licensing:
      experiment.laws.licensing.naiveRate = 0
      experiment.laws.licensing.memoryRate = 0
      experiment.product.priming = experiment.product.priming.unlicensed
      for dose in experiment.factorDoses.indices { experiment.factorDoses[dose].unlicense() }
    case .ido:
      experiment.product.uptake[substrate]?.enzyme = 0
      for kind in experiment.kinds.indices { experiment.kinds[kind].uptake[substrate] = nil }
    case .inos: experiment.keepBack("nitric_oxide")
    case .contact: experiment.neutralise(Response.Contact.contact.rawValue)
    case .efferocytosis:
      experiment.laws.contact.polarisationPerCorpse = 0
      experiment.laws.contact.polarisationByAntibody = 0
    case .killing:
      experiment.laws.killing.mismatch = 0
      experiment.laws.killing.natural = 0
    case .clot: experiment.laws.clot.growth = 0
    case .plasma: experiment.plasmaCarries = false
    case .pools: experiment.poolsAct = experiment.poolsAct.map { _ in false }
    case .rescue:
      experiment.laws.repair?.rescue = 0
      for tissue in experiment.tissues.indices {
        experiment.tissues[tissue].matter?.terms.changes["rescue"] = nil
      }
    case nil:
      if experiment.product.secretion[name] != nil
        || experiment.factorDoses.contains(where: { $0.amounts[name] != nil })
      {
        experiment.keepBack(name)
      } else {
        neutralise(name, in: &experiment)
      }
    }
  }

  private static let substrate = "tryptophan"

  private static func neutralise(_ name: String, in experiment: inout Experiment) {
    experiment.neutralise(name)
    for factor in experiment.circulating.indices where experiment.circulating[factor].name == name {
      experiment.circulating[factor].isNeutralised = true
    }
    for tissue in experiment.tissues.indices {
      experiment.tissues[tissue].matter?.terms.neutralise(name)
    }
    for tissue in experiment.tissues.indices {
      for field in experiment.tissues[tissue].fields.indices
      where experiment.tissues[tissue].fields[field].factor.name == name {
        experiment.tissues[tissue].fields[field].factor.isNeutralised = true
      }
    }
  }
}

extension Experiment {
  /// Takes a factor away from what cells give, and from what is given in their place.
  fileprivate mutating func keepBack(_ factor: String) {
    product.secretion[factor] = nil
    for dose in factorDoses.indices { factorDoses[dose].leaveOut(factor) }
    vesicles?.cargo[factor] = nil
  }

  /// Takes a signal away from host cells.
  fileprivate mutating func neutralise(_ signal: String) {
    for kind in kinds.indices { kinds[kind].neutralise(signal) }
  }
}
