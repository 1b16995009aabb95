import Science
import Simulation

/// The keys of `tissues`: one entry per grid.
enum TissueSchema {
  /// Largest memory that the grids of a run may take together, bytes.
  static let memoryLimit = 8.0 * 1024 * 1024 * 1024

  static func read(
    _ name: String,
    _ section: Section,
    host: Host,
    factors: [Factor],
    kinds: [HostKind]
  ) -> Tissue? {
    let organs = host.organs.map(\.name)
    let organName = section.text("organ", "organ it is a block of")
    let shape = shape(section, factors: factors)
    let regions = section.section("regions") { MediumSchema.regions($0) }
    let fields = section.section("factors") { list in
      list.sections { name, field -> Tissue.Field? in
        guard let factor = factors.first(where: { $0.name == name }) else {
          if list.reading.isUnread("factors") {
            list.reading.fail()
          } else {
            list.report(
              key: name,
              "the scenario carries no factor '\(name)'\(Suggestion.text(for: name, among: factors.map(\.name))); add it to 'factors'"
            )
          }
          field.skipAll()
          return nil
        }
        let origin = origin(field, factor)
        let medium: Medium
        switch origin {
        case .solved: medium = MediumSchema.medium(field, factor, regions)
        case .given: medium = MediumSchema.untouched(regions)
        }
        return Tissue.Field(factor: factor, origin: origin, medium: medium)
      }
    }.compactMap { $0 }
    let volume = shape?.volume ?? 1
    let populations = section.section("cells") { list in
      list.sections { population($0, $1, kinds, volume: volume, list) }
    }.compactMap { $0 }
    if !populations.isEmpty, fields.isEmpty {
      section.report(
        "cells",
        "live on a grid that carries at least one factor; add one to 'factors'"
      )
    }
    guard let organ = organs.firstIndex(of: organName) else {
      if organs.isEmpty {
        section.reading.fail()
      } else if !organName.isEmpty {
        section.report(
          "organ",
          "found \"\(organName)\"\(Suggestion.text(for: organName, among: organs)); it takes one of \(organs.joined(separator: ", "))"
        )
      }
      return nil
    }
    guard let shape else { return nil }
    let reserved = ["body", "blood", "product", "excreted"]
    if organs.contains(name) || reserved.contains(name) || name.hasSuffix("_remainder") {
      section.reading.report(
        section.origin,
        section.path,
        "a tissue may not be called like an organ, \(reserved.joined(separator: ", ")) or …_remainder; call it \(organName)_block, say"
      )
    }
    return Tissue(
      name: name,
      organ: organ,
      shape: shape,
      fields: fields,
      region: RegionShape.regions(regions.map(\.shape), on: shape),
      populations: populations
    )
  }

  /// Reads the host cells of a kind that are there at the start.
  static func population(
    _ name: String,
    _ section: Section,
    _ kinds: [HostKind],
    volume: Double,
    _ list: Section
  ) -> Tissue.Population? {
    guard let kind = kinds.firstIndex(where: { $0.name == name }) else {
      if list.reading.isUnread("kinds") {
        list.reading.fail()
      } else {
        list.report(
          key: name,
          "the scenario has no kind of cells '\(name)'\(Suggestion.text(for: name, among: kinds.map(\.name))); add it to 'kinds'"
        )
      }
      section.skipAll()
      return nil
    }
    let density = section.quantity(
      "density",
      .density,
      allowed: "0 to 1e9 cells/mL",
      "cells per volume at the start"
    )
    let triggered = section.quantity(
      "triggered",
      .fraction,
      default: "0",
      allowed: "0 to 1",
      source: "by definition: none",
      "share of them, and of those that come, whose receptor is triggered"
    )
    let cells = (density * volume).rounded()
    guard cells < 2e8 else {
      section.report("density", "makes \(cells) cells; allowed are 2e8")
      return nil
    }
    return Tissue.Population(kind: kind, cells: Int(cells), triggered: triggered)
  }

  /// Reports grids that take too much memory together.
  static func checkMemory(of tissues: [Tissue], _ top: Section) {
    let bytes = tissues.reduce(0.0) { sum, tissue in
      sum
        + FieldTransport.bytes(
          tissue.shape,
          factors: tissue.fields.count,
          regions: !tissue.region.isEmpty
        )
    }
    guard bytes > memoryLimit else { return }
    top.report(
      "tissues",
      "the grids together would take \(gibibytes(bytes)) GiB; allowed is 8 GiB"
    )
  }

  private static func gibibytes(_ bytes: Double) -> Double {
    (bytes / 1.073741824e9 * 10).rounded() / 10
  }

  private static func shape(_ section: Section, factors: [Factor]) -> GridShape? {
    let words = "voxels along x, y and z, as in 32 x 32 x 32"
    let text = section.text("voxels", words)
    let spacing = section.quantity("spacing", .length, allowed: "1 to 1000 um", "edge of a voxel")
    let counts = text.split(separator: "x", omittingEmptySubsequences: false)
      .map { Int(String($0).trimmed) }
    guard counts.count == 3, counts.allSatisfy({ (1...4096).contains($0 ?? 0) }) else {
      if !text.isEmpty {
        section.report("voxels", "found \"\(text)\"; it takes \(words), each from 1 to 4096")
      }
      return nil
    }
    let sizes = counts.compactMap { $0 }
    let grid = GridShape(
      nx: sizes[0],
      ny: sizes[1],
      nz: sizes[2],
      spacing: spacing
    )
    let bytes = FieldTransport.bytes(
      grid,
      factors: max(1, factors.count),
      regions: section.has("regions")
    )
    if bytes > memoryLimit {
      section.report(
        "voxels",
        "would take \(gibibytes(bytes)) GiB with \(factors.count) factors; allowed is 8 GiB"
      )
      return nil
    }
    return grid
  }

  private static func origin(_ section: Section, _ factor: Factor) -> Tissue.Field.Origin {
    let mass = factor.molarMass * Unit.molesPerBase
    let allowed = "0 to 1e9 nM"
    guard section.has("given") else {
      return .solved(
        initial: section.molar(
          "initial",
          .concentration,
          default: "0 nM",
          allowed: allowed,
          molarMass: mass,
          source: "assumed: none",
          "concentration at the start; the field is solved from there"
        )
      )
    }
    return section.section("given") { given in
      let field = GivenField(
        baseline: given.molar(
          "baseline",
          .concentration,
          default: "0 nM",
          allowed: allowed,
          molarMass: mass,
          source: "assumed: none",
          "concentration everywhere at any time"
        ),
        amplitude: given.molar(
          "amplitude",
          .concentration,
          default: "0 nM",
          allowed: "-1e9 to 1e9 nM",
          molarMass: mass,
          source: "assumed: none",
          "concentration added at the centre, or taken away"
        ),
        width: given.optionalQuantity(
          "width",
          .length,
          allowed: "1 to 1e6 um",
          "width of the focus about the centre"
        ),
        onset: given.quantity(
          "onset",
          .time,
          default: "0 h",
          allowed: "-10000 to 100000 h",
          source: "assumed: at the start",
          "time at which the added part begins"
        ),
        rise: given.optionalQuantity(
          "rise",
          .time,
          allowed: "1e-3 to 1e6 h",
          "time in which it rises"
        ),
        halfLife: given.optionalQuantity(
          "half_life",
          .time,
          allowed: "1e-3 to 1e6 h",
          "time in which it halves"
        )
      )
      if field.baseline + field.amplitude < 0 {
        given.report(
          "amplitude",
          "takes away more than the baseline; baseline and amplitude together must not be negative"
        )
      }
      return .given(field)
    }
  }
}
