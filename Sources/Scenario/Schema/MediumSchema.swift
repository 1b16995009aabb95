import Body
import Fields
import Substrate
import Vocabulary

/// The keys of a tissue that say what its factors meet: `regions`, and per factor `exchange`, `blood`,
/// `faces` and `within`.
enum MediumSchema {
  /// A region of a tissue, with what holds in it for all factors.
  struct Region {
    let name: String
    /// Its outline; `nil` for what is put in.
    let shape: RegionShape?
    let diffusivity: Double
    let exchange: Double?
  }

  /// Name of the region that a formulation takes.
  static let formulation = "formulation"

  /// The region of each voxel of a block with a formulation in it; empty where the formulation takes none.
  ///
  /// Of the voxels nearest the centre as many as make up its share are of the region after all others.
  static func region(
    _ formulation: Formulation,
    over regions: [UInt8],
    count: Int,
    in shape: GridShape
  )
    -> [UInt8]
  {
    let voxels = Int((formulation.share * Double(shape.count)).rounded())
    guard voxels > 0 else { return [] }
    let plane = shape.nx * shape.ny
    func distance(_ voxel: Int) -> Int {
      let (x, y, z) = (
        2 * (voxel % shape.nx) + 1 - shape.nx, 2 * (voxel / shape.nx % shape.ny) + 1 - shape.ny,
        2 * (voxel / plane) + 1 - shape.nz
      )
      return x * x + y * y + z * z
    }
    var laid = regions.isEmpty ? [UInt8](repeating: 0, count: shape.count) : regions
    let order = (0..<shape.count).map { (distance($0), $0) }.sorted { $0 < $1 }
    for (_, voxel) in order.prefix(voxels) { laid[voxel] = UInt8(count + 1) }
    return laid
  }

  private enum Outline: String, CaseIterable {
    case sphere, tube, box
  }

  private static let faces = ["x_low", "x_high", "y_low", "y_high", "z_low", "z_high"]

  static func regions(_ section: Section) -> [Region] {
    let regions = section.sections { name, region -> Region? in
      let (outline, isOutlineRead): (Outline, Bool) = region.reading.whole {
        region.choice("shape", "outline of the region")
      }
      guard isOutlineRead else {
        region.skipAll()
        return nil
      }
      let shape: RegionShape?
      switch outline {
      case .sphere:
        let centre = place(region, "centre", "centre")
        let radius = radius(region)
        shape = centre.map { .sphere(centre: $0, radius: radius) }
      case .tube:
        let axis: RegionShape.Axis = region.choice("axis", "axis the tube runs along")
        let point = place(region, "through", "a point on its axis")
        let radius = radius(region)
        shape = point.map { .tube(axis: axis, through: $0, radius: radius) }
      case .box:
        let low = place(region, "from", "corner nearest the origin")
        let high = place(region, "to", "corner farthest from the origin")
        if let low, let high, !(low.x < high.x && low.y < high.y && low.z < high.z) {
          region.report("to", "expected a corner beyond 'from' along every axis")
        }
        if let low, let high { shape = .box(from: low, to: high) } else { shape = nil }
      }
      let share = diffusivity(region, default: "1")
      let exchange = region.optionalQuantity("exchange", .rate, allowed: rates, exchangeWords)
      return shape.map {
        Region(name: name, shape: $0, diffusivity: share, exchange: exchange)
      }
    }
    // A formulation is a region too, and the tissue around them.
    if regions.count > 254 {
      section.report(
        key: section.keys[254],
        "is one of \(regions.count) regions; allowed are at most 254"
      )
    }
    return regions.prefix(254).compactMap { $0 }
  }

  /// What a solved factor meets.
  ///
  /// Where exchange goes with vessels, it is that of the tissue alone: regions without a rate of their own have no further one.
  static func medium(
    _ section: Section,
    _ factor: Factor,
    _ regions: [Region],
    goesWithVessels: Bool
  ) -> Medium {
    let mass = factor.molarMass * Unit.molesPerBase
    let exchange = section.quantity(
      "exchange",
      .rate,
      default: "0 1/min",
      allowed: rates,
      range: "0 to 10 1/min",
      source: "assumed: out of reach of blood unless the scenario says otherwise",
      exchangeWords
    )
    let blood = section.molar(
      "blood",
      .concentration,
      default: "0 nM",
      allowed: levels,
      molarMass: mass,
      source: "assumed: none",
      "concentration in blood"
    )
    let faces = section.section("faces") { list in
      Self.faces.map { face(list, $0, molarMass: mass) }
    }
    var diffusivity = [factor.diffusivity]
    var exchanges = [exchange]
    section.section("within") { list -> Void in
      for region in regions {
        let (share, rate) = list.section(region.name) { inner -> (Double, Double?) in
          (
            inner.has("diffusivity")
              ? Self.diffusivity(inner, default: "1")
              : passing(inner, region.diffusivity),
            inner.optionalQuantity("exchange", .rate, allowed: rates, exchangeWords)
          )
        }
        diffusivity.append(share * factor.diffusivity)
        exchanges.append(rate ?? region.exchange ?? (goesWithVessels ? 0 : exchange))
      }
    }
    return Medium(diffusivity: diffusivity, exchange: exchanges, blood: blood, faces: faces)
  }

  /// What a formulation is among the regions of a block.
  static func entry(of formulation: FormulationSchema.Reading) -> Region {
    Region(
      name: Self.formulation,
      shape: nil,
      diffusivity: formulation.diffusivity,
      exchange: formulation.exchange
    )
  }

  /// What a given factor meets: it is not solved, so nothing that matters.
  static func untouched(_ regions: [Region]) -> Medium {
    let none = [Double](repeating: 0, count: regions.count + 1)
    return Medium(diffusivity: none, exchange: none)
  }

  private static let rates = "0 to 1000 1/min"
  private static let levels = "0 to 1e9 nM"
  private static let exchangeWords = "rate of exchange with blood"

  private static func passing(_ section: Section, _ value: Double) -> Double {
    section.skip("diffusivity")
    return value
  }

  private static func diffusivity(_ section: Section, default standard: String) -> Double {
    let share = section.quantity(
      "diffusivity",
      .fraction,
      default: standard,
      allowed: "0 to 10",
      range: "0 to 3",
      source: "assumed: as in the tissue around",
      "diffusivity as a share of that in tissue; 0 where nothing enters"
    )
    // Conductances have 15 binary places.
    if share > 0, share < leastShare {
      section.report("diffusivity", "found \(share); expected 0, or a share from 0.01 to 10")
    }
    return share
  }

  private static let leastShare = 0.01

  private static func face(_ list: Section, _ name: String, molarMass: Double) -> Medium.Face {
    guard list.has(name) else {
      list.skip(name)
      return .closed
    }
    return list.section(name) { face in
      guard face.has("fixed") != face.has("permeability") else {
        face.skipAll()
        list.report(
          key: name,
          "expected either fixed (a concentration) or permeability (of the wall to blood)"
        )
        return .closed
      }
      if face.has("fixed") {
        return .fixed(
          face.molar(
            "fixed",
            .concentration,
            allowed: levels,
            molarMass: molarMass,
            "concentration at the face"
          )
        )
      }
      return .blood(
        permeability: face.quantity(
          "permeability",
          .speed,
          allowed: "0 to 1e6 um/min",
          "permeability of the wall between the face and blood"
        )
      )
    }
  }

  private static func radius(_ section: Section) -> Double {
    section.quantity("radius", .length, allowed: "1 to 1e6 um", "radius")
  }

  private static func place(_ section: Section, _ key: String, _ words: String)
    -> RegionShape.Place?
  {
    guard section.has(key) else {
      section.report(key, "is missing; expected a place, as in [100 um, 100 um, 0 um]")
      return nil
    }
    let values = section.quantities(
      key,
      .length,
      default: [],
      allowed: "-1e6 to 1e6 um",
      "\(words), along x, y and z"
    )
    guard values.count == 3 else {
      section.report(key, "expected three lengths, as in [100 um, 100 um, 0 um]")
      return nil
    }
    return .init(x: values[0], y: values[1], z: values[2])
  }
}
