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

  func cells(_ n: Int, _ product: Product) -> GridCells {
    var cells = GridCells()
    for i in 0..<UInt32(n) {
      let a = chance.block(.lodging, cell: i)
      let b = chance.block(.lodging, cell: i, draw: 1)
      cells.append(
        Cell(
          identity: i,
          episode: 0,
          damage: Float(0.003 * b.secondUniform),
          budget: 1000,
          licensing: .init(
            stat1: Float(a.uniform),
            stat1Memory: Float(a.secondUniform),
            nfkb: Float(b.uniform),
            nfkbMemory: Float(b.secondUniform),
            protein: Float(b.uniform)
          )
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

  @Test func aStepIsThatOfTheScalarLaws() {
    var product = CrawlingTests.product
    product.species = .human
    product.traits.receptorFraction = 0.5
    let n = 1000
    var fields = fields()
    let senses = Senses(fields.factors, host: .mouse, cell: .human)
    let before = cells(n, product)
    var after = before
    let number = 300
    let length = DamageStep(survivalLaw, time: 5)
    let life = lifeStep(number, length, chance)
    let first: [UInt32] = [0, 400]
    let ready = [1, 0.25]
    let step = GridStep(
      life,
      licensingLaw,
      responsiveness: ready,
      first: first,
      crawling,
      place: (0.16 / 60, 0.08 / 60),
      site: 0
    )
    #expect(after.live(step, &fields, senses, using: Workers(count: 1)).isEmpty)
    func isNear(_ a: Float, _ b: Double, _ scale: Double) -> Bool {
      (Double(a) - b).magnitude <= 3e-6 * scale
    }
    for i in 0..<n {
      let (was, now) = (before[i], after[i])
      func level(_ f: Int) -> Double {
        Double(fields.concentration[fields.range(of: f).lowerBound + was.voxel])
      }
      let around = senses.surroundings(level)
      let drive = licensingLaw.drive(around)
      let share = ready[i < 400 ? 0 : 1]
      let licensed = licensingLaw.advance(
        was.cell.licensing,
        stat1: drive.stat1 * share,
        nfkb: drive.nfkb * share,
        by: 5
      )
      #expect(isNear(now.cell.licensing.stat1, Double(licensed.stat1), 1))
      #expect(isNear(now.cell.licensing.stat1Memory, Double(licensed.stat1Memory), 1))
      #expect(isNear(now.cell.licensing.nfkb, Double(licensed.nfkb), 1))
      #expect(isNear(now.cell.licensing.nfkbMemory, Double(licensed.nfkbMemory), 1))
      #expect(isNear(now.cell.licensing.protein, Double(licensed.protein), 1))
      let steady = survivalLaw.steadyDamage(
        at: (was.niche == .lumen ? 0.16 : 0.08) / 60,
        in: around
      )
      let damage = Double(was.cell.damage)
      #expect(isNear(now.cell.damage, length.damage(after: damage, steady: steady), 0.003))
      var spent = survivalLaw.floor * 5 + length.integral(from: damage, steady: steady)
      if was.niche == .lumen {
        let onto = residenceLaw.extravasation(
          activation: Hill(halfSaturation: 1)(around.tnf)
        )
        spent += (residenceLaw.release + onto) * 5
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
      let senses = Senses(fields.factors, host: .mouse, cell: .mouse)
      var cells = cells(9000, product)
      let length = DamageStep(survivalLaw, time: 5)
      // A step that is a multiple of 32 begins by putting the cells in order.
      for s in 0..<3 where s >= offset {
        let step = GridStep(
          lifeStep(s, length, chance),
          licensingLaw,
          responsiveness: [1],
          first: [0],
          crawling,
          place: (10, 10),
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
    let senses = Senses(fields.factors, host: .mouse, cell: .mouse)
    var cells = cells(5000, CrawlingTests.product)
    let length = DamageStep(survivalLaw, time: 5)
    var gone: Set<UInt32> = []
    for s in 0..<40 {
      let step = GridStep(
        lifeStep(s, length, chance),
        licensingLaw,
        responsiveness: [1],
        first: [0],
        crawling,
        place: (120, 40),
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
        case 11...13: return Float(draw.uniform * 100).bitPattern
        case 19: return Float(draw.uniform * 60 - 30).bitPattern
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
          step.ifn = factor(0)
          step.tnf = factor(1)
          step.il1b = factor(2)
          step.oxygen = factor(3)
          step.glucose = factor(4)
          step.cxcl12 = factor(5)
          step.licensing = .init(
            naive_rate: 1e-3,
            memory_rate: 1e-2,
            decay: 1e-3,
            memory_gain: 6e-4,
            memory_loss: 1e-5,
            ifn: 0.06,
            tnf: 0.06,
            il1b: 0.006,
            synergy: 2,
            protein_kept: 0.99,
            primed: 1,
            responsiveness: ready.start,
            first: first.start,
            doses: 1
          )
          step.survival = .init(
            lumen: 1e-3,
            tissue: 5e-4,
            inflammatory: 3e-4,
            starvation: 1e-3,
            tnf: 1,
            ifn: 1,
            oxygen: 2000,
            glucose: 5e5,
            kept: 0.99,
            relaxation: 0.995,
            vulnerability: 1,
            always: 1e-6,
            release: 1e-6,
            extravasation: 5e-4,
            activated: 1,
            endothelium: 1,
            shielded: 0.5,
            onset: 200
          )
          step.natural_killers = UnsafePointer(factor(1).level)
          step.t_cells = UnsafePointer(factor(2).level)
          step.crawling = .init(speed: 0.35, receptor: 4, occupancy: 0.01, kept: 0.9, noise: 3)
          (step.nx, step.ny, step.nz, step.axes) = (9, 7, 5, 3)
          step.spacing = 20
          step.number = 300
          step.time = 5
          step.key = (17, 18)
          step.purpose = 9
          var law = cells_secretion(
            basal: 1e-3,
            licensed: 9,
            axis: 1,
            hypoxic: 4,
            normal: 0.9,
            range: 2,
            half: 2000,
            oxygen: factor(3).level
          )
          for width in 0..<Int32(CELLS_WIDTHS) {
            var cells = blocks()
            var due = [UInt16](repeating: 0, count: 40)
            var source = [Float](repeating: 0, count: voxels)
            let isThere = cells.withSlab { cells in
              let cells = UnsafeMutableRawPointer(cells.start)
                .assumingMemoryBound(to: cells_block.self)
              return due.withSlab { due in
                source.withSlab { source in
                  cells_live_by(width, cells, 40, &step, due.start)
                    && cells_give_by(width, cells, 40 * CELLS - 3, &law, source.start)
                }
              }
            }
            guard isThere else { continue }
            ends.append(cells + due.map(UInt32.init) + source.map(\.bitPattern))
            #expect(due.contains { $0 != 0 } && cells != blocks())
          }
        }
      }
    }
    #expect(!ends.isEmpty && ends.allSatisfy { $0 == ends[0] })
  }
}
