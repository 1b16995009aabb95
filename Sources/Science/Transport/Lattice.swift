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
  /// Numbers of an array, with room for the ghosts before the first row and after the last.
  var padded: Int { plane * nz + 16 }
  /// Where the voxels of a row begin.
  func start(row j: Int, plane k: Int) -> Int { 9 + k * plane + j * pitch }
  /// Where they begin in an array without ghosts.
  func bare(row j: Int, plane k: Int) -> Int { (k * ny + j) * nx }
  /// Axes along which there is a neighbour.
  var axes: Int { (nx > 1 ? 1 : 0) + (ny > 1 ? 1 : 0) + (nz > 1 ? 1 : 0) }

  /// Position in `Medium.faces` of the low face across rows (0), across planes (1) or of the stack (2);
  /// the high one follows.
  func face(across axis: Int) -> Int { axis == 0 ? 0 : (axis == 1) == isFlat ? 4 : 2 }
}
