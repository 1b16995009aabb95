import CCells
import Laws
import Substrate
import Vocabulary

/// The laws of a kind for a step as C takes them: single precision, with the signals opened.
struct HostLaws: Sendable {
  private let step: Shared

  /// The pointers in it are to slabs that outlive it.
  private struct Shared: @unchecked Sendable { var step: hosts_step }

  init(_ kind: HostKind, _ life: HostStep, _ shape: GridShape, _ levels: SignalLevels) {
    let cycle = kind.proliferation
    let program = kind.program
    func responses(_ laws: [Response]) -> cells_responses {
      cells_responses(
        program.terms(laws).map {
          cells_response(
            $0.law,
            signal: Int32($0.signal),
            antagonist: $0.antagonist.map(Int32.init)
          )
        }
      )
    }
    step = Shared(
      step: hosts_step(
        program: cells_program(program, over: life.time, levels),
        death: responses(kind.killers),
        change: responses(kind.change?.raise ?? []),
        prime: responses(kind.primers),
        hazard: Float(kind.death),
        becoming: Float(kind.change?.rate ?? 0),
        change_row: kind.change?.needs.map { Int32(kind.knownRow(of: $0)) } ?? -1,
        deepening: Float(cycle?.deepening ?? 0),
        lifting: Float(cycle?.lifting ?? 0),
        tail: Float(cycle?.tail ?? 0),
        divides: cycle == nil ? 0 : 1,
        displacement: Float(
          kind.wandering?.width(
            axes: cells_grid.axes(of: shape, isPlane: life.isPlane),
            over: life.time
          ) ?? 0
        ),
        grid: cells_grid(shape, isPlane: life.isPlane),
        number: life.number,
        time: Float(life.time),
        key: life.chance.key,
        purpose: Chance.Purpose.wander.rawValue
      )
    )
  }

  /// Takes some cells through the step; `due` gets their bits.
  func live(_ cells: OpenCells<HostCells.Block>, _ due: Slab<hosts_due>) {
    precondition(cells.blocks.count == due.count, "bits for every block")
    withUnsafePointer(to: step.step) { step in
      hosts_live(
        cells.blocks.start(as: hosts_block.self),
        cells.values.floats,
        cells.blocks.count,
        step,
        due.start
      )
    }
  }
}
