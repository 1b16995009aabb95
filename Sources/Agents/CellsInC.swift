import CCells
import Laws
import Substrate
import Vocabulary

/// Responses as C takes them: single precision, signals by position.
extension cells_response {
  /// A response to the signal at a position.
  init(_ law: Response, signal: Int32, antagonist: Int32?) {
    self.init(
      signal: signal,
      antagonist: antagonist ?? -1,
      half: Float(law.response.halfSaturation),
      weight: Float(law.weight),
      antagonist_half: Float(law.antagonist?.halfSaturation ?? 1),
      lack: law.actsByLack ? 1 : 0
    )
  }
}

extension cells_responses {
  /// A list of responses.
  init(_ laws: [cells_response]) {
    self.init()
    count = fill(&of, with: laws)
  }
}

/// Writes a list into an array of C; returns how many there are.
func fill<Array, Element>(_ array: inout Array, with list: [Element]) -> Int32 {
  withUnsafeMutableBytes(of: &array) { bytes in
    let into = bytes.bindMemory(to: Element.self)
    precondition(list.count <= into.count, "more than the kernel has room for")
    for (i, element) in list.enumerated() { into[i] = element }
    return Int32(list.count)
  }
}

extension cells_grid {
  /// A grid on which cells move along x and y only, or along all axes that it has.
  init(_ shape: GridShape, isPlane: Bool) {
    self.init(
      nx: Int32(shape.nx),
      ny: Int32(shape.ny),
      nz: Int32(shape.nz),
      axes: Int32(Self.axes(of: shape, isPlane: isPlane)),
      spacing: Float(shape.spacing)
    )
  }

  /// Along how many axes cells move.
  static func axes(of shape: GridShape, isPlane: Bool) -> Int { isPlane || shape.nz == 1 ? 2 : 3 }
}

extension cells_program {
  /// A program over a step of a length (min), among the signals of a grid.
  init(_ program: CellProgram, over time: Double, _ levels: SignalLevels) {
    self.init(program, over: time, SignalList(program.signals, levels))
  }

  private init(_ program: CellProgram, over time: Double, _ list: SignalList) {
    self.init()
    signals = list.signals
    let carried = withUnsafeBytes(of: &signals.level) { bytes in
      bytes.bindMemory(to: UnsafePointer<Float>?.self).prefix(program.signals.count).map {
        $0 != nil
      }
    }
    // The stress of the place and the numbers of the cell come after the signals.
    func acts(_ signal: Int) -> Bool { signal >= carried.count || carried[signal] }
    func responses(_ terms: [CellProgram.Term]) -> cells_responses {
      cells_responses(
        terms.map { term in
          var law = cells_response(
            term.law,
            signal: Int32(term.signal),
            antagonist: term.antagonist.map(Int32.init)
          )
          // What is not there does not act, by its lack neither.
          if !acts(term.signal) { law.weight = 0 }
          return law
        }
      )
    }
    axis_count = fill(
      &axes,
      with: program.axes.map { terms in
        let axis = terms.axis
        return cells_axis(
          activity: Int32(terms.activity),
          memory: Int32(terms.memory ?? -1),
          raise: responses(terms.raise),
          amplify: responses(terms.amplifiers),
          lower: responses(terms.lower),
          hasten: responses(terms.hasten),
          combination: Int32(axis.combination.inC),
          recovers: axis.recovers ? 1 : 0,
          always: Float(axis.always),
          triggered: Float(axis.triggered),
          naive_rate: Float(axis.rates.naive),
          memory_rate: Float(axis.rates.memory),
          decay: Float(axis.rates.decay),
          memory_gain: Float(axis.rates.gain),
          memory_loss: Float(axis.rates.loss)
        )
      }
    )
    follower_count = fill(
      &followers,
      with: program.followers.map {
        cells_follower(
          row: Int32($0.row),
          followed: Int32($0.followed),
          kept: Float($0.law.kept(over: time))
        )
      }
    )
    stress_count = fill(
      &stress,
      with: program.stress.filter { $0.responses.allSatisfy { acts($0.signal) } }.map {
        cells_stress(weight: Float($0.weight), responses: responses($0.responses))
      }
    )
    hazard_count = fill(
      &hazards,
      with: program.driven.map { cells_rate(row: Int32($0.row), rate: Float($0.rate)) }
    )
    rows = Int32(program.rows)
    let isRaised = program.axes.contains {
      $0.axis.always > 0 || $0.raise.contains { acts($0.signal) }
    }
    changes = isRaised ? 1 : 0
    senses_itself = program.sensesItself ? 1 : 0
  }
}

extension Axis.Combination {
  fileprivate var inC: Int {
    switch self {
    case .any: CELLS_ANY
    case .all: CELLS_ALL
    case .sum: CELLS_SUM
    }
  }
}

extension cells_flow {
  /// What a cell gives, times a scale, where brakes act by signals of a list.
  init(
    _ law: Secretion,
    scale: Double,
    row: (String) -> Int,
    signals: SignalList = SignalList(),
    brake: cells_responses = cells_responses()
  ) {
    self.init()
    basal = Float(law.basal * scale)
    amount_count = fill(
      &amounts,
      with: law.amounts.map {
        cells_amount(
          amount: Float($0.amount * scale),
          row: Int32(row($0.level)),
          lack: $0.isOfLack ? 1 : 0
        )
      }
    )
    fold_count = fill(
      &folds,
      with: law.folds.filter { $0.fold != 1 }.map { fold in
        cells_fold(
          excess: Float(fold.fold - 1),
          row: Int32(row(fold.levels[0])),
          other: fold.levels.count > 1 ? Int32(row(fold.levels[1])) : -1
        )
      }
    )
    self.signals = signals.signals
    self.brake = brake
    let normal = law.oxygen(Secretion.normoxia)
    hypoxic = Float(law.hypoxicFold - 1)
    self.normal = Float(normal)
    range = Float(1 / (normal - law.oxygen(Secretion.hypoxia)))
    half = Float(law.oxygen.halfSaturation)
  }

  /// What a cell takes, times a scale.
  init(_ law: Uptake, scale: Double, row: (String) -> Int) {
    self.init()
    fixed = Float((law.halfSaturation > 0 ? law.largest : law.clearance) * scale)
    guard law.enzyme > 0 else { return }
    amount_count = fill(
      &amounts,
      with: [
        cells_amount(
          amount: Float(law.enzyme * scale),
          row: Int32(row(law.enzymeLevel)),
          lack: 0
        )
      ]
    )
  }
}

extension Slab where Element == SIMD16<Float> {
  /// The numbers one after the other.
  var floats: UnsafeMutablePointer<Float> {
    UnsafeMutableRawPointer(start).assumingMemoryBound(to: Float.self)
  }
}
