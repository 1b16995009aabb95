import Files
import Observations
import Simulation
import Vocabulary

/// `slices.bin`: slices through the grids of the first replicate of each arm.
///
///     8 bytes     "STROMASL"
///     4 bytes     length of the header, little-endian
///     header      JSON in UTF-8: `SlicesFile.Header`
///     the rest    for each grid, time, channel and plane its rows, from the lowest, a byte a place
///
/// A byte b stands for low + b (high − low) / 255, with the range of its time and channel.
public struct SlicesFile: Sendable {
  /// Name of the file.
  public static let name = "slices.bin"
  private static let mark = "STROMASL"

  /// What the bytes are.
  public struct Header: Codable, Sendable, Equatable {
    /// The grids of all arms.
    public var grids: [Grid]
  }

  /// A grid of an arm.
  public struct Grid: Codable, Sendable, Equatable {
    /// Arm and name of the grid.
    public let arm: String, site: String
    /// Voxels along x, y and z, edge of a voxel, um, and voxels along an axis that a place stands for.
    public let voxels: [Int], spacing: Double, shrink: Int
    /// The planes, in order: name, places along their first axis, and along their second.
    public let planes: [Plane]
    /// The channels, in order.
    public let channels: [Channel]
    /// Times, h.
    public var times: [Double]
    /// Values of the bytes 0 and 255, by time, then channel.
    public var ranges: [[[Float]]]
    /// Position of its first byte after the header.
    public var start: Int

    /// A plane.
    public struct Plane: Codable, Sendable, Equatable {
      /// Name, and places.
      public let name: String, width: Int, height: Int
    }

    /// A channel.
    public struct Channel: Codable, Sendable, Equatable {
      /// Name and unit.
      public let name: String, unit: String
    }

    /// Bytes of one time.
    public var bytesPerTime: Int {
      channels.count * planes.reduce(0) { $0 + $1.width * $1.height }
    }
  }

  /// What the bytes are.
  public var header: Header
  /// The bytes after the header.
  public var bytes: [UInt8]

  /// The slices of some runs; `nil` where none were taken.
  ///
  /// - Parameters:
  ///   - trajectories: the runs, those of an arm one after the other.
  ///   - shrink: voxels along an axis that a place stands for, by arm.
  public init?(_ trajectories: [Trajectory], shrink: (Experiment) -> Int) {
    header = Header(grids: [])
    bytes = []
    for trajectory in trajectories {
      let experiment = trajectory.experiment
      let taken = trajectory.snapshots.filter { $0.slices.count == experiment.tissues.count }
      guard !taken.isEmpty, !experiment.tissues.isEmpty else { continue }
      for (t, tissue) in experiment.tissues.enumerated() {
        let layout = SliceLayout(of: tissue, in: experiment, shrink: shrink(experiment))
        // A history that arms share may have been taken without what only this one has.
        let own = taken.filter { $0.slices[t].channels.count == layout.channels.count }
        header.grids.append(
          Grid(
            arm: experiment.arm,
            site: tissue.name,
            voxels: [layout.shape.nx, layout.shape.ny, layout.shape.nz],
            spacing: layout.shape.spacing,
            shrink: layout.shrink,
            planes: Slices.Plane.allCases.map { plane in
              let size = layout.size(of: plane)
              return .init(name: plane.rawValue, width: size.width, height: size.height)
            },
            channels: layout.channels.map { .init(name: $0.name, unit: $0.unit) },
            times: own.map { $0.time / 60 },
            ranges: own.map { $0.slices[t].channels.map { [$0.low, $0.high] } },
            start: bytes.count
          )
        )
        for snapshot in own {
          for channel in snapshot.slices[t].channels { bytes += channel.bytes }
        }
      }
    }
    if bytes.isEmpty { return nil }
  }

  /// Reads a file; `nil` where there is none, or where it is none of slices.
  public init?(path: String) {
    guard let file = HeadedFile.read(path, mark: Self.mark, as: Header.self),
      file.header.grids.allSatisfy({ $0.isPossible(within: file.body.count) })
    else { return nil }
    header = file.header
    bytes = Array(file.body)
  }

  /// The whole file.
  ///
  /// - Throws: where the header cannot be written as JSON, which is a bug.
  public func file() throws -> [UInt8] {
    try HeadedFile.bytes(mark: Self.mark, header: header, bytes)
  }
}

extension SlicesFile.Grid {
  /// Whether its bytes are among so many.
  fileprivate func isPossible(within count: Int) -> Bool {
    let sizes = planes.allSatisfy {
      (1...100_000).contains($0.width) && (1...100_000).contains($0.height)
    }
    guard sizes, start >= 0, channels.count <= 100_000, times.count <= 100_000,
      ranges.count == times.count,
      ranges.allSatisfy({ $0.count == channels.count && $0.allSatisfy { $0.count == 2 } })
    else { return false }
    return Double(start) + Double(bytesPerTime) * Double(times.count) <= Double(count)
  }
}
