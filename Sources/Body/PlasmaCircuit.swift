import Substrate
import Vocabulary

/// A factor in plasma, as it goes round the body with blood.
///
///     V_i dC_i/dt = Σ_j Q_ji (1 − E_j) C_j − Q_i C_i − (k V_i + U_i) C_i + S_i,   k = ln 2 / T
///
/// The places are veins, arteries and the vessels of the organs that blood flows through. What leaves an organ has lost the
/// share E that the organ extracts of what passes it. Sources are constant over a step, and the system is linear, so that a step
/// is exact: C and its integral are matrices times what they were and times S.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | C | `Levels.concentration` | nM | of plasma; added to what a scenario says of blood |
/// | V, Q | of a `Host` | um³, um³/min | plasma in a place, and through it |
/// | E | `Loss.extraction` | 1 | of the factor, by organ |
/// | T | `Loss.halfLife` | min | of the factor in plasma |
/// | U | argument | um³/min | clearance into tissue that is simulated, of each place |
/// | S | argument | nM um³/min | what enters the plasma of a place |
public struct PlasmaCircuit: Sendable {
  /// What becomes of a factor in plasma.
  public struct Loss: Sendable, Equatable {
    /// T: half-life in plasma everywhere, min; `nil` where it is lost in organs only.
    public var halfLife: Double?
    /// E: share of what passes an organ that it extracts, by name.
    public var extraction: [String: Double]

    /// A loss.
    public init(halfLife: Double?, extraction: [String: Double] = [:]) {
      self.halfLife = halfLife
      self.extraction = extraction
    }
  }

  /// What there is of a factor, and what became of it.
  public struct Levels: Codable, Sendable, Equatable {
    /// Concentration in each place, nM, at the start of a step and its mean over the last one.
    public var concentration: [Double], mean: [Double]
    /// Entered so far, lost everywhere, gone into tissue, and extracted in each place, nM um³.
    public var entered = 0.0, decayed = 0.0, intoTissue = 0.0, extracted: [Double]

    /// None in so many places.
    public init(places: Int) {
      concentration = Array(repeating: 0, count: places)
      mean = concentration
      extracted = concentration
    }
  }

  /// Position of the veins and of the arteries among the places.
  public static let veins = 0, arteries = 1

  /// Position of the place of each organ; `nil` where no blood flows through it.
  public let places: [Int?]
  /// V: plasma in each place, um³.
  public let volume: [Double]
  /// Q: plasma through each place, um³/min.
  public let flow: [Double]
  /// U: clearance of each place into tissue, um³/min.
  public let uptake: [Double]
  private let extraction: [Double], decay: Double
  /// exp(A t), its integral over a step, and the integral of that, A the rates of the system.
  private let kept: SquareMatrix, integral: SquareMatrix, risen: SquareMatrix
  private let step: Double

  /// The circuit of a factor in a host, for steps of a length (min), with the clearance of each place into tissue, um³/min.
  public init(_ host: Host, _ loss: Loss, uptake: [Double]? = nil, step: Double) {
    let through = host.throughFlow
    let organs = host.organs.indices.filter { through[$0] > 0 && host.organs[$0].bloodVolume > 0 }
    var places = [Int?](repeating: nil, count: host.organs.count)
    for (n, organ) in organs.enumerated() { places[organ] = 2 + n }
    self.places = places
    let blood =
      host.venousBlood + host.arterialBlood + organs.reduce(0) { $0 + host.organs[$1].bloodVolume }
    let share = host.plasma / blood
    volume = ([host.venousBlood, host.arterialBlood] + organs.map { host.organs[$0].bloodVolume })
      .map { $0 * share }
    let fed = organs.filter { host.organs[$0].supply == .arterial }
    let output = fed.reduce(0) { $0 + host.organs[$1].flow }
    flow =
      [output, output].map { $0 * share }
      + organs.map {
        ($0 == host.lung ? output : through[$0]) * share
      }
    extraction = [0, 0] + organs.map { loss.extraction[host.organs[$0].name] ?? 0 }
    decay = loss.halfLife.map { Elementary.log(2) / $0 } ?? 0
    self.step = step
    self.uptake = uptake ?? volume.map { _ in 0 }
    let network = Network(host, places: places, share: share)
    var rates = SquareMatrix(size: volume.count)
    for edge in network.edges {
      rates[edge.to, edge.from] += edge.flow * (1 - extraction[edge.from]) / volume[edge.to]
      rates[edge.from, edge.from] -= edge.flow / volume[edge.from]
    }
    for place in volume.indices {
      rates[place, place] -= decay + self.uptake[place] / volume[place]
    }
    (kept, integral, risen) = rates.propagators(over: step)
  }

  /// Which place the plasma of each goes to, and how much of it does, um³/min.
  private struct Network {
    var edges: [(from: Int, to: Int, flow: Double)] = []

    init(_ host: Host, places: [Int?], share: Double) {
      let through = host.throughFlow
      for (n, organ) in host.organs.enumerated() {
        guard let place = places[n] else { continue }
        if n == host.lung {
          let output = host.organs.indices.reduce(0) {
            $0
              + (places[$1] != nil && host.organs[$1].supply == .arterial
                ? host.organs[$1].flow : 0)
          }
          edges.append((PlasmaCircuit.veins, place, output * share))
          edges.append((place, PlasmaCircuit.arteries, output * share))
        } else {
          edges.append((PlasmaCircuit.arteries, place, organ.flow * share))
          let next = organ.drainsTo.flatMap { places[$0] } ?? PlasmaCircuit.veins
          edges.append((place, next, through[n] * share))
        }
      }
    }
  }

  /// Takes the levels through a step, in which plasma takes an amount in each place at a steady rate.
  ///
  /// - Parameters:
  ///   - levels: the levels.
  ///   - sources: S of each place, nM um³/min; less than 0 where more is taken than enters.
  public func advance(_ levels: inout Levels, sources: [Double]) {
    let raised = zip(sources, volume).map { $0 / $1 }
    let before = levels.concentration
    let after = zip(kept * before, integral * raised).map { $0 + $1 }
    let sums = zip(integral * before, risen * raised).map { $0 + $1 }
    for place in volume.indices {
      levels.entered += sources[place] * step
      levels.decayed += decay * volume[place] * sums[place]
      levels.intoTissue += uptake[place] * sums[place]
      levels.extracted[place] += extraction[place] * flow[place] * sums[place]
      levels.mean[place] = sums[place] / step
    }
    levels.concentration = after
  }

  /// Amount in all places, nM um³.
  public func amount(_ levels: Levels) -> Double {
    zip(levels.concentration, volume).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// What the terms of the ledger leave unexplained, as a share of what entered.
  public func residual(_ levels: Levels) -> Double {
    let gone = levels.decayed + levels.intoTissue + levels.extracted.reduce(0, +)
    let rest = (levels.entered - gone - amount(levels)).magnitude
    return rest == 0 ? 0 : rest / max(levels.entered.magnitude, gone)
  }
}

extension Factor {
  /// Whether some organ of a host that blood flows through extracts it.
  public func isExtracted(in host: Host) -> Bool {
    zip(host.organs, host.throughFlow).contains { $1 > 0 && extraction[$0.name] ?? 0 > 0 }
  }
}
