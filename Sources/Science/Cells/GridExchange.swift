import Substrate

extension GridCells {
  /// Adds what every cell gives and takes to the voxels, in the order of the cells; an agent gives and
  /// takes as many times as the cells it stands for.
  ///
  /// - Parameters:
  ///   - secretion: what is given, per factor.
  ///   - uptake: what is taken, per factor.
  ///   - fields: where.
  ///   - senses: what cells sense.
  ///   - share: what part of the time to the next step of each factor this is, by position.
  ///   - workers: cores that share the factors; the result does not depend on them.
  public mutating func exchange(
    _ secretion: [(factor: Int, law: Secretion)],
    _ uptake: [(factor: Int, law: Uptake)],
    _ fields: inout FieldStack,
    _ senses: Senses,
    share: [Double],
    using workers: Workers
  ) {
    guard count > 0, !secretion.isEmpty || !uptake.isEmpty else { return }
    let voxels = fields.shape.count
    let perVolume = 1 / fields.shape.voxelVolume
    let few = count < 4096 ? Workers(count: 1) : workers
    let cells = count
    blocks.withSlab { blocks in
      fields.withSlabs { slabs in
        few.forEach(secretion.count + uptake.count) { n in
          if n < secretion.count {
            let (factor, law) = secretion[n]
            GridLaws.give(
              law,
              scale: share[factor] * perVolume,
              oxygen: senses.oxygen.map {
                slabs.concentration.part(from: $0 * voxels, count: voxels)
              },
              blocks,
              count: cells,
              into: slabs.source.part(from: factor * voxels, count: voxels)
            )
          } else {
            let (factor, law) = uptake[n - secretion.count]
            let saturates = law.halfSaturation > 0
            guard let into = saturates ? slabs.capacity : slabs.sink else {
              preconditionFailure("a grid with saturable uptake has room for it")
            }
            GridLaws.take(
              (saturates ? law.largest : law.clearance) * share[factor] * perVolume,
              blocks,
              count: cells,
              into: into.part(from: factor * voxels, count: voxels)
            )
          }
        }
      }
    }
  }
}
