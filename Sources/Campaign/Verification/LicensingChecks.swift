import Agents
import Fields
import Laws
import Substrate
import Vocabulary

/// Axes of licensing under constant levels: closed forms without memory, orders of convergence with it.
struct LicensingChecks {
  /// The rows.
  private(set) var rows: [Verification.Row] = []
  private let workers: Workers
  private static let (step, steps) = (5.0, 288)

  /// Makes the rows.
  init(_ bench: VerificationBench) {
    workers = bench.workers
    closed()
    orders()
  }

  private mutating func add(
    _ quantity: String,
    _ measured: Double,
    _ expected: Double,
    within tolerance: Double,
    _ theory: String
  ) {
    rows.append(
      .init(
        group: .licensing,
        quantity: quantity,
        unit: "1",
        measured: measured,
        expected: expected,
        tolerance: tolerance,
        theory: theory
      )
    )
  }

  /// A cell on a grid of 0.05 nM IFN-γ, 0.02 nM TNF-α and 0.003 nM IL-1β without memory, after a day.
  private mutating func closed() {
    var law = VerificationLaws.licensing
    law.memoryRate = 0
    let program = CellProgram(law, VerificationLaws.survival)
    let shape = GridShape(nx: 3, ny: 3, nz: 3, spacing: 20)
    let levels = [("ifng", 0.05), ("tnfa", 0.02), ("il1b", 0.003)]
    var fields = FieldStack(
      shape: shape,
      factors: levels.map { VerificationLaws.factor($0.0) }
    )
    for (f, level) in levels.enumerated() { fields.fill(f, with: Float(level.1)) }
    let senses = Senses(fields.factors, host: .mouse, cell: .mouse, program)
    let chance = Chance(seed: 1, replicate: 1)
    var cells = GridCells()
    cells.append(
      Cell(identity: 0, episode: 0, damage: 0, budget: 1e6, licensing: .init()),
      standingFor: 1,
      .lumen,
      step: 0,
      at: (30, 30, 30),
      on: shape,
      VerificationLaws.product,
      chance
    )
    var crawling = Crawling()
    (crawling.persistence, crawling.halfOccupancyDifference) = (60, 0.01)
    let length = DamageStep(VerificationLaws.survival, time: Self.step)
    for s in 0..<Self.steps {
      let step = GridStep(
        VerificationLaws.life(s, length, chance),
        program,
        responsiveness: [1],
        first: [0],
        crawling,
        place: NicheStress(lumen: 0, tissue: 0),
        site: 0
      )
      _ = cells.live(step, &fields, senses, using: workers)
    }
    func hill(_ level: Double, _ half: Hill) -> Double { level / (level + half.halfSaturation) }
    let time = Self.step * Double(Self.steps)
    func activity(_ drive: Double) -> Double {
      let rate = law.naiveRate * drive + law.decay
      return law.naiveRate * drive / rate * (1 - Elementary.exp(-rate * time))
    }
    let ifn = hill(0.05, law.ifn)
    let raised = 1 - (1 - hill(0.02, law.tnf)) * (1 - hill(0.003, law.il1b))
    let gain = 1 + (law.synergy - 1) * ifn
    let nfkb = gain * raised / (1 + (gain - 1) * raised)
    let state = cells[0].cell.licensing
    let rounding = Double(Self.steps) * 0x1p-24
    let form = "a f/(a f + d) (1 - exp(-(a f + d) t)), "
    add(
      "STAT1 axis after a day",
      Double(state.stat1),
      activity(ifn),
      within: rounding,
      form + "f = H(IFN-g); tolerance: a rounding of single precision per step"
    )
    add(
      "NF-kB axis after a day",
      Double(state.nfkb),
      activity(nfkb),
      within: rounding,
      form + "f = s e/(1 + (s-1) e), e = 1 - (1 - H(TNF-a))(1 - H(IL-1b)); rounding as above"
    )
  }

  /// Activity and memory of an axis, by steps of a length (min) over a day.
  private func stepped(_ step: Double) -> (activity: Double, memory: Double) {
    let rates = VerificationLaws.licensing.axes[0].rates
    return (0..<Int(1440 / step)).reduce((0, 0)) { axis, _ in
      rates.advance(activity: axis.0, memory: axis.1, drive: 0.8, by: step)
    }
  }

  /// The same by the method of Runge and Kutta of fourth order in steps of a tenth of a minute.
  private var exact: (activity: Double, memory: Double) {
    let rates = VerificationLaws.licensing.axes[0].rates
    func slope(_ l: Double, _ m: Double) -> (Double, Double) {
      (
        0.8 * (rates.naive + rates.memory * m) * (1 - l) - rates.decay * l,
        rates.gain * l * (1 - m) - rates.loss * m
      )
    }
    let h = 0.1
    return (0..<14_400).reduce((0, 0)) { at, _ in
      let a = slope(at.0, at.1)
      let b = slope(at.0 + h / 2 * a.0, at.1 + h / 2 * a.1)
      let c = slope(at.0 + h / 2 * b.0, at.1 + h / 2 * b.1)
      let d = slope(at.0 + h * c.0, at.1 + h * c.1)
      return (
        at.0 + h / 6 * (a.0 + 2 * b.0 + 2 * c.0 + d.0),
        at.1 + h / 6 * (a.1 + 2 * b.1 + 2 * c.1 + d.1)
      )
    }
  }

  private mutating func orders() {
    let (coarse, fine, exact) = (stepped(10), stepped(5), exact)
    let theory =
      "the equations of an axis with memory, by Runge and Kutta; the step halved from 10 min"
    add(
      "activity with memory: order in time",
      ClosedForm.order(
        (coarse.activity - exact.activity).magnitude,
        (fine.activity - exact.activity).magnitude
      ),
      2,
      within: 0.15,
      theory
    )
    add(
      "memory: order in time",
      ClosedForm.order(
        (coarse.memory - exact.memory).magnitude,
        (fine.memory - exact.memory).magnitude
      ),
      1,
      within: 0.15,
      theory
    )
  }
}
