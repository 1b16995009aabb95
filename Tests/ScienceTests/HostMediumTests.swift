import Agents
import Fields
import Laws
import Substrate
import Testing
import Vocabulary

/// What becomes of factors that cells turn into others, and of a medium that is changed by hand.
@Suite("Medium of host cells")
struct HostMediumTests {
  let shape = GridShape(nx: 10, ny: 8, nz: 6, spacing: 20)

  /// Of what host cells take, so much of another factor comes, where they take it: to 1e-6.
  @Test func whatIsTakenIsTurnedIntoWhatIsGiven() throws {
    let factors = ["trp", "kyn"].map {
      Factor(name: $0, molarMass: 200, diffusivity: 30_000, decay: 0, activity: [:])
    }
    var kind = HostKind(name: "dc")
    kind.uptake["trp"] = .init(
      largest: 2e5,
      halfSaturation: 500,
      conversion: Conversion(into: "kyn", yield: 0.7)
    )
    let exchange = GridExchange(factors, [0, 1], CrawlingTests.product, [kind])
    let conversion = try #require(exchange.conversions.first)
    #expect(conversion == (0, 1, 0.7) && exchange.given == [1] && exchange.taken == [0])
    var fields = FieldStack(shape: shape, factors: factors, halfSaturation: exchange.halfSaturation)
    fields.fill(0, with: 1000)
    var hosts = HostPopulations([kind], triggered: [0], on: shape, factors, first: 0)
    hosts.seed(70, of: 0, height: nil, HostFixture.chance)
    var contacts = HostFixture.contacts([kind], on: shape)
    let workers = Workers(count: 1)
    var transport = FieldTransport(tolerance: 1e-3)
    #expect(fields.products(of: 0, taken: 1, yield: 1) == nil)
    for _ in 0..<5 {
      let before = (taken: fields.balance[0].takenUp, given: fields.balance[1].secreted)
      fields.clearExchange()
      hosts.exchange(
        given: [],
        taken: exchange.hostTaken,
        &fields,
        &contacts,
        share: [1, 1],
        using: workers
      )
      transport.advance(&fields, factors: [0], by: 5, using: workers)
      let amount = (fields.balance[0].takenUp - before.taken) * conversion.yield
      #expect(amount > 0 && fields.products(of: 0, taken: 0, yield: 1) == nil)
      let products = try #require(
        fields.products(of: 0, taken: amount / conversion.yield, yield: conversion.yield)
      )
      let capacity = fields.capacity[fields.range(of: 0)]
      #expect(capacity.contains(0))
      #expect(zip(products, capacity).allSatisfy { ($0 > 0) == ($1 > 0) })
      fields.give(products, share: 1.0 / 5, to: 1)
      transport.advance(&fields, factors: [1], by: 5, using: workers)
      let given = fields.balance[1].secreted - before.given
      #expect((given / amount - 1).magnitude < 1e-6)
    }
    #expect(fields.balance.allSatisfy { $0.relativeResidual < 1e-6 })
    #expect((fields.amount(of: 1) / (0.7 * fields.balance[0].takenUp) - 1).magnitude < 2e-6)
  }

  /// Washing and adding are in the balance, and reach only where the factor can be.
  @Test func changesByHandAreInTheBalance() {
    let factor = Factor(name: "f", molarMass: 200, diffusivity: 6000, decay: 0.001, activity: [:])
    let region = (0..<shape.count).map { UInt8($0 % 10 < 4 ? 1 : 0) }
    var fields = FieldStack(
      shape: shape,
      factors: [factor],
      media: [Medium(diffusivity: [6000, 0], exchange: [0, 0])],
      region: region
    )
    for i in 0..<shape.count where region[i] == 0 { fields.concentration[i] = Float(i % 7) }
    fields.openBalance(of: 0)
    var transport = FieldTransport(tolerance: 1e-3)
    let room = Double(region.filter { $0 == 0 }.count) * shape.voxelVolume
    var added = 0.0
    for (fresh, more) in [(nil, 3.0), (5.0, 0), (2.0, 1.5), (0, 0)] as [(Double?, Double)] {
      for i in 0..<shape.count where region[i] == 0 { fields.source[i] = 0.1 }
      transport.advance(&fields, factors: [0], by: 5, using: Workers(count: 1))
      let before = fields.concentration
      fields.change(0, fresh: fresh, more: more)
      for i in before.indices {
        let want = region[i] == 1 ? before[i] : (fresh.map { Float($0) } ?? before[i]) + Float(more)
        #expect(fields.concentration[i] == want)
      }
      let was = before.reduce(0) { $0 + Double($1) } * shape.voxelVolume
      added += fresh.map { ($0 + more) * room - was } ?? more * room
      let balance = fields.balance[0]
      #expect((balance.added - added).magnitude < 1e-6 * balance.turnover)
      #expect(balance.relativeResidual < 1e-6)
      #expect(balance.final == fields.amount(of: 0))
    }
    #expect(fields.balance[0].final == 0)
  }

  /// What vessels take is turned into nothing: of the amount taken the share of cells counts.
  @Test func vesselsMakeNothingOfWhatTheyTake() throws {
    let shape = GridShape(nx: 2, ny: 1, nz: 1, spacing: 10)
    let factor = Factor(name: "a", molarMass: 200, diffusivity: 0, decay: 0, activity: [:])
    var fields = FieldStack(shape: shape, factors: [factor], halfSaturation: [50])
    fields.fill(0, with: 100)
    fields.capacity = [3, 0]
    fields.sink = [0.01, 0.05]
    // Cells take 3 · 100 / 150 = 2 nM/min in one voxel, vessels 1 and 5 in the two.
    let products = try #require(fields.products(of: 0, taken: 8000, yield: 0.5))
    #expect((Double(products[0]) - 8000 * 2 / 8 * 0.5 / 1000).magnitude < 1e-6 && products[1] == 0)
  }
}
