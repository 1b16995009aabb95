import Agents
import CCells
import Fields
import Laws
import Substrate
import Testing
import Vocabulary

/// The laws of a step of host cells as C works them out, against the same laws in double precision.
@Suite("Laws of host cells")
struct HostLawsTests {
  let shape = HostFixture.shape
  let chance = HostFixture.chance

  /// What the scalar laws make of a cell.
  private struct Fate {
    var state: CellState, rest: Double, trigger: Bool?, cycle: Double, budget: Double
    var changes: Bool?
    var place: [Double]
  }

  private func fate(
    _ was: HostCells.Resident,
    _ kind: HostKind,
    _ step: HostStep,
    _ level: (String) -> Double
  ) -> Fate {
    let time = step.time
    let free = kind.activity.lower.freedom(level)
    let program = kind.program
    var around = program.levels { level($0) }
    around.own = was.state
    let drives = program.drives(around, trigger: Double(was.trigger))
    let state = program.advance(was.state, drives: drives[...], by: time)
    let activity = Double(state[0])
    let cycle = kind.proliferation
    let rest = cycle?.rest(Double(was.rest), freedom: free, by: time) ?? Double(was.rest)
    let speed = cycle?.speed(left: Double(was.cycle), freedom: free, rest: rest) ?? 0
    let words = chance.block(.wander, cell: was.identity, step: step.number)
    /// Whether a draw fires at a rate; `nil` where single precision may see it otherwise.
    func fires(_ word: UInt32, _ rate: Double) -> Bool? {
      let draw = (Double(word) + 0.5) * 0x1p-32
      let chance = 1 - Elementary.exp(-rate * time)
      return (draw - chance).magnitude < 1e-6 * chance ? nil : draw < chance
    }
    var becoming = 0.0
    if let change = kind.change {
      becoming = (change.rate + change.raise.sum(level)) * (change.needs == nil ? 1 : activity)
    }
    let primed = fires(words.w3 << 16 | words.w3 >> 16, kind.primers.sum(level))
    let width = kind.wandering?.width(axes: 3, over: time) ?? 0
    let place = [
      (was.x, words.w0, shape.extent.x), (was.y, words.w1, shape.extent.y),
      (was.z, words.w2, shape.extent.z),
    ].map { x, word, extent in
      let even = (Double(word) + 0.5) * 0x1p-32 - 0.5
      return Crawling.reflect(Double(x) + width * even, extent: extent).place
    }
    return Fate(
      state: state,
      rest: rest,
      trigger: was.trigger > 0 ? true : primed,
      cycle: Double(was.cycle) - (was.trigger > 0 ? speed * time : 0),
      budget: Double(was.budget)
        - (kind.death + kind.killers.sum(level) + program.hazard(of: state)) * time,
      changes: fires(words.w3, becoming),
      place: place
    )
  }

  /// Every cell goes as the scalar laws say: to 2e-6 in what lies in 0...1, 1e-5 min in the cycle,
  /// 1e-6 in the budget and 1e-3 um in place; who is nearer than that to a turn may go either way.
  @Test(arguments: [5.0, 0.5])
  func aStepIsThatOfTheScalarLaws(time: Double) throws {
    let kinds = HostFixture.kinds
    var fields = HostFixture.fields()
    let each = 1500
    var (hosts, contacts) = HostFixture.crowd(each)
    #expect(contacts.touch.values.contains { $0 > 0 } && contacts.touch.values.contains { $0 == 0 })
    #expect(contacts.antigen.values.contains { $0 > 0 })
    let before = hosts.cells.map { cells in (0..<cells.count).map { cells[$0] } }
    let step = HostFixture.step(300, time)
    hosts.live(step, &fields, &contacts, using: Workers(count: 1))
    var after: [UInt32: (kind: Int, cell: HostCells.Resident)] = [:]
    for (k, cells) in hosts.cells.enumerated() {
      for i in 0..<cells.count { after[cells[i].identity] = (k, cells[i]) }
    }
    let senses = GridSignals(fields.factors)
    var turns = (dead: 0, divided: 0, changed: 0, primed: 0, unclear: 0)
    for (k, was) in before.enumerated().flatMap({ k, cells in cells.map { (k, $0) } }) {
      let kind = kinds[k]
      let voxel = shape.voxel(x: Double(was.x), y: Double(was.y), z: Double(was.z))
      let want = fate(was, kind, step) {
        senses.level(of: $0, voxel: voxel, fields, contacts)
      }
      guard let changes = want.changes, let trigger = want.trigger, want.budget.magnitude > 1e-6,
        want.cycle.magnitude > 1e-5
      else {
        turns.unclear += 1
        continue
      }
      let now = after[was.identity]
      #expect((now == nil) == (want.budget < 0))
      guard let now else {
        turns.dead += 1
        continue
      }
      let divides = kind.proliferation != nil && was.trigger > 0 && want.cycle < 0
      #expect(now.cell.generation == was.generation + (divides ? 1 : 0))
      // A cell that became another kind has kept what both have.
      let names = kinds[now.kind].names
      for (row, name) in kind.names.enumerated() {
        guard let here = names.firstIndex(of: name) else { continue }
        #expect((now.cell.state[here] - want.state[row]).magnitude < 2e-6)
      }
      if now.kind == 1, k == 0 { #expect(now.cell.state[1] == 0.5) }
      #expect((Double(now.cell.budget) - want.budget).magnitude < 1e-6)
      for (x, place) in zip([now.cell.x, now.cell.y, now.cell.z], want.place) {
        #expect((Double(x) - place).magnitude < 1e-3)
      }
      if divides {
        turns.divided += 1
        #expect(now.kind == (k == 2 ? 0 : k) && now.cell.rest == 0)
        let most = try #require(kind.proliferation).most
        #expect(now.cell.trigger == (was.generation + 1 < most ? 1 : 0))
        continue
      }
      #expect(now.kind == (changes ? k + 1 : k))
      turns.changed += changes ? 1 : 0
      turns.primed += trigger && was.trigger == 0 ? 1 : 0
      #expect((now.cell.trigger > 0) == trigger && now.cell.kills == was.kills)
      if kind.proliferation != nil {
        #expect((Double(now.cell.rest) - want.rest).magnitude < 2e-6)
        #expect((Double(now.cell.cycle) - want.cycle).magnitude < 1e-5)
      }
    }
    // Every turn was taken by some, and few were left out.
    let few = Int(time * 2)
    #expect(turns.dead > few && turns.divided > few && turns.changed > few && turns.primed > 0)
    #expect(turns.unclear <= 3)
  }

  /// What cells give and take is what the kinds say, voxel by voxel, to 1e-5 of it.
  @Test func exchangeIsThatOfTheScalarLaws() {
    let kinds = HostFixture.kinds
    let half = [0, 2.0, 0, 0, 0]
    var fields = HostFixture.fields(halfSaturation: half)
    var (hosts, contacts) = HostFixture.crowd(700)
    let exchange = GridExchange(fields.factors, [0, 1, 2, 3], CrawlingTests.product, kinds)
    #expect(exchange.hostGiven == [0, 1] && exchange.hostTaken == [1, 2])
    #expect(exchange.halfSaturation == half)
    let share = [0.5, 0.25, 1, 1, 1]
    hosts.exchange(
      given: exchange.hostGiven,
      taken: exchange.hostTaken,
      &fields,
      &contacts,
      share: share,
      using: Workers(count: 1)
    )
    let senses = GridSignals(fields.factors)
    var source = [Double](repeating: 0, count: fields.source.count)
    var (sink, capacity) = (source, source)
    for (kind, cells) in zip(kinds, hosts.cells) {
      for i in 0..<cells.count {
        let cell = cells[i]
        let a = Double(cell.activity)
        let voxel = shape.voxel(x: Double(cell.x), y: Double(cell.y), z: Double(cell.z))
        for (f, factor) in fields.factors.enumerated() {
          let (at, scale) = (f * shape.count + voxel, share[f] / shape.voxelVolume)
          if let law = kind.secretion[factor.name] {
            source[at] +=
              scale
              * law.rate(signal: { senses.level(of: $0, voxel: voxel, fields, contacts) }) { name in
                kind.names.firstIndex(of: name).map { Double(cell.state[$0]) } ?? .nan
              }
          }
          guard let law = kind.uptake[factor.name] else { continue }
          let taken =
            scale * (law.halfSaturation > 0 ? law.largest + law.enzyme * a : law.clearance)
          if law.halfSaturation > 0 { capacity[at] += taken } else { sink[at] += taken }
        }
      }
    }
    for (found, want) in [
      (fields.source, source), (fields.sink, sink), (fields.capacity, capacity),
    ] {
      #expect(want.contains { $0 > 0 })
      #expect(zip(found, want).allSatisfy { (Double($0) - $1).magnitude <= 1e-5 * $1 })
    }
  }

  /// A change as rare as one in a hundred thousand happens to those, and only those, whose draw is
  /// below its chance: single precision does not make it more or less likely, to 0.1 %.
  @Test func rareChangesAreAsRareAsTheirRate() {
    var seen = 0
    for identity in 0..<3_000_000 as Range<UInt32> {
      let word = chance.block(.wander, cell: identity, step: 1).w3
      guard word < 1 << 15 else { continue }
      seen += 1
      for share in [0.999, 1.001] {
        var kind = HostKind(name: "naive")
        let chance = (Double(word) + 0.5) * 0x1p-32 * share
        kind.change = .init(into: "other", rate: chance / 5, raise: [])
        let kinds = [kind, HostKind(name: "other")]
        var hosts = HostPopulations(kinds, triggered: [0, 0], on: shape, [], first: 1 << 24)
        var cell = HostFixture.resident(identity)
        cell.budget = 1
        hosts.cells[0].append(cell, on: shape)
        var fields = FieldStack(shape: shape, factors: [])
        var contacts = HostFixture.contacts(kinds)
        hosts.live(HostFixture.step(1, 5), &fields, &contacts, using: Workers(count: 1))
        #expect(hosts.cells[1].count == (share > 1 ? 1 : 0))
      }
    }
    #expect(seen > 5)
  }

  /// The widest registers give the bits of the narrowest.
  @Test func widthsAgree() {
    var levels = HostFixture.fields().concentration
    let voxels = shape.count
    let columns = MemoryLayout<hosts_block>.stride / (4 * CELLS)
    func blocks() -> [UInt32] {
      (0..<40 * columns * CELLS).map { word in
        let draw = chance.block(.potency, cell: UInt32(word))
        switch word / CELLS % columns {
        case 0...2: return draw.w0
        case 3: return draw.w0 % UInt32(voxels)
        case 4...6: return Float(draw.uniform * 100).bitPattern
        case 8: return Float(draw.w0 % 2).bitPattern
        case 9: return Float(draw.uniform * 60).bitPattern
        case 10: return Float(draw.uniform * 0.3).bitPattern
        default: return Float(draw.uniform).bitPattern
        }
      }
    }
    var ends: [[UInt32]] = []
    levels.withSlab { levels in
      func responses(_ laws: [(factor: Int, weight: Float, lack: Int32)]) -> cells_responses {
        var found = cells_responses()
        withUnsafeMutableBytes(of: &found.of) { bytes in
          for (n, law) in laws.enumerated() {
            bytes.bindMemory(to: cells_response.self)[n] = cells_response(
              signal: Int32(law.factor),
              // The last signal competes with the first.
              antagonist: law.factor == 0 ? 4 : -1,
              half: 0.7,
              weight: law.weight,
              antagonist_half: 0.4,
              lack: law.lack
            )
          }
        }
        found.count = Int32(laws.count)
        return found
      }
      var signals = cells_signals()
      withUnsafeMutableBytes(of: &signals.level) { bytes in
        for factor in 0..<levels.count / voxels {
          let level = levels.part(from: factor * voxels, count: voxels).start
          bytes.bindMemory(to: UnsafePointer<Float>?.self)[factor] = UnsafePointer(level)
        }
      }
      withUnsafeMutableBytes(of: &signals.activity) { bytes in
        for factor in 0..<levels.count / voxels { bytes.bindMemory(to: Float.self)[factor] = 1 }
      }
      signals.count = Int32(levels.count / voxels)
      var step = hosts_step()
      step.program.signals = signals
      step.program.rows = 4
      var axis = cells_axis()
      (axis.activity, axis.memory, axis.combination) = (0, -1, Int32(CELLS_SUM))
      (axis.triggered, axis.always, axis.naive_rate, axis.decay) = (0.02, 0.001, 1, 0.004)
      axis.raise = responses([(0, 0.02, 0), (1, 0.01, 1)])
      axis.hasten = responses([(2, 0.02, 0)])
      axis.lower = responses([(3, 0.7, 0), (4, 0.3, 1), (0, 0.2, 0)])
      step.program.axes.0 = axis
      let brake = axis.lower
      (axis.activity, axis.memory, axis.combination) = (1, 2, Int32(CELLS_ANY))
      (axis.naive_rate, axis.memory_rate, axis.memory_gain) = (0.02, 0.03, 0.01)
      axis.amplify = responses([(4, 3, 0)])
      step.program.axes.1 = axis
      step.program.axes.1.raise.of.0.signal = Int32(levels.count / voxels + 1)
      step.program.senses_itself = 1
      step.program.axis_count = 2
      step.program.followers.0 = .init(row: 3, followed: 1, kept: 0.9)
      step.program.follower_count = 1
      step.program.hazards.0 = .init(row: 3, rate: 0.01)
      step.program.hazard_count = 1
      step.divides = 1
      step.death = responses([(1, 0.01, 0)])
      step.change = responses([(2, 0.02, 1)])
      step.prime = responses([(3, 0.03, 0)])
      (step.hazard, step.becoming, step.change_row) = (0.001, 0.01, 0)
      (step.deepening, step.lifting, step.tail) = (0.02, 0.01, 15)
      step.displacement = 11
      step.grid = .init(nx: 9, ny: 7, nz: 5, axes: 3, spacing: 20)
      (step.number, step.time) = (300, 5)
      step.key = (17, 18)
      step.purpose = 11
      var law = cells_flow()
      (law.basal, law.fixed) = (1, 0.5)
      law.amounts.0 = .init(amount: 3, row: 0, lack: 0)
      law.amounts.1 = .init(amount: 2, row: 0, lack: 1)
      law.amount_count = 2
      law.folds.0 = .init(excess: -0.5, row: 3, other: -1)
      law.fold_count = 1
      (law.signals, law.brake) = (signals, brake)
      for width in 0..<Int32(CELLS_WIDTHS) {
        var cells = blocks()
        var values = (0..<40 * 4 * CELLS).map {
          Float(chance.block(.potency, cell: UInt32($0), draw: 1).uniform)
        }
        var due = [hosts_due](repeating: hosts_due(), count: 40)
        var source = [Float](repeating: 0, count: voxels)
        let isThere = cells.withSlab { cells in
          let cells = UnsafeMutableRawPointer(cells.start).assumingMemoryBound(to: hosts_block.self)
          return values.withSlab { values in
            var view = cells_view()
            view.voxel = UnsafeRawPointer(cells).assumingMemoryBound(to: Int32.self) + 3 * CELLS
            (view.stride, view.values) = (columns * CELLS, UnsafePointer(values.start))
            (view.rows, view.count) = (4, 40 * CELLS - 3)
            return due.withSlab { due in
              source.withSlab { source in
                hosts_live_by(width, cells, values.start, 40, &step, due.start)
                  && cells_exchange_by(width, &view, &law, source.start)
              }
            }
          }
        }
        guard isThere else { continue }
        #expect(due.contains { $0.dead != 0 } && due.contains { $0.divided != 0 })
        #expect(due.contains { $0.changed != 0 } && cells != blocks())
        let bits = due.flatMap { [UInt32($0.dead), UInt32($0.divided), UInt32($0.changed)] }
        ends.append(cells + bits + (values + source).map(\.bitPattern))
      }
    }
    #expect(!ends.isEmpty && ends.allSatisfy { $0 == ends[0] })
  }
}
