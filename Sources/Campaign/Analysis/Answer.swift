import Files
import Observations
import Simulation

/// What a run says at first sight: for each arm the mean of some endpoints over replicates, and how it differs from the
/// control.
///
/// Arms share random numbers, so that differences are taken replicate by replicate.
///
///     d̄ ± t s_d / √n          difference, with its interval of 95 %
///     (s_a² + s_c²) / s_d²    factor by which pairing cut the variance
///     n with (t + t') s_d / √n ≤ |d̄|    replicates that settle a difference of this size in four cases of five,
///                                        t' the quantile of 0.8; from four replicates on
public struct Answer: Sendable, Codable, Equatable {
  /// An arm, for one endpoint.
  public struct Arm: Sendable, Codable, Equatable {
    /// Its name.
    public let name: String
    /// Replicates that have a value.
    public let replicates: Int
    /// Their mean, and its interval where there are two or more; `nil` where none has a value.
    public let mean: Double?, low: Double?, high: Double?
    /// The arm that it is compared with; `nil` for a control.
    public let control: String?
    /// Difference from the control, with its interval; `nil` where there is none.
    public let difference: Double?, differenceLow: Double?, differenceHigh: Double?
    /// Factor by which pairing cut the variance of the difference.
    public let pairing: Double?
    /// Replicates that would settle the difference in four cases of five, where its interval holds 0.
    public let needed: Int?
    /// Why replicates have no value; `nil` where all have one.
    public let missing: String?
  }

  /// An endpoint.
  public struct Row: Sendable, Codable, Equatable {
    /// Its name and unit.
    public let endpoint: String, unit: String
    /// The arms, in the order of the scenario.
    public let arms: [Arm]
  }

  /// Replicates of each arm.
  public let replicates: Int
  /// The endpoints.
  public let rows: [Row]

  /// Most endpoints suggested, fewest replicates that a proposal may rest on, and most replicates proposed.
  private static let most = 8, leastReplicates = 4, mostReplicates = 100_000

  /// The answer of the runs of a scenario, which are complete, by arm, then replicate.
  public init(_ trajectories: [Trajectory]) {
    let arms = trajectories.reduce(into: [Experiment]()) { arms, run in
      if arms.last?.arm != run.experiment.arm { arms.append(run.experiment) }
    }
    self.init(
      arms.map { experiment in
        let runs = trajectories.filter { $0.experiment.arm == experiment.arm }
        let endpoints = runs.map { run in
          Endpoints.all(run) { arm in
            trajectories.first { $0.experiment.arm == arm && $0.replicate == run.replicate }
          }
        }
        return (experiment, endpoints)
      }
    )
  }

  /// The answer of the endpoints of each arm, by replicate.
  public init(_ runs: [(experiment: Experiment, endpoints: [[Endpoint]])]) {
    let arms = runs.map(\.experiment)
    let controls = Controls.positions(of: arms)
    // Those that a scenario defines are all shown, of those that are suggested the first few.
    var names: [(name: String, unit: String, isOwn: Bool)] = []
    for experiment in arms {
      for endpoint in Endpoints.headlines(of: experiment)
      where !names.contains(where: { $0.name == endpoint.name }) {
        names.append((endpoint.name, endpoint.unit, !experiment.endpoints.isEmpty))
      }
    }
    replicates = runs.map(\.endpoints.count).max() ?? 0
    var suggested = 0
    rows = names.compactMap { name, unit, isOwn -> Row? in
      let found = runs.map { $0.endpoints.map { run in run.first { $0.name == name } } }
      // Of what is suggested, that which is 0 throughout is left out, as a tumour where there is none.
      if !isOwn {
        guard suggested < Self.most, found.joined().contains(where: { ($0?.value ?? 0) != 0 })
        else { return nil }
        suggested += 1
      }
      return Row(
        endpoint: name,
        unit: unit,
        arms: arms.indices.map { arm in
          let control = Self.control(of: arm, controls, named: arms[0].control, found)
          return Arm(
            arms[arm].arm,
            found[arm],
            beside: control.map { (name: arms[$0].arm, found: found[$0]) }
          )
        }
      )
    }
  }

  /// The arm that one is compared with for an endpoint: its control, or where that has no value of it and was not named as
  /// control, the first arm that has one.
  private static func control(
    of arm: Int,
    _ controls: [Int?],
    named: String?,
    _ found: [[Endpoint?]]
  ) -> Int? {
    func isTold(_ arm: Int) -> Bool { found[arm].contains { $0?.value != nil } }
    guard named == nil, let control = controls[arm], !isTold(control) else { return controls[arm] }
    return found.indices.first(where: isTold).flatMap { $0 == arm ? nil : $0 }
  }

  /// Replicates with which a difference of that mean and deviation would be settled in four cases of five; `nil` where so
  /// many replicates do not tell, and for more than can be proposed.
  static func needed(difference: Double, deviation: Double, among replicates: Int) -> Int? {
    guard difference != 0, replicates >= leastReplicates else { return nil }
    func settles(_ n: Int) -> Bool {
      let t = StudentT(degrees: n - 1)
      return (t.quantile(0.975) + t.quantile(0.8)) * deviation / Double(n).squareRoot()
        <= difference.magnitude
    }
    guard settles(mostReplicates) else { return nil }
    var (low, high) = (1, mostReplicates)
    while high - low > 1 {
      let middle = (low + high) / 2
      if settles(middle) { high = middle } else { low = middle }
    }
    return high
  }
}

extension Answer.Arm {
  /// An arm with its endpoint in each replicate, beside those of the control.
  init(
    _ name: String,
    _ own: [Endpoint?],
    beside control: (name: String, found: [Endpoint?])?
  ) {
    let values = own.compactMap { $0?.value }
    self.name = name
    self.control = control?.name
    replicates = values.count
    missing = own.first { $0?.value == nil }.map { $0?.missing ?? "not applicable" }
    let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    let interval = values.count > 1 ? Estimate.mean(of: values).interval : nil
    (self.mean, low, high) = (mean, interval?.lowerBound, interval?.upperBound)
    let pairs = zip(own, control?.found ?? []).compactMap { own, other in
      own?.value.flatMap { value in other?.value.map { (own: value, control: $0) } }
    }
    let changes = pairs.map { $0.own - $0.control }
    guard !changes.isEmpty else {
      (difference, differenceLow, differenceHigh, pairing, needed) = (nil, nil, nil, nil, nil)
      return
    }
    let change = changes.reduce(0, +) / Double(changes.count)
    difference = change
    guard changes.count > 1, let range = Estimate.mean(of: changes).interval else {
      (differenceLow, differenceHigh, pairing, needed) = (nil, nil, nil, nil)
      return
    }
    (differenceLow, differenceHigh) = (range.lowerBound, range.upperBound)
    let spread = Self.variance(changes)
    let apart = Self.variance(pairs.map(\.own)) + Self.variance(pairs.map(\.control))
    pairing = spread > 0 ? apart / spread : nil
    // Some replicates may have no value.
    let perPair = Double(own.count) / Double(changes.count)
    needed =
      range.contains(0)
      ? Answer.needed(difference: change, deviation: spread.squareRoot(), among: changes.count)
        .map { Int((Double($0) * perPair).rounded(.up)) } : nil
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}

extension Answer {
  /// The answer as tables to read, numbers to three digits.
  public var table: String {
    guard let first = rows.first else { return "" }
    let tables = first.arms.count > 1 ? compared : alone
    return replicates > 1
      ? tables
      : tables + "\nOne replicate shows no spread; with --replicates 8 there are intervals.\n"
  }

  private var heading: String {
    replicates > 1 ? "mean of \(replicates) replicates (95 % interval)" : "one replicate"
  }

  private var alone: String {
    var table = "| endpoint | \(heading) | unit |\n|---|---|---|\n"
    for row in rows {
      for arm in row.arms {
        table += "| \(row.endpoint) | \(mean(of: arm)) | \(row.unit) |\n"
      }
    }
    return table
  }

  private var compared: String {
    let tables = rows.map { row in
      var table =
        "\(row.endpoint) (\(row.unit))\n| arm | \(heading) | difference from | | |\n|---|---|---|---|---|\n"
      for arm in row.arms {
        let difference = Self.text(arm.difference, arm.differenceLow, arm.differenceHigh)
        let control = arm.difference == nil ? "" : arm.control ?? ""
        table +=
          "| \(arm.name) | \(mean(of: arm)) | \(control) | \(difference) | \(Self.verdict(on: arm)) |\n"
      }
      return table
    }
    return tables.joined(separator: "\n") + Self.pairing(rows.flatMap(\.arms))
  }

  /// What pairing did to the variance of differences, in a sentence; empty where there are none.
  public static func pairing(_ arms: [Arm]) -> String {
    let factors = arms.compactMap(\.pairing).sorted()
    guard let least = factors.first, let most = factors.last else { return "" }
    let median = rounded(factors[factors.count / 2])
    let range =
      factors.count > 1
      ? " (median of \(factors.count) differences, \(rounded(least)) to \(rounded(most)))"
      : ""
    return
      "\nArms share random numbers: taking differences in pairs divided their variance by \(median)\(range).\n"
  }

  /// Whether the difference of an arm is settled, in words; empty where that cannot be said.
  public static func verdict(on arm: Arm) -> String {
    guard let difference = arm.difference else { return arm.control == nil ? "control" : "" }
    guard let low = arm.differenceLow, let high = arm.differenceHigh else { return "" }
    if low == 0, high == 0 { return "identical in all replicates" }
    if !(low...high).contains(0) { return difference > 0 ? "more" : "less" }
    return arm.needed.map {
      "not settled; about \($0) replicates would settle a difference of this size"
    }
      ?? "not settled"
  }

  /// The mean of an arm with its interval, and why some replicates have no value.
  public func mean(of arm: Arm) -> String { Self.mean(of: arm, among: replicates) }

  /// The mean of an arm over so many replicates, with its interval, and why some of them have no value.
  static func mean(of arm: Arm, among replicates: Int) -> String {
    let text = text(arm.mean, arm.low, arm.high)
    guard let missing = arm.missing else { return text }
    return arm.replicates == 0 ? missing : "\(text), \(arm.replicates) of \(replicates): \(missing)"
  }

  /// A value with its interval to three digits; empty where there is none.
  public static func text(_ value: Double?, _ low: Double?, _ high: Double?) -> String {
    guard let value else { return "" }
    guard let low, let high, low < high else { return rounded(value) }
    return "\(rounded(value)) (\(rounded(low)) to \(rounded(high)))"
  }

  private static func rounded(_ value: Double) -> String { CSV.number(value, digits: 3) }
}
