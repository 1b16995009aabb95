import Agents
import Fields
import Laws
import Substrate
import Vocabulary

/// Which factors of a grid act on its tissue.
public struct TissueSenses: Sendable {
  private let factors: [String: Int]
  private let terms: TissueTerms
  /// Names of those that do not act on the law; what the terms make of them is theirs.
  private let neutralised: Set<String>
  /// Positions of those that act.
  public let all: [Int]

  private static let names = ["tnfa", "il1b", "ros", "hgf", "il10", "vegf", "tgfb1", "payload"]

  /// What acts among some factors on a tissue, with what is special to it.
  public init(_ factors: [Factor], _ terms: TissueTerms) {
    self.terms = terms
    let positions = factors.enumerated().filter {
      terms.names.contains($1.name) || Self.names.contains($1.name) && !$1.isNeutralised
    }
    self.factors = Dictionary(uniqueKeysWithValues: positions.map { ($1.name, $0) })
    neutralised = Set(factors.filter(\.isNeutralised).map(\.name))
    all = positions.map(\.offset)
  }

  func signals(_ levels: Slab<Float>, voxels: Int, contact: Slab<Float>?) -> TissueSignals {
    func level(_ name: String) -> Slab<Float>? {
      neutralised.contains(name)
        ? nil : factors[name].map { levels.part(from: $0 * voxels, count: voxels) }
    }
    var signals = TissueSignals()
    signals.tnfa = level("tnfa")
    signals.il1b = level("il1b")
    signals.ros = level("ros")
    signals.hgf = level("hgf")
    signals.il10 = level("il10")
    signals.vegf = level("vegf")
    signals.tgfb1 = level("tgfb1")
    signals.payload = level("payload")
    signals.contact = contact
    return signals
  }

  /// What is special to the tissue, opened; `nil` where nothing is.
  func terms(_ levels: Slab<Float>?, voxels: Int) -> OpenTissueTerms? {
    guard terms.hasRisk || !terms.signals.isEmpty else { return nil }
    return OpenTissueTerms(terms) { name in
      factors[name].flatMap { levels?.part(from: $0 * voxels, count: voxels) }
    }
  }
}

extension TissueMatter {
  /// Advances the tissue by a step (min) among the factors of its grid and the cells that touch it.
  public mutating func advance(
    _ law: TissueRepair,
    _ senses: TissueSenses,
    _ fields: inout FieldStack,
    _ contacts: inout GridContacts,
    by step: Double,
    using workers: Workers
  ) {
    contacts.withReached { contact in
      guard !fields.factors.isEmpty else {
        var signals = TissueSignals()
        signals.contact = contact
        advance(law, signals, senses.terms(nil, voxels: count), by: step, using: workers)
        return
      }
      fields.withSlabs { slabs in
        let signals = senses.signals(slabs.concentration, voxels: count, contact: contact)
        let terms = senses.terms(slabs.concentration, voxels: count)
        advance(law, signals, terms, by: step, using: workers)
      }
    }
  }
}
