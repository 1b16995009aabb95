import CCells
import Fields
import Laws
import Substrate
import Vocabulary

/// What the cells on a grid go through in a step: they sense, are licensed, are damaged and die or move
/// on, and crawl.
public struct GridStep: Sendable {
  var life: LifeStep
  let program: CellProgram
  let responsiveness: [Double]
  let first: [UInt32]
  let crawling: Crawling
  let place: NicheStress
  /// What holds cells in the lumen; nothing unless it is set.
  public var endothelium = Endothelium(Arrest(), scale: 0)
  /// Calibre of the vessels in whose lumen cells lie, um.
  public var calibre = 1.0
  let site: Int
  let isPlane: Bool
  let isPrimed: Bool
  let shielding: Double
  /// What a cell without HLA-I of the STAT1 axis shows to T cells, of one with all of it.
  public var restingHLA = 1.0
  /// Row of HLA-I.
  public let shield: Int
  let hostKilling: Killing.Hazard?

  /// A step on a grid.
  ///
  /// - Parameters:
  ///   - life: what it shares with cells elsewhere.
  ///   - program: what cells make of what a voxel holds.
  ///   - responsiveness: R of each dose, by position.
  ///   - first: identity of the first cell of each dose, ascending.
  ///   - crawling: how cells in tissue move.
  ///   - place: what lumen and tissue do to cells.
  ///   - site: position of the grid among the sites.
  ///   - isPlane: whether cells crawl along x and y only.
  ///   - isPrimed: whether cells may come with an axis that is active or remembers.
  ///   - shielding: share of the hazard by natural killers that full HLA-I spares.
  ///   - shield: row of HLA-I.
  ///   - killing: hazard by killers of the host, by what kills; `nil` where only its sum matters.
  public init(
    _ life: LifeStep,
    _ program: CellProgram,
    responsiveness: [Double],
    first: [UInt32],
    _ crawling: Crawling,
    place: NicheStress,
    site: Int,
    isPlane: Bool = false,
    isPrimed: Bool = false,
    shielding: Double = 0,
    shield: Int = Licensing.proteinRow,
    killing: Killing.Hazard? = nil
  ) {
    precondition(responsiveness.count == first.count, "each dose has its responsiveness")
    self.life = life
    self.program = program
    self.responsiveness = responsiveness
    self.first = first
    self.crawling = crawling
    self.place = place
    self.site = site
    self.isPlane = isPlane
    self.isPrimed = isPrimed
    self.shielding = shielding
    self.shield = shield
    hostKilling = killing
    if let killing { self.life.killing = killing.sum }
  }

  /// Hazard by killers of the host at large, 1/min.
  package var killing: Double { life.killing }

  /// The same step where killers of some sorts are cells on the grid: they take the place of the host's.
  public func among(_ killers: Set<HostKind.Target>) -> GridStep {
    var step = self
    let host = hostKilling ?? .init(natural: 0, tCells: 0, antibody: 0)
    step.life.killing =
      (killers.contains(.natural) ? 0 : host.natural)
      + (killers.contains(.mismatched) ? 0 : host.tCells) + host.antibody
    return step
  }

  /// Whether antibody marks a cell that killers of the host at large took, other than those of some sorts on the grid.
  public func marks(_ cell: UInt32, _ killers: Set<HostKind.Target>) -> Bool {
    guard let antibody = hostKilling?.antibody, antibody > 0 else { return false }
    let all = among(killers).killing
    return life.chance.block(.culprit, cell: cell, draw: 2).uniform * all < antibody
  }

  /// The step of the host cells beside them.
  public func hosts(height: Double?) -> HostStep {
    HostStep(number: life.number, time: life.length.time, chance: life.chance, height: height)
  }
}

extension GridCells {
  /// Blocks of a piece of work.
  private static let piece = 128
  /// Steps after which cells are put in the order of their voxels anew.
  private static let ordering: UInt32 = 32

  /// Takes every cell through a step; those that die or are released are removed, those that extravasate
  /// stay on the grid and crawl from the next step on, and those that divide stay, without their daughters.
  ///
  /// The laws are those of `CellProgram`, `Survival`, `Residence` and `Crawling`, worked out in single
  /// precision (`CCells`).
  ///
  /// - Parameters:
  ///   - step: the step.
  ///   - fields: the factors of the grid.
  ///   - senses: what cells sense of them.
  ///   - contacts: the killers about them.
  ///   - workers: cores that share the cells; the result does not depend on them.
  /// - Returns: the cells whose clock rang, in the order of the cells.
  public mutating func live(
    _ step: GridStep,
    _ fields: inout FieldStack,
    _ senses: Senses,
    _ contacts: inout GridContacts,
    using workers: Workers
  ) -> [ClockEvent] {
    if step.life.number % Self.ordering == 0 { sort(on: fields.shape) }
    guard count > 0 else { return [] }
    if step.life.exposesSomeone { expose(step.life) }
    var due = [UInt16](repeating: 0, count: blocks.count)
    let shape = fields.shape
    let all = blocks.count
    let few = count < 4096 ? Workers(count: 1) : workers
    var ready = step.responsiveness.map { Float($0) }
    var first = step.first
    fields.concentration.withSlabOrNone { concentration in
      contacts.withOpened { contacts in
        let levels = SignalLevels(
          places: senses.places,
          voxels: shape.count,
          concentration: concentration,
          contacts: contacts
        )
        withOpened { cells in
          due.withSlab { due in
            ready.withSlab { ready in
              first.withSlab { first in
                let laws = GridLaws(step, shape, senses, levels, ready: ready, first: first)
                few.forEach((all + Self.piece - 1) / Self.piece) { piece in
                  let start = piece * Self.piece
                  let range = start..<min(all, start + Self.piece)
                  laws.live(cells.part(range), due.part(from: start, count: range.count))
                }
              }
            }
          }
        }
      }
    }
    return ring(due, step, fields, senses, contacts)
  }

  /// The same for cells with no host cells about them.
  public mutating func live(
    _ step: GridStep,
    _ fields: inout FieldStack,
    _ senses: Senses,
    using workers: Workers
  ) -> [ClockEvent] {
    var nobody = GridContacts.nobody(on: fields.shape)
    return live(step, &fields, senses, &nobody, using: workers)
  }

  /// Spends what complement takes of the budgets of cells that have just entered.
  private mutating func expose(_ life: LifeStep) {
    for i in 0..<count {
      let (b, lane) = (i / Self.width, i % Self.width)
      guard blocks[b].niche[lane] == 0 else { continue }
      let exposure = life.exposure(of: blocks[b].identity[lane])
      guard exposure > 0 else { continue }
      blocks[b].budget[lane] -= Float(life.survival.complementHazard * exposure)
    }
  }

  /// Lets the clocks ring that are due.
  private mutating func ring(
    _ due: [UInt16],
    _ step: GridStep,
    _ fields: FieldStack,
    _ senses: Senses,
    _ contacts: GridContacts
  ) -> [ClockEvent] {
    let life = step.life
    let level = fields.concentration.span
    let voxels = fields.shape.count
    let onset = life.residence.onsetSteps(of: life.length.time)
    var events: [ClockEvent] = []
    var leaving: [Int] = []
    for b in due.indices where due[b] != 0 {
      for lane in 0..<min(Self.width, count - b * Self.width) where due[b] >> lane & 1 == 1 {
        let lumen = blocks[b].niche[lane] == 0
        let here = Int(blocks[b].voxel[lane])
        let around = senses.levels { Double(level[$0 * voxels + here]) }
        let isOpen = lumen && blocks[b].since[lane] + onset <= life.number
        var cell = self.cell(b, lane)
        let protein = Double(cell.licensing[step.shield])
        let killing = contacts.killing(
          in: here,
          shielding: step.shielding * protein,
          hla: step.restingHLA + (1 - step.restingHLA) * protein
        )
        let binding = step.endothelium.binding(
          tnf: step.program.activator(around),
          cxcl12: senses.attractant { Double(level[$0 * voxels + here]) }
        )[blocks[b].signedDiameter[lane] > 0]
        let ring = cell.ring(
          life,
          killing: life.killing + killing,
          turnover: step.program.hazard(of: cell.licensing),
          exposed: lumen && life.exposesSomeone && life.exposure(of: cell.identity) > 0,
          release: lumen
            ? life.residence.release(
              ratio: Double(blocks[b].signedDiameter[lane].magnitude) / step.calibre
            ) * (1 - binding) : 0,
          extravasation: lumen
            ? life.residence.extravasation(binding: binding, isOpen: isOpen) : 0,
          division: step.program.division(of: cell.licensing)
        )
        let draw = life.chance.block(.culprit, cell: cell.identity, draw: 1).uniform
        var event = ClockEvent(
          cell: cell,
          site: step.site,
          niche: lumen ? .lumen : .tissue,
          ring: ring,
          voxel: here,
          place: blocks[b].place(lane),
          isByNeighbours: draw * (killing + life.killing) < killing
        )
        if !lumen {
          event.stay = ClockEvent.Stay(since: blocks[b].since[lane], excess: 0, spent: 0)
        }
        events.append(event)
        blocks[b].put(cell, lane)
        if ring == .extravasation {
          blocks[b].niche[lane] = Int32(Niche.tissue.rawValue)
        }
        switch ring {
        case .extravasation: blocks[b].since[lane] = life.number + 1
        case .division: if lumen { blocks[b].since[lane] = life.number + 1 }
        case .death, .release: leaving.append(b * Self.width + lane)
        }
      }
    }
    remove(at: leaving)
    return events
  }
}
