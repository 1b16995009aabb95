import Vocabulary

/// The outline of a region of a grid, um.
public enum RegionShape: Codable, Sendable, Equatable {
  /// A place, um.
  public struct Place: Codable, Sendable, Equatable {
    /// Along each axis.
    public var x, y, z: Double

    /// A place.
    public init(x: Double, y: Double, z: Double) {
      self.x = x
      self.y = y
      self.z = z
    }
  }

  /// An axis.
  public enum Axis: String, Codable, Sendable, CaseIterable {
    case x, y, z
  }

  /// All places nearer to the centre than the radius.
  case sphere(centre: Place, radius: Double)
  /// All places nearer than the radius to a line along an axis through a point: a vessel.
  case tube(axis: Axis, through: Place, radius: Double)
  /// All places between two corners.
  case box(from: Place, to: Place)

  /// Whether a place lies within.
  public func contains(_ place: Place) -> Bool {
    switch self {
    case .sphere(let centre, let radius):
      let (x, y, z) = (place.x - centre.x, place.y - centre.y, place.z - centre.z)
      return x * x + y * y + z * z < radius * radius
    case .tube(let axis, let point, let radius):
      let x = axis == .x ? 0 : place.x - point.x
      let y = axis == .y ? 0 : place.y - point.y
      let z = axis == .z ? 0 : place.z - point.z
      return x * x + y * y + z * z < radius * radius
    case .box(let low, let high):
      return place.x >= low.x && place.x < high.x && place.y >= low.y && place.y < high.y
        && place.z >= low.z && place.z < high.z
    }
  }

  /// The region of each voxel, by its centre.
  ///
  /// It is 0 where no shape contains the centre, else one more than the position of the last that does.
  /// Empty where there are no shapes.
  public static func regions(_ shapes: [RegionShape], on grid: GridShape) -> [UInt8] {
    guard !shapes.isEmpty else { return [] }
    precondition(shapes.count < 256, "at most 255 regions")
    var region = [UInt8](repeating: 0, count: grid.count)
    var voxel = 0
    for k in 0..<grid.nz {
      for j in 0..<grid.ny {
        for i in 0..<grid.nx {
          let place = Place(
            x: (Double(i) + 0.5) * grid.spacing,
            y: (Double(j) + 0.5) * grid.spacing,
            z: (Double(k) + 0.5) * grid.spacing
          )
          if let last = shapes.lastIndex(where: { $0.contains(place) }) {
            region[voxel] = UInt8(last + 1)
          }
          voxel += 1
        }
      }
    }
    return region
  }
}
