import Agents
import Laws
import Testing

/// Cells that go round for years, and grids through which more cells come than have numbers.
@Suite("Long lives")
struct LongLivesTests {
  /// A clock may ring more often than 65535 times.
  @Test func clocksRingAsOftenAsTheyDo() {
    var cells = OrganCells()
    let places = PlaceHistories([
      PlaceHistories.Place(DamageStep(survivalLaw, time: 5), largestDamage: 1),
      PlaceHistories.Place(DamageStep(survivalLaw, time: 5), largestDamage: 1),
    ])
    for episode in [0, 65_535, 65_536, 3_000_000] as [UInt32] {
      cells.append(
        Cell(identity: episode, episode: episode, damage: 0, budget: 1, licensing: .init()),
        standingFor: 1,
        dose: 0,
        place: 0,
        step: 0,
        places
      )
    }
    #expect(cells.count == 4)
    #expect(cells.residents { $0 > 65_535 }.count == 2)
  }
}
