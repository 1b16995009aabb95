import Body
import Substrate
import Testing

/// Factors in plasma as they go round the body.
@Suite("Plasma goes round")
struct PlasmaCircuitTests {
  private let host = roundHost()
  private let loss = PlasmaCircuit.Loss(halfLife: 7, extraction: ["lung": 0.9, "liver": 0.25])

  private func circuit(step: Double = 5) -> PlasmaCircuit {
    PlasmaCircuit(host, loss, step: step)
  }

  private func sources(_ circuit: PlasmaCircuit) -> [Double] {
    circuit.volume.indices.map { $0 % 3 == 1 ? 1e9 * Double($0) : 0 }
  }

  /// dC/dt as the equations say it, written out place by place.
  private func change(_ c: [Double], _ s: [Double], _ circuit: PlasmaCircuit) -> [Double] {
    let blood =
      host.venousBlood + host.arterialBlood
      + circuit.places.indices.reduce(0) {
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
        let next = organ.drainsTo.flatMap { circuit.places[$0] } ?? 0
        inflow[next] += through * kept(n) * c[place]
      }
    }
    return c.indices.map {
      (inflow[$0] - outflow[$0] * c[$0] + s[$0]) / circuit.volume[$0]
        - Elementary.log(2) / 7 * c[$0]
    }
  }

  /// A step is what many small steps of the equations come to, to 1e-6.
  @Test func aStepIsExact() {
    let circuit = circuit(step: 2)
    let s = sources(circuit)
    var levels = PlasmaCircuit.Levels(places: circuit.volume.count)
    levels.concentration = circuit.volume.indices.map { Double($0 * $0 % 7) }
    var c = levels.concentration
    circuit.advance(&levels, sources: s)
    let n = 200_000
    let h = 2 / Double(n)
    for _ in 0..<n {
      let k = change(c, s, circuit)
      let middle = change(zip(c, k).map { $0 + h / 2 * $1 }, s, circuit)
      c = zip(c, middle).map { $0 + h * $1 }
    }
    for (found, want) in zip(levels.concentration, c) {
      #expect((found / want - 1).magnitude < 1e-6)
    }
  }

  /// After a long time nothing changes any more, and what enters is what is lost.
  @Test func aSteadySourceLeadsToASteadyLevel() {
    let circuit = circuit()
    let s = sources(circuit)
    var levels = PlasmaCircuit.Levels(places: circuit.volume.count)
    for _ in 0..<200 { circuit.advance(&levels, sources: s) }
    let scale = s.reduce(0, +) / circuit.volume.reduce(0, +)
    for rate in change(levels.concentration, s, circuit) { #expect(rate.magnitude < 1e-9 * scale) }
    let before = (levels.decayed, levels.extracted.reduce(0, +))
    circuit.advance(&levels, sources: s)
    let lost = levels.decayed - before.0 + levels.extracted.reduce(0, +) - before.1
    #expect((lost / (5 * s.reduce(0, +)) - 1).magnitude < 1e-9)
    for (mean, level) in zip(levels.mean, levels.concentration) {
      #expect((mean / level - 1).magnitude < 1e-9)
    }
  }

  /// The ledger closes at every step, and levels stay above zero.
  @Test(arguments: [0.5, 5, 30]) func nothingIsLost(step: Double) {
    let circuit = circuit(step: step)
    var levels = PlasmaCircuit.Levels(places: circuit.volume.count)
    for n in 0..<100 {
      circuit.advance(&levels, sources: sources(circuit).map { n < 40 ? $0 : 0 })
      #expect(circuit.residual(levels) < 1e-9)
      #expect(levels.concentration.allSatisfy { $0 >= 0 })
    }
  }

  /// Two steps are one of twice the length.
  @Test func stepsAddUp() {
    let (short, long) = (circuit(step: 5), circuit(step: 10))
    var (a, b) = (
      PlasmaCircuit.Levels(places: short.volume.count),
      PlasmaCircuit.Levels(places: short.volume.count)
    )
    for _ in 0..<2 { short.advance(&a, sources: sources(short)) }
    long.advance(&b, sources: sources(short))
    for (x, y) in zip(a.concentration, b.concentration) { #expect((x / y - 1).magnitude < 1e-9) }
  }

  /// Twice the body with twice the sources has the same concentrations.
  @Test func concentrationsDoNotDependOnSize() {
    let (whole, part) = (circuit(), PlasmaCircuit(host.part(of: 4), loss, step: 5))
    var (a, b) = (
      PlasmaCircuit.Levels(places: whole.volume.count),
      PlasmaCircuit.Levels(places: whole.volume.count)
    )
    whole.advance(&a, sources: sources(whole))
    part.advance(&b, sources: sources(whole).map { $0 / 4 })
    for (x, y) in zip(a.concentration, b.concentration) { #expect((x / y - 1).magnitude < 1e-9) }
  }

  /// An organ that extracts 96 % lets a twenty-fifth pass.
  @Test func theLungExtracts() throws {
    let circuit = PlasmaCircuit(
      host,
      PlasmaCircuit.Loss(halfLife: nil, extraction: ["lung": 0.96]),
      step: 5
    )
    let lung = try #require(circuit.places[host.lung])
    var sources = circuit.volume.map { _ in 0.0 }
    sources[lung] = 1e9
    var levels = PlasmaCircuit.Levels(places: sources.count)
    for _ in 0..<100 { circuit.advance(&levels, sources: sources) }
    let ratio = levels.concentration[PlasmaCircuit.arteries] / levels.concentration[lung]
    #expect((ratio - 0.04).magnitude < 1e-9)
  }
}
