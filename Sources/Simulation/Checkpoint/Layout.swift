import Agents
import Body
import Files
import Laws
import Matter
import Substrate
import Vocabulary

/// What an experiment must have in common with a history to continue from it.
public struct Layout: Codable, Sendable, Equatable {
  /// Length of a step, min.
  public var step: Double
  /// Names of the organs.
  public var organs: [String]
  /// Names of the numbers that cells of the product carry.
  public var values: [String]
  /// The grids.
  public var tissues: [Grid]
  /// Names of the factors that plasma carries between organs.
  public var circulating: [String]
  /// The pools of host cells off the grids; `nil` where none are followed.
  public var pools: [String]?
  /// What was done to them, and put into blood, by then; `nil` for nothing.
  public var perturbations: [Perturbation]?, injections: [FactorDose]?
  /// The doses that have begun.
  public var doses: [Dose]
  /// The doses of factors that have begun.
  public var factorDoses: [FactorDose]
  /// The laws of life that their cells have lived by, which act on all they have been through; `nil` where no
  /// dose has begun.
  public var laws: Laws?

  /// The laws by which cells off the grids are followed.
  public struct Laws: Codable, Sendable, Equatable {
    var survival: Survival
    var residence: Residence
    var killing: Killing
    /// The largest hazard by killers of the host, 1/min.
    var largestKilling: Double
    var stress: [PlaceStress]
    /// Damage by signals of the product alone, what its axes add to the hazard, 1/min, and its division.
    var ownStress: [CellTerms.Stress]
    var hazards: [String: Double], division: CellTerms.Division?
  }

  /// A grid with its factors.
  public struct Grid: Codable, Sendable, Equatable {
    var name: String
    var organ: Int
    var shape: GridShape
    var factors: [String]
    var saturates: Bool
    /// Names of the kinds of host cells, in order; none where no host cells are there.
    var kinds: [String]
    /// Names of the numbers that cells of each carry.
    var levels: [[String]]
    /// Whether the tissue is followed, and whether it has a tumour and a share at risk.
    var hasMatter: Bool, hasTumour: Bool, hasRisk: Bool
    /// Whether a region is what cells are put in; what that holds, and what vesicles carry.
    var isFormulated: Bool, held: [String], cargo: [String]
  }

  /// What an experiment has laid out by a time (min).
  public init(_ experiment: Experiment, at time: Double) {
    step = experiment.clock.step
    organs = experiment.host.organs.map(\.name)
    values = experiment.product.terms.names
    circulating = experiment.carried.map(\.name)
    tissues = experiment.tissues.map { tissue in
      Grid(
        name: tissue.name,
        organ: tissue.organ,
        shape: tissue.shape,
        factors: tissue.fields.map { field in
          if case .solved = field.origin { field.factor.name } else { "\(field.factor.name) given" }
        },
        saturates: tissue.fields.contains { field in
          let name = field.factor.name
          return (experiment.product.uptake[name]?.halfSaturation ?? 0) > 0
            || experiment.kinds.contains { ($0.uptake[name]?.halfSaturation ?? 0) > 0 }
        },
        kinds: tissue.populations.isEmpty ? [] : experiment.kinds.map(\.name),
        levels: tissue.populations.isEmpty ? [] : experiment.kinds.map(\.names),
        hasMatter: tissue.matter != nil,
        hasTumour: tissue.matter?.start.tumour != nil,
        hasRisk: tissue.matter?.start.atRisk != nil,
        isFormulated: tissue.bed != nil,
        held: experiment.formulation?.held.keys.sorted() ?? [],
        cargo: experiment.vesicles?.cargo.keys.sorted() ?? []
      )
    }
    pools = experiment.pools?.pools.map { "\($0.type) in \($0.place)" }
    let perturbations = experiment.perturbations.filter { $0.start < time }
    self.perturbations = pools == nil || perturbations.isEmpty ? nil : perturbations
    let injections = experiment.injections.filter { $0.start < time }
    self.injections = injections.isEmpty ? nil : injections
    doses = experiment.doses.filter { $0.start < time }
    factorDoses = experiment.factorDoses.filter { $0.start < time }
    laws =
      doses.isEmpty
      ? nil
      : Laws(
        survival: experiment.laws.survival,
        residence: experiment.laws.residence,
        killing: experiment.laws.killing,
        largestKilling: experiment.laws.killing.largestHazard(in: experiment.host.immunity),
        stress: experiment.stressOffGrids + [experiment.bloodStress],
        ownStress: experiment.product.terms.stress,
        hazards: experiment.product.terms.hazards,
        division: experiment.product.terms.division
      )
  }

  /// Checks that an arm can part from the history of the first one, where its clock says so.
  ///
  /// - Throws: `CheckpointError` that says why not.
  public static func checkFork(of arm: Experiment, from first: Experiment) throws(CheckpointError) {
    let fork = first.clock.fork
    guard arm.clock.fork == fork else {
      throw .data("the arms part at one time; set clock.fork_at once for all")
    }
    guard fork > 0 else { return }
    let time = Double(fork) * first.clock.step
    try Layout(first, at: time).check(arm, at: time)
    func before(_ experiment: Experiment) -> [Int] {
      experiment.clock.outputs.filter { $0 <= fork }
    }
    guard before(arm) == before(first) else {
      throw .data("the arms observe at other times before they part")
    }
  }

  /// Checks that an experiment can continue from a history of this layout that was stopped at a time (min).
  ///
  /// - Throws: `CheckpointError` that says what differs.
  public func check(_ experiment: Experiment, at time: Double) throws(CheckpointError) {
    let other = Layout(experiment, at: time)
    func differs(_ what: String) -> CheckpointError {
      .data(
        "the arm '\(experiment.arm)' cannot go on from a history up to \(CSV.number(time / 60)) h: \(what)"
      )
    }
    guard other.step == step else { throw differs("its clock.cell_step is another") }
    guard other.organs == organs else { throw differs("its host has other organs") }
    guard other.values == values else {
      throw differs("cells of its product have other axes, or other proteins that follow them")
    }
    guard other.circulating == circulating else {
      throw differs("its plasma carries other factors")
    }
    guard other.pools == pools, other.perturbations == perturbations,
      other.injections == injections
    else {
      throw differs(
        "its pools of host cells, or what was done to them or put into blood, are others"
      )
    }
    guard other.tissues == tissues else {
      throw differs(
        "its tissues, their factors, kinds of cells with their axes, formulation or vesicles are others"
      )
    }
    guard other.doses == doses, other.factorDoses == factorDoses else {
      throw differs("its doses before that time are others")
    }
    guard other.laws == laws else {
      throw differs(
        "cells live in it by its survival, residence, killing, stress, and the stress, hazards and division of its product, which must be the same"
      )
    }
    guard time <= experiment.clock.step * Double(experiment.clock.steps) else {
      throw differs("it ends before")
    }
  }
}

/// Keeps a state in memory.
struct MemoryVisitor: StateVisitor {
  private(set) var isReading = false
  private var bytes: [UInt8] = []
  private var next = 0

  /// Turns from writing to reading.
  mutating func rewind() { isReading = true }

  mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {
    let size = MemoryLayout<Value>.size
    if isReading {
      withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes[next..<next + size]) }
      next += size
    } else {
      withUnsafeBytes(of: &value) { bytes.append(contentsOf: $0) }
    }
  }

  mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
    var count = array.count
    try visit(&count)
    let size = count * MemoryLayout<Element>.stride
    if isReading {
      array = Array(unsafeUninitializedCapacity: count) { buffer, initialized in
        UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes[next..<next + size])
        initialized = count
      }
      next += size
    } else {
      array.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
  }
}
