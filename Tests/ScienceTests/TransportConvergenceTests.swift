import Fields
import Foundation
import Substrate
import Testing
import Vocabulary

/// The error in space falls with the square of the spacing, whatever the problem.
@Suite("Transport: convergence in space")
struct TransportConvergenceTests {
  /// Tight enough for the error of the grid to show.
  static let tolerance = 1e-6
  /// An order of 2 as two grids show it, the finer not yet fine without end.
  static let second = 1.8...2.25

  /// Order that two errors show on grids of which the second is twice as fine.
  static func order(_ error: (Int) -> Double, _ coarse: Int) -> Double {
    Foundation.log2(error(coarse) / error(2 * coarse))
  }

  /// Root mean square of the relative error at the voxels whose distance from the origin is in a range.
  static func error(
    _ fields: FieldStack,
    within range: ClosedRange<Double>,
    _ exact: (Double) -> Double
  ) -> Double {
    var squares = 0.0
    var count = 0.0
    for v in 0..<fields.shape.count {
      let r = distance(of: v, fields.shape)
      guard range.contains(r) else { continue }
      let error = Double(fields.concentration[v]) / exact(r) - 1
      squares += error * error
      count += 1
    }
    return (squares / count).squareRoot()
  }

  /// Distance of the centre of a voxel from the corner of the grid, um; along z only where there is a z.
  static func distance(of v: Int, _ shape: GridShape) -> Double {
    let h = shape.spacing
    func along(_ i: Int, _ n: Int) -> Double { n == 1 ? 0 : (Double(i) + 0.5) * h }
    let x = along(v % shape.nx, shape.nx)
    let y = along(v / shape.nx % shape.ny, shape.ny)
    let z = along(v / (shape.nx * shape.ny), shape.nz)
    return (x * x + y * y + z * z).squareRoot()
  }

  /// A corner of the plane or of space, its closed faces mirrors: n voxels along each axis.
  static func corner(_ n: Int, length: Double, axes: Int) -> GridShape {
    GridShape(
      nx: n,
      ny: axes > 1 ? n : 1,
      nz: axes > 2 ? n : 1,
      spacing: length / Double(n)
    )
  }

  /// c = S exp(−r/L) / 4πDr in space and S K₀(r/L) / 2πD in the plane, 8 L to the faces.
  @Test(arguments: [2, 3])
  func pointSourceWithDecay(axes: Int) {
    let (diffusivity, decay, secreted) = (600.0, 0.06, 1e6)
    let reach = (diffusivity / decay).squareRoot()
    func exact(_ r: Double) -> Double {
      axes == 3
        ? secreted * Foundation.exp(-r / reach) / (4 * .pi * diffusivity * r)
        : secreted * Self.bessel(r / reach) / (2 * .pi * diffusivity)
    }
    let order = Self.order(
      { n in
        let shape = Self.corner(n, length: 8 * reach, axes: axes)
        var fields = FieldProblem.plain(shape, [(diffusivity, decay)])
        // The corner holds a quarter or an eighth of the source.
        let size = Foundation.pow(2 * shape.spacing, Double(axes))
        fields.source[0] = Float(secreted / size)
        let settled = fields.advanced(by: 20 / decay, tolerance: Self.tolerance)
        return Self.error(settled, within: reach...2.5 * reach, exact)
      },
      axes == 3 ? 24 : 40
    )
    #expect(Self.second.contains(order), "order \(order)")
  }

  /// K₀(x) = ∫ exp(−x cosh t) dt over t > 0, by the trapezoidal rule, which is exact here to rounding.
  static func bessel(_ x: Double) -> Double {
    let dt = 0.05
    return dt
      * (0...200).reduce(0.0) { sum, i in
        sum + (i == 0 ? 0.5 : 1) * Foundation.exp(-x * Foundation.cosh(Double(i) * dt))
      }
  }

  /// A Gaussian stays one; its variance grows by 2 D t.
  @Test(arguments: [1, 2, 3])
  func gaussianSpreading(axes: Int) {
    let (diffusivity, time, start) = (600.0, 2.0, 900.0)
    func gaussian(_ r: Double, _ variance: Double) -> Double {
      Foundation.pow(start / variance, Double(axes) / 2) * Foundation.exp(-r * r / (2 * variance))
    }
    let order = Self.order(
      { n in
        let shape = Self.corner(n, length: 400, axes: axes)
        var fields = FieldProblem.plain(shape, [(diffusivity, 0)])
        for v in 0..<shape.count {
          fields.concentration[v] = Float(gaussian(Self.distance(of: v, shape), start))
        }
        let end = start + 2 * diffusivity * time
        return Self.error(fields.advanced(by: time, tolerance: Self.tolerance), within: 0...120) {
          gaussian($0, end)
        }
      },
      20
    )
    #expect(Self.second.contains(order), "order \(order)")
  }

  /// A sphere of radius a that secretes s throughout.
  ///
  /// Where tissue lets it decay, it settles to
  ///
  ///     c = s/k (α cosh α − sinh α) exp(−r/L) L/r,   α = a/L
  ///
  /// and where nothing decays, what every moment secreted has spread as it does in free space.
  @Test(arguments: [0, 0.06])
  func secretingSphere(decay: Double) {
    let (radius, diffusivity, secreted, time) = (60.0, 600.0, 3.0, 10.0)
    func settled(_ r: Double) -> Double {
      let reach = (diffusivity / decay).squareRoot()
      let a = radius / reach
      return secreted / decay * (a * Foundation.cosh(a) - Foundation.sinh(a))
        * Foundation.exp(-r / reach) * reach / r
    }
    func spread(_ r: Double) -> Double {
      // In x = √t, by the midpoint rule.
      let n = 400
      let dx = time.squareRoot() / Double(n)
      return (0..<n).reduce(0.0) { sum, i in
        let x = (Double(i) + 0.5) * dx
        let width = 2 * x * diffusivity.squareRoot()
        let (low, high) = ((radius - r) / width, (radius + r) / width)
        let bell = Foundation.exp(-low * low) - Foundation.exp(-high * high)
        let inside = Foundation.erf(low) + Foundation.erf(high)
        return sum + secreted * x * dx
          * (inside - width / (r * Double.pi.squareRoot()) * bell)
      }
    }
    let order = Self.order(
      { n in
        let shape = Self.corner(n, length: decay > 0 ? 640 : 480, axes: 3)
        var fields = FieldProblem.plain(shape, [(diffusivity, decay)])
        for v in 0..<shape.count {
          fields.source[v] = Float(secreted * Self.share(of: v, within: radius, shape))
        }
        let end = fields.advanced(by: decay > 0 ? 20 / decay : time, tolerance: Self.tolerance)
        return Self.error(end, within: 80...200, decay > 0 ? settled : spread)
      },
      decay > 0 ? 32 : 20
    )
    #expect(Self.second.contains(order), "order \(order)")
  }

  /// Share of a voxel that lies within a distance of the corner, by 8³ places in it.
  static func share(of v: Int, within radius: Double, _ shape: GridShape) -> Double {
    let h = shape.spacing
    let r = distance(of: v, shape)
    if r < radius - h { return 1 }
    if r > radius + h { return 0 }
    let parts = 8
    func square(_ i: Int, _ part: Int) -> Double {
      let x = (Double(i) + (Double(part) + 0.5) / Double(parts)) * h
      return x * x
    }
    let (i, j, k) = (v % shape.nx, v / shape.nx % shape.ny, v / (shape.nx * shape.ny))
    var inside = 0.0
    for a in 0..<parts {
      for b in 0..<parts {
        let flat = square(i, a) + square(j, b)
        for c in 0..<parts where flat + square(k, c) < radius * radius { inside += 1 }
      }
    }
    return inside / Double(parts * parts * parts)
  }

  /// A slab behind a wall to blood, or at a fixed concentration, along each axis.
  ///
  ///     c = A cosh((X − x)/L),   P (B − c(0)) = D/L A sinh(X/L)
  @Test(arguments: [0, 1, 2], [Medium.Face.blood(permeability: 5), .fixed(4)])
  func slabThatExchanges(axis: Int, face: Medium.Face) {
    let (diffusivity, decay, length, level) = (600.0, 0.06, 200.0, 4.0)
    let reach = (diffusivity / decay).squareRoot()
    let x = length / reach
    let amplitude =
      switch face {
      case .blood(let wall):
        level / (Foundation.cosh(x) + diffusivity / (reach * wall) * Foundation.sinh(x))
      default: level / Foundation.cosh(x)
      }
    let order = Self.order(
      { n in
        var faces = Array(repeating: Medium.Face.closed, count: 6)
        faces[2 * axis] = face
        let shape = GridShape(
          nx: axis == 0 ? n : 1,
          ny: axis == 1 ? n : 1,
          nz: axis == 2 ? n : 1,
          spacing: length / Double(n)
        )
        let fields = FieldProblem.plain(
          shape,
          [(diffusivity, decay)],
          faces: faces,
          blood: level
        )
        return Self.error(
          fields.advanced(by: 20 / decay, tolerance: Self.tolerance),
          within: 0...length
        ) { amplitude * Foundation.cosh((length - $0) / reach) }
      },
      10
    )
    #expect(Self.second.contains(order), "order \(order)")
  }

  /// Between two fixed faces the flux is the same on both sides of a jump of diffusivity, and the
  /// profile is straight in each.
  ///
  /// The grid knows that profile exactly, save that a conductance is a multiple of 2⁻¹⁵ of the largest.
  @Test(arguments: [0, 1, 2], [2.0, 8, 10])
  func jumpOfDiffusivity(axis: Int, ratio: Double) {
    let n = 12
    let shape = GridShape(
      nx: axis == 0 ? n : 3,
      ny: axis == 1 ? n : 3,
      nz: axis == 2 ? n : 3,
      spacing: 20
    )
    let stride = [1, shape.nx, shape.nx * shape.ny][axis]
    let along = (0..<shape.count).map { $0 / stride % n }
    var faces = Array(repeating: Medium.Face.closed, count: 6)
    faces[2 * axis] = .fixed(2)
    faces[2 * axis + 1] = .fixed(1)
    let fields = FieldStack(
      shape: shape,
      factors: [FieldProblem.factor(600)],
      media: [Medium(diffusivity: [600, 600 / ratio], exchange: [0, 0], faces: faces)],
      region: along.map { $0 < n / 2 ? 0 : 1 }
    )
    let settled = fields.advanced(by: 500, steps: 40, tolerance: Self.tolerance)
    let exact = along.map { i in
      let x = (Double(i) + 0.5) / Double(n)
      let resistance = x < 0.5 ? x : 0.5 + ratio * (x - 0.5)
      return 2 - resistance / (0.5 + 0.5 * ratio)
    }
    let rounding = ratio / 65_536 + 1e-5
    #expect(settled.error(of: 0, against: exact) < rounding)
  }
}
