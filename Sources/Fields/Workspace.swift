import Substrate

/// The arrays of a stack, open to all workers.
package struct FieldSlabs: Sendable {
  /// Concentration, nM; what cells give, nM/min; the rate at which they take, 1/min.
  package let concentration, source, sink: Slab<Float>
  /// What they take where the factor saturates them, nM/min.
  package let capacity: Slab<Float>?
}

extension FieldStack {
  /// Opens the arrays for the length of `body`.
  package mutating func withSlabs<Result>(_ body: (FieldSlabs) -> Result) -> Result {
    concentration.withSlab { concentration in
      source.withSlab { source in
        sink.withSlab { sink in
          if capacity.isEmpty {
            return body(
              .init(concentration: concentration, source: source, sink: sink, capacity: nil)
            )
          }
          return capacity.withSlab { capacity in
            body(
              .init(concentration: concentration, source: source, sink: sink, capacity: capacity)
            )
          }
        }
      }
    }
  }
}

/// Where a sweep works: the fields and the scratch that the factors use in turn.
struct Workspace: Sendable {
  /// Numbers of scratch that a lattice takes: five arrays, the last with room for coarser grids.
  static func numbers(for lattice: Lattice) -> Int {
    4 * lattice.padded + max(lattice.padded, QuasiSteady.Levels.room(for: lattice).numbers)
  }

  let lattice: Lattice
  let fields: FieldSlabs
  /// Two terms of the recurrence, T_j in `terms(j)`.
  private let even, odd: Slab<Float>
  /// λ of each voxel.
  let loss: Slab<Float>
  /// What the step changes, and by how much ∫c dt exceeds Δt c; after the commit, ∫c dt.
  let change, integral: Slab<Float>
  /// Conductances between voxels where the grid has regions.
  let conductances: Conductances?
  /// Where careful steps work, once one was needed.
  let careful: CarefulTerms?
  private let sums: Slab<Double>

  init(
    lattice: Lattice,
    scratch: Slab<Float>,
    sums: Slab<Double>,
    conductances: Slab<UInt16>,
    careful: Slab<Double>?,
    fields: FieldSlabs
  ) {
    self.lattice = lattice
    self.conductances = conductances.count > 1 ? Conductances(conductances, lattice) : nil
    self.careful = careful.map { CarefulTerms($0, lattice) }
    self.fields = fields
    self.sums = sums
    func array(_ n: Int) -> Slab<Float> {
      scratch.part(from: n * lattice.padded, count: lattice.padded)
    }
    even = array(0)
    odd = array(1)
    loss = array(2)
    change = array(3)
    integral = scratch.part(from: 4 * lattice.padded, count: scratch.count - 4 * lattice.padded)
  }

  /// The array of T_j.
  func term(_ j: Int) -> Slab<Float> { j % 2 == 0 ? even : odd }

  /// What a plane summed up.
  func sums(of plane: Int) -> PlaneSums {
    PlaneSums(slab: sums.part(from: plane * PlaneSums.length, count: PlaneSums.length))
  }
}

/// What the planes of a grid report, each on its own, so that sums are taken in one order.
struct PlaneSums {
  /// A number that a plane reports.
  enum Entry: Int, CaseIterable {
    case initial, initialLoss, secreted, squares, largest, largestResidual, largestLoss
    case largestFall
    case final, integral, takenUp, boundary, exchanged
    case largestChange, leastAfter, negative, mismatch, shift, repaired
    case largestRemainder, remainder, loss
    case termAll, termTaken, termFaces, termRegions
  }

  /// Numbers of a plane: the entries, then m and n of the stages of a sweep, eight of each.
  static let length = entries + Course.depth * 16
  private static let entries = Entry.allCases.count
  let slab: Slab<Double>

  /// Begins the sums of a step anew.
  func clearStep() {
    for entry in Entry.final.rawValue...Entry.shift.rawValue { slab[entry] = 0 }
  }

  subscript(entry: Entry) -> Double {
    get { slab[entry.rawValue] }
    nonmutating set { slab[entry.rawValue] = newValue }
  }

  /// Where a stage of a sweep sums up m and n.
  func place(ofTerms stage: Int) -> Slab<Double> {
    slab.part(from: Self.entries + stage * 16, count: 16)
  }

  /// What it summed up.
  func terms(_ stage: Int) -> TermSums {
    let place = place(ofTerms: stage)
    var terms = TermSums()
    for lane in 0..<8 {
      terms.passed[lane] = place[lane]
      terms.lost[lane] = place[lane + 8]
    }
    return terms
  }
}
