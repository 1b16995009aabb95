/// White blood cells and macrophages of a host without disease: how many there are of each type, where, and how they get there.
///
///     I   = F (1 + μ)                    in the vessels: F flow with blood, μ F lie in the margin, λ_o of these in an organ
///     R   = P T_m                        in the reserve of marrow, which gives what the body loses
///     n_p = (h_p I + Σ lymph) / (1/T_p + d)      in spleen and nodes, which they leave for blood
///     n_o = c (F / V) J_o / (1/T_x + d)          in an organ that lymph drains, on the way to a node
///
/// d is 1 over the mean life; in blood that includes becoming another type.
///
/// | symbol | property | unit |
/// |---|---|---|
/// | F | `CellType.flowing` | cells |
/// | μ, λ | `CellType.margin`, `margins` | 1 |
/// | d | `CellType.loss` | 1/min |
/// | T_m | `CellType.marrow` | min |
/// | P | result | cells/min |
/// | h, T_p | `Stay.rate`, `Stay.time` | 1/min, min |
/// | c, T_x | `lymphShare`, `crossing` | 1, min |
/// | J, V | `Lymph.flow`, `blood` | um³/min, um³ |
public struct Leukocytes: Codable, Sendable, Equatable {
  /// A type of cell.
  public struct CellType: Codable, Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Kind of host cell whose law it follows where the scenario has that kind.
    public var kind: String
    /// Cells that flow with blood; 0 for a type that another becomes, or that lives in one organ.
    public var flowing = 0.0
    /// Cells in the margin of vessels for each that flows.
    public var margin = 0.0
    /// Rate at which cells are lost outside marrow, 1/min: 1 over their mean life.
    public var loss: Double
    /// Time that cells spend in the reserve of marrow, min; `nil` where they come to blood as they are made.
    public var marrow: Double?
    /// Type that cells in blood become, and the rate (1/min), a part of `loss`.
    public var becomes: Becoming?
    /// Whether it goes through spleen, nodes and lymph.
    public var recirculates = false
    /// Organ that it lives in alone, and how many cells do.
    public var home: Home?

    /// A type of cell that is lost at a rate, 1/min.
    public init(name: String, kind: String, loss: Double) {
      self.name = name
      self.kind = kind
      self.loss = loss
    }
  }

  /// A type that cells become, at a rate (1/min).
  public struct Becoming: Codable, Sendable, Equatable {
    /// Name of the type.
    public var type: String
    /// The rate, 1/min.
    public var rate: Double

    /// A type that cells become, at a rate (1/min).
    public init(_ type: String, rate: Double) {
      self.type = type
      self.rate = rate
    }
  }

  /// An organ that cells live in, and how many do.
  public struct Home: Codable, Sendable, Equatable {
    /// Name of the organ.
    public var organ: String
    /// Number of cells.
    public var cells: Double

    /// So many cells in an organ.
    public init(_ organ: String, cells: Double) {
      self.organ = organ
      self.cells = cells
    }
  }

  /// A place that lymphocytes go to from blood: the spleen, or lymph nodes.
  public struct Stay: Codable, Sendable, Equatable {
    /// Its name.
    public var place: String
    /// Rate at which cells of blood go there, 1/min, and mean time that they stay, min.
    public var rate: Double, time: Double

    /// A place, the rate (1/min) at which cells go there, and the time (min) that they stay.
    public init(_ place: String, rate: Double, time: Double) {
      self.place = place
      self.rate = rate
      self.time = time
    }
  }

  /// Lymph of an organ.
  public struct Lymph: Codable, Sendable, Equatable {
    /// The organ, and the nodes that it drains to.
    public var organ: String, node: String
    /// Its flow, um³/min.
    public var flow: Double

    /// Lymph that flows (um³/min) from an organ to nodes.
    public init(_ organ: String, to node: String, flow: Double) {
      self.organ = organ
      self.node = node
      self.flow = flow
    }
  }

  /// The types of cells.
  public var types: [CellType] = []
  /// λ: share of the margin that lies in the vessels of each organ, by name.
  public var margins: [String: Double] = [:]
  /// Spleen and nodes.
  public var stays: [Stay] = []
  /// Lymph of the organs.
  public var lymph: [Lymph] = []
  /// c: lymphocytes in lymph of an organ over those in blood, by volume.
  public var lymphShare = 0.0
  /// T_x: time that they take through an organ, min.
  public var crossing = 1.0
  /// V: volume of blood, um³.
  public var blood = 1.0
  /// Names of organs that were taken out.
  public var excised: Set<String> = []

  /// No cells.
  public init() {}

  /// Names of the places that are no organs.
  public static let nodes = ["mesenteric_nodes", "mediastinal_nodes", "other_nodes"]
  /// Names of the places of blood and of the reserve.
  public static let vessels = "blood", reserve = "marrow"

  /// Those of one of so many equal parts of the host.
  public func part(of parts: Int) -> Leukocytes {
    var part = self
    let share = 1 / Double(parts)
    part.blood *= share
    for t in types.indices {
      part.types[t].flowing *= share
      part.types[t].home?.cells *= share
    }
    for l in lymph.indices { part.lymph[l].flow *= share }
    return part
  }
}

extension Leukocytes {
  /// The pools of all types, with their numbers in the host without disease and before an organ was taken out.
  public var pools: [CellPools.Pool] {
    var pools: [CellPools.Pool] = []
    var blood: [String: Int] = [:]
    // A type that another becomes comes after it.
    for type in types {
      if let home = type.home {
        pools.append(CellPools.Pool(type.name, in: home.organ, home.cells, death: type.loss))
        continue
      }
      let arriving = types.reduce(0.0) { sum, other in
        guard let becomes = other.becomes, becomes.type == type.name, let from = blood[other.name]
        else { return sum }
        return sum + pools[from].reference * becomes.rate
      }
      let cells = arriving > 0 ? arriving / type.loss : type.flowing * (1 + type.margin)
      let vessels = pools.count
      blood[type.name] = vessels
      var pool = CellPools.Pool(
        type.name,
        in: Self.vessels,
        cells,
        death: max(0, type.loss - (type.becomes?.rate ?? 0))
      )
      pool.margin = type.margin
      pool.margins = margins
      pools.append(pool)
      if type.recirculates { circulate(type, from: vessels, &pools) }
      if let time = type.marrow { reserve(type, time, vessels, &pools) }
    }
    for type in types {
      guard let becomes = type.becomes, let from = blood[type.name], let into = blood[becomes.type]
      else { continue }
      pools[from].flows.append(CellPools.Flow(to: into, rate: becomes.rate))
    }
    return pools
  }

  /// The pools with the margins and ways that are left where organs were taken out.
  public var remaining: [CellPools.Pool] {
    let whole = pools
    return whole.map { $0.without(excised, among: whole).pool }
  }

  /// Adds the spleen, the nodes and the organs that lymph drains to the pools of a type in blood.
  private func circulate(_ type: CellType, from vessels: Int, _ pools: inout [CellPools.Pool]) {
    let cells = pools[vessels].reference
    var nodes: [String: Int] = [:]
    for stay in stays {
      nodes[stay.place] = pools.count
      var pool = CellPools.Pool(
        type.name,
        in: stay.place,
        cells * stay.rate / (1 / stay.time + type.loss),
        death: type.loss
      )
      pool.flows = [CellPools.Flow(to: vessels, rate: 1 / stay.time)]
      pools[vessels].flows.append(CellPools.Flow(to: pools.count, rate: stay.rate))
      pools.append(pool)
    }
    for lymph in lymph {
      guard let node = nodes[lymph.node] else { continue }
      let rate = lymphShare * lymph.flow / blood / (1 + type.margin)
      var pool = CellPools.Pool(
        type.name,
        in: lymph.organ,
        cells * rate / (1 / crossing + type.loss),
        death: type.loss
      )
      pool.flows = [CellPools.Flow(to: node, rate: 1 / crossing)]
      pools[vessels].flows.append(CellPools.Flow(to: pools.count, rate: rate))
      pools[node].reference += pool.reference / crossing / (pools[node].leaving + type.loss)
      pools.append(pool)
    }
  }

  /// Adds the reserve of marrow of a type: as many as all its pools lose in the time that cells spend there.
  private func reserve(
    _ type: CellType,
    _ time: Double,
    _ vessels: Int,
    _ pools: inout [CellPools.Pool]
  ) {
    let lost = pools.filter { $0.type == type.name }.reduce(0) { $0 + $1.reference * type.loss }
    var pool = CellPools.Pool(type.name, in: Self.reserve, lost * time, death: 0)
    pool.flows = [CellPools.Flow(to: vessels, rate: 1 / time)]
    pools.append(pool)
  }
}
