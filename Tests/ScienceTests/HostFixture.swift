import Agents
import Body
import Fields
import Laws
import Substrate
import Vocabulary

/// Kinds, fields and cells that use every law of host cells.
enum HostFixture {
  static let shape = GridShape(nx: 9, ny: 7, nz: 5, spacing: 20)
  static let chance = Chance(seed: 91, replicate: 3)
  static let contact = Contact {
    $0.footprint = 3000
    $0.reach = 5e4
    $0.resting = 0.125
    $0.shielding = 0.5
    $0.polarisationPerCorpse = 0.25
    $0.polarisationByAntibody = 0.5
  }

  static func factor(_ name: String) -> Factor {
    Factor(name: name, molarMass: 1e4, diffusivity: 0, decay: 0, activity: [:])
  }

  /// Four factors at uneven levels about half-saturations of 1 nM, and a fifth that nobody ever
  /// gives.
  static func fields(_ shape: GridShape = shape, halfSaturation: [Double] = []) -> FieldStack {
    var fields = FieldStack(
      shape: shape,
      factors: ["a", "b", "c", "d", "none"].map(factor),
      halfSaturation: halfSaturation
    )
    for f in 0..<4 {
      for (v, i) in fields.range(of: f).enumerated() {
        let draw = chance.block(.lodging, cell: UInt32(v), step: UInt32(f), draw: 7)
        fields.concentration[i] = v % 7 == f ? 0 : Float(draw.exponential)
      }
    }
    return fields
  }

  static func lack(of signal: String, _ half: Double, _ weight: Double) -> Response {
    Response(to: signal, halfSaturation: half, weight: weight, actsByLack: true)
  }

  static func rise(with signal: String, _ half: Double, _ weight: Double) -> Response {
    Response(to: signal, halfSaturation: half, weight: weight)
  }

  /// A lymphocyte that uses every list, by presence and by lack.
  static var lymphocyte: HostKind {
    var kind = HostKind(name: "lymphocyte")
    (kind.activity.always, kind.activity.triggered) = (0.001, 0.02)
    kind.activity.rates.decay = 0.004
    kind.activity.raise = [rise(with: "a", 0.5, 0.03), rise(with: "antigen", 0.2, 0.05)]
    kind.activity.hasten = [lack(of: "b", 1, 0.01), rise(with: "none", 1, 1)]
    kind.activity.lower = [
      rise(with: "c", 1, 0.6), rise(with: "contact", 0.3, 0.9), lack(of: "b", 0.5, 0.5),
    ]
    var exhaustion = Axis(
      "exhaustion",
      raise: [rise(with: "antigen", 0.1, 0.8), rise(with: "d", 1, 0.5)],
      amplifiers: [rise(with: "a", 1, 3), rise(with: "activity", 0.5, 2)],
      hasten: [rise(with: "c", 1, 0.01)],
      rate: 0.02,
      decay: 0.001
    )
    (exhaustion.triggered, exhaustion.remembers) = (0.2, true)
    (exhaustion.rates.memory, exhaustion.rates.gain, exhaustion.rates.loss) = (0.03, 0.01, 1e-3)
    kind.terms.axes = [exhaustion]
    kind.terms.followers = [Follower("pd1", axis: "exhaustion", halfLife: 60)]
    kind.terms.hazards = ["pd1": 0.002]
    kind.initialLevels = ["exhaustion": 0.125]
    kind.proliferation = Proliferation(
      first: 60,
      later: 40,
      variation: 0.3,
      tail: 15,
      deepening: 0.02,
      lifting: 0.01,
      most: 4,
      offspring: nil
    )
    kind.primers = [rise(with: "antigen", 0.2, 0.02), lack(of: "a", 1, 0.01)]
    kind.death = 0.001
    kind.killers = [rise(with: "d", 1, 0.004), lack(of: "a", 0.5, 0.003)]
    kind.change = HostKind.Change(
      into: "macrophage",
      rate: 0.01,
      raise: [rise(with: "c", 1, 0.02)],
      needs: HostKind.activityName
    )
    kind.wandering = Wandering(speed: 6, persistence: 2)
    kind.secretion["a"] = Secretion(
      basal: 3,
      amounts: [.init(40, at: "activity"), .init(7, at: "activity", isOfLack: true)],
      folds: [.init(0.25, at: ["pd1"])],
      brakes: [rise(with: "contact", 0.3, 0.8), lack(of: "b", 1, 0.4)]
    )
    kind.uptake["b"] = Uptake(
      largest: 5,
      halfSaturation: 2,
      enzyme: 11,
      enzymeLevel: "activity"
    )
    kind.uptake["c"] = Uptake(clearance: 9)
    return kind
  }

  /// A cell that presents antigen, becomes another by signals alone and does not divide.
  static var macrophage: HostKind {
    var kind = HostKind(name: "macrophage")
    kind.activity.always = 0.01
    kind.activity.raise = [lack(of: "d", 2, 0.02)]
    kind.terms.axes = [
      Axis("lipid", combination: .all, rate: 0.01, decay: 0.002),
      Axis("exhaustion", raise: [rise(with: "b", 1, 1)], rate: 0.01, decay: 0),
    ]
    kind.initialLevels = ["lipid": 0.5]
    kind.initialActivity = 0.25
    kind.death = 0.002
    kind.change = HostKind.Change(
      into: "resting",
      rate: 0,
      raise: [rise(with: "d", 1, 0.01), lack(of: "contact", 0.1, 0.01)]
    )
    kind.wandering = Wandering(speed: 30, persistence: 5)
    kind.presents = true
    kind.secretion["b"] = Secretion(
      basal: 0,
      amounts: [.init(13, at: "activity")]
    )
    kind.recruitment = HostKind.Recruitment(
      rate: 1e-7,
      raise: [rise(with: "a", 1, 4e-7), lack(of: "b", 1, 2e-7)]
    )
    return kind
  }

  /// A cell that stays, and divides into lymphocytes.
  static var resting: HostKind {
    var kind = HostKind(name: "resting")
    kind.activity.lower = [lack(of: "none", 1, 0.5)]
    kind.proliferation = lymphocyte.proliferation
    kind.proliferation?.offspring = "lymphocyte"
    kind.death = 0.001
    return kind
  }

  static let kinds = [lymphocyte, macrophage, resting]

  /// A cell of a random state at a random place.
  static func resident(_ identity: UInt32) -> HostCells.Resident {
    let a = chance.block(.lodging, cell: identity)
    let b = chance.block(.lodging, cell: identity, draw: 1)
    let c = chance.block(.lodging, cell: identity, draw: 2)
    let d = chance.block(.lodging, cell: identity, draw: 3)
    var cell = HostCells.Resident(
      identity: identity,
      generation: identity % 4,
      at: (
        Float(a.uniform * shape.extent.x), Float(a.secondUniform * shape.extent.y),
        Float(b.uniform * shape.extent.z)
      ),
      activity: Float(b.secondUniform),
      isTriggered: identity % 3 != 0,
      cycle: Float(60 * c.uniform),
      budget: Float(0.3 * d.uniform)
    )
    for row in 1..<4 {
      cell.state[row] = Float(chance.block(.lodging, cell: identity, draw: 3 + UInt32(row)).uniform)
    }
    cell.rest = Float(c.secondUniform)
    cell.kills = identity % 5
    return cell
  }

  static func step(_ number: UInt32, _ time: Double, height: Double? = nil) -> HostStep {
    HostStep(number: number, time: time, chance: chance, height: height)
  }

  static func contacts(_ kinds: [HostKind], on shape: GridShape = shape) -> GridContacts {
    GridContacts(
      contact,
      on: shape,
      isPlane: false,
      contacts: Set(kinds.flatMap(\.contacts)),
      killers: Set(kinds.filter { $0.killing > 0 }.map(\.target))
    )
  }

  /// Cells of the product at random places, of uneven potency and licensing.
  static func product(_ n: Int, on shape: GridShape = shape, stat1: Float? = nil) -> GridCells {
    var product = CrawlingTests.product
    product.traits.potencyVariation = 0.5
    var cells = GridCells()
    for i in 0..<UInt32(n) {
      let a = chance.block(.crawl, cell: i, draw: 1)
      let b = chance.block(.crawl, cell: i, draw: 2)
      cells.append(
        Cell(
          identity: i,
          episode: 0,
          damage: 0,
          budget: Float(b.exponential),
          licensing: .init(
            stat1: stat1 ?? Float(b.secondUniform),
            protein: stat1 ?? Float(b.secondUniform)
          )
        ),
        standingFor: 1 + Int(i % 3),
        i % 2 == 0 ? .lumen : .tissue,
        step: 0,
        at: (
          a.uniform * shape.extent.x, a.secondUniform * shape.extent.y,
          chance.block(.crawl, cell: i, draw: 3).uniform * shape.extent.z
        ),
        on: shape,
        product,
        chance
      )
    }
    return cells
  }

  /// Host cells of all kinds in random states, with contacts as they make them.
  static func crowd(_ each: Int, _ kinds: [HostKind] = kinds) -> (
    hosts: HostPopulations, contacts: GridContacts
  ) {
    var hosts = HostPopulations(
      kinds,
      triggered: kinds.map { _ in 0.5 },
      on: shape,
      fields().factors,
      first: 1 << 20
    )
    for kind in kinds.indices {
      for i in 0..<each {
        hosts.cells[kind].append(resident(UInt32(kind * each + i)), on: shape)
      }
    }
    var contacts = contacts(kinds)
    contacts.look(product(60), hosts.cells, kinds, mismatch: 1, HostFixture.step(0, 1))
    return (hosts, contacts)
  }
}
