import Agents
import Body
import Fields
import Laws
import Matter
import Simulation
import Vocabulary

/// The keys of `tissues`: one entry per grid.
enum TissueSchema {
  /// Largest memory that the grids of a run may take together, bytes.
  static let memoryLimit = 8.0 * 1024 * 1024 * 1024

  static func read(
    _ name: String,
    _ section: Section,
    host: Host,
    factors: [Factor],
    kinds: [HostKind],
    formulation: FormulationSchema.Reading?
  ) -> Tissue? {
    let organs = host.organs.map(\.name)
    let organName = section.text("organ", "organ it is a block of")
    let shape = shape(section, factors: factors)
    let regions = regions(
      section,
      shape,
      formulation: formulation.flatMap {
        let isHere =
          $0.law.share > 0 && organs.firstIndex(of: organName) == $0.law.organ
          && $0.block.map { $0 == name } ?? true
        return isHere ? $0 : nil
      }
    )
    var fields = fields(section, factors, regions.entries)
    let matter = section.has("state") ? section.section("state") { state($0, &fields) } : nil
    section.skip("state")
    let volume = shape?.volume ?? 1
    let populations = section.section("cells") { list in
      Self.populations(list, kinds, volume: volume)
    }
    if !populations.isEmpty, fields.isEmpty {
      section.report(
        "cells",
        "live on a grid that carries at least one factor; add one to 'factors'"
      )
    }
    guard let organ = organs.firstIndex(of: organName) else {
      reportOrgan(organName, among: organs, section)
      return nil
    }
    guard let shape else { return nil }
    let flow =
      section.has("blood_flow") ? section.section("blood_flow") { bloodFlow($0) } : BloodFlow()
    section.skip("blood_flow")
    // In tables ORGAN is the whole organ.
    let title = name == organName ? "\(organName)_block" : name
    check(title, organ: organName, among: organs, section)
    var tissue = Tissue(
      name: title,
      key: name,
      organ: organ,
      shape: shape,
      fields: fields,
      region: regions.laid.isEmpty ? regions.before : regions.laid,
      bed: regions.laid.isEmpty
        ? nil : Tissue.Bed(region: UInt8(regions.entries.count), before: regions.before),
      matter: matter,
      populations: populations
    )
    tissue.bloodFlow = flow
    return tissue
  }

  /// Reads how blood flows through a block.
  private static func bloodFlow(_ section: Section) -> BloodFlow {
    let start = section.quantity(
      "start",
      .number,
      allowed: "0 to 100",
      "blood flow at the start relative to that of the organ, by volume"
    )
    guard section.has("end") else {
      for key in ["end", "recovery"] { section.skip(key) }
      return BloodFlow(start: start)
    }
    return BloodFlow(
      start: start,
      end: section.quantity("end", .number, allowed: "0 to 100", "what that flow tends to"),
      recovery: section.quantity(
        "recovery",
        .time,
        allowed: "0.01 to 1e5 h",
        "time in which it does"
      )
    )
  }

  /// The regions of a block.
  private struct Regions {
    var entries: [MediumSchema.Region]
    /// The region of each voxel before the formulation is put in.
    let before: [UInt8]
    /// The region of each voxel with the formulation; empty where none is put in.
    var laid: [UInt8] = []
  }

  /// Reads the regions, and puts in the formulation, where one goes into this block.
  private static func regions(
    _ section: Section,
    _ shape: GridShape?,
    formulation: FormulationSchema.Reading?
  ) -> Regions {
    let entries = section.section("regions") { MediumSchema.regions($0) }
    if entries.contains(where: { $0.name == MediumSchema.formulation }) {
      section.report(
        "regions",
        "one is called '\(MediumSchema.formulation)', the name of what cells are put in; take another"
      )
    }
    let outlines = entries.compactMap(\.shape)
    var regions = Regions(
      entries: entries,
      before: shape.map { RegionShape.regions(outlines, on: $0) } ?? []
    )
    guard let formulation, let shape else { return regions }
    regions.laid = MediumSchema.region(
      formulation.law,
      over: regions.before,
      count: entries.count,
      in: shape
    )
    regions.entries.append(MediumSchema.entry(of: formulation))
    if regions.laid.isEmpty {
      section.report(
        "spacing",
        "the formulation takes so little of the block that no voxel lies in it; take finer voxels or a greater formulation.share"
      )
    }
    return regions
  }

  /// Reads the factors of a block.
  private static func fields(
    _ section: Section,
    _ factors: [Factor],
    _ regions: [MediumSchema.Region]
  ) -> [Tissue.Field] {
    let goesWithVessels =
      section.node("state")?["exchange"]?.plainText == Exchange.vessels.rawValue
    return section.section("factors") { list in
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
        case .solved:
          medium = MediumSchema.medium(field, factor, regions, goesWithVessels: goesWithVessels)
        case .given: medium = MediumSchema.untouched(regions)
        }
        return Tissue.Field(factor: factor, origin: origin, medium: medium)
      }
    }.compactMap { $0 }
  }

  /// Reports an organ that the host does not have; one that could not be read is reported already.
  private static func reportOrgan(_ name: String, among organs: [String], _ section: Section) {
    if organs.isEmpty {
      section.reading.fail()
    } else if !name.isEmpty {
      section.report(
        "organ",
        "found \"\(name)\"\(Suggestion.text(for: name, among: organs)); expected one of \(organs.joined(separator: ", "))"
      )
    }
  }

  /// Reports a name in tables that another compartment has.
  private static func check(
    _ title: String,
    organ: String,
    among organs: [String],
    _ section: Section
  ) {
    let reserved = ["body", "blood", "product", "plasma", "carcass", "excreted"]
    guard organs.contains(title) || reserved.contains(title) || title.hasSuffix("_remainder") else {
      return
    }
    section.reading.report(
      section.origin,
      section.path,
      "a tissue may not be called like another organ, \(reserved.joined(separator: ", ")) or …_remainder; call it \(organ)_block, say"
    )
  }

  /// What the exchange of a block with blood goes with.
  private enum Exchange: String, CaseIterable {
    /// The density of perfused vessels.
    case vessels
    /// Nothing: it is the same in all of the block at any time.
    case everywhere
  }

  /// Reads the tissue itself; exchange that goes with its vessels is taken out of what factors meet elsewhere.
  private static func state(_ section: Section, _ fields: inout [Tissue.Field]) -> Tissue.Matter {
    var start = TissueStart(
      injury: focus(section, "injury", default: "0", "injured share of the tissue"),
      scar: focus(section, "scar", default: "0", "scarred share of the tissue"),
      vessels: focus(
        section,
        "vessels",
        default: "1",
        "perfused vessels, as a share of those of healthy tissue"
      )
    )
    if section.has("tumour") {
      start.tumour = section.section("tumour") { tumour in
        TumourBall(
          radius: tumour.quantity("radius", .length, allowed: "1 to 1e5 um", "radius"),
          share: tumour.quantity(
            "share",
            .fraction,
            allowed: "0 to 1",
            "share of its largest density within it"
          )
        )
      }
    }
    section.skip("tumour")
    let terms = TissueTermsSchema.read(section, fields.map(\.factor))
    if section.has("at_risk") || terms.hasRisk {
      start.atRisk = focus(section, "at_risk", default: "0", "share at risk: stunned, not dead")
    }
    section.skip("at_risk")
    if !start.isPossible {
      section.report(
        "injury",
        "every share lies in 0 to 1, and injury, scar and what is at risk together at most at 1"
      )
      start = TissueStart()
    }
    let given = section.section("gives") { list in
      perSolved(list, fields) { outputs($1, $0, fields) }.flatMap { $0 }
    }
    let perfusion = perfusion(section, &fields)
    return Tissue.Matter(start: start, terms: terms, outputs: given, perfusion: perfusion)
  }

  /// What vessels exchange with blood, where exchange goes with them.
  private static func perfusion(_ section: Section, _ fields: inout [Tissue.Field])
    -> [(factor: Int, rate: Double, blood: Double)]
  {
    let meeting = fields.indices.filter { fields[$0].medium.exchange[0] > 0 }
    guard section.has("exchange") else {
      section.skip("exchange")
      if !meeting.isEmpty {
        section.reading.report(
          section.origin,
          section.path + ["exchange"],
          "is missing: factors are exchanged with blood, and vessels may grow or be lost; expected vessels (the rates are those at the vessel density of healthy tissue) or everywhere (the rates hold at any density)"
        )
      }
      return []
    }
    let exchange: Exchange = section.choice(
      "exchange",
      "what the exchange of factors with blood goes with"
    )
    guard exchange == .vessels else { return [] }
    return meeting.map { position in
      let medium = fields[position].medium
      fields[position].medium.exchange[0] = 0
      return (factor: position, rate: medium.exchange[0], blood: medium.blood)
    }
  }

  /// Reads the entries of solved factors; what a preset says of one that the scenario gives is passed over.
  private static func perSolved<Law>(
    _ list: Section,
    _ fields: [Tissue.Field],
    _ body: (Int, Section) -> Law
  ) -> [Law] {
    list.keys.compactMap { name in
      guard
        let position = fields.firstIndex(where: {
          if case .solved = $0.origin { $0.factor.name == name } else { false }
        })
      else {
        if list.origin(of: name).isPreset, fields.contains(where: { $0.factor.name == name }) {
          list.skip(name)
          return nil
        }
        list.report(
          name,
          "the tissue solves no factor '\(name)'\(Suggestion.text(for: name, among: fields.map(\.factor.name))); add it to its 'factors'"
        )
        list.skip(name)
        return nil
      }
      return list.section(name) { body(position, $0) }
    }
  }

  private static func outputs(_ section: Section, _ position: Int, _ fields: [Tissue.Field])
    -> [TissueOutput]
  {
    TissueShare.allCases.compactMap { origin in
      guard section.has(origin.rawValue) else {
        section.skip(origin.rawValue)
        return nil
      }
      return TissueOutput(
        factor: position,
        amount: section.molar(
          origin.rawValue,
          .production,
          allowed: "0 to 1e9 nM/min",
          molarMass: fields[position].factor.molarMass * Unit.molesPerBase,
          "what tissue gives where all of it is \(origin.rawValue)"
        ),
        from: origin
      )
    }
  }

  private static func focus(
    _ section: Section,
    _ key: String,
    default standard: String,
    _ meaning: String
  ) -> TissueFocus {
    section.section(key) { focus in
      TissueFocus(
        baseline: focus.quantity(
          "baseline",
          .fraction,
          default: standard,
          allowed: "0 to 1",
          source: "by definition: healthy",
          meaning
        ),
        amplitude: focus.quantity(
          "amplitude",
          .fraction,
          default: "0",
          allowed: "-1 to 1",
          source: "by definition: the same everywhere",
          "share added at the centre, or taken away"
        ),
        width: focus.optionalQuantity(
          "width",
          .length,
          allowed: "1 to 1e6 um",
          "width of the focus about the centre"
        )
      )
    }
  }

  /// Reads the host cells that are there at the start, in the order of their kinds.
  static func populations(_ list: Section, _ kinds: [HostKind], volume: Double)
    -> [Tissue.Population]
  {
    list.sections { population($0, $1, kinds, volume: volume, list) }.compactMap { $0 }
      .sorted { $0.kind < $1.kind }
  }

  /// Reads the host cells of a kind that are there at the start.
  private static func population(
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
        section.report("voxels", "found \"\(text)\"; expected \(words), each from 1 to 4096")
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

  /// Whether a factor is given, not solved.
  ///
  /// What the scenario says of it holds over what a preset says: `given` over its `exchange`, and `initial` over its `given`.
  /// What the scenario says beside its own `given` is reported.
  private static func isGiven(_ section: Section) -> Bool {
    guard section.has("given") else { return false }
    if section.origin(of: "given").isPreset, section.has("initial"),
      !section.origin(of: "initial").isPreset
    {
      section.skip("given")
      return false
    }
    for key in ["initial", "exchange", "blood", "faces", "within"] where section.has(key) {
      section.skip(key)
      if section.origin(of: key).isPreset { continue }
      section.report(
        key: key,
        "belongs to a factor that is solved from 'initial' on, and this one is given; leave out '\(key)' or 'given'"
      )
    }
    return true
  }

  private static func origin(_ section: Section, _ factor: Factor) -> Tissue.Field.Origin {
    let mass = factor.molarMass * Unit.molesPerBase
    let allowed = "0 to 1e9 nM"
    guard isGiven(section) else {
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
