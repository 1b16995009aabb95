import Agents
import Body
import Fields
import Matter
import Vocabulary

/// Why an experiment has no such part: what it holds too little of.
public struct NoPart: Error, Sendable {
  /// The reason, in words.
  public let words: String
}

extension Experiment {
  /// One of so many parts of the experiment that are alike: of the host, the doses, the host cells and every grid.
  ///
  /// Densities, concentrations and times are those of the whole, and what is observed of the part is multiplied. Expected
  /// counts and means are those of the whole; what is not linear in counts, as a peak or the time at which the last cells are
  /// detected, shows the larger noise of the part. Cells beside a plane of the cut touch their mirror images. A grid is divided
  /// along axes along which it is the same everywhere; along others it is halved where it is symmetric, at the plane of
  /// symmetry, through which nothing passes on balance. Wells are not divided along their height.
  ///
  /// - Parameter parts: how many parts; below 2 it is the whole.
  /// - Returns: the part.
  /// - Throws: `NoPart` where some grid, dose or population has none.
  public func part(of parts: Int) throws(NoPart) -> Experiment {
    guard parts > 1 else { return self }
    guard self.parts == 1 else { throw NoPart(words: "it is one of \(self.parts) parts already") }
    var part = self
    part.parts = parts
    part.host = host.part(of: parts)
    part.spread = spread.map { $0 / Double(parts) }
    part.factorDoses = factorDoses.map { $0.part(of: parts) }
    part.injections = injections.map { $0.part(of: parts) }
    for d in doses.indices {
      let dose = doses[d]
      part.doses[d].cells = try Self.part(of: parts, Int(dose.cells), "cells of a dose", Self.exact)
      part.doses[d].agents = try min(
        part.doses[d].cells,
        Self.part(of: parts, Int(dose.agents), "agents of a dose", 1)
      )
    }
    for t in tissues.indices {
      part.tissues[t] = try Self.part(of: parts, tissues[t])
      for n in tissues[t].populations.indices {
        let population = tissues[t].populations[n]
        let kind = kinds[population.kind].name
        part.tissues[t].populations[n].cells = Int(
          try Self.part(of: parts, population.cells, "\(kind) in \(tissues[t].name)")
        )
      }
    }
    // A formulation that is rounded to whole voxels holds as much as that of the whole.
    if let formulation, let t = formulation.tissue, let bed = tissues[t].bed {
      let all = tissues[t].region.count { $0 == bed.region }
      let laid = parts * part.tissues[t].region.count { $0 == bed.region }
      for factor in formulation.held.keys {
        part.formulation?.held[factor]?.level *= Double(all) / Double(laid)
      }
    }
    return part
  }

  /// The most that a number of host cells, or of cells of a dose, may change by rounding, as a share.
  private static let rounding = 0.05, exact = 0.01

  /// The whole number next to a part of a count.
  fileprivate static func part(
    of parts: Int,
    _ count: Int,
    _ what: String,
    _ rounding: Double = rounding
  ) throws(NoPart) -> UInt32 {
    let part = (count + parts / 2) / parts
    let change = Double(part * parts - count).magnitude
    guard count == 0 || part > 0, change <= rounding * Double(count) else {
      throw NoPart(words: "there are \(count) \(what), too few to divide by \(parts)")
    }
    return UInt32(part)
  }

  /// One of so many parts of a grid.
  private static func part(of parts: Int, _ tissue: Tissue) throws(NoPart) -> Tissue {
    let symmetry = Symmetry(tissue)
    let shape = tissue.shape
    var best: (parts: [Int], least: Int)?
    for x in 1...parts where parts.isMultiple(of: x) && symmetry.divides(0, by: x) {
      for y in 1...parts / x where (parts / x).isMultiple(of: y) && symmetry.divides(1, by: y) {
        let z = parts / x / y
        guard symmetry.divides(2, by: z) else { continue }
        let edges = [shape.nx / x, shape.ny / y] + (z > 1 ? [shape.nz / z] : [])
        let least = edges.reduce(edges[0], min)
        if best.map({ $0.least < least }) ?? true { best = ([x, y, z], least) }
      }
    }
    guard let best else {
      throw NoPart(
        words:
          "\(tissue.name) of \(shape.nx) x \(shape.ny) x \(shape.nz) voxels has no \(parts) parts alike; \(symmetry.words)"
      )
    }
    return try symmetry.part(best.parts)
  }
}

/// Along which axes a grid can be divided.
private struct Symmetry {
  private let tissue: Tissue
  /// Voxels along each axis.
  private let counts: [Int]
  /// By axis: whether the grid is the same everywhere along it, and whether its halves are mirror images.
  private let isUniform: [Bool], isSymmetric: [Bool]

  /// Least voxels along an edge that is divided.
  private static let least = 6

  init(_ tissue: Tissue) {
    self.tissue = tissue
    let shape = tissue.shape
    let counts = [shape.nx, shape.ny, shape.nz]
    self.counts = counts
    let start = tissue.matter?.start
    let foci = [start?.injury, start?.scar, start?.vessels, start?.atRisk].map { $0?.width }
    let hasFocus =
      start?.tumour != nil || foci.contains { $0 != nil }
      || tissue.fields.contains {
        if case .given(let given) = $0.origin { given.width != nil } else { false }
      }
    // What is put in lies about the centre; it is laid anew.
    let before = tissue.bed?.before ?? tissue.region
    let regions = before.isEmpty ? [] : [before]
    let media = tissue.fields.compactMap { field in
      if case .solved = field.origin { field.medium } else { nil }
    }
    let isDivided = (0..<3).map { $0 < 2 || tissue.planes == nil && shape.nz > 1 }
    isUniform = (0..<3).map { axis in
      isDivided[axis] && !hasFocus && tissue.bed == nil
        && media.allSatisfy { $0.faces[2 * axis] == .closed && $0.faces[2 * axis + 1] == .closed }
        && regions.allSatisfy { Self.isSame($0, counts, axis) { _ in 0 } }
    }
    isSymmetric = (0..<3).map { axis in
      isDivided[axis] && media.allSatisfy { $0.faces[2 * axis] == $0.faces[2 * axis + 1] }
        && regions.allSatisfy { Self.isSame($0, counts, axis) { counts[axis] - 1 - $0 } }
    }
  }

  /// Whether every voxel is of the same region as that at another place along an axis.
  private static func isSame(
    _ region: [UInt8],
    _ counts: [Int],
    _ axis: Int,
    as other: (Int) -> Int
  ) -> Bool {
    let stride = counts[..<axis].reduce(1, *)
    return region.indices.allSatisfy { voxel in
      let place = voxel / stride % counts[axis]
      return region[voxel] == region[voxel + (other(place) - place) * stride]
    }
  }

  /// Whether the grid has so many parts alike along an axis.
  func divides(_ axis: Int, by parts: Int) -> Bool {
    guard parts > 1 else { return true }
    return counts[axis].isMultiple(of: parts) && counts[axis] / parts >= Self.least
      && (isUniform[axis] || parts == 2 && isSymmetric[axis])
  }

  /// What can be done, in words.
  var words: String {
    let axes = ["x", "y", "z"]
    let uniform = (0..<3).filter { isUniform[$0] }.map { axes[$0] }
    let halves = (0..<3).filter { isSymmetric[$0] && !isUniform[$0] }.map { axes[$0] }
    let ways =
      (uniform.isEmpty ? [] : ["divided along \(uniform.joined(separator: ", "))"])
      + (halves.isEmpty ? [] : ["halved along \(halves.joined(separator: ", "))"])
    return ways.isEmpty
      ? "it is symmetric along no axis"
      : "it can be \(ways.joined(separator: " and ")), with \(Self.least) voxels or more left along each"
  }

  /// The part that lies at the lower ends of the axes, of so many along each.
  ///
  /// - Throws: `NoPart` where a formulation takes too few voxels.
  func part(_ parts: [Int]) throws(NoPart) -> Tissue {
    let new = zip(counts, parts).map { $0 / $1 }
    var faces: GridShape.Axes = []
    for axis in 0..<3 where parts[axis] > 1 { faces.insert(.axis(axis)) }
    func cut(_ region: [UInt8]) -> [UInt8] {
      guard !region.isEmpty else { return [] }
      var kept: [UInt8] = []
      for k in 0..<new[2] {
        for j in 0..<new[1] {
          let row = (k * counts[1] + j) * counts[0]
          kept += region[row..<row + new[0]]
        }
      }
      return kept
    }
    var part = tissue
    part.shape = GridShape(
      nx: new[0],
      ny: new[1],
      nz: new[2],
      spacing: tissue.shape.spacing,
      cut: faces.isEmpty ? nil : faces
    )
    if let bed = tissue.bed {
      let before = cut(bed.before)
      part.bed?.before = before
      let voxels = tissue.region.count { $0 == bed.region }
      part.region = try Self.lay(
        bed.region,
        on: part.shape,
        over: before,
        voxels: Experiment.part(
          of: parts.reduce(1, *),
          voxels,
          "voxels of \(tissue.name) that the formulation takes"
        )
      )
    } else {
      part.region = cut(tissue.region)
    }
    for field in part.fields.indices {
      for axis in 0..<3 where parts[axis] > 1 {
        part.fields[field].medium.faces[2 * axis + 1] = .closed
      }
    }
    return part
  }

  /// The regions of a grid with one more, of the voxels nearest the centre.
  private static func lay(
    _ region: UInt8,
    on shape: GridShape,
    over regions: [UInt8],
    voxels: UInt32
  ) -> [UInt8] {
    let centre = shape.centre
    func distance(_ voxel: Int) -> Double {
      let x = (Double(voxel % shape.nx) + 0.5) * shape.spacing - centre.x
      let y = (Double(voxel / shape.nx % shape.ny) + 0.5) * shape.spacing - centre.y
      let z = (Double(voxel / (shape.nx * shape.ny)) + 0.5) * shape.spacing - centre.z
      return x * x + y * y + z * z
    }
    var laid = regions.isEmpty ? [UInt8](repeating: 0, count: shape.count) : regions
    let order = (0..<shape.count).map { (distance($0), $0) }.sorted { $0 < $1 }
    for (_, voxel) in order.prefix(Int(voxels)) { laid[voxel] = region }
    return laid
  }
}
