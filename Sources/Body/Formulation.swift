/// What cells or factors are put into the tissue of an organ in: a suspension, a gel, capsules, a scaffold, a sheet.
///
///     D_place' = (1 − m) D_place     cells in tissue of the organ
///     κ' = c κ,  σ' = c σ            killing by the host, contact with its cells and with those who eat corpses
///     s' = f s                       speed of crawling
///     dR/dt = −k R                   a factor that it holds and lets go
///
/// On a grid of the organ the formulation is a sphere of a share of the block, there from the first dose on, in
/// which factors diffuse and are exchanged with blood as it lets them; cells lie in it. What it holds of a factor
/// neither acts nor decays before it lets it go.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | m | `matrix` | 1 | of the formulation: share of the stress of the place that its matrix spares |
/// | c | `contact` | 1 | of the formulation |
/// | f | `mobility` | 1 | of the formulation |
/// | R | `Held.level` at giving | nM | of the formulation: amount per volume of it |
/// | k | `Held.release` | 1/min | of the formulation |
public struct Formulation: Codable, Sendable, Equatable {
  /// Position of the organ it is put into.
  public var organ: Int
  /// Position of the grid it lies in; `nil` where it has no place of its own on one.
  public var tissue: Int?
  /// Share of the stress of the place that the matrix spares.
  public var matrix: Double
  /// Share of contact with host cells that it leaves.
  public var contact: Double
  /// Share of the speed of crawling that it leaves.
  public var mobility: Double
  /// Share of a block that it takes; 0 where it has no region of its own.
  public var share: Double
  /// What it holds when it is given, by factor.
  public var held: [String: Held]

  /// A factor that a formulation holds.
  public struct Held: Codable, Sendable, Equatable {
    /// Amount per volume of the formulation when given, nM.
    public var level: Double
    /// Rate at which it is let go, 1/min.
    public var release: Double

    /// A factor held at a level (nM) and let go at a rate (1/min).
    public init(level: Double, release: Double) {
      self.level = level
      self.release = release
    }
  }

  /// A formulation of the given properties.
  public init(
    organ: Int,
    tissue: Int? = nil,
    matrix: Double,
    contact: Double,
    mobility: Double,
    share: Double,
    held: [String: Held]
  ) {
    self.organ = organ
    self.tissue = tissue
    self.matrix = matrix
    self.contact = contact
    self.mobility = mobility
    self.share = share
    self.held = held
  }

  /// Whether it needs a place of its own on a grid.
  public var isLocal: Bool { share > 0 || !held.isEmpty }

  /// Whether it is what cells lie in that were put into an organ: on one of its grids, or off them.
  public func surrounds(organ: Int, grid: Int?) -> Bool {
    organ == self.organ && (grid == nil || tissue == nil || grid == tissue)
  }
}
