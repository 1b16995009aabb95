import Body
import Substrate
import Testing

/// Pools of host cells off the grids.
@Suite("Pools of host cells")
struct CellPoolsTests {
  private static let day = 1440.0

  /// Neutrophils of a person, with a reserve in marrow.
  private static var neutrophils: Leukocytes {
    var type = Leukocytes.CellType(
      name: "neutrophil",
      kind: "neutrophil",
      loss: Elementary.log(2) / (13 * 60)
    )
    type.flowing = 2.1e10
    type.margin = 1.13
    type.marrow = 5.8 * day
    var cells = Leukocytes()
    cells.types = [type]
    cells.margins = ["lung": 0.5, "spleen": 0.5]
    return cells
  }

  /// Lymphocytes of a rat between blood, spleen, nodes and an organ that lymph drains.
  private static func lymphocytes(loss: Double = 1 / (50 * 1440)) -> Leukocytes {
    var type = Leukocytes.CellType(name: "cd4", kind: "cd4", loss: loss)
    type.flowing = 8e7
    type.recirculates = true
    var cells = Leukocytes()
    cells.types = [type]
    cells.stays = [
      Leukocytes.Stay("spleen", rate: 1.0 / 60, time: 150),
      Leukocytes.Stay("other_nodes", rate: 0.5 / 60, time: 600),
    ]
    cells.lymph = [Leukocytes.Lymph("lung", to: "other_nodes", flow: 0.829e12 / 60)]
    cells.lymphShare = 0.1
    cells.crossing = 720
    cells.blood = 16e12
    return cells
  }

  private static func pools(_ cells: Leukocytes, step: Double = 5) throws -> CellPools {
    try #require(CellPools(cells.pools, excised: cells.excised, step: step))
  }

  /// Without disease the numbers stay as they are for 90 days, to 1e-6, and every pool accounts for its cells.
  @Test func theReferenceStays() throws {
    for cells in [Self.neutrophils, Self.lymphocytes()] {
      let pools = try Self.pools(cells)
      var numbers = pools.start
      for _ in 0..<Int(90 * Self.day / 5) { pools.advance(&numbers) }
      for (i, pool) in pools.pools.enumerated() {
        #expect((numbers.cells[i] / pool.reference - 1).magnitude < 1e-6)
        #expect(numbers.residual(of: i).magnitude < 1e-9 * numbers.produced.reduce(0, +))
      }
    }
  }

  /// Production of neutrophils in a person is 5 to 10 times 1e10 a day (Summers 2010, doi 10.1016/j.it.2010.05.006), all of it in marrow.
  @Test func productionIsThatOfAPerson() throws {
    let pools = try Self.pools(Self.neutrophils)
    let marrow = try #require(pools.position(of: "neutrophil", in: "marrow"))
    #expect((5e10...1e11).contains(pools.production[marrow] * Self.day))
    #expect(pools.production.filter { $0 > 0 }.count == 1)
  }

  /// With 1.13 cells in the margin for each that flows 47 % flow; where adrenaline leaves 0.235 of the margin, 79 % (Athens 1961).
  @Test func adrenalineEmptiesTheMargin() throws {
    let pools = try Self.pools(Self.neutrophils)
    let blood = try #require(pools.position(of: "neutrophil", in: "blood"))
    let all = pools.start.cells[blood]
    #expect((pools.free(blood, pools.start) / all - 0.47).magnitude < 0.005)
    #expect((pools.free(blood, pools.start, margin: 0.235) / all - 0.79).magnitude < 0.005)
  }

  /// Steps of any length lead to the same numbers.
  @Test func stepsDoNotMatter() throws {
    var cells = Self.lymphocytes()
    cells.excised = ["spleen"]
    let (fine, coarse) = (try Self.pools(cells), try Self.pools(cells, step: 360))
    var (a, b) = (fine.start, coarse.start)
    for _ in 0..<720 { fine.advance(&a) }
    for _ in 0..<10 { coarse.advance(&b) }
    for i in a.cells.indices {
      #expect((a.cells[i] - b.cells[i]).magnitude <= 1e-9 * fine.pools[i].reference)
      #expect((a.died[i] - b.died[i]).magnitude <= 1e-9 * fine.pools[i].reference)
    }
  }

  /// Where production stops blood keeps most of its cells for some days, for the reserve lasts.
  @Test func theReserveFillsIn() throws {
    let pools = try Self.pools(Self.neutrophils)
    var numbers = pools.start
    for _ in 0..<Int(2 * Self.day / 5) {
      pools.advance(&numbers, activity: pools.pools.map { _ in 0 })
    }
    let blood = try #require(pools.position(of: "neutrophil", in: "blood"))
    let share = numbers.cells[blood] / pools.pools[blood].reference
    #expect(share > 0.65 && share < 0.85)
    for i in pools.pools.indices { #expect(numbers.residual(of: i).magnitude < 1) }
  }

  /// What grids draw is missing, and is made up for within some lives of the cells.
  @Test func whatIsDrawnIsMissing() throws {
    let pools = try Self.pools(Self.neutrophils)
    let blood = try #require(pools.position(of: "neutrophil", in: "blood"))
    let reference = pools.pools[blood].reference
    var numbers = pools.start
    numbers.draw(0.1 * reference, from: blood)
    #expect((numbers.cells[blood] / reference - 0.9).magnitude < 1e-12)
    for _ in 0..<Int(7 * Self.day / 5) { pools.advance(&numbers) }
    #expect((numbers.cells[blood] / reference - 1).magnitude < 0.01)
    #expect(numbers.drawn[blood] == 0.1 * reference)
    #expect(numbers.residual(of: blood).magnitude < 1e-9 * reference * 10)
  }

  /// Lymphocytes stay 2.5 h in the spleen and 10 h in nodes, and 8e7 and 4e7 an hour go there, in a rat
  /// (Ganusov 2014, doi 10.1371/journal.pcbi.1003586; Pabst 1988, doi 10.1016/0167-5699(88)91258-3); lymph adds its own to the nodes.
  @Test func lymphocytesStayForHours() throws {
    let pools = try Self.pools(Self.lymphocytes(loss: 1e-12))
    let spleen = try #require(pools.position(of: "cd4", in: "spleen"))
    let nodes = try #require(pools.position(of: "cd4", in: "other_nodes"))
    #expect((pools.pools[spleen].reference / 8e7 - 2.5).magnitude < 0.001)
    let lymph = 0.1 * 0.829 * 8e7 / 16
    #expect((pools.pools[nodes].reference / (4e7 + lymph) - 10).magnitude < 0.001)
  }

  /// Without a spleen its cells and its part of the margin are gone, blood loses no cells to it, and production goes on as before, so that
  /// more flow in the end.
  @Test func withoutASpleenBloodHasMore() throws {
    var cells = Self.lymphocytes()
    cells.excised = ["spleen"]
    let pools = try Self.pools(cells)
    let blood = try #require(pools.position(of: "cd4", in: "blood"))
    let spleen = try #require(pools.position(of: "cd4", in: "spleen"))
    var numbers = pools.start
    #expect(numbers.cells[spleen] == 0)
    for _ in 0..<Int(300 * Self.day / 60) {
      for _ in 0..<12 { pools.advance(&numbers) }
    }
    let rise = numbers.cells[blood] / 8e7
    let whole = cells.pools.reduce(0) { $0 + $1.reference }
    let rest = whole - cells.pools[spleen].reference
    #expect((rise / (whole / rest) - 1).magnitude < 0.01)
    #expect(numbers.cells[spleen] == 0)

    var margin = Self.neutrophils
    margin.excised = ["spleen"]
    let fewer = try Self.pools(margin)
    let vessels = try #require(fewer.position(of: "neutrophil", in: "blood"))
    #expect((fewer.start.cells[vessels] / 2.1e10 - (1 + 1.13 / 2)).magnitude < 1e-9)
    #expect(fewer.pools[vessels].margins == ["lung": 1])
  }

  /// A body twice as large has twice the cells.
  @Test func poolsScaleWithTheBody() {
    let whole = Self.lymphocytes()
    for (large, small) in zip(whole.pools, whole.part(of: 2).pools) {
      #expect((large.reference / small.reference - 2).magnitude < 1e-12)
      for (one, other) in zip(large.flows, small.flows) {
        #expect(one.pool == other.pool && (one.rate / other.rate - 1).magnitude < 1e-12)
      }
    }
  }

  /// Cells that nothing makes cannot be kept.
  @Test func whatNothingMakesIsRefused() {
    var pools = Self.lymphocytes().pools
    pools[1].reference *= 2
    #expect(CellPools(pools, step: 5) == nil)
  }
}
