import CCells
import Fields
import Laws
import Substrate
import Vocabulary

/// Where the signals of a grid are found, by name.
public struct HostSenses: Sendable {
  /// Where the values of a signal stand.
  enum Place: Sendable {
    case factor(Int)
    case contact(Response.Contact)
  }

  private let factors: [String: Int]

  /// The signals of a grid with factors in an order.
  public init(_ factors: [Factor]) {
    self.factors = Dictionary(uniqueKeysWithValues: factors.enumerated().map { ($1.name, $0) })
  }

  /// Where a signal is found; `nil` where the grid does not carry it.
  func place(of signal: String) -> Place? {
    if let contact = Response.Contact(rawValue: signal) { return .contact(contact) }
    return factors[signal].map { .factor($0) }
  }

  /// The level of a signal in a voxel; 0 where the grid does not carry it.
  public func level(
    of signal: String,
    voxel: Int,
    _ fields: FieldStack,
    _ contacts: GridContacts
  ) -> Double {
    switch place(of: signal) {
    case .factor(let f): Double(fields.concentration[f * fields.shape.count + voxel])
    case .contact(let contact): contacts.level(of: contact, in: voxel)
    case nil: 0
    }
  }
}

/// The levels of all signals of a grid, opened.
struct SignalLevels: Sendable {
  let senses: HostSenses
  let voxels: Int
  let concentration: Slab<Float>?
  let touch: Slab<Float>?, antigen: Slab<Float>?

  /// The responses to signals that the grid carries, as C takes them; the signals are added to a list.
  func responses(_ laws: [Response], _ signals: inout SignalList) -> cells_responses {
    cells_responses(
      laws.compactMap { law in
        level(of: law.signal).map { level in
          cells_response(
            law,
            signal: signals.position(of: level),
            antagonist: law.antagonist.flatMap { self.level(of: $0.signal) }
              .map { signals.position(of: $0) }
          )
        }
      }
    )
  }

  private func level(of signal: String) -> UnsafePointer<Float>? {
    switch senses.place(of: signal) {
    case .factor(let f):
      concentration.map { UnsafePointer($0.part(from: f * voxels, count: voxels).start) }
    case .contact(.contact): touch.map { UnsafePointer($0.start) }
    case .contact(.antigen): antigen.map { UnsafePointer($0.start) }
    case nil: nil
    }
  }
}

/// The signals of a kind, each once.
struct SignalList {
  private(set) var signals = cells_signals()

  /// Position of a signal in the list, to which it is added where it is new.
  mutating func position(of level: UnsafePointer<Float>) -> Int32 {
    let known = Int(signals.count)
    let position = withUnsafeMutableBytes(of: &signals.level) { bytes in
      let levels = bytes.bindMemory(to: UnsafePointer<Float>?.self)
      if let found = levels.prefix(known).firstIndex(of: level) { return found }
      precondition(known < levels.count, "more signals than a cell has")
      levels[known] = level
      return known
    }
    withUnsafeMutableBytes(of: &signals.activity) { bytes in
      bytes.bindMemory(to: Float.self)[position] = 1
    }
    signals.count = max(signals.count, Int32(position + 1))
    return Int32(position)
  }
}

/// The laws of a kind for a step as C takes them: single precision, with the signals opened.
struct HostLaws: Sendable {
  private let step: Shared

  /// The pointers in it are to slabs that outlive it.
  private struct Shared: @unchecked Sendable { var step: hosts_step }

  init(_ kind: HostKind, _ life: HostStep, _ shape: GridShape, _ levels: SignalLevels) {
    let axes = life.isPlane || shape.nz == 1 ? 2 : 3
    let cycle = kind.proliferation
    var signals = SignalList()
    let raise = levels.responses(kind.activity.raise, &signals)
    let lower = levels.responses(kind.activity.lower, &signals)
    let brake = levels.responses(kind.brakes, &signals)
    let death = levels.responses(kind.killers, &signals)
    let change = levels.responses(kind.change?.raise ?? [], &signals)
    let prime = levels.responses(kind.primers, &signals)
    step = Shared(
      step: hosts_step(
        signals: signals.signals,
        raise: raise,
        lower: lower,
        brake: brake,
        death: death,
        change: change,
        prime: prime,
        triggered: Float(kind.activity.triggered),
        always: Float(kind.activity.always),
        fall: Float(kind.activity.fall),
        hazard: Float(kind.death),
        becoming: Float(kind.change?.rate ?? 0),
        active_change: kind.change?.needsActivity == true ? 1 : 0,
        deepening: Float(cycle?.deepening ?? 0),
        lifting: Float(cycle?.lifting ?? 0),
        tail: Float(cycle?.tail ?? 0),
        divides: cycle == nil ? 0 : 1,
        displacement: Float(kind.wandering?.width(axes: axes, over: life.time) ?? 0),
        nx: Int32(shape.nx),
        ny: Int32(shape.ny),
        nz: Int32(shape.nz),
        axes: Int32(axes),
        spacing: Float(shape.spacing),
        number: life.number,
        time: Float(life.time),
        key: life.chance.key,
        purpose: Chance.Purpose.wander.rawValue
      )
    )
  }

  /// Takes some blocks through the step; `due` gets their bits.
  func live(_ blocks: Slab<HostCells.Block>, _ due: Slab<hosts_due>) {
    precondition(blocks.count == due.count, "bits for every block")
    withUnsafePointer(to: step.step) { step in
      hosts_live(blocks.start(as: hosts_block.self), blocks.count, step, due.start)
    }
  }

  /// Adds what some cells give to the voxels of a factor.
  static func give(
    always: Double,
    active: Double,
    inactive: Double,
    _ brakes: (signals: SignalList, laws: cells_responses),
    _ blocks: Slab<HostCells.Block>,
    count: Int,
    into source: Slab<Float>
  ) {
    var law = hosts_secretion(
      always: Float(always),
      active: Float(active),
      inactive: Float(inactive),
      signals: brakes.signals.signals,
      brake: brakes.laws
    )
    hosts_give(blocks.start(as: hosts_block.self), count, &law, source.start)
  }
}
