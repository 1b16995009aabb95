import Body
import Reference
import Substrate
import Testing

/// Factors in plasma as they go round the body.
@Suite("Plasma goes round")
struct PlasmaCircuitTests {
  private let host: Host = {
    var host = roundHost()
    host.plasma = 1e12
    return host
  }()
  private let loss = PlasmaCircuit.Loss(halfLife: 7, extraction: ["lung": 0.9, "liver": 0.25])

  private func circuit(step: Double = 5) -> PlasmaCircuit {
    PlasmaCircuit(host, loss, step: step)
  }

  private func sources(_ circuit: PlasmaCircuit) -> [Double] {
    circuit.volume.indices.map { $0 % 3 == 1 ? 1e9 * Double($0) : 0 }
  }

  private func equations(_ circuit: PlasmaCircuit) -> PlasmaEquations {
    PlasmaEquations(circuit, host, loss)
  }

  /// A step is what many small steps of the equations come to, to 1e-6.
  @Test func aStepIsExact() {
    let circuit = circuit(step: 2)
    let s = sources(circuit)
    var levels = PlasmaCircuit.Levels(places: circuit.volume.count)
    levels.concentration = circuit.volume.indices.map { Double($0 * $0 % 7) }
    let c = equations(circuit).after(
      2,
      from: levels.concentration,
      sources: s,
      steps: 200_000
    )
    circuit.advance(&levels, sources: s)
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
    for (found, want) in zip(levels.concentration, equations(circuit).steady(sources: s)) {
      #expect((found / want - 1).magnitude < 1e-9)
    }
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
