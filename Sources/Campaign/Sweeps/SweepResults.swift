import Files
import Foundation
import Observations
import Recording
import Scenario
import Simulation
import Substrate

/// The values that the runs of a campaign came to, read from their store in the order of the campaign.
public struct SweepResults: Sendable {
  /// A run.
  public struct Run: Sendable {
    /// Its point from 0, position of its arm, and replicate from 1.
    public let point: Int, arm: Int, replicate: Int
    /// Its key.
    let key: String
  }

  /// The campaign.
  public let sweep: Sweep
  /// All runs: by point, then arm, then replicate.
  public let runs: [Run]
  /// Values of the analysed endpoints by run; `nil` where the run failed or does not tell.
  public let values: [[Double?]]
  /// Units of the endpoints.
  public let units: [String]
  /// Why a run failed, by position.
  public let errors: [Int: String]
  /// Why endpoints could not be read of a run that did not fail, by position of the run, then of the endpoint.
  public let unread: [Int: [Int: String]]
  /// Runs that are not in the store.
  public let missing: Int
  private let store: RunStore

  /// Reads the results of a campaign.
  ///
  /// - Throws: `StoreError` where the store cannot be read.
  public init(_ sweep: Sweep, from store: RunStore, on workers: Workers) throws(StoreError) {
    self.sweep = sweep
    self.store = store
    let keys = workers.map(sweep.points.count) { sweep.keys(of: $0) }
    runs = keys.indices.flatMap { point in
      keys[point].indices.flatMap { arm in
        keys[point][arm].enumerated().map { n, key in
          Run(point: point, arm: arm, replicate: n + 1, key: key)
        }
      }
    }
    var values: [[Double?]] = []
    var errors: [Int: String] = [:]
    var unread: [Int: [Int: String]] = [:]
    var missing = 0
    let endpoints = sweep.description.endpoints
    for part in runs.map(\.key).inParts {
      for record in try store.runs(part, withRows: false) {
        if record == nil { missing += 1 }
        if let error = record?.error { errors[values.count] = error }
        let read = record?.read(endpoints)
        if let words = read?.missing, !words.isEmpty { unread[values.count] = words }
        values.append(read?.values ?? endpoints.map { _ in nil })
      }
    }
    self.errors = errors
    self.missing = missing
    let known = sweep.description.base.experiments.flatMap { Endpoints.all(of: $0) }
    units = endpoints.map { name in known.first { $0.name == name }?.unit ?? "" }
    (self.values, self.unread) = Self.compared(values, unread, runs, sweep)
  }

  /// Values with those of endpoints that compare arms compared, and why endpoints could not be read.
  private static func compared(
    _ values: [[Double?]],
    _ unread: [Int: [Int: String]],
    _ runs: [Run],
    _ sweep: Sweep
  ) -> (values: [[Double?]], unread: [Int: [Int: String]]) {
    struct Place: Hashable {
      let point: Int, arm: String, replicate: Int
    }
    let endpoints = sweep.description.endpoints
    let comparisons = Endpoints.comparisons(of: sweep.description.base.experiments[0])
    guard endpoints.contains(where: { comparisons[$0] != nil }) else { return (values, unread) }
    let places = runs.map { run in
      Place(point: run.point, arm: sweep.arms[run.arm], replicate: run.replicate)
    }
    let positions = Dictionary(uniqueKeysWithValues: zip(places, runs.indices))
    func endpoint(_ n: Int, _ e: Int) -> Endpoint {
      Endpoint(name: endpoints[e], value: values[n][e], unit: "", missing: unread[n]?[e])
    }
    var compared = (values: values, unread: unread)
    for (e, name) in endpoints.enumerated() {
      guard let comparison = comparisons[name], let arm = comparison.arm else { continue }
      for (n, place) in places.enumerated() {
        let other = positions[Place(point: place.point, arm: arm, replicate: place.replicate)]
        let found = endpoint(n, e).compared(
          comparison,
          in: place.arm,
          with: other.map { endpoint($0, e) }
        )
        compared.values[n][e] = found.value
        compared.unread[n, default: [:]][e] = found.missing
      }
    }
    return compared
  }

  /// Times to an event by patient of an arm: `nil` for one who is free of it; those whose run failed are left out.
  func times(of endpoint: String, arm: Int) -> [Double?] {
    guard let e = sweep.description.endpoints.firstIndex(of: endpoint) else { return [] }
    return runs.indices.filter { n in
      runs[n].arm == arm && runs[n].replicate == 1 && errors[n] == nil
    }.map { values[$0][e] }
  }

  /// Values of an endpoint by point, then replicate, of an arm; empty where a point is not in it.
  public func values(of endpoint: Int, arm: Int) -> [[Double?]] {
    var byPoint = [[Double?]](repeating: [], count: sweep.points.count)
    for (n, run) in runs.enumerated() where run.arm == arm {
      byPoint[run.point].append(values[n][endpoint])
    }
    return byPoint
  }

  /// Writes `runs.csv`, `summary.csv` and, where they are kept, `timeseries.csv` and `observations.csv`.
  ///
  /// - Throws: `OutputError` where a file cannot be written, `StoreError` where the store cannot be read.
  public func write(to directory: OutputDirectory) throws {
    try directory.write("runs.csv") { write in
      var csv = CSV(
        columns: ["point"] + sweep.points.header + [
          "arm", "replicate", "error",
        ]
          + sweep.description.endpoints + ["missing"]
      )
      for (n, run) in runs.enumerated() {
        csv.row(
          ["\(run.point + 1)"] + sweep.points.fields(run.point)
            + [
              sweep.arms[run.arm], "\(run.replicate)",
              (errors[n] ?? "").replacing("\n", with: "; "),
            ] + values[n].map(CSV.number) + [whyUnread(n)]
        )
        if n.isMultiple(of: 1000) { try write(csv.take()) }
      }
      try write(csv.take())
    }
    try directory.write("summary.csv", summary)
    try write(TimeseriesRecorder.self, sweep.description.keepsTimeseries, directory) {
      $0.timeseries
    }
    try write(ObservationsRecorder.self, sweep.keepsObservations, directory) { record in
      record.observations.filter { $0.isDetected != nil }
    }
  }

  /// What the store has of some runs.
  func records(of runs: [Run], withRows: Bool) throws(StoreError) -> [RunRecord?] {
    try store.runs(runs.map(\.key), withRows: withRows)
  }

  /// Writes the rows that are kept of every run, each with its point, arm and replicate.
  private func write(
    _ recorder: any ReadingRecorder.Type,
    _ isKept: Bool,
    _ directory: OutputDirectory,
    _ readings: (RunRecord) -> [Quantities.Reading]?
  ) throws {
    guard isKept else { return try directory.remove(recorder.file) }
    try directory.write(recorder.file) { write in
      try write(CSV(columns: ["point", "arm", "replicate"] + recorder.columns).text)
      for part in runs.inParts {
        for (run, record) in zip(part, try store.runs(part.map(\.key), withRows: true)) {
          guard let readings = record.flatMap(readings) else { continue }
          let key = ["\(run.point + 1)", sweep.arms[run.arm], "\(run.replicate)"]
          var csv = CSV(columns: [])
          _ = csv.take()
          for reading in readings { csv.row(key + recorder.fields(reading)) }
          try write(csv.take())
        }
      }
    }
  }

  /// `summary.csv`: mean, spread and 95 % interval over the replicates, and what an arm changes against the control.
  private var summary: String {
    let controls = Controls.positions(of: sweep.description.base.experiments)
    var csv = CSV(
      columns: ["point"] + sweep.points.header + [
        "arm", "endpoint", "unit", "n", "mean", "sd", "low", "high", "difference",
        "difference_low", "difference_high", "missing",
      ]
    )
    let positions = positions
    for point in 0..<sweep.points.count {
      let labels = sweep.points.fields(point)
      for (e, endpoint) in sweep.description.endpoints.enumerated() {
        let byArm = positions[point]
        for arm in sweep.arms(of: point) {
          let own = byArm[arm].map { values[$0][e] }
          let known = own.compactMap { $0 }
          let mean = known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
          let spread = known.count > 1 ? Estimate.mean(of: known) : nil
          let pairs = controls[arm].map { other in
            zip(own, byArm[other].map { values[$0][e] }).compactMap { own, other in
              own.flatMap { own in other.map { own - $0 } }
            }
          }
          let difference = pairs.flatMap { $0.count > 1 ? Estimate.mean(of: $0) : nil }
          csv.row(
            ["\(point + 1)"] + labels
              + [sweep.arms[arm], endpoint, units[e], "\(known.count)"]
              + [
                mean, Self.deviation(known), spread?.interval?.lowerBound,
                spread?.interval?.upperBound,
                pairs.flatMap { $0.isEmpty ? nil : $0.reduce(0, +) / Double($0.count) },
                difference?.interval?.lowerBound, difference?.interval?.upperBound,
              ].map(CSV.number) + [byArm[arm].compactMap { unread[$0]?[e] }.first ?? ""]
          )
        }
      }
    }
    return csv.text
  }

  /// Why endpoints could not be read of a run: each with its reason.
  private func whyUnread(_ run: Int) -> String {
    (unread[run] ?? [:]).sorted { $0.key < $1.key }
      .map { "\(sweep.description.endpoints[$0.key]): \($0.value)" }.joined(separator: "; ")
  }

  /// Why an endpoint could not be read of the first run of an arm that does not tell it; `nil` where none is known.
  func whyUnread(_ endpoint: Int, arm: Int) -> String? {
    runs.indices.first { runs[$0].arm == arm && unread[$0]?[endpoint] != nil }
      .flatMap { unread[$0]?[endpoint] }
  }

  /// Positions of the runs by point, then arm.
  var positions: [[[Int]]] {
    var positions = [[[Int]]](
      repeating: Array(repeating: [], count: sweep.arms.count),
      count: sweep.points.count
    )
    for (n, run) in runs.enumerated() { positions[run.point][run.arm].append(n) }
    return positions
  }

  private static func deviation(_ values: [Double]) -> Double? {
    guard values.count > 1 else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}

extension Array {
  /// Parts of so many elements as are read in one go.
  var inParts: [[Element]] {
    stride(from: 0, to: count, by: 64).map { Array(self[$0..<Swift.min($0 + 64, count)]) }
  }
}

extension RunRecord {
  /// Values of some endpoints, in their order.
  func values(of names: [String]) -> [Double?] { read(names).values }

  /// Values of some endpoints, in their order, and by position why one of them could not be read.
  func read(_ names: [String]) -> (values: [Double?], missing: [Int: String]) {
    var values: [Double?] = Array(repeating: nil, count: names.count)
    var missing: [Int: String] = [:]
    let found = Dictionary(endpoints.map { ($0.name, $0) }) { _, last in last }
    for (n, name) in names.enumerated() {
      guard let endpoint = found[name] else { continue }
      values[n] = endpoint.value
      if endpoint.value == nil { missing[n] = endpoint.missing ?? "" }
    }
    return (values, missing)
  }
}
