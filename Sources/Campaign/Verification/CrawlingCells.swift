import Agents
import Body
import Fields
import Laws
import Substrate
import Vocabulary

/// Cells of the product that crawl in the middle of a large grid, in space or on a plane.
struct CrawlingCells {
  /// Cells by identity.
  private(set) var cells: [GridCells.Resident] = []
  private var grid = GridCells()
  private var fields: FieldStack
  private let senses: Senses
  private let law: Crawling
  private let program = CellProgram(VerificationLaws.licensing, VerificationLaws.survival)
  private let chance: Chance
  private let step: Double
  private let workers: Workers
  private var number = 0

  /// Where they start, um.
  static let start = 1000.0

  /// Cells at rest.
  ///
  /// - Parameters:
  ///   - law: how they crawl.
  ///   - count: how many.
  ///   - step: length of a step, min.
  ///   - isPlane: whether the grid is one voxel high.
  ///   - gradient: rise of CXCL12 along each axis, nM/um; 0 at the corner.
  ///   - seed: seed of the random numbers.
  ///   - workers: cores to use.
  init(
    _ law: Crawling,
    _ count: Int,
    step: Double,
    isPlane: Bool = false,
    gradient: (x: Double, y: Double, z: Double) = (0, 0, 0),
    seed: UInt64,
    _ workers: Workers
  ) {
    let shape = GridShape(nx: 40, ny: 40, nz: isPlane ? 1 : 40, spacing: 50)
    var fields = FieldStack(shape: shape, factors: [VerificationLaws.factor("cxcl12")])
    for v in 0..<shape.count {
      let (i, j, k) = (v % 40, v / 40 % 40, v / 1600)
      let level =
        gradient.x * (Double(i) + 0.5) + gradient.y * (Double(j) + 0.5)
        + gradient.z * (Double(k) + 0.5)
      fields.concentration[v] = Float(50 * level)
    }
    self.fields = fields
    senses = Senses(fields.factors, host: .mouse, cell: .mouse, program)
    self.law = law
    self.step = step
    self.workers = workers
    chance = Chance(seed: seed, replicate: 1)
    for i in 0..<count {
      grid.append(
        Cell(identity: UInt32(i), episode: 0, damage: 0, budget: 1e6, licensing: .init()),
        standingFor: 1,
        .tissue,
        step: 0,
        at: (Self.start, Self.start, isPlane ? 25 : Self.start),
        on: shape,
        VerificationLaws.product,
        chance
      )
    }
    look()
  }

  /// Takes the cells on to a time (min).
  mutating func crawl(until time: Double) {
    let length = DamageStep(VerificationLaws.survival, time: step)
    while Double(number) * step < time - 1e-9 {
      _ = grid.live(
        GridStep(
          VerificationLaws.life(number, length, chance),
          program,
          responsiveness: [1],
          first: [0],
          law,
          place: NicheStress(lumen: 0, tissue: 0),
          site: 0
        ),
        &fields,
        senses,
        using: workers
      )
      number += 1
    }
    look()
  }

  private mutating func look() {
    cells = (0..<grid.count).map { grid[$0] }.sorted { $0.cell.identity < $1.cell.identity }
  }

  /// Displacements along an axis since the start, or since places on the way, um.
  func moves(
    _ axis: KeyPath<GridCells.Resident, Float>,
    since before: [GridCells.Resident]? = nil
  ) -> [Double] {
    cells.indices.map { i in
      let from = before.map { Double($0[i][keyPath: axis]) } ?? Self.start
      return Double(cells[i][keyPath: axis]) - from
    }
  }
}
