import Agents
import Body
import Laws
import Simulation
import Vocabulary

extension ScenarioSchema {
  /// What a scenario says wherever it takes place: its time axis, factors and kinds of host cells.
  struct Frame {
    let top: Section
    /// Time the run covers, min; `nil` where it could not be read.
    let duration: Double?
    let clock: TimeAxis?
    let factors: [Factor]
    let kinds: [HostKind]

    init(_ top: Section) {
      self.top = top
      let (length, isLengthRead) = top.reading.whole {
        top.quantity("duration", .time, allowed: "0.01 to 240000 h", "time the run covers")
      }
      let duration = isLengthRead ? length : nil
      self.duration = duration
      clock = top.section("clock") { ClockSchema.read($0, duration: duration) }
      let factors = top.section("factors") { list in
        for name in list.keys where Self.taken.contains(name) {
          list.report(key: name, "is the name of what cells sense besides; choose another name")
        }
        return list.sections { FactorSchema.read($0, $1) }
      }
      self.factors = factors
      let names = top.section("kinds") { list in
        list.skipAll()
        return list.keys
      }
      // Random numbers are drawn by the position of a kind, which the order of the list must not change.
      kinds = top.section("kinds") { list in
        list.sections { KindSchema.read($0, $1, factors: factors, kinds: names) }
      }.sorted { $0.name < $1.name }
      for kind in kinds { Self.checkNames(of: kind, among: names, top) }
    }

    /// Names of what cells sense that is no factor.
    private static let taken = Set(
      [CellProgram.stressName, HostKind.activityName] + Licensing.names
        + Response.Contact.allCases.map(\.rawValue)
    )

    /// Reports levels of a kind whose quantity would have the name of one of another kind.
    private static func checkNames(of kind: HostKind, among kinds: [String], _ top: Section) {
      for level in kind.levels.dropFirst() {
        let other = "\(kind.name)_\(level)"
        guard kinds.contains(other) else { continue }
        top.report(
          "kinds",
          "\(level) of \(kind.name) is reported as \(other), the name of another kind; choose another name"
        )
      }
    }
  }
}

/// Where cells are given: a body, or a well.
protocol SettingSchema {
  /// Where it is, for the run.
  var setting: Experiment.Setting { get }
  /// Who receives the cells; `nil` where that could not be read, and was reported.
  var host: Host? { get }
  /// The substitute for a host that could not be read.
  var substitute: Host { get }
  /// Whether the grids are known: of a well that could not be read they are not.
  var hasPlace: Bool { get }
  /// Volume of the well, um³; 1 for a body.
  var volume: Double { get }
  /// What thawed cells are suspended in where the product does not say it.
  var vehicle: ProductSchema.DefaultVehicle { get }

  /// What cells are put into tissue in.
  func formulation() -> FormulationSchema.Reading?
  /// The doses.
  func treatment(of product: Product?, _ formulation: FormulationSchema.Reading?)
    -> TreatmentSchema.Treatment
  /// The grids.
  func tissues(formulation: FormulationSchema.Reading?) -> [Tissue]
  /// Reports grids that do not fit the host.
  func check(_ tissues: [Tissue])
  /// The label of the cells, and what modalities may see of it.
  func label() -> (label: Remains.Label?, carried: ModalitySchema.Carried)
  /// A law of the body.
  func bodily<Law>(_ key: String, _ read: (Section) -> Law) -> Law
}

/// A body whose organs are connected by blood.
struct BodySchema: SettingSchema {
  private let frame: ScenarioSchema.Frame
  let host: Host?
  let substitute: Host
  private var top: Section { frame.top }

  init(_ frame: ScenarioSchema.Frame) {
    self.frame = frame
    let top = frame.top
    let (host, isRead) = top.reading.whole {
      top.skip("culture")
      let vessels = top.section("vessels") { Vessels.read($0) }
      return top.part("host", ScenarioSchema.preset) { HostSchema.read($0, vessels: vessels) }
    }
    self.host = isRead ? host : nil
    substitute = host
  }

  var setting: Experiment.Setting { .organism }
  var hasPlace: Bool { true }
  var volume: Double { 1 }
  var vehicle: ProductSchema.DefaultVehicle { .init(vehicle: .saline, condition: "in a body") }

  func formulation() -> FormulationSchema.Reading? {
    let read =
      top.has("formulation")
      ? top.part("formulation", ScenarioSchema.preset) {
        FormulationSchema.read($0, factors: frame.factors)
      } : nil
    top.skip("formulation")
    return read
  }

  func treatment(of product: Product?, _ formulation: FormulationSchema.Reading?)
    -> TreatmentSchema.Treatment
  {
    top.part("treatment", "keys and values, with route and dose") {
      TreatmentSchema.read(
        $0,
        host,
        product,
        frame.factors,
        formulation: formulation,
        duration: frame.duration
      )
    }
  }

  func tissues(formulation: FormulationSchema.Reading?) -> [Tissue] {
    if top.reading.isUnread("tissues") { top.reading.fail() }
    return top.section("tissues") { list in
      list.sections {
        TissueSchema.read(
          $0,
          $1,
          host: host ?? substitute,
          factors: frame.factors,
          kinds: frame.kinds,
          formulation: formulation
        )
      }
    }.compactMap { $0 }
  }

  func check(_ tissues: [Tissue]) {
    if let host { ScenarioCheck.tissues(tissues, fit: host, top) }
  }

  func label() -> (label: Remains.Label?, carried: ModalitySchema.Carried) {
    let (label, isRead) = top.reading.whole {
      top.has("label")
        ? top.part("label", ScenarioSchema.preset) { LawsSchema.label($0) } : nil
    }
    top.skip("label")
    return (label, isRead ? label.map { .label($0.name) } ?? .none : .unread)
  }

  func bodily<Law>(_ key: String, _ read: (Section) -> Law) -> Law { top.section(key, read) }
}

/// A column of a well, which stands for the only organ of a host without blood.
struct WellSchema: SettingSchema {
  private let frame: ScenarioSchema.Frame
  private let culture: CultureSchema.Culture?
  let host: Host?
  let substitute: Host
  private var top: Section { frame.top }

  init(_ frame: ScenarioSchema.Frame) {
    self.frame = frame
    let top = frame.top
    let (culture, isRead) = top.reading.whole {
      top.section("culture") { culture in
        top.section("medium") { medium in
          medium.skip("preset")
          return CultureSchema.read(
            culture,
            medium: medium,
            factors: frame.factors,
            kinds: frame.kinds,
            clock: frame.clock
          )
        }
      }
    }
    self.culture = culture
    substitute = culture?.host ?? CultureSchema.vessel(.human, 1)
    host = isRead ? substitute : nil
  }

  var setting: Experiment.Setting { .culture }
  var hasPlace: Bool { culture != nil }
  var volume: Double { culture?.tissue.shape.volume ?? 1 }
  var vehicle: ProductSchema.DefaultVehicle { .init(vehicle: .protein, condition: "in a culture") }

  func formulation() -> FormulationSchema.Reading? {
    if top.has("formulation") {
      top.report(key: "formulation", "is put into a body; leave it out where there is a culture")
    }
    top.skip("formulation")
    return nil
  }

  func treatment(of product: Product?, _ formulation: FormulationSchema.Reading?)
    -> TreatmentSchema.Treatment
  {
    top.part("treatment", "keys and values, with dose") {
      TreatmentSchema.Treatment(
        doses: CultureSchema.treatment($0, culture, duration: frame.duration),
        relation: TreatmentSchema.relation($0, product, host)
      )
    }
  }

  func tissues(formulation: FormulationSchema.Reading?) -> [Tissue] {
    culture.map { [$0.tissue] } ?? []
  }

  func check(_ tissues: [Tissue]) {}

  func label() -> (label: Remains.Label?, carried: ModalitySchema.Carried) { (nil, .noneInAWell) }

  /// The defaults of a law that a well does not have; its keys are none there.
  func bodily<Law>(_ key: String, _ read: (Section) -> Law) -> Law {
    Section.read(nil, [key], top.reading.aside, at: top.origin, read)
  }
}
