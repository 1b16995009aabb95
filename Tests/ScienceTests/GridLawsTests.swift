import Agents
import Body
import CCells
import Fields
import Laws
import Substrate
import Testing
import Vocabulary

/// The laws of a step on a grid as C works them out, against the same laws in double precision.
@Suite("Laws on a grid")
struct GridLawsTests {
  let shape = GridShape(nx: 9, ny: 7, nz: 5, spacing: 20)
  let chance = Chance(seed: 77, replicate: 2)
  let crawling = CrawlingTests().law

  static func factor(_ name: String) -> Factor {
    Factor(name: name, molarMass: 1e4, diffusivity: 0, decay: 0, activity: [.mouse: [.human: 0.5]])
  }

  /// Fields of uneven levels about the half-saturations.
  func fields() -> FieldStack {
    let names = ["ifng", "tnfa", "il1b", "oxygen", "glucose", "cxcl12"]
    var fields = FieldStack(shape: shape, factors: names.map(Self.factor))
    let scale = [0.1, 0.5, 0.02, 3000, 4e5, 5]
    for f in scale.indices {
      for (v, i) in fields.range(of: f).enumerated() {
        let draw = chance.block(.lodging, cell: UInt32(v), step: UInt32(f), draw: 7).uniform
        fields.concentration[i] = Float(scale[f] * draw)
      }
    }
    return fields
  }

  func cells(_ n: Int, _ product: Product, rows: Int = standardProgram.rows) -> GridCells {
    var cells = GridCells(rows: rows, areFrail: product.traits.frailtyVariation > 0)
    for i in 0..<UInt32(n) {
      let a = chance.block(.lodging, cell: i)
      let b = chance.block(.lodging, cell: i, draw: 1)
      var state = CellState()
      for row in 0..<rows {
        state[row] = Float(chance.block(.lodging, cell: i, draw: 2 + UInt32(row)).uniform)
      }
      cells.append(
        Cell(
          identity: i,
          episode: 0,
          damage: Float(0.003 * b.secondUniform),
          budget: 1000,
          licensing: state
        ),
        standingFor: 1,
        i % 3 == 0 ? .lumen : .tissue,
        step: 0,
        at: (a.uniform * 180, a.secondUniform * 140, b.uniform * 100),
        on: shape,
        product,
        chance
      )
    }
    return cells
  }

  @Test(arguments: [CellTerms(), .rich], [0, 0.8])
  func aStepIsThatOfTheScalarLaws(terms: CellTerms, frailty: Double) {
    var frail = survivalLaw
    frail.frailtyVariation = frailty
    (frail.settled, frail.settling) = (0.3, 2000)
    let program = CellProgram(licensingLaw, survivalLaw, terms)
    var product = CrawlingTests.product
    product.species = .human
    product.traits.receptorFraction = 0.5
    product.traits.frailtyVariation = frailty
    let n = 1000
    var fields = fields()
    let senses = Senses(fields.factors, host: .mouse, cell: .human, program)
    let before = cells(n, product, rows: program.rows)
    var after = before
    let number = 300
    let length = DamageStep(survivalLaw, time: 5)
    let life = lifeStep(number, length, chance, frail)
    let first: [UInt32] = [0, 400]
    let ready = [1, 0.25]
    var place = NicheStress(lumen: 0.16 / 60, tissue: 0.08 / 60)
    (place.lumen.filling, place.tissue.filling) = (2, 0.5)
    let arrest = Arrest {
      $0.endothelialTNF = Hill(halfSaturation: 1)
      $0.receptorBinding = Hill(halfSaturation: 4)
      $0.chemokineBinding = 0.4
    }
    let endothelium = Endothelium(arrest, scale: 0.6, activation: 0.2, ligands: 3)
    var step = GridStep(
      life,
      program,
      responsiveness: ready,
      first: first,
      crawling,
      place: place,
      site: 0
    )
    step.endothelium = endothelium
    step.calibre = 60
    #expect(after.live(step, &fields, senses, using: Workers(count: 1)).isEmpty)
    func isNear(_ a: Float, _ b: Double, _ scale: Double) -> Bool {
      (Double(a) - b).magnitude <= 3e-6 * scale
    }
    for i in 0..<n {
      let (was, now) = (before[i], after[i])
      func level(_ f: Int) -> Double {
        Double(fields.concentration[fields.range(of: f).lowerBound + was.voxel])
      }
      var around = senses.levels(level)
      let here = was.niche == .lumen ? place.lumen : place.tissue
      let length = DamageStep(frail, filling: here.filling, time: 5)
      let steady = program.steadyDamage(at: frail.lastingStress(of: here), around)
      let passing =
        frail.passingStress(of: here)
        * Elementary.exp(-Double(number - Int(was.since)) * 5 / frail.settling)
      around.stress = steady
      around.own = was.cell.licensing
      let licensed = program.advance(
        was.cell.licensing,
        drives: program.drives(around)[...],
        ready: ready[i < 400 ? 0 : 1],
        by: 5
      )
      for row in 0..<program.rows {
        #expect(isNear(now.cell.licensing[row], Double(licensed[row]), 1))
      }
      let damage = Double(was.cell.damage)
      let damaged = length.damage(after: damage, steady: steady, passing: passing)
      #expect(isNear(now.cell.damage, damaged, 0.003))
      var spent = (survivalLaw.floor + program.hazard(of: licensed)) * 5
      spent +=
        frail.frailty(of: UInt32(i), chance)
        * length.integral(from: damage, steady: steady, passing: passing)
      if was.niche == .lumen {
        let binding = endothelium.binding(
          tnf: program.activator(around),
          cxcl12: senses.attractant(level)
        )[product.carriesReceptor(UInt32(i), chance)]
        let isOpen = Int(was.since) + 288 <= number
        spent +=
          (residenceLaw.release(ratio: product.diameter(of: UInt32(i), chance) / 60) * (1 - binding)
            + residenceLaw.extravasation(binding: binding, isOpen: isOpen)) * 5
      }
      // The budget is a thousand, so that its last place is seen here.
      #expect((Double(was.cell.budget - now.cell.budget) - spent).magnitude < 1e-4)
      guard was.niche == .tissue else {
        #expect(was.x == now.x && was.vx == now.vx && was.voxel == now.voxel)
        continue
      }
      #expect(now.voxel == shape.voxel(x: Double(now.x), y: Double(now.y), z: Double(now.z)))
      let words = chance.block(.crawl, cell: UInt32(i), step: UInt32(number))
      let kept = Elementary.exp(-5 / crawling.persistence)
      let u = drift(was, UInt32(i), product, fields, senses)
      for (old, new, x, to, u, word, extent) in [
        (was.vx, now.vx, was.x, now.x, u.x, words.w0, 180.0),
        (was.vy, now.vy, was.y, now.y, u.y, words.w1, 140),
        (was.vz, now.vz, was.z, now.z, u.z, words.w2, 100),
      ] {
        let v = crawling.velocity(
          after: Double(old),
          drift: u,
          kept: kept,
          spread: crawling.spread(axes: 3),
          normal: NormalDistribution.quantile((Double(word >> 9) + 0.5) * 0x1p-23)
        )
        let arrived = Crawling.reflect(Double(x) + (Double(old) + v) / 2 * 5, extent: extent)
        #expect((Double(to) - arrived.place).magnitude < 1e-3)
        #expect((Double(new) - v * arrived.sign).magnitude < 3e-5)
      }
    }
  }

  /// The drift by the gradient about a voxel, in plain numbers.
  private func drift(
    _ cell: GridCells.Resident,
    _ identity: UInt32,
    _ product: Product,
    _ fields: FieldStack,
    _ senses: Senses
  ) -> (x: Double, y: Double, z: Double) {
    guard product.carriesReceptor(identity, chance) else { return (0, 0, 0) }
    let start = fields.range(of: 5).lowerBound
    func level(_ i: Int, _ j: Int, _ k: Int) -> Double {
      0.5 * Double(fields.concentration[start + (k * shape.ny + j) * shape.nx + i])
    }
    let (i, j, k) = (
      cell.voxel % shape.nx, cell.voxel / shape.nx % shape.ny, cell.voxel / (shape.nx * shape.ny)
    )
    func rise(_ at: (Int) -> Double, _ here: Int, _ count: Int) -> Double {
      let (low, high) = (max(0, here - 1), min(count - 1, here + 1))
      return (at(high) - at(low)) / (Double(high - low) * shape.spacing)
    }
    let g = (
      x: rise({ level($0, j, k) }, i, shape.nx), y: rise({ level(i, $0, k) }, j, shape.ny),
      z: rise({ level(i, j, $0) }, k, shape.nz)
    )
    let size = (g.x * g.x + g.y * g.y + g.z * g.z).squareRoot()
    let bias = crawling.bias(
      concentration: level(i, j, k),
      gradient: size,
      diameter: product.diameter(of: identity, chance)
    )
    let share = crawling.speed * bias / size
    return (share * g.x, share * g.y, share * g.z)
  }

  /// Cells come through a step the same in every order and with every number of workers.
  @Test func orderAndWorkersDoNotMatter() {
    let product = CrawlingTests.product
    var ends: [[Float]] = []
    for (workers, offset) in [(1, 0), (3, 0), (2, 1)] {
      var fields = fields()
      let senses = Senses(fields.factors, host: .mouse, cell: .mouse, standardProgram)
      var cells = cells(9000, product)
      let length = DamageStep(survivalLaw, time: 5)
      // A step that is a multiple of 32 begins by putting the cells in order.
      for s in 0..<3 where s >= offset {
        let step = GridStep(
          lifeStep(s, length, chance),
          standardProgram,
          responsiveness: [1],
          first: [0],
          crawling,
          place: NicheStress(lumen: 10, tissue: 10),
          site: 0
        )
        _ = cells.live(step, &fields, senses, using: Workers(count: workers))
      }
      let residents = (0..<cells.count).map { cells[$0] }
        .sorted { $0.cell.identity < $1.cell.identity }
      ends.append(residents.flatMap { [$0.x, $0.vy, $0.cell.damage, $0.cell.licensing.nfkb] })
    }
    #expect(ends[0] == ends[1])
    #expect(!ends[0].isEmpty && ends[0] != ends[2])
  }

  /// Where many die at once, those that are left are whole and all are told.
  @Test func theLeavingAreTakenOut() {
    var fields = fields()
    let senses = Senses(fields.factors, host: .mouse, cell: .mouse, standardProgram)
    var cells = cells(5000, CrawlingTests.product)
    let length = DamageStep(survivalLaw, time: 5)
    var gone: Set<UInt32> = []
    for s in 0..<40 {
      let step = GridStep(
        lifeStep(s, length, chance),
        standardProgram,
        responsiveness: [1],
        first: [0],
        crawling,
        place: NicheStress(lumen: 120, tissue: 40),
        site: 0
      )
      for rung in cells.live(step, &fields, senses, using: Workers(count: 2)) {
        #expect(gone.insert(rung.cell.identity).inserted)
      }
      let left = Set((0..<cells.count).map { cells[$0].cell.identity })
      #expect(left.count == cells.count && left.isDisjoint(with: gone))
      #expect(left.count + gone.count == 5000 && cells.weight == cells.count)
    }
    #expect(!gone.isEmpty && cells.count > 0)
  }

  /// Who lies with whom, against looking at all pairs.
  @Test(arguments: [
    GridShape(nx: 9, ny: 7, nz: 5, spacing: 20), GridShape(nx: 13, ny: 1, nz: 1, spacing: 20),
  ])
  func neighboursAreFound(shape: GridShape) {
    let voxels = (0..<400).map { i in
      Int(chance.block(.lodging, cell: UInt32(i), draw: 9).uniform * Double(shape.count))
    }
    let order = VoxelOrder(voxels.count, on: shape) { voxels[$0] }
    func place(_ v: Int) -> [Int] {
      [v % shape.nx, v / shape.nx % shape.ny, v / (shape.nx * shape.ny)]
    }
    for voxel in 0..<shape.count {
      #expect(order.cells(in: voxel).map(Int.init) == voxels.indices.filter { voxels[$0] == voxel })
      var around: [Int] = []
      order.forEachCell(around: voxel) { around.append(Int($0)) }
      let near = voxels.indices.filter { i in
        zip(place(voxels[i]), place(voxel)).allSatisfy { ($0 - $1).magnitude <= 1 }
      }
      #expect(around.sorted() == near)
      #expect(around.map { voxels[$0] } == around.map { voxels[$0] }.sorted())
    }
  }

  @Test func normalNumbersAreTheQuantiles() {
    var words: [UInt32] = [0, 1 << 9, UInt32.max, UInt32.max - 1 << 9, 1 << 31, (1 << 31) - 1]
    for i in 0..<4090 as Range<UInt32> {
      words.append(Philox.block(counter: .init(i, 0, 0, 0), key: (3, 4)).w0)
    }
    var numbers = [Float](repeating: 0, count: words.count)
    for start in stride(from: 0, to: words.count, by: CELLS) {
      words.withSlab { words in
        numbers.withSlab { numbers in
          cells_normal(
            words.part(from: start, count: CELLS).start,
            numbers.part(from: start, count: CELLS).start
          )
        }
      }
    }
    for (word, number) in zip(words, numbers) {
      let want = NormalDistribution.quantile((Double(word >> 9) + 0.5) * 0x1p-23)
      #expect((Double(number) - want).magnitude < 5e-6)
    }
  }

  @Test func wordsAreThoseOfChance() {
    let identities = (0..<UInt32(CELLS)).map { $0 &* 0x9E37_79B1 }
    var words = [UInt32](repeating: 0, count: 3 * CELLS)
    let key = [chance.key.0, chance.key.1]
    let purpose = Chance.Purpose.crawl.rawValue
    words.withSlab { words in cells_words(identities, 12345, purpose, key, words.start) }
    for (lane, identity) in identities.enumerated() {
      let block = chance.block(.crawl, cell: identity, step: 12345)
      #expect(words[lane] == block.w0)
      #expect(words[CELLS + lane] == block.w1)
      #expect(words[2 * CELLS + lane] == block.w2)
    }
  }

  /// The widest registers give the bits of the narrowest.
  @Test func widthsAgree() {
    var levels = fields().concentration
    let voxels = shape.count
    let fields = MemoryLayout<cells_block>.stride / (4 * CELLS)
    var ready: [Float] = [1]
    var first: [UInt32] = [0]
    func blocks() -> [UInt32] {
      (0..<40 * fields * CELLS).map { word in
        let field = word / CELLS % fields
        let draw = chance.block(.potency, cell: UInt32(word))
        switch field {
        case 0, 1: return draw.w0
        case 2: return draw.w0 % 400
        case 3: return draw.w0 % 2
        case 4: return draw.w0 % UInt32(voxels)
        case 6: return Float(draw.uniform * 0.01 - 0.001).bitPattern
        case 7...9: return Float(draw.uniform * 100).bitPattern
        case 15: return Float(draw.uniform * 60 - 30).bitPattern
        default: return Float(draw.uniform).bitPattern
        }
      }
    }
    var ends: [[UInt32]] = []
    levels.withSlab { levels in
      func factor(_ f: Int) -> cells_factor {
        .init(level: levels.part(from: f * voxels, count: voxels).start, activity: 0.7)
      }
      ready.withSlab { ready in
        first.withSlab { first in
          var step = cells_step()
          step.program = programInC(levels, ready: ready.start, first: first.start)
          step.cxcl12 = factor(5)
          step.survival = .init(
            lumen: .init(
              lasting: 1e-3,
              passing: 0,
              kept: 0.99,
              relaxation: 4.98,
              added: 0,
              added_integral: 0,
              settling: 0
            ),
            tissue: .init(
              lasting: 5e-4,
              passing: 1e-3,
              kept: 0.98,
              relaxation: 4.95,
              added: 0.01,
              added_integral: 0.03,
              settling: 0.001
            ),
            vulnerability: 1,
            always: 1e-6,
            release: 1e-6,
            fastest: 3e-5,
            release_diameter: 30,
            release_exponent: 9,
            extravasation: 5e-4,
            held: 2e-3,
            activator: 1,
            scale: 0.6,
            activation: 0.2,
            ligands: 3,
            endothelium: 1,
            drawn: 0.4,
            receptor: 4,
            shielded: 0.5,
            resting_hla: 0.3,
            shield: 4,
            frailty: 6,
            onset: 200
          )
          step.natural_killers = UnsafePointer(factor(1).level)
          step.t_cells = UnsafePointer(factor(2).level)
          step.crawling = .init(speed: 0.35, receptor: 4, occupancy: 0.01, kept: 0.9, noise: 3)
          step.grid = .init(nx: 9, ny: 7, nz: 5, axes: 3, spacing: 20)
          step.number = 300
          step.time = 5
          step.key = (17, 18)
          step.purpose = 9
          var law = cells_flow()
          law.basal = 1e-3
          law.folds.0 = .init(excess: 9, row: 1, other: -1)
          law.folds.1 = .init(excess: -0.5, row: 4, other: 5)
          law.fold_count = 2
          law.amounts.0 = .init(amount: 2e-3, row: 2, lack: 1)
          (law.amount_count, law.fixed) = (1, 1e-4)
          (law.signals, law.brake) = (step.program.signals, step.program.axes.1.raise)
          (law.hypoxic, law.normal, law.range, law.half) = (4, 0.9, 2, 2000)
          law.oxygen = UnsafePointer(factor(3).level)
          for width in 0..<Int32(CELLS_WIDTHS) {
            var cells = blocks()
            var due = [UInt16](repeating: 0, count: 40)
            var source = [Float](repeating: 0, count: voxels)
            var values = (0..<40 * 7 * CELLS).map {
              Float(chance.block(.potency, cell: UInt32($0), draw: 1).uniform)
            }
            let isThere = cells.withSlab { cells in
              let cells = UnsafeMutableRawPointer(cells.start)
                .assumingMemoryBound(to: cells_block.self)
              return due.withSlab { due in
                values.withSlab { values in
                  source.withSlab { source in
                    let rows = UnsafeRawPointer(cells)
                    var view = cells_view()
                    view.voxel = rows.assumingMemoryBound(to: Int32.self) + 4 * CELLS
                    view.potency = rows.assumingMemoryBound(to: Float.self) + 13 * CELLS
                    view.weight = rows.assumingMemoryBound(to: Float.self) + 14 * CELLS
                    (view.stride, view.values) = (fields * CELLS, UnsafePointer(values.start))
                    (view.rows, view.count) = (7, 40 * CELLS - 3)
                    return cells_live_by(width, cells, values.start, 40, &step, due.start)
                      && cells_exchange_by(width, &view, &law, source.start)
                  }
                }
              }
            }
            guard isThere else { continue }
            let numbers = (values + source).map(\.bitPattern)
            ends.append(cells + due.map(UInt32.init) + numbers)
            #expect(due.contains { $0 != 0 } && cells != blocks())
          }
        }
      }
    }
    #expect(!ends.isEmpty && ends.allSatisfy { $0 == ends[0] })
  }

  /// The kernel has the room that the reader of a product allows.
  @Test func theKernelHasRoom() {
    #expect(CellProgram.mostSignals == Int(CELLS_SIGNALS))
    #expect(CellProgram.mostAxes == Int(CELLS_AXES))
    #expect(CellProgram.mostTerms == Int(CELLS_TERMS))
  }

  /// A program of three axes, what follows one, stress and hazards, with an antagonist, on the levels of five factors.
  private func programInC(
    _ levels: Slab<Float>,
    ready: UnsafePointer<Float>,
    first: UnsafePointer<UInt32>
  ) -> cells_program {
    func response(_ signal: Int32, _ half: Float, _ weight: Float, lack: Int32 = 0)
      -> cells_response
    {
      .init(
        signal: signal,
        antagonist: signal == 2 ? 0 : -1,
        half: half,
        weight: weight,
        antagonist_half: 0.03,
        lack: lack
      )
    }
    func one(_ law: cells_response) -> cells_responses {
      var laws = cells_responses()
      laws.of.0 = law
      laws.count = 1
      return laws
    }
    func two(_ a: cells_response, _ b: cells_response) -> cells_responses {
      var laws = one(a)
      laws.of.1 = b
      laws.count = 2
      return laws
    }
    var program = cells_program()
    withUnsafeMutableBytes(of: &program.signals) { bytes in
      let pointers = bytes.bindMemory(to: UnsafePointer<Float>?.self)
      for f in 0..<5 {
        pointers[f] = UnsafePointer(
          levels.part(from: f * shape.count, count: shape.count).start
        )
      }
    }
    withUnsafeMutableBytes(of: &program.signals.activity) { bytes in
      for f in 0..<5 { bytes.bindMemory(to: Float.self)[f] = 0.7 }
    }
    program.signals.count = 5
    (program.rows, program.changes) = (7, 1)
    var axis = cells_axis()
    (axis.activity, axis.memory, axis.recovers) = (0, 1, 1)
    axis.raise = one(response(0, 0.06, 1))
    (axis.naive_rate, axis.memory_rate, axis.decay) = (1e-3, 1e-2, 1e-3)
    (axis.memory_gain, axis.memory_loss) = (6e-4, 1e-5)
    program.axes.0 = axis
    axis.raise = two(response(1, 0.06, 1), response(2, 0.006, 0.9))
    axis.amplify = one(response(0, 0.06, 2))
    axis.lower = one(response(4, 5e5, 0.6))
    axis.hasten = two(response(3, 2000, 0.01), response(5 + 1 + 6, 0.5, 0.01))
    program.senses_itself = 1
    (axis.always, axis.triggered) = (0.05, 0.3)
    (axis.activity, axis.memory) = (2, 3)
    program.axes.1 = axis
    // The stress of the place is signal 5.
    axis.raise = two(response(5, 1e-3, 1), response(3, 2000, 1, lack: 1))
    (axis.activity, axis.memory, axis.combination) = (5, -1, Int32(CELLS_ALL))
    program.axes.2 = axis
    program.axis_count = 3
    program.followers.0 = .init(row: 4, followed: 0, kept: 0.99)
    program.followers.1 = .init(row: 6, followed: 5, kept: 0.95)
    program.follower_count = 2
    program.stress.0 = .init(weight: 3e-4, responses: two(response(1, 1, 1), response(0, 1, 1)))
    program.stress.1 = .init(
      weight: 1e-3,
      responses: two(response(3, 2000, 1, lack: 1), response(4, 5e5, 1, lack: 1))
    )
    program.stress_count = 2
    program.hazards.0 = .init(row: 5, rate: 1e-4)
    program.hazard_count = 1
    (program.responsiveness, program.first, program.doses) = (ready, first, 1)
    return program
  }
}
