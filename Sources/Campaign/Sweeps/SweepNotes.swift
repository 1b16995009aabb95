import Body
import Files
import Laws
import Observations
import Scenario
import Simulation
import Vocabulary

extension Sweep {
  /// Points of the design that notes look at.
  private static let looked = 32

  /// The notes of the scenario, then those that only points of the design raise, among the first of them.
  ///
  /// - Throws: `ScenarioError` where a rule of the library cannot be read.
  public func notes() throws(ScenarioError) -> [Note] {
    struct Place: Hashable {
      let key: String, path: String, arms: [String]
    }
    func place(_ note: Note) -> Place { Place(key: note.key, path: note.path, arms: note.arms) }
    let notes = try description.base.notes()
    var known = Set(notes.map(place))
    var more: [Note] = []
    for point in 0..<min(Self.looked, points.count) {
      // A point that the scenario does not take is reported with its run.
      guard let scenario = try? description.source.resolved(with: points[point].settings) else {
        continue
      }
      for note in try scenario.notes() where known.insert(place(note)).inserted {
        more.append(note.adding("at \(words(for: point))"))
      }
    }
    return notes + more.sorted { ($0.key, $0.path) < ($1.key, $1.path) }
  }
}

extension Sweep {
  /// A point by its number and, where few values vary, these.
  private func words(for point: Int) -> String {
    guard description.parameters.count <= 3 else { return "point \(point + 1) of the design" }
    let values = zip(description.parameters, points[point].labels).map { "\($0.path) \($1)" }
    return "point \(point + 1) of the design (\(values.joined(separator: ", ")))"
  }
}

extension SweepResults {
  /// What the runs came to, as far as notes look at it: endpoints of these names, and the hash of all.
  ///
  /// - Throws: `StoreError` where the store cannot be read.
  public func outcomes(reading names: [String]) throws(StoreError) -> [Outcome] {
    let experiments = sweep.description.base.experiments
    let isPrimed = experiments.contains { $0.product.priming != .init() }
    let observes = experiments.contains { !$0.modalities.isEmpty }
    var outcomes: [Outcome] = []
    for part in runs.inParts {
      let records = try records(of: part, withRows: observes)
      for (run, record) in zip(part, records) {
        guard let record, record.error == nil else { continue }
        let told = zip(names, record.values(of: names)).compactMap { name, value in
          value.map { (name, $0) }
        }
        let endpoints = record.endpoints.filter {
          !isPrimed || $0.name != "peak_licensed_fraction"
        }
        let bytes = Packing.pack(endpoints) + Packing.pack(record.observations)
        outcomes.append(
          Outcome(
            arm: sweep.arms[run.arm],
            species: experiments[run.arm].host.species.rawValue,
            group: "\(run.point) \(run.replicate)",
            endpoints: Dictionary(told) { first, _ in first },
            fate: Digest.of(bytes)
          )
        )
      }
    }
    return outcomes
  }
}
