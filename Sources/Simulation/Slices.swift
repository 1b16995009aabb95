import Agents
import Fields
import Laws
import Matter
import Substrate
import Vocabulary

/// The central planes of a grid at one time, 8 bit a place: what is there at a glance.
///
/// A factor and a share of the tissue are cut through the middle voxels. Cells are those of the middle quarter of the grid's
/// depth, added up; in a well, where they lie on the ground, all of them.
public struct Slices: Sendable, Equatable {
  /// A plane, by the axes that it spans.
  public enum Plane: String, Sendable, CaseIterable {
    /// Across z, y and x.
    case xy, xz, yz
  }

  /// What one factor, kind of cell or share of the tissue looks like.
  public struct Channel: Sendable, Equatable {
    /// Values that the bytes 0 and 255 stand for.
    public internal(set) var low: Float = 0, high: Float = 0
    /// The planes one after the other, each by rows.
    public internal(set) var bytes: [UInt8] = []
  }

  /// The channels, in the order of `SliceLayout.channels`.
  public internal(set) var channels: [Channel] = []

  /// Nothing yet.
  init() {}

  /// Whether all channels have as many places, and ranges that are numbers.
  var isPossible: Bool {
    channels.allSatisfy {
      $0.bytes.count == channels[0].bytes.count && $0.low.isFinite && $0.high.isFinite
        && $0.low <= $0.high
    }
  }

  /// Goes through what was seen.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.resize(&channels, with: Channel())
    for c in channels.indices {
      try visitor.visit(&channels[c].low)
      try visitor.visit(&channels[c].high)
      try visitor.visit(&channels[c].bytes)
    }
  }
}

/// How the slices of a grid are laid out.
public struct SliceLayout: Sendable, Equatable {
  /// A channel: its name and unit.
  public struct Channel: Sendable, Equatable {
    /// Name, as `tnfa`, `product`, `product licensed`, `macrophage active` or `injured`.
    public let name: String
    /// Unit of its values.
    public let unit: String
  }

  /// The channels.
  public let channels: [Channel]
  /// Voxels of the grid.
  public let shape: GridShape
  /// Voxels along an axis that a place of a plane stands for.
  public let shrink: Int

  /// The layout of the slices of a grid of an experiment.
  public init(of tissue: Tissue, in experiment: Experiment, shrink: Int) {
    shape = tissue.shape
    self.shrink = shrink
    var channels = tissue.fields.map { Channel(name: $0.factor.name, unit: "nM") }
    if !experiment.doses.isEmpty {
      channels += ["product", "product licensed"].map { Channel(name: $0, unit: "cells") }
    }
    if !tissue.populations.isEmpty {
      channels += experiment.kinds.flatMap { kind in
        [kind.name, "\(kind.name) active"].map { Channel(name: $0, unit: "cells") }
      }
    }
    if tissue.matter != nil {
      channels += ["injured", "scar", "vessels"].map { Channel(name: $0, unit: "share") }
    }
    self.channels = channels
  }

  /// Places of a plane along its two axes.
  public func size(of plane: Slices.Plane) -> (width: Int, height: Int) {
    func places(_ voxels: Int) -> Int { (voxels + shrink - 1) / shrink }
    let (x, y, z) = (places(shape.nx), places(shape.ny), places(shape.nz))
    return switch plane {
    case .xy: (x, y)
    case .xz: (x, z)
    case .yz: (y, z)
    }
  }

  /// Bytes of the slices of one time, with what the header of their file says of them.
  public var bytes: Int {
    let places = Slices.Plane.allCases.reduce(0) { $0 + size(of: $1).width * size(of: $1).height }
    return Self.perTime + channels.count * (places + Self.perRange)
  }

  /// Bytes of a time and of the range of a channel in the header, at most.
  private static let perTime = 24, perRange = 40
  /// Bytes of all else that the header says of a grid, at most, beside its channels.
  static let perGrid = 400, perChannel = 80
}

/// Which observations of a run come with slices, and how fine these are.
public struct SlicePlan: Sendable, Equatable {
  /// Bytes of the slices of a run at most, and times.
  public static let mostBytes = 800_000, mostTimes = 24
  /// Times that slices are coarsened for.
  private static let leastTimes = 8

  /// Steps after whose observation slices are taken.
  public let steps: Set<Int>
  /// Voxels along an axis that a place of a plane stands for.
  public let shrink: Int

  /// No slices.
  public static let none = SlicePlan(steps: [], shrink: 1)

  private init(steps: Set<Int>, shrink: Int) {
    self.steps = steps
    self.shrink = shrink
  }

  /// The plan of an arm of a run: as many of its observations as there is room for beside the other arms, evenly spaced, the
  /// last among them.
  public init(of experiment: Experiment, among arms: [Experiment]) {
    guard experiment.recorded.slices, !experiment.tissues.isEmpty else {
      self = .none
      return
    }
    func layouts(_ shrink: Int) -> [SliceLayout] {
      arms.filter(\.recorded.slices).flatMap { arm in
        arm.tissues.map { SliceLayout(of: $0, in: arm, shrink: shrink) }
      }
    }
    func bytes(_ shrink: Int) -> Int { layouts(shrink).reduce(0) { $0 + $1.bytes } }
    let header = layouts(1).reduce(0) {
      $0 + SliceLayout.perGrid + SliceLayout.perChannel * $1.channels.count
    }
    let room = Self.mostBytes - header
    let outputs = experiment.clock.outputs
    let wanted = min(Self.leastTimes, outputs.count)
    // The coarsest slices have a place for each plane.
    guard let shrink = (1...1024).first(where: { bytes($0) * wanted <= room }) else {
      self = .none
      return
    }
    let count = min(Self.mostTimes, outputs.count, room / max(1, bytes(shrink)))
    let positions = (0..<count).map { ($0 + 1) * outputs.count / count - 1 }
    self.init(steps: Set(positions.map { outputs[$0] }), shrink: shrink)
  }
}

extension Slices {
  /// The slices of a grid as it stands.
  init(of state: TissueState, in experiment: Experiment, shrink: Int) {
    let layout = SliceLayout(of: state.tissue, in: experiment, shrink: shrink)
    let cut = Cut(layout, isWell: state.tissue.planes != nil)
    channels = state.fields.factors.indices.map { factor in
      let start = state.fields.range(of: factor).lowerBound
      return cut.channel { state.fields.concentration[start + $0] }
    }
    if !experiment.doses.isEmpty {
      let threshold = Float(experiment.laws.licensing.threshold)
      let cells = (0..<state.cells.count).map { state.cells[$0] }
      channels.append(cut.channel(cells.map { ($0.voxel, Float($0.weight)) }))
      channels.append(
        cut.channel(
          cells.filter { $0.cell.licensing.stat1 >= threshold }.map {
            ($0.voxel, Float($0.weight))
          }
        )
      )
    }
    if !state.tissue.populations.isEmpty {
      for cells in state.hosts.cells {
        let all = (0..<cells.count).map { position in
          let cell = cells[position]
          let voxel = layout.shape.voxel(x: Double(cell.x), y: Double(cell.y), z: Double(cell.z))
          return (voxel: voxel, isActive: cell.activity > 0.5)
        }
        channels.append(cut.channel(all.map { ($0.voxel, 1) }))
        channels.append(cut.channel(all.filter(\.isActive).map { ($0.voxel, 1) }))
      }
    }
    if let matter = state.matter {
      for shares in [matter.injured, matter.scar, matter.vessels] {
        channels.append(cut.channel { shares[$0] })
      }
    }
  }

  /// Cuts a grid into its planes.
  private struct Cut {
    let layout: SliceLayout
    /// Whether cells of the whole depth are shown.
    let isWell: Bool
    private let middle: (x: Int, y: Int, z: Int)

    init(_ layout: SliceLayout, isWell: Bool) {
      self.layout = layout
      self.isWell = isWell
      let shape = layout.shape
      // That of the longer grid where this is the lower half of one.
      func middle(_ count: Int, _ axis: Int) -> Int {
        shape.cut?.contains(.axis(axis)) == true ? count - 1 : count / 2
      }
      self.middle = (middle(shape.nx, 0), middle(shape.ny, 1), middle(shape.nz, 2))
    }

    /// What is in every voxel: means over the voxels of a place.
    func channel(_ value: (Int) -> Float) -> Channel {
      let (nx, ny, nz) = (layout.shape.nx, layout.shape.ny, layout.shape.nz)
      var places: [Float] = []
      func add(_ plane: Plane, _ across: Int, _ up: Int, _ voxel: (Int, Int) -> Int) {
        let (width, height) = layout.size(of: plane)
        var sums = [Float](repeating: 0, count: width * height)
        var counts = sums
        for b in 0..<up {
          for a in 0..<across {
            let place = b / layout.shrink * width + a / layout.shrink
            sums[place] += value(voxel(a, b))
            counts[place] += 1
          }
        }
        places += zip(sums, counts).map { $0 / $1 }
      }
      add(.xy, nx, ny) { $0 + nx * ($1 + ny * middle.z) }
      add(.xz, nx, nz) { $0 + nx * (middle.y + ny * $1) }
      add(.yz, ny, nz) { middle.x + nx * ($0 + ny * $1) }
      return Channel(places, from: places.min() ?? 0)
    }

    /// Cells, each with its voxel and how many it stands for: sums over a place and the depth about the middle.
    func channel(_ cells: [(voxel: Int, weight: Float)]) -> Channel {
      let (nx, ny, nz) = (layout.shape.nx, layout.shape.ny, layout.shape.nz)
      let sizes = Plane.allCases.map { layout.size(of: $0) }
      let starts = [
        0, sizes[0].width * sizes[0].height,
        sizes[0].width * sizes[0].height + sizes[1].width * sizes[1].height,
      ]
      var places = [Float](repeating: 0, count: starts[2] + sizes[2].width * sizes[2].height)
      func isShown(_ position: Int, _ middle: Int, of count: Int) -> Bool {
        isWell || abs(position - middle) <= count / 8
      }
      for (voxel, weight) in cells {
        let (x, y, z) = (voxel % nx, voxel / nx % ny, voxel / (nx * ny))
        func add(_ plane: Int, _ a: Int, _ b: Int) {
          places[starts[plane] + b / layout.shrink * sizes[plane].width + a / layout.shrink] +=
            weight
        }
        if isShown(z, middle.z, of: nz) { add(0, x, y) }
        if isShown(y, middle.y, of: ny) { add(1, x, z) }
        if isShown(x, middle.x, of: nx) { add(2, y, z) }
      }
      return Channel(places, from: 0)
    }
  }
}

extension Slices.Channel {
  /// The bytes of some values, of which the least is known.
  fileprivate init(_ values: [Float], from low: Float) {
    let most = Float.greatestFiniteMagnitude
    (self.low, high) = (max(-most, min(low, most)), max(-most, min(values.max() ?? low, most)))
    // A range may be so small that its reciprocal, or so large that its width, is no number.
    let (start, width) = (self.low, high - self.low)
    bytes = values.map { value in
      let share = (value - start) / width
      return share > 0 ? UInt8((min(share, 1) * 255).rounded()) : 0
    }
  }
}
