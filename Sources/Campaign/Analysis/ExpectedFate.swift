import CLAPACK
import Science
import Simulation
import Substrate

/// Where cells of a product are expected to arrest, from the circulation as a Markov chain mixed over
/// the product's diameters.
///
/// Left out: saturation by arrested cells, adhesion to inflamed endothelium, damage and death,
/// release and extravasation. What is left is what the jump process does in its first minutes.
public struct ExpectedFate: Sendable {
  /// What the answer leaves out, for users.
  public static let leavesOut =
    "left out: saturation by arrested cells, adhesion to inflamed endothelium, death, release, extravasation"

  /// Name of each organ.
  public let organs: [String]
  /// Expected share of viable cells that arrest in each organ, and stay where they were injected.
  public let arrested: [Double], retained: [Double]
  /// Expected share that is shed from the site of injection.
  public let shed: Double
  /// The organ that cells in blood meet first, and the share of them it arrests in that pass.
  public let firstOrgan: String, firstPass: Double
  /// Expected time in blood until arrest of a cell that enters blood, min.
  public let timeInBlood: Double

  /// Number of diameters, at equal steps of probability.
  public static let diameters = 4096

  /// Solves the chain of an experiment's first dose.
  public init(_ experiment: Experiment) {
    let host = experiment.host
    let circulation = Circulation(host)
    let law = experiment.laws.arrest
    organs = host.organs.map(\.name)
    let entry = Self.entry(experiment.doses[0].route, circulation)
    var arrested = [Double](repeating: 0, count: organs.count)
    var first = 0.0
    var time = 0.0
    for bin in 0..<Self.diameters {
      let probability = (Double(bin) + 0.5) / Double(Self.diameters)
      let diameter = Product.lognormal(
        mean: experiment.product.diameter,
        variation: experiment.product.diameterVariation,
        NormalDistribution.quantile(probability)
      )
      let chance = host.organs.map { organ in
        law.chance(
          size: law.bySize(diameter: diameter, calibre: organ.calibre),
          bypass: organ.bypass,
          occluded: 0,
          adhesive: 0
        )
      }
      let chain = CirculationChain(circulation, arrestChance: chance)
      let visits = Self.visits(chain, from: entry.place)
      for (k, count) in visits.enumerated() {
        for i in arrested.indices { arrested[i] += count * chain.arrest[k][i] }
        time += count * chain.dwell[k]
      }
      first += chance[entry.organ]
    }
    let bins = Double(Self.diameters)
    var retained = [Double](repeating: 0, count: organs.count)
    if let site = entry.site { retained[site] = entry.retention }
    shed = entry.shed
    let inBlood = 1 - entry.retention - entry.shed
    self.arrested = arrested.map { $0 / bins * inBlood }
    self.retained = retained
    firstOrgan = organs[entry.organ]
    firstPass = first / bins
    timeInBlood = time / bins
  }

  private struct Entry {
    let place: Circulation.Place
    let organ: Int
    var site: Int?
    var retention = 0.0, shed = 0.0
  }

  private static func entry(_ route: Dose.Route, _ circulation: Circulation) -> Entry {
    switch route {
    case .intravenous: Entry(place: .veins, organ: circulation.lung)
    case .intraArterial(let organ): Entry(place: .inlet(organ), organ: organ)
    case .deposit(let organ, let retention, let shed):
      Entry(
        place: .organ(organ),
        organ: circulation.next(after: .organ(organ), share: 0.5) == .veins
          ? circulation.lung : organ,
        site: organ,
        retention: retention,
        shed: (1 - retention) * shed
      )
    }
  }

  /// Expected visits to each stretch of blood from a start: (I − Qᵀ) n = e by LU factorisation.
  private static func visits(_ chain: CirculationChain, from start: Circulation.Place) -> [Double] {
    var matrix = chain.matrix
    var visits = chain.places.map { $0 == start ? 1.0 : 0 }
    var pivots = [Int32](repeating: 0, count: visits.count)
    var order = Int32(visits.count)
    var columns: Int32 = 1
    var info: Int32 = 0
    dgesv_(&order, &columns, &matrix, &order, &pivots, &visits, &order, &info)
    precondition(info == 0, "the chain of a host that arrests no cell has no end")
    return visits
  }
}
