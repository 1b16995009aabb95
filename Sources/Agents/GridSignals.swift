import CCells
import Fields
import Laws
import Substrate
import Vocabulary

/// Where the signals of a grid are found, by name, and how strongly each acts on some cells.
public struct GridSignals: Sendable {
  /// Where the values of a signal stand.
  enum Place: Sendable {
    case factor(Int)
    case contact(Response.Contact)
  }

  private let factors: [String: (position: Int, strength: Double)]

  /// The signals of a grid with factors in an order, each of which acts with a strength: that of the host's own unless
  /// stated.
  public init(_ factors: [Factor], strength: (Factor) -> Double = { _ in 1 }) {
    self.factors = Dictionary(
      uniqueKeysWithValues: factors.enumerated().map { ($1.name, ($0, strength($1))) }
    )
  }

  /// Where a signal is found; `nil` where the grid does not carry it.
  func place(of signal: String) -> Place? {
    if let contact = Response.Contact(rawValue: signal) { return .contact(contact) }
    return position(of: signal).map { .factor($0) }
  }

  /// Position of a factor; `nil` where the grid does not carry it.
  func position(of factor: String) -> Int? { factors[factor]?.position }

  /// How strongly a signal acts.
  func strength(of signal: String) -> Double {
    Response.Contact(rawValue: signal) == nil ? factors[signal]?.strength ?? 0 : 1
  }

  /// The level of a signal in a voxel; 0 where the grid does not carry it.
  public func level(
    of signal: String,
    voxel: Int,
    _ fields: FieldStack,
    _ contacts: GridContacts
  ) -> Double {
    switch place(of: signal) {
    case .factor(let f):
      strength(of: signal) * Double(fields.concentration[f * fields.shape.count + voxel])
    case .contact(let contact): contacts.level(of: contact, in: voxel)
    case nil: 0
    }
  }
}

/// The levels of all signals of a grid, opened.
struct SignalLevels: Sendable {
  let places: GridSignals
  let voxels: Int
  let concentration: Slab<Float>?
  let contacts: GridContacts.Opened

  /// The responses to signals that the grid carries, as C takes them; the signals are added to a list.
  func responses(_ laws: [Response], _ signals: inout SignalList) -> cells_responses {
    cells_responses(
      laws.compactMap { law in
        signals.position(of: law.signal, self).map { position in
          cells_response(
            law,
            signal: position,
            antagonist: law.antagonist.flatMap { signals.position(of: $0.signal, self) }
          )
        }
      }
    )
  }

  /// The levels of a signal in all voxels; `nil` where the grid does not carry it.
  func level(of signal: String) -> UnsafePointer<Float>? {
    switch places.place(of: signal) {
    case .factor(let f): level(of: f)
    case .contact(.contact): contacts.touch.map { UnsafePointer($0.start) }
    case .contact(.antigen): contacts.antigen.map { UnsafePointer($0.start) }
    case nil: nil
    }
  }

  /// The levels of the factor at a position.
  func level(of factor: Int) -> UnsafePointer<Float>? {
    concentration.map { UnsafePointer($0.part(from: factor * voxels, count: voxels).start) }
  }
}

/// Signals as C takes them, each once.
struct SignalList {
  private(set) var signals = cells_signals()
  private var names: [String] = []

  /// Signals that a program senses, in its order, whether the grid carries them or not.
  init(_ names: [String], _ levels: SignalLevels) {
    for name in names { append(name, levels) }
  }

  /// No signals.
  init() {}

  /// Position of a signal in the list, to which it is added where it is new; `nil` where the grid does not carry it.
  mutating func position(of name: String, _ levels: SignalLevels) -> Int32? {
    if let known = names.firstIndex(of: name) { return Int32(known) }
    guard levels.level(of: name) != nil else { return nil }
    append(name, levels)
    return Int32(names.count - 1)
  }

  private mutating func append(_ name: String, _ levels: SignalLevels) {
    let position = names.count
    precondition(position < Int(CELLS_SIGNALS), "more signals than a cell has")
    withUnsafeMutableBytes(of: &signals.level) {
      $0.bindMemory(to: UnsafePointer<Float>?.self)[position] = levels.level(of: name)
    }
    withUnsafeMutableBytes(of: &signals.activity) {
      $0.bindMemory(to: Float.self)[position] = Float(levels.places.strength(of: name))
    }
    names.append(name)
    signals.count = Int32(names.count)
  }
}
