import Agents
import Body
import Fields
import Laws
import Substrate
import Testing
import Vocabulary

/// What cells of the product and host cells near each other do.
@Suite("Contact")
struct ContactTests {
  static let shape = GridShape(nx: 6, ny: 5, nz: 4, spacing: 20)
  let chance = HostFixture.chance
  let law = HostFixture.contact

  static func cell(
    _ identity: UInt32,
    in voxel: Int,
    on shape: GridShape,
    protein: Float = 0,
    weight: Int = 1,
    budget: Float = 1,
    product: Product = CrawlingTests.product
  ) -> (GridCells) -> GridCells {
    { cells in
      var cells = cells
      let (i, j, k) = (
        voxel % shape.nx, voxel / shape.nx % shape.ny, voxel / (shape.nx * shape.ny)
      )
      cells.append(
        Cell(
          identity: identity,
          episode: 0,
          damage: 0,
          budget: budget,
          licensing: .init(protein: protein)
        ),
        standingFor: weight,
        .lumen,
        step: 0,
        at: (
          (Double(i) + 0.5) * shape.spacing, (Double(j) + 0.5) * shape.spacing,
          (Double(k) + 0.5) * shape.spacing
        ),
        on: shape,
        product,
        HostFixture.chance
      )
      return cells
    }
  }

  private static func touching(on shape: GridShape) -> GridContacts {
    GridContacts(
      HostFixture.contact,
      on: shape,
      isPlane: false,
      contacts: [.contact],
      killers: []
    )
  }

  private static func killer(
    _ name: String = "killer",
    rate: Double = 0.5,
    target: HostKind.Target
  ) -> HostKind {
    var kind = HostKind(name: name)
    kind.killing = rate
    kind.target = target
    kind.initialActivity = 0.75
    return kind
  }

  // MARK: - Nearness

  /// A cell touches those that share a face, an edge or a corner with its voxel, and nobody else;
  /// so being near is mutual, and the search for cells near a voxel finds the same.
  @Test(arguments: [
    GridShape(nx: 4, ny: 3, nz: 5, spacing: 20), GridShape(nx: 5, ny: 4, nz: 1, spacing: 20),
    GridShape(nx: 7, ny: 1, nz: 1, spacing: 20), GridShape(nx: 1, ny: 1, nz: 4, spacing: 20),
    GridShape(nx: 1, ny: 3, nz: 2, spacing: 20), GridShape(nx: 1, ny: 1, nz: 1, spacing: 20),
  ])
  func nearnessIsMutual(shape: GridShape) {
    var contacts = Self.touching(on: shape)
    let order = VoxelOrder(shape.count, on: shape) { $0 }
    func place(_ v: Int) -> [Int] {
      [v % shape.nx, v / shape.nx % shape.ny, v / (shape.nx * shape.ny)]
    }
    var touched: [Set<Int>] = []
    for voxel in 0..<shape.count {
      let cells = Self.cell(0, in: voxel, on: shape)(GridCells())
      contacts.look(cells, [], [], mismatch: 1, HostFixture.step(0, 1))
      let near = Set((0..<shape.count).filter { contacts.touch.values[$0] > 0 })
      touched.append(near)
      let want = (0..<shape.count).filter {
        zip(place($0), place(voxel)).allSatisfy { ($0 - $1).magnitude <= 1 }
      }
      #expect(near == Set(want))
      var found: [Int] = []
      order.forEachCell(around: voxel) { found.append(Int($0)) }
      #expect(found == want)
    }
    for a in touched.indices {
      for b in touched.indices { #expect(touched[a].contains(b) == touched[b].contains(a)) }
    }
  }

  // MARK: - Touch

  /// Touch is what the law says of the cells near, in 0...1, and 0 where none is; to 1e-6.
  @Test func touchIsThatOfTheLaw() {
    let shape = Self.shape
    for n in [0, 5, 40, 3000] {
      var contacts = Self.touching(on: shape)
      // What stood there before is forgotten.
      contacts.look(HostFixture.product(9, on: shape), [], [], mismatch: 1, HostFixture.step(0, 1))
      let cells = HostFixture.product(n, on: shape)
      contacts.look(cells, [], [], mismatch: 1, HostFixture.step(0, 1))
      let order = cells.order(on: shape)
      for voxel in 0..<shape.count {
        var shown = 0.0
        order.forEachCell(around: voxel) {
          let cell = cells[Int($0)]
          shown +=
            Double(cell.weight)
            * law.shown(protein: Double(cell.cell.licensing.protein), potency: Double(cell.potency))
        }
        let touch = contacts.touch.values[voxel]
        #expect(touch >= 0 && touch <= 1 && (touch > 0) == (shown > 0))
        #expect((Double(touch) - law.touched(shown, share: contacts.share)).magnitude < 1e-6)
      }
      #expect(contacts.touch.values.contains { $0 > 0 } == (n > 0))
    }
  }

  @Test func touchRisesWithProteinAndPotency() {
    func touch(protein: Float, _ identity: UInt32, _ product: Product) -> Float {
      var contacts = Self.touching(on: Self.shape)
      let cells = Self.cell(identity, in: 0, on: Self.shape, protein: protein, product: product)
      contacts.look(cells(GridCells()), [], [], mismatch: 1, HostFixture.step(0, 1))
      return contacts.touch.values[0]
    }
    var product = CrawlingTests.product
    product.traits.potencyVariation = 0.5
    let levels = [0, 0.25, 0.5, 0.75, 1].map { touch(protein: $0, 0, product) }
    #expect(zip(levels, levels.dropFirst()).allSatisfy { $0 < $1 } && levels[0] > 0)
    let identities = (0..<20 as Range<UInt32>).sorted {
      product.potency(of: $0, chance) < product.potency(of: $1, chance)
    }
    let rising = identities.map { touch(protein: 0.5, $0, product) }
    #expect(zip(rising, rising.dropFirst()).allSatisfy { $0 < $1 })
  }

  /// With amounts that single precision holds whole, the order of the cells leaves not a bit.
  @Test func touchDoesNotDependOnTheOrderOfCells() {
    let voxels = (0..<200).map { i in
      Int(chance.block(.lodging, cell: UInt32(i), draw: 11).uniform * Double(Self.shape.count))
    }
    func contacts(_ order: [Int]) -> GridContacts {
      var cells = GridCells()
      for i in order {
        cells = Self.cell(
          UInt32(i),
          in: voxels[i],
          on: Self.shape,
          protein: Float(i % 9) / 8,
          weight: 1 + i % 4
        )(cells)
      }
      var contacts = Self.touching(on: Self.shape)
      contacts.look(cells, [], [], mismatch: 1, HostFixture.step(0, 1))
      return contacts
    }
    let order = voxels.indices.sorted {
      chance.block(.lodging, cell: UInt32($0), draw: 12).w0
        < chance.block(.lodging, cell: UInt32($1), draw: 12).w0
    }
    #expect(contacts(Array(voxels.indices)).touch.values == contacts(order).touch.values)
  }

  /// Antigen is shown by cells that present it, by their activity.
  @Test func antigenIsThatOfTheLaw() {
    var presenting = HostKind(name: "dc")
    presenting.presents = true
    presenting.initialActivity = 0.5
    let kinds = [presenting, HostKind(name: "other")]
    var hosts = HostPopulations(kinds, triggered: [0, 0], on: Self.shape, [], first: 0)
    hosts.seed(10, of: 0, height: nil, chance)
    hosts.seed(100, of: 1, height: nil, chance)
    var contacts = GridContacts(
      law,
      on: Self.shape,
      isPlane: false,
      contacts: [.antigen],
      killers: []
    )
    contacts.look(GridCells(), hosts.cells, kinds, mismatch: 1, HostFixture.step(0, 1))
    let voxels = Self.voxels(hosts.cells[0])
    let order = VoxelOrder(10, on: Self.shape) { voxels[$0] }
    for voxel in 0..<Self.shape.count {
      var shown = 0.0
      order.forEachCell(around: voxel) { _ in shown += 0.5 }
      let want = law.touched(shown, share: contacts.share)
      #expect((Double(contacts.antigen.values[voxel]) - want).magnitude < 1e-6)
    }
    #expect(
      contacts.antigen.values.contains { $0 > 0 } && contacts.antigen.values.contains { $0 == 0 }
    )
  }

  /// Cells of the product that do not match show antigen by their HLA-I, and as much less as their formulation shields them.
  @Test(arguments: [1, 0.25]) func cellsThatDoNotMatchShowAntigen(exposure: Double) {
    var law = law
    (law.alloantigen, law.restingHLA, law.exposure) = (0.125, 0.5, exposure)
    var cells = GridCells()
    let voxel = Self.shape.voxel(x: 90, y: 70, z: 50)
    for i in 0..<4 as Range<UInt32> {
      cells = Self.cell(i, in: voxel, on: Self.shape, protein: 0.5, weight: 2)(cells)
    }
    func antigen(_ law: Contact) -> [Float] {
      var contacts = GridContacts(
        law,
        on: Self.shape,
        isPlane: false,
        contacts: [.antigen],
        killers: []
      )
      contacts.look(cells, [], [], mismatch: 1, HostFixture.step(0, 1))
      return Array(contacts.antigen.values)
    }
    let share = law.share(spacing: Self.shape.spacing, isPlane: false)
    let want = law.touched(8 * exposure * 0.125 * 0.75, share: share)
    #expect((Double(antigen(law)[voxel]) - want).magnitude < 1e-6)
    law.alloantigen = 0
    #expect(antigen(law).allSatisfy { $0 == 0 })
  }

  private static func voxels(_ cells: HostCells) -> [Int] {
    (0..<cells.count).map {
      shape.voxel(x: Double(cells[$0].x), y: Double(cells[$0].y), z: Double(cells[$0].z))
    }
  }

  // MARK: - Killing and eating

  /// A killer among n targets acts on each at kAσ / max(1, σn): never more than kA in all, and kA
  /// where there are many.
  @Test(arguments: [1, 3, 4, 5, 20, 400])
  func aKillerSharesItsRate(n: Int) {
    for target in HostKind.Target.allCases {
      let kind = Self.killer(target: target)
      var hosts = HostPopulations([kind], triggered: [0], on: Self.shape, [], first: 0)
      hosts.seed(1, of: 0, height: nil, chance)
      let voxel = Self.voxels(hosts.cells[0])[0]
      var cells = GridCells()
      for i in 0..<UInt32(n) {
        cells = Self.cell(i, in: voxel, on: Self.shape, weight: 1 + Int(i % 2))(cells)
      }
      var contacts = HostFixture.contacts([kind], on: Self.shape)
      let step = HostFixture.step(0, 1)
      contacts.look(cells, hosts.cells, [kind], natural: 0.5, mismatch: 0.5, step)
      let (a, sigma) = (0.5 * 0.5 * 0.75, contacts.share)
      let each = a * sigma / max(1, sigma * Double(cells.weight))
      #expect((contacts.killing(in: voxel, shielding: 0) / each - 1).magnitude < 1e-6)
      let total = contacts.killing(in: voxel, shielding: 0) * Double(cells.weight)
      #expect(total <= a * (1 + 1e-6))
      #expect((total > 0.999 * a) == (sigma * Double(cells.weight) >= 1))
      let spared = contacts.killing(in: voxel, shielding: 0.5) / each
      #expect((spared - (target == .natural ? 0.5 : 1)).magnitude < 1e-6)
      let shown = contacts.killing(in: voxel, shielding: 0, hla: 0.25) / each
      #expect((shown - (target == .natural ? 1 : 0.25)).magnitude < 1e-6)
      // T cells spare cells that match. Natural killers do not: their rate is the same for cells of the host.
      contacts.look(cells, hosts.cells, [kind], natural: 0.5, mismatch: 0, step)
      let own = contacts.killing(in: voxel, shielding: 0) / each
      #expect((own - (target == .natural ? 1 : 0)).magnitude < 1e-6)
      contacts.look(cells, hosts.cells, [kind], natural: 0, mismatch: 0, step)
      #expect((0..<Self.shape.count).allSatisfy { contacts.killing(in: $0, shielding: 0) == 0 })
    }
  }

  /// Targets spread unevenly about a killer do not make it faster either.
  @Test func aKillerIsNeverFasterThanItsRate() {
    let kind = Self.killer(target: .mismatched)
    for n in stride(from: 1, to: 600, by: 37) {
      let cells = HostFixture.product(n, on: Self.shape)
      var hosts = HostPopulations([kind], triggered: [0], on: Self.shape, [], first: UInt32(n))
      hosts.seed(1, of: 0, height: nil, chance)
      var contacts = HostFixture.contacts([kind], on: Self.shape)
      contacts.look(cells, hosts.cells, [kind], mismatch: 1, HostFixture.step(0, 1))
      let total = (0..<n).reduce(0.0) {
        $0 + Double(cells[$1].weight) * contacts.killing(in: cells[$1].voxel, shielding: 0)
      }
      #expect(total <= 0.5 * 0.75 * (1 + 1e-6))
    }
  }

  /// Each cell that killers took is somebody's deed, each corpse gone somebody's meal, on a grid
  /// where cells die of other causes too, crawl, and are killed by two kinds.
  @Test func deedsAreDeathsAndMealsAreCorpses() {
    let shape = Self.shape
    var eater = HostKind(name: "eater")
    eater.eating = 0.05
    eater.wandering = Wandering(speed: 5, persistence: 2)
    var killer = Self.killer("t", target: .mismatched)
    killer.wandering = eater.wandering
    let kinds = [Self.killer("nk", target: .natural), killer, eater]
    var fields = FieldStack(shape: shape, factors: [])
    var hosts = HostPopulations(kinds, triggered: [0, 0, 0], on: shape, [], first: 0)
    for kind in kinds.indices { hosts.seed(30, of: kind, height: nil, chance) }
    var contacts = HostFixture.contacts(kinds, on: shape)
    let n = 600
    var cells = HostFixture.product(n, on: shape)
    let senses = Senses([], host: .mouse, cell: .mouse, standardProgram)
    let length = DamageStep(survivalLaw, time: 5)
    var (corpses, deaths, kills, sources) = ([Corpse](), 0, 0, 0)
    let workers = Workers(count: 1)
    for number in 0..<60 {
      contacts.look(cells, hosts.cells, kinds, mismatch: 0.2, HostFixture.step(0, 1))
      let step = GridStep(
        lifeStep(number, length, chance),
        standardProgram,
        responsiveness: [1],
        first: [0],
        CrawlingTests().law,
        place: NicheStress(lumen: 30.0 / 60, tissue: 30.0 / 60),
        site: 0,
        shielding: 0.5
      ).among([.natural, .mismatched])
      let events = cells.live(step, &fields, senses, &contacts, using: workers)
      var killed: [Victim] = []
      for event in events {
        guard case .death(let cause) = event.ring, let voxel = event.voxel else { continue }
        let corpse = Corpse(identity: event.cell.identity, voxel: voxel)
        corpses.append(corpse)
        deaths += 1
        if cause == .killing {
          killed.append(Victim(corpse, spared: 0.5 * Double(event.cell.licensing.protein)))
        } else {
          sources += 1
        }
      }
      kills += killed.count
      hosts.resolveContacts(
        killed: killed,
        corpses: &corpses,
        law,
        contacts,
        decay: 0,
        step.hosts(height: nil)
      )
      hosts.live(step.hosts(height: nil), &fields, &contacts, using: workers)
      let ledgers = hosts.cells.map(\.ledger)
      #expect(ledgers[0].kills + ledgers[1].kills == kills)
      #expect(ledgers[2].kills == deaths - corpses.count)
      #expect(Set(corpses.map(\.identity)).count == corpses.count)
      for (kind, cells) in hosts.cells.enumerated() {
        let kills = (0..<cells.count).map { Int(cells[$0].kills) }
        #expect(kills.reduce(0, +) == ledgers[kind].kills)
      }
    }
    let ledgers = hosts.cells.map(\.ledger)
    #expect(kills > 50 && sources > 50 && ledgers[2].kills > 50)
    #expect(ledgers[0].kills > 10 && ledgers[1].kills > 10)
    // A macrophage that ate goes a quarter of what is left to M2 for each corpse; here nothing
    // lowers it.
    for i in 0..<hosts.cells[2].count {
      let want = 1 - Elementary.exp(Double(hosts.cells[2][i].kills) * Elementary.log(0.75))
      #expect((Double(hosts.cells[2][i].activity) - want).magnitude < 1e-5)
    }
  }

  /// A corpse turns the macrophage that eats it towards M2, one that antibody marks towards M1; other eaters stay as they are.
  @Test(arguments: [(false, true, 0.6 + 0.25 * 0.4), (true, true, 0.6 * 0.5), (true, false, 0.6)])
  func antibodyTurnsTheEater(isMarked: Bool, polarises: Bool, activity: Double) {
    var eater = HostKind(name: "eater")
    (eater.eating, eater.polarises) = (1e6, polarises)
    var hosts = HostPopulations([eater], triggered: [0], on: Self.shape, [], first: 0)
    var host = HostFixture.resident(0)
    (host.x, host.y, host.z) = (90, 70, 50)
    (host.state[0], host.budget) = (0.6, 1)
    hosts.cells[0].append(host, on: Self.shape)
    let voxel = Self.shape.voxel(x: 90, y: 70, z: 50)
    var corpses = [Corpse(identity: 7, voxel: voxel, isMarked: isMarked)]
    hosts.resolveContacts(
      killed: [],
      corpses: &corpses,
      HostFixture.contact,
      HostFixture.contacts([eater], on: Self.shape),
      decay: 0,
      HostFixture.step(0, 1)
    )
    #expect(corpses.isEmpty && hosts.cells[0][0].kills == 1)
    #expect((Double(hosts.cells[0][0].activity) - activity).magnitude < 1e-6)
  }

  /// Of the cells that killers at large take, antibody marks its share, and all where cells of the grid stand for the others.
  @Test func antibodyMarksItsShare() {
    let step = GridStep(
      lifeStep(0, DamageStep(survivalLaw, time: 5), chance),
      standardProgram,
      responsiveness: [1],
      first: [0],
      CrawlingTests().law,
      place: NicheStress(lumen: 0, tissue: 0),
      site: 0,
      killing: Killing.Hazard(natural: 0.25, tCells: 0.25, antibody: 0.5)
    )
    let n = 4000
    let marked = (0..<UInt32(n)).count { step.marks($0, []) }
    // Five standard deviations of a binomial number.
    #expect((Double(marked) / Double(n) - 0.5).magnitude < 5 * (0.25 / Double(n)).squareRoot())
    #expect((0..<UInt32(100)).allSatisfy { step.marks($0, [.natural, .mismatched]) })
  }

  /// Of targets that each have one killer near, as many survive as the hazard says, and of corpses
  /// that lie near m eaters as many are left: to five standard deviations of a binomial number.
  @Test func killingAndEatingKeepTheirRates() {
    // Ones apart by three voxels do not know of each other.
    let shape = GridShape(nx: 60, ny: 60, nz: 1, spacing: 20)
    let voxels = (0..<shape.count).filter { $0 % 3 == 1 && $0 / 60 % 3 == 1 }
    var eater = HostKind(name: "eater")
    eater.eating = 0.02
    let kinds = [Self.killer(rate: 0.1, target: .mismatched), eater]
    var hosts = HostPopulations(kinds, triggered: [0, 0], on: shape, [], first: 0)
    var cells = GridCells()
    var corpses: [Corpse] = []
    for (n, voxel) in voxels.enumerated() {
      let budget = Float(chance.block(.hazard, cell: UInt32(n)).exponential)
      cells = Self.cell(UInt32(n), in: voxel, on: shape, budget: budget)(cells)
      corpses.append(Corpse(identity: UInt32(1000 + n), voxel: voxel + 1))
      let place = (Float(voxel % 60) * 20 + 10, Float(voxel / 60) * 20 + 10, Float(10))
      for i in 0..<3 as Range<UInt32> {
        var host = HostFixture.resident(UInt32(n) * 3 + i)
        (host.x, host.y, host.z) = place
        (host.state[0], host.budget) = (0.75, 1)
        hosts.cells[i == 0 ? 0 : 1].append(host, on: shape)
      }
    }
    var contacts = HostFixture.contacts(kinds, on: shape)
    var fields = FieldStack(shape: shape, factors: [])
    let length = DamageStep(survivalLaw, time: 10)
    let n = Double(voxels.count)
    for number in 0..<10 {
      contacts.look(cells, hosts.cells, kinds, mismatch: 1, HostFixture.step(0, 1))
      let step = GridStep(
        lifeStep(number, length, chance),
        standardProgram,
        responsiveness: [1],
        first: [0],
        CrawlingTests().law,
        place: NicheStress(lumen: 0, tissue: 0),
        site: 0
      )
      _ = cells.live(
        step.among([.natural, .mismatched]),
        &fields,
        Senses([], host: .mouse, cell: .mouse, standardProgram),
        &contacts,
        using: Workers(count: 1)
      )
      hosts.resolveContacts(
        killed: [],
        corpses: &corpses,
        law,
        contacts,
        decay: 0,
        step.hosts(height: nil)
      )
    }
    // The floor of survival and release take their share of the product's cells.
    let other = survivalLaw.floor + residenceLaw.release
    for (left, rate) in [
      (cells.count, 0.1 * 0.75 * contacts.share + other),
      (corpses.count, 2 * 0.02 * contacts.share),
    ] {
      let share = Elementary.exp(-rate * 100)
      let deviation = (n * share * (1 - share)).squareRoot()
      #expect((Double(left) - n * share).magnitude < 5 * deviation)
    }
  }
}
