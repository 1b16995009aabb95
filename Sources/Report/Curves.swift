import Campaign
import Files

/// Values of a table over time, by arm, place and quantity: means over replicates with their intervals.
struct Curves {
  /// What a curve is of.
  struct Key: Hashable {
    let arm: String, site: String, quantity: String
  }

  /// A curve, by replicate, then time; `nil` where a replicate has no value.
  struct Curve {
    let unit: String
    var values: [[Double?]] = []

    /// The values of one time.
    func values(at time: Int) -> [Double] {
      values.compactMap { time < $0.count ? $0[time] : nil }
    }

    /// Whether any value is another than 0.
    var isAnything: Bool { values.contains { $0.contains { ($0 ?? 0) != 0 } } }
  }

  /// Times, as the table writes them, in order.
  private(set) var times: [String] = []
  /// Arms, places and quantities, each in the order of the table.
  private(set) var arms: [String] = [], sites: [String] = [], quantities: [String] = []
  /// Most replicates of an arm.
  private(set) var replicates = 0
  private var curves: [Key: Curve] = [:]

  /// The curves of a table that has the columns `arm`, `replicate`, `time_h`, a place, a quantity, a value and a unit; `nil`
  /// where it lacks one of them.
  init?(
    _ table: CSVTable,
    site: String = "site",
    quantity: String,
    value: String = "value",
    unit: String? = "unit"
  ) {
    guard let armColumn = table.position(of: "arm"),
      let replicateColumn = table.position(of: "replicate"),
      let timeColumn = table.position(of: "time_h"), let siteColumn = table.position(of: site),
      let quantityColumn = table.position(of: quantity),
      let valueColumn = table.position(of: value)
    else { return nil }
    let unitColumn = unit.flatMap { table.position(of: $0) }
    var positions: [String: Int] = [:]
    var runs: [String: [String]] = [:]
    var seen: (sites: Set<String>, quantities: Set<String>) = ([], [])
    for row in table.rows {
      let (arm, replicate, time) = (row[armColumn], row[replicateColumn], row[timeColumn])
      if runs[arm] == nil { arms.append(arm) }
      if runs[arm]?.last != replicate { runs[arm, default: []].append(replicate) }
      let run = runs[arm].map { $0.count - 1 } ?? 0
      let key = Key(arm: arm, site: row[siteColumn], quantity: row[quantityColumn])
      if seen.sites.insert(key.site).inserted { sites.append(key.site) }
      if seen.quantities.insert(key.quantity).inserted { quantities.append(key.quantity) }
      let position = positions[time] ?? times.count
      if position == times.count {
        times.append(time)
        positions[time] = position
      }
      curves[key, default: Curve(unit: unitColumn.map { row[$0] } ?? "")]
        .set(Self.number(row[valueColumn]), run: run, time: position)
    }
    replicates = runs.values.map(\.count).max() ?? 0
    // Tables of several arms may hold other times in each.
    let order = times.indices.sorted { (Double(times[$0]) ?? 0) < (Double(times[$1]) ?? 0) }
    guard order != Array(times.indices) else { return }
    times = order.map { times[$0] }
    for (key, curve) in curves {
      curves[key]?.values = curve.values.map { run in order.map { $0 < run.count ? run[$0] : nil } }
    }
  }

  /// A finite number; `nil` for other texts.
  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Replicates of an arm that the table holds at a time.
  func replicates(of arm: String, at time: Int) -> Int {
    curves.reduce(0) { $1.key.arm == arm ? max($0, $1.value.values(at: time).count) : $0 }
  }

  /// A curve; `nil` where there is none.
  subscript(arm: String, site: String, quantity: String) -> Curve? {
    curves[Key(arm: arm, site: site, quantity: quantity)]
  }

  /// Whether a quantity at a place is another than 0 in any arm.
  func isAnything(_ site: String, _ quantity: String) -> Bool {
    arms.contains { self[$0, site, quantity]?.isAnything == true }
  }

  /// Positions of the times that are drawn of some curves where so many at most can be: the first, the last, and of each stretch
  /// between them where the curves together are highest and lowest, so that no peak between two doses is lost.
  func drawn(_ keys: [Key], atMost count: Int) -> [Int] {
    guard times.count > count, count > 3 else { return Array(times.indices) }
    var together = [Double](repeating: 0, count: times.count)
    for key in keys {
      guard let curve = curves[key] else { continue }
      let values = times.indices.map { curve.values(at: $0).max() ?? 0 }
      guard let most = values.max(), most > 0 else { continue }
      for position in times.indices { together[position] += values[position] / most }
    }
    let stretches = (count - 2) / 2
    var drawn: Set<Int> = [0, times.count - 1]
    for stretch in 0..<stretches {
      let range = stretch * times.count / stretches..<(stretch + 1) * times.count / stretches
      drawn.formUnion(
        [
          range.max { together[$0] < together[$1] }, range.min { together[$0] < together[$1] },
        ].compactMap { $0 }
      )
    }
    return drawn.sorted()
  }

  /// Positions of so many times at most, evenly spaced, the first and the last among them.
  func evenly(atMost count: Int) -> [Int] {
    guard times.count > count, count > 1 else { return Array(times.indices) }
    return (0..<count).map { $0 * (times.count - 1) / (count - 1) }
  }

  /// Rows of a figure's data: time, what it is of, number of replicates, mean, and ends of its interval.
  func rows(of key: Key, as fields: [String], at positions: [Int]) -> [[String]] {
    guard let curve = curves[key] else { return [] }
    // A time without a value is a gap in the curve.
    return positions.map { [times[$0]] + fields + Self.statistics(curve.values(at: $0)) }
  }

  /// Names of what `statistics` gives.
  static let statistics = ["n", "mean", "low", "high"]

  /// Number, mean and interval of 95 % of some values, as texts.
  static func statistics(_ values: [Double]) -> [String] {
    guard let first = values.first else { return ["0", "", "", ""] }
    guard values.count > 1 else { return ["1", CSV.number(first), "", ""] }
    let estimate = Estimate.mean(of: values)
    return ["\(values.count)"]
      + [estimate.value, estimate.interval?.lowerBound, estimate.interval?.upperBound]
      .map(CSV.number)
  }
}

extension Curves.Curve {
  fileprivate mutating func set(_ value: Double?, run: Int, time: Int) {
    while values.count <= run { values.append([]) }
    while values[run].count <= time { values[run].append(nil) }
    values[run][time] = value
  }
}
