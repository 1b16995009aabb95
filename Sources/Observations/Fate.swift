import Agents
import Files
import Simulation

extension Trajectory {
  /// SHA-256 of what becomes of the product's cells, of host cells on grids and off them, tissue and factors at every observation: equal
  /// where two arms are identical.
  ///
  /// - Parameters:
  ///   - licensing: whether the licensing of the cells counts.
  ///   - factors: names of factors whose concentrations do not count.
  /// - Returns: the digest, in hexadecimal.
  public func fate(withLicensing licensing: Bool, without factors: Set<String>) -> String {
    var digest = Digest()
    for snapshot in snapshots {
      for site in snapshot.living {
        digest.add([site.lumen, site.tissue, site.circulating])
        if licensing { digest.add([site.licensed, site.activated]) }
      }
      for cells in snapshot.deaths { digest.add(cells) }
      digest.add(snapshot.clotted)
      for population in snapshot.populations.joined() {
        let summary = population.summary
        digest.add([summary.cells, summary.active] + summary.generations)
        digest.add([summary.activity])
        digest.add([population.ledger])
      }
      for pool in snapshot.pools { digest.add([pool.cells, pool.flowing, pool.activity ?? 0]) }
      digest.add(snapshot.tissue.compactMap { $0 })
      if licensing { digest.add(snapshot.licensing) }
      for level in snapshot.levels.joined() where !factors.contains(level.factor) {
        digest.add([level.mean, level.largest])
      }
    }
    return digest.hexadecimal
  }
}
