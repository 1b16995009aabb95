import Agents
import Body
import Fields
import Laws
import Vocabulary

/// A grid at one time in full: every factor in every voxel, or every cell with what it carries.
public struct Frame: Sendable, Equatable {
  /// What of a grid is kept.
  public enum Part: String, Codable, Sendable, CaseIterable {
    /// The factors.
    case fields
    /// The cells of the product and of the host.
    case cells
  }

  /// A number of every voxel, or of every cell.
  public struct Column: Sendable, Equatable {
    /// Its name and unit; the unit is empty for a number without one.
    public let name: String, unit: String
    /// The numbers: of voxels with x fastest, or of cells in their order.
    public let values: [Float]

    /// Numbers of a name.
    public init(_ name: String, unit: String = "", _ values: [Float]) {
      self.name = name
      self.unit = unit
      self.values = values
    }
  }

  /// The cells of a type.
  public struct Population: Sendable, Equatable {
    /// `product`, or the kind of host cell.
    public let name: String
    /// The identities of the cells, which stay the same from frame to frame.
    public let identities: [UInt32]
    /// Place (`x`, `y`, `z`), then what the cells carry.
    public let columns: [Column]

    /// Cells of a type.
    public init(name: String, identities: [UInt32], columns: [Column]) {
      self.name = name
      self.identities = identities
      self.columns = columns
    }
  }

  /// What of the grid it holds.
  public let part: Part
  /// Name of the grid, and time, min.
  public let site: String, time: Double
  /// Its voxels.
  public let shape: GridShape
  /// Its factors; empty where it holds cells.
  public let fields: [Column]
  /// Its cells by type; empty where it holds factors.
  public let populations: [Population]

  /// A grid at one time.
  public init(
    _ part: Part,
    site: String,
    time: Double,
    shape: GridShape,
    fields: [Column] = [],
    populations: [Population] = []
  ) {
    self.part = part
    self.site = site
    self.time = time
    self.shape = shape
    self.fields = fields
    self.populations = populations
  }
}

extension Frame {
  /// Bytes that the frames of a model take at most.
  public static func bytes(of experiment: Experiment) -> Double {
    let clock = experiment.clock
    let length = clock.step * Double(clock.steps)
    func count(_ part: Frame.Part) -> Double {
      experiment.recorded.frames[part].map { (length / $0).rounded(.down) } ?? 0
    }
    let values = experiment.tissues.reduce(0.0) { $0 + Double($1.shape.count * $1.fields.count) }
    // Beside what cells of the product and of the host carry: identity and place, and three or two numbers.
    let product = experiment.agentsOnGrids * Double(7 + experiment.product.terms.names.count)
    let rows = experiment.kinds.map(\.names.count).max() ?? 0
    let hosts = experiment.hostCells * Double(6 + rows)
    return 4 * (values * count(.fields) + (product + hosts) * count(.cells))
  }

  /// The frame of a grid as it stands.
  init(_ part: Part, of state: TissueState, in experiment: Experiment, at time: Double) {
    self.part = part
    site = state.tissue.name
    self.time = time
    shape = state.tissue.shape
    switch part {
    case .fields:
      populations = []
      fields = state.fields.factors.enumerated().map { position, factor in
        let start = state.fields.range(of: position).lowerBound
        return Column(
          factor.name,
          unit: "nM",
          (0..<state.tissue.shape.count).map { state.fields.concentration[start + $0] }
        )
      }
    case .cells:
      fields = []
      var populations: [Population] = []
      if !experiment.doses.isEmpty { populations.append(Self.product(state, experiment)) }
      for (kind, cells) in zip(state.hosts.kinds, state.hosts.cells) {
        populations.append(Self.hosts(cells, kind))
      }
      self.populations = populations
    }
  }

  private static func product(_ state: TissueState, _ experiment: Experiment) -> Population {
    let cells = (0..<state.cells.count).map { state.cells[$0] }
    func column(_ name: String, _ unit: String, _ value: (GridCells.Resident) -> Float) -> Column {
      Column(name, unit: unit, cells.map(value))
    }
    return Population(
      name: "product",
      identities: cells.map(\.cell.identity),
      columns: [
        column("x", "um", \.x), column("y", "um", \.y), column("z", "um", \.z),
        column("cells", "cells") { Float($0.weight) },
        column("in_tissue", "") { $0.niche == .lumen ? 0 : 1 },
        column("damage", "1/min", \.cell.damage),
      ]
        + experiment.product.terms.names.enumerated().map { row, name in
          column(name, "") { $0.cell.licensing[row] }
        }
    )
  }

  private static func hosts(_ cells: HostCells, _ kind: HostKind) -> Population {
    let cells = (0..<cells.count).map { cells[$0] }
    func column(_ name: String, _ unit: String, _ value: (HostCells.Resident) -> Float) -> Column {
      Column(name, unit: unit, cells.map(value))
    }
    return Population(
      name: kind.name,
      identities: cells.map(\.identity),
      columns: [
        column("x", "um", \.x), column("y", "um", \.y), column("z", "um", \.z),
        column("divisions", "") { Float($0.generation) }, column("kills", "") { Float($0.kills) },
      ] + kind.names.enumerated().map { row, name in column(name, "") { $0.state[row] } }
    )
  }
}
