import Body
import Fields
import Substrate
import Vocabulary

/// What a formulation holds of factors on a grid and gives off.
struct FormulationStore {
  private let held: [(field: Int, law: Formulation.Held)]
  /// What it still holds, nM um³, in the order of `held`.
  private var store: [Double]

  /// An empty store of the factors that are solved.
  init(_ formulation: Formulation?, _ factors: [Factor], _ solved: [Int]) {
    held = solved.compactMap { field in
      formulation?.held[factors[field].name].map { (field, $0) }
    }
    store = held.map { _ in 0 }
  }

  /// The fields that take what it gives off.
  var fields: [Int] { held.map(\.field) }

  /// Whether a state that was read fits, in a bed of a volume (um³): no more is held than a thousand fillings bring.
  func isSound(in volume: Double) -> Bool {
    store.count == held.count
      && held.indices.allSatisfy { (0...1000 * held[$0].law.level * volume).contains(store[$0]) }
  }

  /// Fills it.
  ///
  /// - Parameters:
  ///   - share: how much of the formulation is put in.
  ///   - volume: volume of a voxel, um³.
  ///   - voxels: number of voxels that it takes.
  mutating func fill(_ share: Double, volume: Double, voxels: Int) {
    for n in held.indices { store[n] += share * held[n].law.level * volume * Double(voxels) }
  }

  /// Gives off what is due in a step.
  ///
  /// - Parameters:
  ///   - fields: the fields that take it.
  ///   - bed: where it lies.
  ///   - step: length of the step, min.
  ///   - share: of each factor the share of an advance of its field that the step is.
  mutating func release(
    to fields: inout FieldStack,
    in bed: TissueBed,
    step: Double,
    share: [Double]
  ) {
    for (n, (field, law)) in held.enumerated() where store[n] > 0 {
      let released = store[n] * (1 - Elementary.exp(-law.release * step))
      store[n] -= released
      fields.secrete(released / step * share[field], of: field, from: bed.voxels)
    }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&store)
  }
}
