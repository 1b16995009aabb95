import Agents
import Body
import Fields
import Foundation
import Laws
import Substrate
import Testing
import Vocabulary

/// HLA-I is one of the proteins that follow the STAT1 axis: it lags it, goes with the cell, and is what holds natural
/// killers back.
@Suite("Proteins that follow the STAT1 axis")
struct FollowingProteinTests {
  private static let shape = GridShape(nx: 4, ny: 4, nz: 4, spacing: 40)
  private static let chance = Chance(seed: 5, replicate: 1)

  /// A cell of the given licensing in the middle of a grid.
  private static func grid(_ state: CellState, budget: Float = 1000) -> GridCells {
    var cells = GridCells()
    cells.append(
      Cell(identity: 0, episode: 0, damage: 0, budget: budget, licensing: state),
      standingFor: 1,
      .tissue,
      step: 0,
      at: (70, 70, 70),
      on: shape,
      CrawlingTests.product,
      chance
    )
    return cells
  }

  /// Under a drive that is switched on for good, without memory, L and E are as the equations have them.
  @Test func lagsTheAxis() {
    var law = licensingLaw
    law.memoryRate = 0
    let (rise, fall) = (law.naiveRate, law.decay)
    let (r, k) = (rise + fall, Foundation.log(2) / law.proteinHalfLife)
    var state = CellState()
    for n in 1...2880 {
      state = law.advance(state, stat1: 1, nfkb: 0, by: 1)
      let t = Double(n)
      let steady = rise / r
      let axis = steady * (1 - Foundation.exp(-r * t))
      let protein =
        steady * (1 - (r * Foundation.exp(-k * t) - k * Foundation.exp(-r * t)) / (r - k))
      // First order in the step of a minute: k of it, and single precision.
      #expect((Double(state.stat1) - axis).magnitude < 1e-4)
      #expect((Double(state.protein) - protein).magnitude < k + 1e-4)
      #expect(state.protein < state.stat1)
    }
    // What has gone from the axis is kept by the proteins for their half-life.
    var gone = CellState(protein: 1)
    gone = law.advance(gone, stat1: 0, nfkb: 0, by: law.proteinHalfLife)
    #expect((gone.protein - 0.5).magnitude < 1e-6 && gone.stat1 == 0)
  }

  /// Cells that were licensed for some hours before they are given have less of the proteins than of the axis.
  @Test func primingBuildsThemUp() {
    let priming = Preconditioning(["ifng": 10], time: 360, rest: 0)
    let state = priming.state(after: .init(), standardProgram)
    #expect(state.stat1 > 0.2 && state.protein > 0 && state.protein < 0.5 * state.stat1)
    let rested = Preconditioning(["ifng": 10], time: 2880, rest: 2880)
      .state(after: .init(), standardProgram)
    #expect(rested.protein > rested.stat1)
  }

  /// A cell that lands on a grid, and one that leaves it, keeps them.
  @Test(arguments: [(1, 0), (0, 1), (0.25, 0.75)] as [(Float, Float)])
  func goWithTheCell(stat1: Float, protein: Float) {
    let cells = Self.grid(.init(stat1: stat1, protein: protein))
    #expect(cells[0].cell.licensing == .init(stat1: stat1, protein: protein))
  }

  /// Natural killers on the grid are held back by them, whatever the axis, or by the level that stands in their place.
  @Test(arguments: [(1, 0), (0, 1), (0.5, 0.5)] as [(Float, Float)], [Licensing.proteinRow, 0])
  func holdNaturalKillersBack(levels: (stat1: Float, protein: Float), row: Int) {
    let (stat1, protein) = levels
    var kind = HostKind(name: "nk")
    kind.killing = 0.5
    kind.initialActivity = 1
    kind.target = .natural
    var law = licensingLaw
    // Nothing moves while they are looked at.
    (law.decay, law.naiveRate, law.memoryRate, law.proteinHalfLife) = (1e-12, 0, 0, 1e12)
    func spent(_ state: CellState) -> Double {
      var fields = FieldStack(shape: Self.shape, factors: [])
      var hosts = HostPopulations([kind], triggered: [0], on: Self.shape, [], first: 1 << 20)
      hosts.seed(50, of: 0, height: nil, Self.chance)
      var contacts = HostFixture.contacts([kind], on: Self.shape)
      var cells = Self.grid(state)
      contacts.look(cells, hosts.cells, [kind], mismatch: 1, HostFixture.step(0, 1))
      let step = GridStep(
        lifeStep(0, DamageStep(survivalLaw, time: 5), Self.chance),
        CellProgram(law, survivalLaw),
        responsiveness: [1],
        first: [0],
        CrawlingTests().law,
        place: NicheStress(lumen: 0, tissue: 0),
        site: 0,
        isPrimed: true,
        shielding: 0.8,
        shield: row
      ).among([.natural])
      _ = cells.live(
        step,
        &fields,
        Senses([], host: .mouse, cell: .mouse, standardProgram),
        &contacts,
        using: Workers(count: 1)
      )
      return 1000 - Double(cells[0].cell.budget)
    }
    let bare = spent(.init())
    let shielded = spent(.init(stat1: stat1, protein: protein))
    #expect(bare > 0.5)
    // The budget is a thousand in single precision: 6e-5 of it, of some tenths.
    #expect((shielded / bare - (1 - 0.8 * Double(row == 0 ? stat1 : protein))).magnitude < 1e-3)
  }
}
