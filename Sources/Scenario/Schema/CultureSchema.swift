import Agents
import Body
import Fields
import Simulation
import Substrate
import Vocabulary

/// The keys of `culture` and `medium`: a column of a well, with cells on its bottom.
enum CultureSchema {
  /// What a culture is made of.
  struct Culture {
    let host: Host
    let tissue: Tissue
  }

  /// Sizes of the column and of its voxels, um.
  private struct Sizes {
    let depth: Double, width: Double, spacing: Double

    init(_ section: Section) {
      depth = section.quantity(
        "depth",
        .length,
        default: "6.2 mm",
        allowed: "0.1 to 50 mm",
        source: "by definition: 200 uL in a well of 0.32 cm2",
        "depth of the medium"
      )
      width = section.quantity(
        "width",
        .length,
        default: "800 um",
        allowed: "40 to 20000 um",
        source: "by definition: a column that stands for the well",
        "edge of the square of the bottom that is followed"
      )
      spacing = section.parameter("spacing", .length, isPositive: true, "edge of a voxel")
    }
  }

  /// What the medium of a factor is like when fresh.
  private struct Fresh {
    let level: Double
    let top: Medium.Face
  }

  static func read(
    _ section: Section,
    medium: Section,
    factors: [Factor],
    kinds: [HostKind],
    clock: TimeAxis?
  ) -> Culture? {
    let species: Species = section.choice(
      "species",
      default: .human,
      source: "by definition",
      "species of the host cells"
    )
    let (sizes, isRead) = section.reading.whole { Sizes(section) }
    let fresh = factors.map { factor in
      medium.section(factor.name) { Self.fresh($0, factor.molarMass * Unit.molesPerBase) }
    }
    for name in medium.keys where !factors.contains(where: { $0.name == name }) {
      medium.passOver(name, known: factors.map(\.name)) { _ = Self.fresh($1, $0) }
    }
    let changes = section.section("changes") { list in
      list.sections { name, change in Self.change(change, factors, clock) }
    }
    let insert = section.has("insert") ? section.section("insert") { Self.insert($0) } : nil
    section.skip("insert")
    guard isRead else {
      section.section("cells") { $0.skipAll() }
      return nil
    }
    guard let shape = shape(sizes, section) else {
      section.section("cells") { $0.skipAll() }
      return nil
    }
    let populations = section.section("cells") { list in
      TissueSchema.populations(list, kinds, volume: shape.volume)
    }
    let planes = planes(insert, shape, sizes, section)
    let tissue = Tissue(
      name: "well",
      organ: 0,
      shape: shape,
      fields: zip(factors, fresh).map(field),
      populations: populations,
      planes: planes,
      changes: changes.compactMap { $0 }.sorted { $0.step < $1.step }
    )
    return Culture(host: vessel(species, shape.volume), tissue: tissue)
  }

  /// A factor in the medium, which a fresh one brings.
  private static func field(_ factor: Factor, _ fresh: Fresh) -> Tissue.Field {
    var faces = [Medium.Face](repeating: .closed, count: 6)
    faces[5] = fresh.top
    var dissolved = factor
    dissolved.diffusivity = factor.mediumDiffusivity
    dissolved.decay = factor.mediumDecay
    return Tissue.Field(
      factor: dissolved,
      origin: .solved(initial: fresh.level),
      medium: Medium(diffusivity: [factor.mediumDiffusivity], exchange: [0], faces: faces)
    )
  }

  /// The grid of the column; `nil` where it would be too large, which is reported.
  private static func shape(_ sizes: Sizes, _ section: Section) -> GridShape? {
    let spacing = sizes.spacing
    func voxels(_ length: Double) -> Int { max(1, Int((length / spacing).rounded())) }
    for (key, length) in [("depth", sizes.depth), ("width", sizes.width)]
    where (Double(voxels(length)) * spacing / length - 1).magnitude > 0.02 {
      section.report(
        key,
        "expected a whole number of voxels of \(spacing) um, to 2 %; change it or 'spacing'"
      )
    }
    let shape = GridShape(
      nx: voxels(sizes.width),
      ny: voxels(sizes.width),
      nz: voxels(sizes.depth),
      spacing: spacing
    )
    guard shape.count <= 64_000_000 else {
      section.report("spacing", "makes \(shape.count) voxels; allowed are 64000000")
      return nil
    }
    return shape
  }

  /// The planes that cells lie on: the bottom, or the membrane of an insert.
  private static func planes(
    _ insert: (height: Double, holdsProduct: Bool)?,
    _ shape: GridShape,
    _ sizes: Sizes,
    _ section: Section
  ) -> Tissue.Planes {
    let spacing = shape.spacing
    let bottom = spacing / 2
    var planes = Tissue.Planes(product: bottom, hosts: bottom)
    guard let insert else { return planes }
    let height = (insert.height / spacing).rounded(.down) * spacing + bottom
    if height < bottom + 2 * spacing {
      section.report(
        "insert",
        "hangs less than two voxels of \(spacing) um above the bottom, within reach of the cells there; give a greater height or a smaller spacing"
      )
    }
    if height > shape.extent.z {
      section.report("insert", "hangs above the medium, whose depth is \(sizes.depth) um")
    }
    if insert.holdsProduct { planes.product = height } else { planes.hosts = height }
    return planes
  }

  /// A well stands for the only organ of a host without blood and without killers: those are cells in it.
  static func vessel(_ species: Species, _ volume: Double) -> Host {
    Host(
      name: "culture",
      species: species,
      bodyWeight: 1,
      cardiacOutput: 1,
      venousBlood: 0,
      arterialBlood: 0,
      immunity: Immunity(naturalKillers: 0, tCells: 0, complement: 0, sensitisation: 0),
      organs: [OrganSchema.bloodless("culture", .cavity, volume: volume)]
    )
  }

  private static func fresh(_ section: Section, _ molarMass: Double) -> Fresh {
    let level = section.molar(
      "fresh",
      .concentration,
      default: "0 nM",
      allowed: "0 to 1e9 nM",
      molarMass: molarMass,
      source: "by definition: none",
      "concentration in fresh medium"
    )
    let isOpen = section.flag(
      "open",
      default: false,
      "whether the surface of the medium keeps it at that concentration (gases)"
    )
    return Fresh(level: level, top: isOpen ? .fixed(level) : .closed)
  }

  private static func change(_ section: Section, _ factors: [Factor], _ clock: TimeAxis?)
    -> Tissue.Change?
  {
    let (time, isRead) = section.reading.whole {
      section.quantity("at", .time, allowed: "0 to 240000 h", "time of the change")
    }
    let washes = section.flag(
      "wash",
      default: false,
      "whether the medium is replaced with fresh one"
    )
    var added: [Int: Double] = [:]
    section.section("add") { list in
      for name in list.keys {
        guard let position = factors.firstIndex(where: { $0.name == name }) else {
          list.report(
            name,
            "the scenario carries no factor '\(name)'\(Suggestion.text(for: name, among: factors.map(\.name))); add it to 'factors' or remove it here"
          )
          list.skip(name)
          continue
        }
        added[position] = list.molar(
          name,
          .concentration,
          allowed: "0 to 1e9 nM",
          molarMass: factors[position].molarMass * Unit.molesPerBase,
          "concentration added to the medium"
        )
      }
    }
    guard isRead, let clock else { return nil }
    let step = (time / clock.step).rounded()
    guard (step * clock.step - time).magnitude < 1e-9 * max(1, time), Int(step) < clock.steps else {
      section.report("at", "expected a whole number of cell steps before the end of the run")
      return nil
    }
    if !washes, added.isEmpty {
      section.report("at", "nothing is done then; give 'wash: true' or what to 'add'")
    }
    return Tissue.Change(step: Int(step), washes: washes, added: added)
  }

  private enum Held: String, CaseIterable {
    case product, hosts
  }

  private static func insert(_ section: Section) -> (height: Double, holdsProduct: Bool) {
    let height = section.quantity(
      "height",
      .length,
      default: "1 mm",
      allowed: "0.02 to 20 mm",
      source: "by definition: a transwell hangs a millimetre above the bottom",
      "height of the membrane above the bottom"
    )
    let held: Held = section.choice(
      "holds",
      default: .product,
      source: "by definition",
      "which cells lie on the membrane"
    )
    return (height, held == .product)
  }

  /// Reads `treatment` of a culture.
  static func treatment(_ section: Section, _ culture: Culture?, duration: Double?) -> [Dose] {
    let (density, isRead) = section.reading.whole {
      section.portioned("dose") { part, key in
        part.quantity(
          key,
          .density,
          allowed: "0.001 to 1e9 cells/mL",
          "cells of the product per volume of medium, alive or not"
        )
      }
    }
    let start = section.quantity(
      "at",
      .time,
      default: "0 h",
      allowed: "0 to 240000 h",
      source: "by definition",
      "time of giving"
    )
    if let duration, start >= duration {
      section.report("at", "expected a time before the end of the run")
    }
    guard isRead, let density, let volume = culture?.tissue.shape.volume else { return [] }
    let cells = (density.value * volume).rounded()
    guard cells >= 1, cells <= 4e6 else {
      section.report(
        "dose",
        "makes \(Int(cells)) cells on the column of the well; expected from 1 to 4e6: change the dose or culture.width"
      )
      return []
    }
    return [
      Dose(
        route: .deposit(organ: 0, retention: 1, shed: 0),
        cells: UInt32(cells),
        agents: UInt32(cells),
        start: start,
        duration: 1e-6
      )
    ]
  }
}
