/// What one factor meets on a grid: tissue, blood, and the world beyond the faces.
///
/// Regions are parts of the grid of their own kind (tissue, a vessel, a hydrogel, the outside); a grid
/// without regions is one region everywhere.
public struct Medium: Codable, Sendable, Equatable {
  /// What happens at a face of the grid.
  public enum Face: Codable, Sendable, Equatable {
    /// Nothing passes.
    case closed
    /// The concentration at the face is this, nM.
    case fixed(Double)
    /// Exchange with blood across a wall of a permeability, um/min.
    case blood(permeability: Double)
  }

  /// Diffusivity in each region, um²/min; 0 where the factor cannot enter.
  public var diffusivity: [Double]
  /// Rate at which each region exchanges the factor with blood, 1/min.
  public var exchange: [Double]
  /// Concentration in blood, nM.
  public var blood: Double
  /// The faces, in the order x low, x high, y low, y high, z low, z high.
  public var faces: [Face]

  /// A medium of the given properties, one diffusivity and one exchange per region.
  public init(
    diffusivity: [Double],
    exchange: [Double],
    blood: Double = 0,
    faces: [Face] = Array(repeating: .closed, count: 6)
  ) {
    precondition(diffusivity.count == exchange.count, "one exchange per region")
    precondition(!diffusivity.isEmpty && faces.count == 6, "a region and six faces")
    self.diffusivity = diffusivity
    self.exchange = exchange
    self.blood = blood
    self.faces = faces
  }

  /// Whether another carries factors alike, whatever blood brings.
  func conducts(as other: Medium) -> Bool {
    var other = other
    other.blood = blood
    return self == other
  }

  /// The medium of a grid without its last region.
  public var withoutLastRegion: Medium {
    var medium = self
    medium.diffusivity.removeLast()
    medium.exchange.removeLast()
    return medium
  }

  /// The medium of a factor whose diffusivity changes from one number to another.
  public func scaled(by old: Double, to new: Double) -> Medium {
    guard old != new, old > 0 else { return self }
    var medium = self
    medium.diffusivity = diffusivity.map { $0 * new / old }
    return medium
  }

  /// Tissue of one kind behind closed faces, out of reach of blood.
  public init(diffusivity: Double) { self.init(diffusivity: [diffusivity], exchange: [0]) }

  /// Rate (1/min) at which a voxel of an edge (um) exchanges with what lies beyond a face, through half
  /// the voxel and the wall; 0 where the face is closed.
  ///
  ///     b = 1 / h(h / 2D + 1/P),   P = ∞ at a fixed concentration
  public func conductance(of face: Int, region: Int, spacing: Double) -> Double {
    let within = spacing / (2 * diffusivity[region])
    switch faces[face] {
    case .closed: return 0
    case .fixed: return 1 / (spacing * within)
    case .blood(let permeability): return 1 / (spacing * (within + 1 / permeability))
    }
  }

  /// Concentration (nM) beyond a face.
  public func level(beyond face: Int) -> Double {
    if case .fixed(let level) = faces[face] { return level }
    return blood
  }
}
