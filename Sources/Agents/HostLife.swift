import CCells
import Fields
import Laws
import Substrate
import Vocabulary

/// What all host cells of a grid share while they live through one step.
public struct HostStep: Sendable {
  /// Number of the step, and its length, min.
  public let number: UInt32, time: Double
  /// Source of the random numbers.
  public let chance: Chance
  /// Height of the plane on which cells move along x and y, um; `nil` where they fill the tissue.
  public let height: Double?

  /// Whether cells move along x and y only.
  var isPlane: Bool { height != nil }

  /// A step.
  public init(number: UInt32, time: Double, chance: Chance, height: Double? = nil) {
    self.number = number
    self.time = time
    self.chance = chance
    self.height = height
  }
}

extension Chance {
  /// Cumulative hazard that a host cell lives through.
  func hostBudget(_ cell: UInt32) -> Float { Float(block(.hostHazard, cell: cell).exponential) }

  /// Standard normal number of the cycle of a host cell that has divided so often.
  func hostCycle(_ cell: UInt32, generation: UInt32) -> Double {
    block(.hostCycle, cell: cell, step: generation).normal
  }
}

extension HostCells.Resident {
  /// Begins a cycle after the last one, of which so much is left (min, <= 0).
  fileprivate mutating func begin(_ law: Proliferation, _ chance: Chance, after left: Float = 0) {
    let normal = chance.hostCycle(identity, generation: generation)
    cycle = left + Float(law.cycle(generation: generation, normal))
  }
}

/// The host cells of all kinds on a grid.
public struct HostPopulations: Sendable {
  /// The kinds.
  public let kinds: [HostKind]
  /// Share of each that is triggered when it comes.
  private let triggered: [Double]
  /// The cells of each.
  ///
  /// Nobody but tests of the laws sets them.
  public package(set) var cells: [HostCells]
  /// The number of the next that comes or is born.
  private var next: UInt32
  /// Bits of each block by kind: which cells are due in the step.
  private var due: [[hosts_due]]
  private let first: UInt32
  private let shape: GridShape
  private let senses: GridSignals
  private let index: [String: Int]
  /// Found anew in each step.
  private var culprit: Culprit
  /// Cells of each kind that the last step drew from what blood had to give, beyond those that come at rest.
  public private(set) var drawn: [Int]

  /// Steps after which cells are put in the order of their voxels anew.
  private static let ordering: UInt32 = 128

  /// What blood has to give of the cells that a kind is recruited from.
  public struct Supply: Sendable {
    /// Cells in blood relative to a host without disease.
    public var share: Double
    /// Most that can come beyond those at rest.
    public var cells: Int
    /// Their activity; `nil` where they are as the kind says.
    public var activity: Float?

    /// A supply of cells.
    public init(share: Double, cells: Int, activity: Float?) {
      self.share = share
      self.cells = cells
      self.activity = activity
    }
  }

  /// No cells of some kinds on a grid that carries some factors.
  ///
  /// - Parameters:
  ///   - kinds: the kinds.
  ///   - triggered: share of each that is triggered when it comes.
  ///   - shape: the grid.
  ///   - factors: its factors.
  ///   - first: the first number of its cells: no other grid of a run has the same.
  public init(
    _ kinds: [HostKind],
    triggered: [Double],
    on shape: GridShape,
    _ factors: [Factor],
    first: UInt32
  ) {
    precondition(triggered.count == kinds.count, "a share of each kind")
    let senses = GridSignals(factors)
    self.senses = senses
    // What a grid does not carry acts neither by being there nor by its lack.
    self.kinds = kinds.map { kind in
      var kind = kind
      let own = kind.names
      kind.keepResponses { senses.place(of: $0.signal) != nil || own.contains($0.signal) }
      return kind
    }
    self.triggered = triggered
    self.shape = shape
    cells = kinds.map { HostCells(rows: $0.names.count) }
    due = kinds.map { _ in [] }
    drawn = kinds.map { _ in 0 }
    index = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1.name, $0) })
    next = first
    self.first = first
    culprit = Culprit(on: shape, isUsed: kinds.contains { $0.killing > 0 || $0.eating > 0 })
  }

  /// Number of cells of all kinds.
  public var count: Int { cells.reduce(0) { $0 + $1.count } }

  /// Puts cells of a kind at random places, at the start.
  ///
  /// - Parameters:
  ///   - count: how many.
  ///   - kind: position of the kind.
  ///   - height: where on a plane they lie, um; `nil` anywhere.
  ///   - chance: source of the random numbers.
  public mutating func seed(
    _ count: Int,
    of kind: Int,
    height: Double?,
    _ chance: Chance
  ) {
    for _ in 0..<count {
      let draw = chance.block(.hostPlace, cell: next)
      add(to: kind, at: place(draw, next, height, chance), chance)
    }
    cells[kind].ledger.initial += count
    cells[kind].sort(on: shape)
  }

  private func place(_ draw: Philox.Block, _ cell: UInt32, _ height: Double?, _ chance: Chance)
    -> (x: Float, y: Float, z: Float)
  {
    let z =
      height ?? shape.extent.z * chance.block(.hostPlace, cell: cell, step: 1).uniform
    return (
      Float(draw.uniform * shape.extent.x), Float(draw.secondUniform * shape.extent.y), Float(z)
    )
  }

  private mutating func add(
    to kind: Int,
    at place: (x: Float, y: Float, z: Float),
    activity: Float? = nil,
    _ chance: Chance
  ) {
    let law = kinds[kind]
    let isTriggered = chance.block(.hostPlace, cell: next, step: 2).uniform < triggered[kind]
    var cell = HostCells.Resident(
      identity: next,
      at: place,
      activity: activity ?? Float(law.initialActivity),
      isTriggered: isTriggered,
      cycle: Float(
        law.proliferation?.cycle(generation: 0, chance.hostCycle(next, generation: 0)) ?? 0
      ),
      budget: chance.hostBudget(next)
    )
    for (row, level) in law.initial { cell.state[row] = Float(level) }
    cells[kind].append(cell, on: shape)
    number()
  }

  /// Goes on to the number of the next cell; after all that a grid has they begin again.
  private mutating func number() { next = first | (next &+ 1) & ((1 << 28) - 1) }

  /// Takes every cell through a step: it senses, is activated, divides, dies, becomes another kind, wanders.
  ///
  /// Cells that join a kind in this step are simulated from the next. `supply` tells what blood has to give, by kind; none of a reservoir that does not empty.
  public mutating func live(
    _ step: HostStep,
    _ fields: inout FieldStack,
    _ contacts: inout GridContacts,
    supply: [Supply?] = [],
    using workers: Workers
  ) {
    var moving: [(kind: Int, cell: HostCells.Resident)] = []
    if step.number % Self.ordering == Self.ordering - 1 {
      for kind in cells.indices { cells[kind].sort(on: shape) }
    }
    applyLaws(step, &fields, &contacts, using: workers)
    for kind in kinds.indices where cells[kind].count > 0 { applyEvents(kind, step, &moving) }
    for (kind, cell) in moving { cells[kind].append(cell, on: shape) }
    recruit(step, fields, contacts, supply)
  }

  /// Takes the cells of all kinds through their laws, tile by tile of the grid.
  ///
  /// What they sense of a tile stays at hand for all kinds. The bits of each block are left in `due`.
  private mutating func applyLaws(
    _ step: HostStep,
    _ fields: inout FieldStack,
    _ contacts: inout GridContacts,
    using workers: Workers
  ) {
    // Their memory is kept from step to step.
    for kind in cells.indices where due[kind].count != cells[kind].blocks.count {
      due[kind] = Array(repeating: hosts_due(), count: cells[kind].blocks.count)
    }
    var due: [[hosts_due]] = []
    swap(&due, &self.due)
    let few = count < 4096 ? Workers(count: 1) : workers
    let (kinds, shape, senses, tiles) = (kinds, shape, senses, tiles)
    contacts.withLevels(fields: &fields, senses) { levels, _ in
      let laws = kinds.map { HostLaws($0, step, shape, levels) }
      withOpened { cells in
        due.withSlabs { due in
          few.forEach(tiles) { tile in
            for kind in laws.indices {
              guard let cells = cells[kind], let due = due[kind] else { continue }
              let part = Self.part(tile, of: tiles, cells.blocks.count)
              laws[kind].live(
                cells.part(part),
                due.part(from: part.lowerBound, count: part.count)
              )
            }
          }
        }
      }
    }
    swap(&due, &self.due)
  }

  /// How many tiles the grid is gone through in: as many as have some 64 thousand voxels each.
  private var tiles: Int { max(1, shape.count >> 16) }

  /// The blocks of a tile, cells being in the order of their voxels or nearly so.
  private static func part(_ tile: Int, of tiles: Int, _ blocks: Int) -> Range<Int> {
    blocks * tile / tiles..<blocks * (tile + 1) / tiles
  }

  /// Opens the cells of all kinds for the length of `body`; those of kinds without cells as none.
  private mutating func withOpened(_ body: ([OpenCells<HostCells.Block>?]) -> Void) {
    var blocks: [[HostCells.Block]] = []
    var values: [[SIMD16<Float>]] = []
    for kind in cells.indices {
      blocks.append([])
      swap(&blocks[kind], &cells[kind].blocks)
      values.append([])
      swap(&values[kind], &cells[kind].values)
    }
    let sizes = cells.map { (rows: $0.rows, count: $0.count) }
    blocks.withSlabs { blocks in
      values.withSlabs { values in
        body(
          sizes.indices.map { kind in
            guard let blocks = blocks[kind], let values = values[kind] else { return nil }
            let (rows, count) = sizes[kind]
            return OpenCells(blocks: blocks, values: values, rows: rows, count: count)
          }
        )
      }
    }
    for kind in cells.indices {
      swap(&blocks[kind], &cells[kind].blocks)
      swap(&values[kind], &cells[kind].values)
    }
  }

  /// Lets cells die, divide and become another kind that are due, in their order.
  private mutating func applyEvents(
    _ kind: Int,
    _ step: HostStep,
    _ moving: inout [(kind: Int, cell: HostCells.Resident)]
  ) {
    let law = kinds[kind]
    let total = cells[kind].count
    let due = due[kind]
    var leaving: [Int] = []
    for b in due.indices where due[b].dead | due[b].divided | due[b].changed != 0 {
      for lane in 0..<min(cellsPerBlock, total - b * cellsPerBlock) {
        let position = b * cellsPerBlock + lane
        if due[b].dead >> lane & 1 == 1 {
          leaving.append(position)
          cells[kind].ledger.dead += 1
        } else if due[b].divided >> lane & 1 == 1, let cycle = law.proliferation {
          if divide(kind, position, cycle, step, &moving) { leaving.append(position) }
        } else if due[b].changed >> lane & 1 == 1, let into = law.change.flatMap({ index[$0.into] })
        {
          leaving.append(position)
          var cell = cells[kind][position]
          if law.proliferation == nil, let cycle = kinds[into].proliferation {
            cell.begin(cycle, step.chance)
          }
          move(cell, from: kind, to: into, &moving)
        }
      }
    }
    cells[kind].drop(at: leaving)
  }

  private mutating func move(
    _ cell: HostCells.Resident,
    from kind: Int,
    to other: Int,
    _ moving: inout [(kind: Int, cell: HostCells.Resident)]
  ) {
    cells[kind].ledger.left += 1
    cells[other].ledger.joined += 1
    moving.append((other, handed(cell, from: kind, to: other)))
  }

  /// A cell as it joins another kind: it keeps the numbers that both have.
  private func handed(_ cell: HostCells.Resident, from kind: Int, to other: Int)
    -> HostCells.Resident
  {
    guard kind != other else { return cell }
    var cell = cell
    let before = cell.state
    cell.state = CellState()
    for (row, level) in kinds[other].initial { cell.state[row] = Float(level) }
    for (row, name) in kinds[other].names.enumerated() {
      if let was = kinds[kind].names.firstIndex(of: name) { cell.state[row] = before[was] }
    }
    return cell
  }

  /// Divides a cell; whether it leaves for the kind of its daughters.
  ///
  /// The next cycle has already begun in this step, when the last one was over.
  private mutating func divide(
    _ kind: Int,
    _ position: Int,
    _ law: Proliferation,
    _ step: HostStep,
    _ moving: inout [(kind: Int, cell: HostCells.Resident)]
  ) -> Bool {
    let into = law.offspring.flatMap { index[$0] } ?? kind
    let cycle = kinds[into].proliferation ?? law
    var mother = cells[kind][position]
    mother.generation += 1
    if mother.generation >= cycle.most { mother.trigger = 0 }
    mother.rest = 0
    var daughter = mother
    daughter.identity = next
    daughter.kills = 0
    daughter.budget = step.chance.hostBudget(next)
    number()
    let over = mother.cycle
    mother.begin(cycle, step.chance, after: over)
    daughter.begin(cycle, step.chance, after: over)
    cells[kind].ledger.divisions += 1
    cells[into].ledger.born += 1
    moving.append((into, handed(daughter, from: kind, to: into)))
    guard into == kind else {
      move(mother, from: kind, to: into, &moving)
      return true
    }
    cells[kind].put(mother, at: position)
    return false
  }

  /// Lets cells come from blood.
  ///
  /// As many as the largest rate would bring try, at random places; each comes where the rate is high enough.
  private mutating func recruit(
    _ step: HostStep,
    _ fields: FieldStack,
    _ contacts: GridContacts,
    _ supply: [Supply?]
  ) {
    // Kinds that come from the same cells share what there is of them.
    var left: [String: Int] = [:]
    for (kind, law) in kinds.enumerated() {
      drawn[kind] = 0
      guard let recruitment = law.recruitment, recruitment.largest > 0 else { continue }
      let supply = supply.isEmpty ? nil : supply[kind]
      let source = recruitment.source ?? ""
      let most = supply.map { left[source] ?? $0.cells }
      let mean = recruitment.largest * shape.volume * step.time * (supply?.share ?? 1)
      let draws = step.chance.block(.recruitment, cell: first + UInt32(kind), step: step.number)
      let tries = Int(mean) + (draws.uniform < mean - mean.rounded(.down) ? 1 : 0)
      for n in 0..<tries {
        let draw = step.chance.block(
          .recruitment,
          cell: first + UInt32(kind),
          step: step.number,
          draw: UInt32(truncatingIfNeeded: n) &* 2 &+ 1
        )
        let more = step.chance.block(
          .recruitment,
          cell: first + UInt32(kind),
          step: step.number,
          draw: UInt32(truncatingIfNeeded: n) &* 2 &+ 2
        )
        let place = (
          x: Float(draw.uniform * shape.extent.x), y: Float(draw.secondUniform * shape.extent.y),
          z: Float(step.height ?? more.uniform * shape.extent.z)
        )
        let voxel = shape.voxel(x: Double(place.x), y: Double(place.y), z: Double(place.z))
        let rate =
          recruitment.rate
          + recruitment.raise.sum {
            senses.level(of: $0, voxel: voxel, fields, contacts)
          }
        let reached = more.secondUniform * recruitment.largest
        guard reached < rate else { continue }
        if let most, reached >= recruitment.rate {
          guard drawn[kind] < most else { continue }
          drawn[kind] += 1
        }
        add(to: kind, at: place, activity: supply?.activity, step.chance)
        cells[kind].ledger.recruited += 1
      }
      if let most { left[source] = most - drawn[kind] }
    }
  }
}

extension HostPopulations {
  /// Adds what every cell gives and takes to the voxels, kind by kind in the order of the cells.
  ///
  /// - Parameters:
  ///   - given: positions of the factors that some kind gives.
  ///   - taken: positions of those that some kind takes.
  ///   - fields: where.
  ///   - contacts: who is near whom.
  ///   - share: what part of the time to the next step of each factor this is, by position.
  ///   - workers: cores that share the factors; the result does not depend on them.
  public mutating func exchange(
    given: [Int],
    taken: [Int],
    _ fields: inout FieldStack,
    _ contacts: inout GridContacts,
    share: [Double],
    using workers: Workers
  ) {
    guard count > 0 else { return }
    let voxels = shape.count
    let names = fields.factors.map(\.name)
    let perVolume = 1 / shape.voxelVolume
    let few = count < 4096 ? Workers(count: 1) : workers
    let (kinds, senses, tiles) = (kinds, senses, tiles)
    contacts.withLevels(fields: &fields, senses) { levels, slabs in
      withOpened { cells in
        few.forEach(given.count + taken.count) { n in
          let isGiven = n >= taken.count
          let factor = isGiven ? given[n - taken.count] : taken[n]
          let scale = share[factor] * perVolume
          let flows = kinds.map { kind in
            isGiven
              ? kind.secretion[names[factor]].map { law in
                var signals = SignalList()
                let brake = levels.responses(law.brakes, &signals)
                return (
                  flow: cells_flow(
                    law,
                    scale: scale,
                    row: kind.knownRow(of:),
                    signals: signals,
                    brake: brake
                  ), saturates: false
                )
              }
              : kind.uptake[names[factor]].map { law in
                (
                  flow: cells_flow(law, scale: scale, row: kind.knownRow(of:)),
                  saturates: law.halfSaturation > 0
                )
              }
          }
          for tile in 0..<tiles {
            for (kind, flow) in flows.enumerated() {
              guard let flow, let cells = cells[kind] else { continue }
              guard let into = isGiven ? slabs.source : flow.saturates ? slabs.capacity : slabs.sink
              else { preconditionFailure("a grid with saturable uptake has room for it") }
              cells.part(Self.part(tile, of: tiles, cells.blocks.count))
                .exchange(flow.flow, into: into.part(from: factor * voxels, count: voxels))
            }
          }
        }
      }
    }
  }

  /// Credits the killers near cells of the product that were killed, and feeds eaters with corpses.
  ///
  /// - Parameters:
  ///   - killed: cells of the product that killers took.
  ///   - corpses: corpses on the grid; those eaten are removed.
  ///   - law: contact.
  ///   - contacts: who was near whom when they were killed.
  ///   - decay: rate at which a corpse decays, 1/min: the remainder cannot be phagocytosed.
  ///   - step: the step.
  public mutating func resolveContacts(
    killed: [Victim],
    corpses: inout [Corpse],
    _ law: Contact,
    _ contacts: GridContacts,
    decay: Double,
    _ step: HostStep
  ) {
    guard !killed.isEmpty || !corpses.isEmpty else { return }
    culprit.look(at: killed.map(\.corpse.voxel) + corpses.map(\.voxel))
    var credits = killers(of: killed, contacts, step).map { (cell: $0, shift: 0.0) }
    for (cell, corpse) in eaters(of: &corpses, share: contacts.share, decay: decay, step) {
      let shift = corpse.isMarked ? -law.polarisationByAntibody : law.polarisationPerCorpse
      credits.append((cell, kinds[cell.kind].polarises ? shift : 0))
    }
    for (cell, shift) in credits { cells[cell.kind].credit(cell.position, shift: Float(shift)) }
  }

  /// Those who killed cells of the product in a step.
  private mutating func killers(
    of killed: [Victim],
    _ contacts: GridContacts,
    _ step: HostStep
  ) -> [Culprit.Found] {
    let (kinds, cells) = (kinds, cells)
    let killers = kinds.indices.filter { kinds[$0].killing > 0 }
    return killed.map { victim in
      let draw = step.chance.block(.culprit, cell: victim.corpse.identity)
      let found = culprit.find(
        near: victim.corpse.voxel,
        among: killers,
        of: cells,
        uniform: draw.uniform
      ) { kind, position in
        let seen = kinds[kind].target == .natural ? 1 - victim.spared : victim.hla
        let sharing = contacts.sharing(in: cells[kind].voxel(of: position))
        return kinds[kind].killing * Double(cells[kind].activity(of: position)) * seen
          / sharing
      }
      guard let found else { preconditionFailure("nobody near could have killed") }
      return found
    }
  }

  /// Those who eat a corpse in a step; what is eaten or decays is removed.
  private mutating func eaters(
    of corpses: inout [Corpse],
    share: Double,
    decay: Double,
    _ step: HostStep
  ) -> [(cell: Culprit.Found, corpse: Corpse)] {
    let (kinds, cells) = (kinds, cells)
    let eaters = kinds.indices.filter { kinds[$0].eating > 0 && cells[$0].count > 0 }
    var fed: [(cell: Culprit.Found, corpse: Corpse)] = []
    corpses.removeAll { corpse in
      let draw = step.chance.block(.engulfment, cell: corpse.identity, step: step.number)
      var rate = 0.0
      let found = culprit.find(
        near: corpse.voxel,
        among: eaters,
        of: cells,
        uniform: draw.secondUniform
      ) { kind, _ in
        rate += kinds[kind].eating
        return kinds[kind].eating
      }
      let all = rate * share + decay
      guard draw.uniform >= Elementary.exp(-all * step.time) else { return false }
      let isEaten =
        step.chance.block(.engulfment, cell: corpse.identity, step: step.number, draw: 1)
        .uniform * all < rate * share
      if isEaten, let found { fed.append((found, corpse)) }
      return true
    }
    return fed
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&next)
    for kind in cells.indices { try cells[kind].visit(&visitor) }
  }

  /// Whether a state that was read lies on the grid.
  public var isSound: Bool {
    next >> 28 == first >> 28 && cells.allSatisfy { $0.isSound(on: shape) }
  }
}
