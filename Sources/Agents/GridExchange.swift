import Body
import CCells
import Fields
import Laws
import Substrate
import Vocabulary

/// What the cells of a grid give to its factors and take of them.
public struct GridExchange: Sendable {
  /// What the product's cells give and take, by position of the factor.
  public let secretion: [(factor: Int, law: Secretion)], uptake: [(factor: Int, law: Uptake)]
  /// Positions of the factors that host cells give, and of those that they take.
  public let hostGiven: [Int], hostTaken: [Int]
  /// Factors that cells make of others.
  public let conversions: [(from: Int, into: Int, yield: Double)]
  /// Positions of all that have sources, and of all that have sinks.
  public let given: Set<Int>, taken: Set<Int>
  /// Concentration at which cells take at half their capacity, nM, per factor; empty where nothing saturates.
  public let halfSaturation: [Double]

  /// The exchange with some solved factors; tissue gives to some, and its vessels exchange some with blood.
  public init(
    _ factors: [Factor],
    _ solved: [Int],
    _ product: Product,
    _ kinds: [HostKind],
    fromTissue: [Int] = [],
    perfused: [Int] = []
  ) {
    secretion = solved.compactMap { i in product.secretion[factors[i].name].map { (i, $0) } }
    uptake = solved.compactMap { i in product.uptake[factors[i].name].map { (i, $0) } }
    hostGiven = solved.filter { i in kinds.contains { $0.secretion[factors[i].name] != nil } }
    hostTaken = solved.filter { i in kinds.contains { $0.uptake[factors[i].name] != nil } }
    var conversions: [(from: Int, into: Int, yield: Double)] = []
    var half = factors.map { _ in 0.0 }
    for i in solved {
      let name = factors[i].name
      let uptakes = kinds.compactMap { $0.uptake[name] }
      let conversion =
        product.uptake[name]?.conversion ?? uptakes.compactMap(\.conversion).first
      if let conversion, let into = solved.first(where: { factors[$0].name == conversion.product })
      {
        conversions.append((i, into, conversion.yield))
      }
      half[i] =
        ([product.uptake[name]?.halfSaturation ?? 0] + uptakes.map(\.halfSaturation)).max() ?? 0
    }
    self.conversions = conversions
    given = Set(
      secretion.map(\.factor) + hostGiven + conversions.map(\.into) + fromTissue + perfused
    )
    taken = Set(uptake.map(\.factor) + hostTaken + perfused)
    halfSaturation = half.contains { $0 > 0 } ? half : []
  }
}

extension GridCells {
  /// Adds what every cell gives and takes to the voxels, in the order of the cells; an agent gives and
  /// takes as many times as the cells it stands for.
  ///
  /// - Parameters:
  ///   - secretion: what is given, per factor.
  ///   - uptake: what is taken, per factor.
  ///   - fields: where.
  ///   - senses: what cells sense.
  ///   - row: the row of a level of a cell by its name.
  ///   - share: what part of the time to the next step of each factor this is, by position.
  ///   - workers: cores that share the factors; the result does not depend on them.
  public mutating func exchange(
    _ secretion: [(factor: Int, law: Secretion)],
    _ uptake: [(factor: Int, law: Uptake)],
    _ fields: inout FieldStack,
    _ senses: Senses,
    row: @Sendable (String) -> Int,
    share: [Double],
    using workers: Workers
  ) {
    guard count > 0, !secretion.isEmpty || !uptake.isEmpty else { return }
    let voxels = fields.shape.count
    let perVolume = 1 / fields.shape.voxelVolume
    let few = count < 4096 ? Workers(count: 1) : workers
    withOpened { cells in
      fields.withSlabs { slabs in
        let levels = SignalLevels(
          places: senses.places,
          voxels: voxels,
          concentration: slabs.concentration,
          contacts: .none
        )
        few.forEach(secretion.count + uptake.count) { n in
          if n < secretion.count {
            let (factor, law) = secretion[n]
            var signals = SignalList()
            let brake = levels.responses(law.brakes, &signals)
            var flow = cells_flow(
              law,
              scale: share[factor] * perVolume,
              row: row,
              signals: signals,
              brake: brake
            )
            flow.oxygen = senses.oxygen.flatMap { levels.level(of: $0) }
            cells.exchange(flow, into: slabs.source.part(from: factor * voxels, count: voxels))
          } else {
            let (factor, law) = uptake[n - secretion.count]
            guard let into = law.halfSaturation > 0 ? slabs.capacity : slabs.sink else {
              preconditionFailure("a grid with saturable uptake has room for it")
            }
            cells.exchange(
              cells_flow(law, scale: share[factor] * perVolume, row: row),
              into: into.part(from: factor * voxels, count: voxels)
            )
          }
        }
      }
    }
  }
}
