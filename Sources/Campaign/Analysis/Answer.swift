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
///     n with t s_d / √n < |d̄|  replicates that would settle a difference of this size
public struct Answer: Sendable, Codable, Equatable {
  /// An arm, for one endpoint.
  public struct Arm: Sendable, Codable, Equatable {
    /// Its name.
    public let name: String
    /// Replicates that have a value.
    public let replicates: Int
    /// Their mean, and its interval where there are two or more; `nil` where none has a value.
    public let mean: Double?, low: Double?, high: Double?
    /// Difference from the control, with its interval; `nil` for the control itself and where there is none.
    public let difference: Double?, differenceLow: Double?, differenceHigh: Double?
    /// Factor by which pairing cut the variance of the difference.
    public let pairing: Double?
    /// Replicates that would settle the difference, where its interval holds 0.
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

  /// Name of the arm that the others are compared with; `nil` for a scenario of one arm.
  public let control: String?
  /// Replicates of each arm.
  public let replicates: Int
  /// The endpoints.
  public let rows: [Row]

  /// Most endpoints that are told, and most replicates that are proposed.
  private static let most = 8, mostReplicates = 100_000

  /// The answer of the runs of a scenario, which are complete, by arm, then replicate.
  public init(_ trajectories: [Trajectory]) {
    let arms = trajectories.reduce(into: [String]()) { names, run in
      if names.last != run.experiment.arm { names.append(run.experiment.arm) }
    }
    let runs = arms.map { arm in trajectories.filter { $0.experiment.arm == arm } }
    let control = arms.count > 1 ? Self.control(among: runs.compactMap(\.first?.experiment)) : nil
    let values = runs.map { runs in
      runs.map { run in
        Endpoints.all(run) { arm in
          trajectories.first { $0.experiment.arm == arm && $0.replicate == run.replicate }
        }
      }
    }
    var names: [(name: String, unit: String)] = []
    for run in runs {
      guard let experiment = run.first?.experiment else { continue }
      for endpoint in Endpoints.headlines(of: experiment)
      where !names.contains(where: { $0.name == endpoint.name }) {
        names.append(endpoint)
      }
    }
    self.control = control
    replicates = runs.map(\.count).max() ?? 0
    rows = names.compactMap { name, unit -> Row? in
      let found = values.map { $0.map { run in run.first { $0.name == name } } }
      guard found.joined().contains(where: { $0?.value != nil }) else { return nil }
      let of = arms.firstIndex { $0 == control }.map { found[$0] }
      return Row(
        endpoint: name,
        unit: unit,
        arms: zip(arms, found).map { arm, own in
          Arm(arm, own, beside: arm == control ? nil : of)
        }
      )
    }.prefix(Self.most).map { $0 }
  }

  /// The control that the scenario names; else the first arm without a dose; else the first.
  private static func control(among arms: [Experiment]) -> String? {
    (arms.first?.control
      ?? arms.first { $0.doses.isEmpty && $0.factorDoses.isEmpty }?.arm) ?? arms.first?.arm
  }

  /// Replicates with which a difference of that mean and deviation would be settled; `nil` for more than can be proposed.
  static func needed(difference: Double, deviation: Double) -> Int? {
    guard difference != 0 else { return nil }
    func settles(_ n: Int) -> Bool {
      StudentT(degrees: n - 1).quantile(0.975) * deviation / Double(n).squareRoot()
        < difference.magnitude
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
  fileprivate init(_ name: String, _ own: [Endpoint?], beside control: [Endpoint?]?) {
    let values = own.compactMap { $0?.value }
    self.name = name
    replicates = values.count
    missing = own.first { $0?.value == nil }.map { $0?.missing ?? "the arm does not have it" }
    let mean = values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    let interval = values.count > 1 ? Estimate.mean(of: values).interval : nil
    (self.mean, low, high) = (mean, interval?.lowerBound, interval?.upperBound)
    let pairs = zip(own, control ?? []).compactMap { own, other in
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
    needed =
      range.contains(0)
      ? Answer.needed(difference: change, deviation: spread.squareRoot()) : nil
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}

extension Answer {
  /// The answer as tables to read, numbers to three digits.
  public var table: String {
    guard !rows.isEmpty else { return "" }
    let tables = control.map { compared(with: $0) } ?? alone
    return replicates > 1
      ? tables
      : tables + "\nOne replicate shows no spread; with --replicates 8 there are intervals.\n"
  }

  private var heading: String {
    replicates > 1
      ? "mean of \(replicates) replicates (95 % interval)" : "one replicate"
  }

  private var alone: String {
    var table = "\n| endpoint | \(heading) | unit |\n|---|---|---|\n"
    for row in rows {
      for arm in row.arms {
        let value = Self.text(arm.mean, arm.low, arm.high)
        table += "| \(row.endpoint) | \(value)\(Self.remark(arm, replicates)) | \(row.unit) |\n"
      }
    }
    return table
  }

  private func compared(with control: String) -> String {
    var table = ""
    for row in rows {
      table +=
        "\n\(row.endpoint) (\(row.unit))\n| arm | \(heading) | difference from \(control) | |\n|---|---|---|---|\n"
      for arm in row.arms {
        table += "| \(arm.name) | \(Self.text(arm.mean, arm.low, arm.high))"
        table += "\(Self.remark(arm, replicates)) | "
        table += Self.text(arm.difference, arm.differenceLow, arm.differenceHigh)
        table += " | \(verdict(on: arm)) |\n"
      }
    }
    let pairings = rows.flatMap { $0.arms.compactMap(\.pairing) }.sorted()
    if let least = pairings.first, let most = pairings.last {
      table +=
        "\nArms share random numbers: taken in pairs, the variance of a difference is \(Self.rounded(least)) to \(Self.rounded(most)) times smaller.\n"
    }
    return table
  }

  /// Whether the difference of an arm is settled, in words.
  private func verdict(on arm: Arm) -> String {
    guard let difference = arm.difference else { return arm.name == control ? "control" : "" }
    guard let low = arm.differenceLow, let high = arm.differenceHigh else { return "" }
    if low == 0, high == 0 { return "no difference" }
    if !(low...high).contains(0) { return difference > 0 ? "more" : "less" }
    return arm.needed.map { "not settled; \($0) replicates would settle a difference of this size" }
      ?? "not settled"
  }

  private static func remark(_ arm: Arm, _ replicates: Int) -> String {
    guard let missing = arm.missing else { return "" }
    return arm.replicates == 0 ? missing : ", \(arm.replicates) of \(replicates)"
  }

  private static func text(_ value: Double?, _ low: Double?, _ high: Double?) -> String {
    guard let value else { return "" }
    guard let low, let high, low < high else { return rounded(value) }
    return "\(rounded(value)) (\(rounded(low)) to \(rounded(high)))"
  }

  private static func rounded(_ value: Double) -> String { CSV.number(value, digits: 3) }
}
