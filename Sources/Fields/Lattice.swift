import Substrate
import Vocabulary

/// How the voxels of a grid are laid out for a sweep: planes of rows, each row between two ghosts and as
/// long as whole vectors.
///
/// A 2-D grid is swept along y, as if each of its rows were a plane.
struct Lattice: Sendable, Equatable {
  /// Voxels in a row, rows in a plane, planes.
  let nx, ny, nz: Int
  /// Whether the grid is 2-D, its y axis swept.
  let isFlat: Bool

  init(_ shape: GridShape) {
    nx = shape.nx
    ny = shape.nz == 1 ? 1 : shape.ny
    nz = shape.nz == 1 ? shape.ny : shape.nz
    isFlat = shape.nz == 1
  }

  /// Numbers from one row to the next.
  var pitch: Int { (nx + 2 + 7) / 8 * 8 }
  /// Numbers from one plane to the next.
  var plane: Int { pitch * ny }
  /// Numbers of an array, with room for the ghosts before the first row and after the last: whole lines of
  /// the cache.
  var padded: Int { (plane * nz + 16 + 15) / 16 * 16 }
  /// Where the voxels of a row begin.
  func start(row j: Int, plane k: Int) -> Int { 9 + k * plane + j * pitch }
  /// Where they begin in an array without ghosts.
  func bare(row j: Int, plane k: Int) -> Int { (k * ny + j) * nx }
  /// Rows of a plane, with its neighbours.
  func plane(_ k: Int, rows: Range<Int>) -> Stencil.Plane {
    Stencil.Plane(
      start: start(row: 0, plane: k) - 1,
      count: ny,
      length: nx,
      pitch: pitch,
      below: k == 0 ? 0 : -plane,
      above: k == nz - 1 ? 0 : plane,
      rows: rows
    )
  }

  /// Axes along which there is a neighbour.
  var axes: Int { (nx > 1 ? 1 : 0) + (ny > 1 ? 1 : 0) + (nz > 1 ? 1 : 0) }

  /// Position in `Medium.faces` of the low face across rows (0), across planes (1) or of the stack (2);
  /// the high one follows.
  func face(across axis: Int) -> Int { axis == 0 ? 0 : (axis == 1) == isFlat ? 4 : 2 }

  /// The lattice of twice the spacing.
  var coarser: Lattice {
    Lattice(nx: (nx + 1) / 2, ny: (ny + 1) / 2, nz: (nz + 1) / 2, isFlat: isFlat)
  }

  private init(nx: Int, ny: Int, nz: Int, isFlat: Bool) {
    self.nx = nx
    self.ny = ny
    self.nz = nz
    self.isFlat = isFlat
  }
}
