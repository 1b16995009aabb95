import Body
import CLAPACK
import Laws
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
  /// Share of the cells that no vessel holds: they go round, and are in none of the other shares.
  public let unheld: Double
  /// Expected share that is shed from the site of injection.
  public let shed: Double
  /// The organ that cells in blood meet first; `nil` where none enter blood, or after the lung.
  public let firstOrgan: String?
  /// The share of them it arrests in that pass.
  public let firstPass: Double?
  /// Expected time of a cell that enters blood in large vessels and in transit through each organ, min.
  public let timeInLargeVessels: Double, transit: [Double]

  /// Solves the chain of an experiment's first dose; `nil` where no cells are given, or none ever arrests.
  public init?(_ experiment: Experiment) {
    guard let dose = experiment.doses.first else { return nil }
    let host = experiment.host
    let circulation = Circulation(host)
    let law = experiment.laws.arrest
    let leaves = experiment.product.leaves(experiment.laws.residence)
    organs = host.organs.map(\.name)
    let entry = Self.entry(dose.route, circulation)
    var arrested = [Double](repeating: 0, count: organs.count)
    var first = 0.0
    var large = 0.0
    var transit = arrested
    var unheld = 0.0
    for (diameter, share) in experiment.product.diameters {
      let chance = host.organs.map { organ in
        Circulation.Pass(of: diameter, through: organ, law, leaves)
      }
      let chain = CirculationChain(circulation, passes: chance)
      // The smallest cells go round: no vessel holds them.
      guard let visits = Self.visits(chain, from: entry.place) else {
        unheld += share
        continue
      }
      for (k, count) in visits.enumerated() {
        for i in arrested.indices { arrested[i] += share * count * chain.arrest[k][i] }
        let time = share * count * chain.dwell[k]
        if case .organ(let i) = chain.places[k] { transit[i] += time } else { large += time }
      }
      first += share * (entry.organ.map { chance[$0].arrests } ?? 0)
    }
    guard unheld < 1 - 1e-9 else { return nil }
    var retained = [Double](repeating: 0, count: organs.count)
    if let site = entry.site { retained[site] = entry.retention }
    shed = entry.shed
    let inBlood = 1 - entry.retention - entry.shed
    self.unheld = unheld * inBlood
    self.arrested = arrested.map { $0 * inBlood }
    self.retained = retained
    firstOrgan = inBlood > 0 ? entry.organ.map { host.organs[$0].name } : nil
    firstPass = firstOrgan == nil ? nil : first
    timeInLargeVessels = inBlood > 0 ? large : 0
    self.transit = transit.map { inBlood > 0 ? $0 : 0 }
  }

  private struct Entry {
    let place: Circulation.Place
    let organ: Int?
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
        organ: circulation.filter(after: .organ(organ)),
        site: organ,
        retention: retention,
        shed: (1 - retention) * shed
      )
    }
  }

  /// Visits to a stretch of blood from which on a cell is said to go round for ever.
  private static let endless = 1e12

  /// Expected visits to each stretch of blood from a start: (I − Qᵀ) n = e by LU factorisation; `nil` where cells
  /// go round for ever.
  private static func visits(_ chain: CirculationChain, from start: Circulation.Place) -> [Double]?
  {
    var matrix = chain.matrix
    var visits = chain.places.map { $0 == start ? 1.0 : 0 }
    var pivots = [Int32](repeating: 0, count: visits.count)
    var order = Int32(visits.count)
    var columns: Int32 = 1
    var info: Int32 = 0
    dgesv_(&order, &columns, &matrix, &order, &pivots, &visits, &order, &info)
    return info == 0 && visits.allSatisfy { $0.magnitude < endless } ? visits : nil
  }
}
