import Substrate

/// Cells on a tissue grid, as columns.
public struct GridCells: Sendable {
  /// What each cell carries.
  public private(set) var cells: [Cell] = []
  /// Lumen or tissue.
  public private(set) var niche: [Niche] = []
  /// Step in which the cell came to the niche.
  public private(set) var since: [UInt32] = []
  /// Place, um.
  public private(set) var x: [Float] = [], y: [Float] = [], z: [Float] = []
  /// Velocity, um/min.
  public private(set) var vx: [Float] = [], vy: [Float] = [], vz: [Float] = []
  /// The voxel of the place.
  public private(set) var voxel: [Int32] = []
  /// Secretion relative to the product's mean.
  public private(set) var potency: [Float] = []
  /// Diameter, um; negative for a cell without working CXCR4.
  private var signedDiameter: [Float] = []

  /// No cells.
  public init() {}

  /// Number of cells.
  public var count: Int { cells.count }

  /// Adds a cell that comes to a place (um) at the start of a step.
  public mutating func append(
    _ cell: Cell,
    _ niche: Niche,
    step: UInt32,
    at place: (x: Double, y: Double, z: Double),
    on shape: GridShape,
    _ product: Product,
    _ chance: Chance
  ) {
    cells.append(cell)
    self.niche.append(niche)
    since.append(step)
    x.append(Float(place.x))
    y.append(Float(place.y))
    z.append(Float(place.z))
    vx.append(0)
    vy.append(0)
    vz.append(0)
    voxel.append(Int32(shape.voxel(x: place.x, y: place.y, z: place.z)))
    potency.append(Float(product.potency(of: cell.identity, chance)))
    let diameter = Float(product.diameter(of: cell.identity, chance))
    signedDiameter.append(product.carriesReceptor(cell.identity, chance) ? diameter : -diameter)
  }

  /// Removes the cells at ascending positions.
  public mutating func remove(at positions: [Int]) {
    cells.remove(at: positions)
    niche.remove(at: positions)
    since.remove(at: positions)
    x.remove(at: positions)
    y.remove(at: positions)
    z.remove(at: positions)
    vx.remove(at: positions)
    vy.remove(at: positions)
    vz.remove(at: positions)
    voxel.remove(at: positions)
    potency.remove(at: positions)
    signedDiameter.remove(at: positions)
  }

  /// Licenses every cell by what its voxel holds, for a time (min).
  public mutating func license(
    _ law: Licensing,
    _ fields: FieldStack,
    _ senses: Senses,
    responsiveness: (UInt32) -> Double,
    by time: Double
  ) {
    guard senses.ifn != nil || senses.tnf != nil || senses.il1b != nil else { return }
    let level = fields.concentration.span
    let voxels = fields.shape.count
    for i in cells.indices {
      let here = Int(voxel[i])
      let around = senses.surroundings { Double(level[$0 * voxels + here]) }
      let drive = law.drive(around)
      let ready = responsiveness(cells[i].identity)
      cells[i].licensing = law.advance(
        cells[i].licensing,
        stat1: drive.stat1 * ready,
        nfkb: drive.nfkb * ready,
        by: time
      )
    }
  }

  /// Damages every cell for a step; those that die or are released are removed, those that
  /// extravasate stay on the grid.
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - fields: the factors of the grid.
  ///   - senses: what cells sense of them.
  ///   - place: D∞ of lumen and tissue, 1/min.
  ///   - site: position of the grid among the sites.
  /// - Returns: the cells whose clock rang, in order.
  public mutating func live(
    _ step: LifeStep,
    _ fields: FieldStack,
    _ senses: Senses,
    place: (lumen: Double, tissue: Double),
    site: Int
  ) -> [Rung] {
    let level = fields.concentration.span
    let voxels = fields.shape.count
    let time = step.length.time
    let residence = step.residence
    var rung: [Rung] = []
    var leaving: [Int] = []
    for i in cells.indices {
      let here = Int(voxel[i])
      let around = senses.surroundings { Double(level[$0 * voxels + here]) }
      let lumen = niche[i] == .lumen
      let exposure = lumen ? step.exposure(of: cells[i].identity) : 0
      var release = 0.0
      var leave = 0.0
      if lumen {
        release = residence.release
        if step.start + time > Double(since[i]) * time + residence.onset {
          leave = residence.extravasation(activation: step.endothelium(around.tnf))
        }
      }
      let steady = step.survival.steadyDamage(at: lumen ? place.lumen : place.tissue, in: around)
      cells[i].live(step, steady: steady, exposure: exposure, leaving: release + leave)
      guard cells[i].budget <= 0 else { continue }
      let ring = cells[i].ring(step, exposed: exposure > 0, release: release, extravasation: leave)
      rung.append(Rung(cell: cells[i], site: site, niche: niche[i], ring: ring))
      if ring == .extravasation {
        niche[i] = .tissue
        since[i] = step.number + 1
      } else {
        leaving.append(i)
      }
    }
    remove(at: leaving)
    return rung
  }

  /// Moves every cell that lies in tissue for a step.
  public mutating func crawl(
    _ law: Crawling,
    _ fields: FieldStack,
    _ senses: Senses,
    step: UInt32,
    time dt: Double,
    _ chance: Chance
  ) {
    let shape = fields.shape
    let extent = shape.extent
    let kept = Elementary.exp(-dt / law.persistence)
    let spread = law.spread(axes: shape.nz == 1 ? 2 : 3)
    let cxcl12 = senses.cxcl12.map { factor in
      Gradient(fields, factor: factor, scale: senses.cxcl12Activity)
    }
    for i in cells.indices where niche[i] == .tissue {
      var drift = (x: 0.0, y: 0.0, z: 0.0)
      if let cxcl12, signedDiameter[i] > 0 {
        let slope = cxcl12.slope(at: Int(voxel[i]), fields)
        if slope.size > 0 {
          let directed =
            law.speed
            * law.bias(
              concentration: slope.level,
              gradient: slope.size,
              diameter: Double(signedDiameter[i])
            )
          drift = (
            directed * slope.x / slope.size, directed * slope.y / slope.size,
            directed * slope.z / slope.size
          )
        }
      }
      let draws = chance.block(.crawl, cell: cells[i].identity, step: step)
      let third = chance.block(.crawl, cell: cells[i].identity, step: step, draw: 1)
      func move(_ v: Double, _ drift: Double, _ normal: Double, _ x: Double, _ end: Double)
        -> (x: Float, v: Float)
      {
        let next = law.velocity(after: v, drift: drift, kept: kept, spread: spread, normal: normal)
        let arrived = Crawling.reflect(x + (v + next) / 2 * dt, extent: end)
        return (Float(arrived.place), Float(next * arrived.sign))
      }
      (x[i], vx[i]) = move(Double(vx[i]), drift.x, draws.normal, Double(x[i]), extent.x)
      (y[i], vy[i]) = move(
        Double(vy[i]),
        drift.y,
        NormalDistribution.quantile(draws.secondUniform),
        Double(y[i]),
        extent.y
      )
      if shape.nz > 1 {
        (z[i], vz[i]) = move(Double(vz[i]), drift.z, third.normal, Double(z[i]), extent.z)
      }
      voxel[i] = Int32(shape.voxel(x: Double(x[i]), y: Double(y[i]), z: Double(z[i])))
    }
  }

  /// Adds what every cell gives and takes to the voxels, in the order of the cells; an agent gives and
  /// takes as many times as the cells it stands for.
  public func exchange(
    _ secretion: [(factor: Int, law: Secretion)],
    _ uptake: [(factor: Int, law: Uptake)],
    _ fields: inout FieldStack,
    _ senses: Senses,
    weight: (UInt32) -> Int
  ) {
    guard !secretion.isEmpty || !uptake.isEmpty else { return }
    let voxels = fields.shape.count
    let volume = fields.shape.voxelVolume
    for i in cells.indices {
      let here = Int(voxel[i])
      let weight = Double(weight(cells[i].identity))
      let oxygen = senses.oxygen.map { Double(fields.concentration[$0 * voxels + here]) }
      for (factor, law) in secretion {
        let rate = law.rate(
          potency: Double(potency[i]),
          licensing: cells[i].licensing,
          oxygen: oxygen
        )
        fields.source[factor * voxels + here] += Float(weight * rate / volume)
      }
      for (factor, law) in uptake {
        if law.halfSaturation > 0 {
          fields.capacity[factor * voxels + here] += Float(weight * law.largest / volume)
        } else {
          fields.sink[factor * voxels + here] += Float(weight * law.clearance / volume)
        }
      }
    }
  }
}

/// The gradient of a factor by central differences between voxels, one-sided at the faces.
struct Gradient {
  let start: Int
  let scale: Double

  init(_ fields: FieldStack, factor: Int, scale: Double) {
    start = fields.range(of: factor).lowerBound
    self.scale = scale
  }

  /// Level (nM), components and size of the gradient (nM/um) in a voxel.
  func slope(at voxel: Int, _ fields: FieldStack)
    -> (level: Double, x: Double, y: Double, z: Double, size: Double)
  {
    let shape = fields.shape
    let i = voxel % shape.nx
    let j = voxel / shape.nx % shape.ny
    let k = voxel / (shape.nx * shape.ny)
    func difference(_ at: Int, _ count: Int, _ stride: Int) -> Double {
      let up = at + 1 < count ? stride : 0
      let down = at > 0 ? stride : 0
      guard up + down > 0 else { return 0 }
      let rise =
        Double(fields.concentration[start + voxel + up])
        - Double(fields.concentration[start + voxel - down])
      return scale * rise / (Double((up + down) / stride) * shape.spacing)
    }
    let x = difference(i, shape.nx, 1)
    let y = difference(j, shape.ny, shape.nx)
    let z = difference(k, shape.nz, shape.nx * shape.ny)
    let level = scale * Double(fields.concentration[start + voxel])
    return (level, x, y, z, (x * x + y * y + z * z).squareRoot())
  }
}
