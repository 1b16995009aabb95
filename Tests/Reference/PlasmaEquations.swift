import Body
import Substrate

/// A factor in plasma that goes round, its equations written out place by place: slow and plain, the oracle of `PlasmaCircuit`.
public struct PlasmaEquations {
  private let host: Host, loss: PlasmaCircuit.Loss
  private let circuit: PlasmaCircuit

  /// The equations of a circuit.
  public init(_ circuit: PlasmaCircuit, _ host: Host, _ loss: PlasmaCircuit.Loss) {
    self.circuit = circuit
    self.host = host
    self.loss = loss
  }

  /// dC/dt of each place (nM/min) at some levels (nM) and sources, nM um³/min.
  public func change(_ c: [Double], sources: [Double]) -> [Double] {
    let blood = circuit.places.indices.reduce(host.venousBlood + host.arterialBlood) {
      $0 + (circuit.places[$1] == nil ? 0 : host.organs[$1].bloodVolume)
    }
    let share = host.plasma / blood
    func kept(_ organ: Int) -> Double { 1 - (loss.extraction[host.organs[organ].name] ?? 0) }
    let output = host.organs.filter { $0.supply == .arterial }.reduce(0) { $0 + $1.flow } * share
    var inflow = [Double](repeating: 0, count: c.count)
    var outflow = inflow
    (outflow[0], outflow[1]) = (output, output)
    for (n, organ) in host.organs.enumerated() {
      guard let place = circuit.places[n] else { continue }
      if n == host.lung {
        inflow[place] += output * c[0]
        outflow[place] = output
        inflow[1] += output * kept(n) * c[place]
      } else {
        let through = host.throughFlow[n] * share
        inflow[place] += organ.flow * share * c[1]
        outflow[place] = through
        inflow[organ.drainsTo.flatMap { circuit.places[$0] } ?? 0] += through * kept(n) * c[place]
      }
    }
    let decay = loss.halfLife.map { Elementary.log(2) / $0 } ?? 0
    return c.indices.map {
      (inflow[$0] - outflow[$0] * c[$0] + sources[$0]) / circuit.volume[$0] - decay * c[$0]
    }
  }

  /// Levels at which nothing changes (nM), by elimination of the equations, column by column.
  public func steady(sources: [Double]) -> [Double] {
    let n = sources.count
    let none = [Double](repeating: 0, count: n)
    let constant = change(none, sources: sources)
    var rows = (0..<n).map { _ in [Double](repeating: 0, count: n + 1) }
    for j in 0..<n {
      var unit = none
      unit[j] = 1
      for (i, value) in change(unit, sources: none).enumerated() { rows[i][j] = value }
    }
    for i in 0..<n { rows[i][n] = -constant[i] }
    for k in 0..<n {
      let pivot = (k..<n).max { rows[$0][k].magnitude < rows[$1][k].magnitude } ?? k
      rows.swapAt(k, pivot)
      for i in 0..<n where i != k {
        let factor = rows[i][k] / rows[k][k]
        for j in k...n { rows[i][j] -= factor * rows[k][j] }
      }
    }
    return (0..<n).map { rows[$0][n] / rows[$0][$0] }
  }

  /// Levels after a time (min) from some levels (nM), by the midpoint rule in so many steps.
  public func after(_ time: Double, from levels: [Double], sources: [Double], steps: Int)
    -> [Double]
  {
    let h = time / Double(steps)
    var c = levels
    for _ in 0..<steps {
      let middle = zip(c, change(c, sources: sources)).map { $0 + h / 2 * $1 }
      c = zip(c, change(middle, sources: sources)).map { $0 + h * $1 }
    }
    return c
  }
}
