import Files
import Scenario
import Substrate

/// What a campaign's design says of its parameters: `sensitivity.csv`, and the same in words.
///
/// Values are means over the replicates of a point. The noise of these means is the spread of the replicates; an
/// index that does not rise above it is said to be below noise.
public struct SweepSensitivity: Sendable {
  /// A measure of a parameter.
  public struct Row: Sendable {
    /// The endpoint, the arm and the parameter.
    public let endpoint: String, arm: String, parameter: String
    /// Whether the parameter's value is assumed, fitted or calibrated.
    public let isAssumed: Bool
    /// What is measured: first_order, total, mu, mu_star, sigma or prcc.
    public let measure: String
    /// The value, and the interval that holds it with 95 % confidence where there is one.
    public let value: Double?, low: Double?, high: Double?
    /// What is to be thought of it.
    public let verdict: String
  }

  /// The measures, by endpoint, arm and parameter.
  public let rows: [Row]
  /// Sentences: noise, convergence, and what rests on assumed parameters.
  public let notes: [String]

  /// Sensitivities of the results; `nil` where the design has none.
  public init?(_ results: SweepResults, on workers: Workers) {
    let sweep = results.sweep
    var rows: [Row] = []
    var notes: [String] = []
    if sweep.description.design.isListed { return nil }
    for (e, endpoint) in sweep.description.endpoints.enumerated() {
      for (arm, name) in sweep.arms.enumerated() {
        let values = results.values(of: e, arm: arm)
        let means = values.map(Self.mean)
        let known = means.compactMap { $0 }
        guard known.count > 2 else {
          let why = results.whyUnread(e, arm: arm).map { ": \($0)" } ?? ""
          notes.append("\(endpoint), \(name): too few points tell it\(why)")
          continue
        }
        guard known.contains(where: { $0 != known[0] }) else {
          notes.append("\(endpoint), \(name): the same at every point that tells it")
          continue
        }
        let part = Part(
          endpoint: endpoint,
          arm: name,
          sweep: sweep,
          means: means,
          noise: Self.noise(values),
          workers: workers
        )
        let found = part.measured
        rows += found.rows
        notes += found.notes.map { "\(endpoint), \(name): \($0)" }
      }
    }
    self.rows = rows
    self.notes = notes
  }

  private static func mean(_ values: [Double?]) -> Double? {
    let known = values.compactMap { $0 }
    guard !known.isEmpty, known.count == values.count else { return nil }
    return known.reduce(0, +) / Double(known.count)
  }

  /// Variance of the mean of the replicates of a point that is noise: the residual of point and replicate, for
  /// replicates share random numbers over the points; `nil` with one replicate.
  package static func noise(_ values: [[Double?]]) -> Double? {
    let whole = values.compactMap { point -> [Double]? in
      let known = point.compactMap { $0 }
      return known.count == point.count && known.count > 1 ? known : nil
    }
    guard whole.count > 1, let count = whole.first?.count else { return nil }
    let rows = whole.map { $0.reduce(0, +) / Double(count) }
    let columns = (0..<count).map { r in whole.reduce(0) { $0 + $1[r] } / Double(whole.count) }
    let mean = rows.reduce(0, +) / Double(rows.count)
    var squares = 0.0
    for (point, row) in zip(whole, rows) {
      for r in 0..<count {
        let rest = point[r] - row - columns[r] + mean
        squares += rest * rest
      }
    }
    return squares / Double((whole.count - 1) * (count - 1)) / Double(count)
  }

  /// `sensitivity.csv`.
  public var csv: String {
    var csv = CSV(columns: [
      "endpoint", "arm", "parameter", "assumed", "measure", "value", "low", "high", "verdict",
    ])
    for row in rows {
      csv.row(
        [row.endpoint, row.arm, row.parameter, row.isAssumed ? "true" : "false", row.measure]
          + [row.value, row.low, row.high].map(CSV.number) + [row.verdict]
      )
    }
    return csv.text
  }

  /// The largest measures of every endpoint and arm, as a table.
  public func table(most: Int = 8) -> String {
    var text =
      "| endpoint | arm | parameter | measure | value | interval | |\n|---|---|---|---|---|---|---|\n"
    let leading = ["total", "mu_star", "prcc"]
    var seen: [String] = []
    for row in rows where leading.contains(row.measure) {
      let key = "\(row.endpoint) \(row.arm)"
      if !seen.contains(key) { seen.append(key) }
    }
    for key in seen {
      let own = rows.filter { "\($0.endpoint) \($0.arm)" == key && leading.contains($0.measure) }
      let order = own.sorted { ($0.value?.magnitude ?? 0) > ($1.value?.magnitude ?? 0) }
      for row in order.prefix(most) {
        func digits(_ value: Double?) -> String {
          value.map { CSV.number($0, digits: 3) } ?? ""
        }
        text +=
          "| \(row.endpoint) | \(row.arm) | `\(row.parameter)` | \(row.measure) | \(digits(row.value)) | \(digits(row.low)) to \(digits(row.high)) | \(row.verdict) |\n"
      }
    }
    return text
  }

  /// One endpoint in one arm.
  private struct Part {
    let endpoint: String, arm: String
    let sweep: Sweep
    let means: [Double?]
    /// Variance of a mean due to noise of the replicates.
    let noise: Double?
    let workers: Workers

    private var parameters: [SweepDescription.Parameter] { sweep.description.parameters }

    var measured: (rows: [Row], notes: [String]) {
      switch sweep.description.design {
      case .saltelli(let points, _): sobol(points)
      case .morris(let trajectories, let levels): morris(trajectories, levels)
      default: ranks()
      }
    }

    private func row(
      _ parameter: Int,
      _ measure: String,
      _ value: Double?,
      _ bounds: (low: Double, high: Double)?,
      _ verdict: String
    ) -> Row {
      Row(
        endpoint: endpoint,
        arm: arm,
        parameter: parameters[parameter].path,
        isAssumed: parameters[parameter].isAssumed,
        measure: measure,
        value: value,
        low: bounds?.low,
        high: bounds?.high,
        verdict: verdict
      )
    }

    private func sobol(_ points: Int) -> (rows: [Row], notes: [String]) {
      let width = parameters.count + 2
      let whole = (0..<points).filter { n in
        (0..<width).allSatisfy { means[n * width + $0] != nil }
      }
      guard whole.count >= 4 else { return ([], ["too few points tell it"]) }
      func indices(_ rows: [Int]) -> SobolIndices {
        func column(_ place: Int) -> [Double] { rows.compactMap { means[$0 * width + place] } }
        return SobolIndices(
          a: column(0),
          b: column(1),
          mixed: parameters.indices.map { column(2 + $0) },
          seed: sweep.description.seed,
          on: workers
        )
      }
      let all = indices(whole)
      let half = indices(Array(whole.prefix(max(2, whole.count / 2))))
      // Of the variance of the means a part is noise of the replicates, which adds to T and not to S.
      let floor = noise.map { all.variance > 0 ? min(1, $0 / all.variance) : 0 } ?? 0
      let rest = max(1e-12, 1 - floor)
      func corrected(_ index: SobolIndices.Index, by part: Double) -> SobolIndices.Index {
        .init(
          value: (index.value - part) / rest,
          low: (index.low - part) / rest,
          high: (index.high - part) / rest
        )
      }
      let first = all.first.map { corrected($0, by: 0) }
      let total = all.total.map { corrected($0, by: floor) }
      var rows: [Row] = []
      for i in parameters.indices {
        for (measure, index) in [("first_order", first[i]), ("total", total[i])] {
          let isNone = index.value == 0 && index.low == 0
          let verdict =
            isNone
            ? "no effect"
            : index.low > 0
              ? "above noise" : measure == "total" && floor > 0 ? "below noise" : "not told from 0"
          rows.append(row(i, measure, index.value, (index.low, index.high), verdict))
        }
      }
      let moved =
        parameters.indices.map {
          max(
            (all.total[$0].value - half.total[$0].value).magnitude,
            (all.first[$0].value - half.first[$0].value).magnitude
          )
        }.max() ?? 0
      func sum(_ isAssumed: Bool) -> Double {
        parameters.indices.reduce(0) {
          parameters[$1].isAssumed == isAssumed ? $0 + max(0, first[$1].value) : $0
        }
      }
      // What interacts may be of either; where none is assumed nothing rests on such.
      let isAnyAssumed = parameters.contains(where: \.isAssumed)
      let (assumed, sourced) = (min(1, sum(true)), isAnyAssumed ? sum(false) : 1)
      var notes = [
        "from half of \(whole.count) points to all of them indices move by at most \(Self.percent(moved)) %"
          + (moved > 0.05 ? ": take more points" : ""),
        "\(Self.percent(assumed)) to \(Self.percent(max(assumed, 1 - sourced))) % of the variance rests on assumed parameters",
      ]
      notes.append(
        noise == nil
          ? "one replicate: noise is not told from parameters"
          : "noise of the replicates is \(Self.percent(floor)) % of the variance"
      )
      return (rows, notes)
    }

    private func morris(_ trajectories: Int, _ levels: Int) -> (rows: [Row], notes: [String]) {
      let design = MorrisDesign(
        trajectories: trajectories,
        levels: levels,
        dimensions: parameters.count,
        seed: sweep.description.seed
      )
      let found = ElementaryEffects(
        values: means,
        steps: design.steps,
        parameters: parameters.count
      )
      let half = ElementaryEffects(
        values: means,
        steps: Array(design.steps.prefix(max(2, trajectories / 2))),
        parameters: parameters.count
      )
      let delta = Double(levels) / Double(2 * (levels - 1))
      // |EE| of nothing but noise: two means differ by √2 times their noise, of which √(2/π) is the mean size.
      let floor = (noise ?? 0).squareRoot() * (2 * 2 / Double.pi).squareRoot() / delta
      var rows: [Row] = []
      for i in parameters.indices {
        guard let effect = found.effects[i] else { continue }
        let verdict =
          effect.size == 0
          ? "no effect"
          : effect.size - effect.error <= floor
            ? "below the noise of the replicates" : "above noise"
        rows.append(row(i, "mu", effect.mean, nil, verdict))
        rows.append(
          row(
            i,
            "mu_star",
            effect.size,
            (effect.size - effect.error, effect.size + effect.error),
            verdict
          )
        )
        rows.append(row(i, "sigma", effect.spread, nil, verdict))
      }
      func order(_ effects: ElementaryEffects) -> [Int] {
        effects.effects.indices.sorted {
          effects.effects[$0]?.size ?? 0 > effects.effects[$1]?.size ?? 0
        }
      }
      let few = min(3, parameters.count)
      let isSame = Set(order(found).prefix(few)) == Set(order(half).prefix(few))
      let unknown =
        noise == nil ? ["one replicate: noise is not told from parameters"] : []
      return (
        rows,
        unknown + [
          "the \(few) largest of half the trajectories are "
            + (isSame ? "those of all of them" : "others than those of all of them: take more")
        ]
      )
    }

    private func ranks() -> (rows: [Row], notes: [String]) {
      let known = means.indices.filter { means[$0] != nil }
      let places = sweep.points.places
      func coefficients(_ points: [Int]) -> PartialRankCorrelation? {
        PartialRankCorrelation(
          parameters: parameters.indices.map { i in points.map { places[$0][i] } },
          values: points.compactMap { means[$0] }
        )
      }
      guard let found = coefficients(known) else {
        return ([], ["too few points for rank correlations of \(parameters.count) parameters"])
      }
      let degrees = Double(known.count - 1 - parameters.count)
      let rows = parameters.indices.map { i -> Row in
        let rho = found.coefficients[i]
        // Fisher's transformation; artanh by logarithms.
        let z = 0.5 * Elementary.log((1 + rho) / max(1e-12, 1 - rho))
        let half = 1.959964 / max(1, degrees - 1).squareRoot()
        func back(_ z: Double) -> Double {
          let e = Elementary.exp(2 * z)
          return (e - 1) / (e + 1)
        }
        return row(
          i,
          "prcc",
          rho,
          (back(z - half), back(z + half)),
          found.chances[i] < 0.05 ? "above noise" : "not told from 0"
        )
      }
      var notes: [String] = []
      if let half = coefficients(Array(known.prefix(known.count / 2))) {
        let moved =
          zip(found.coefficients, half.coefficients).map { ($0 - $1).magnitude }.max() ?? 0
        notes.append(
          "from half of \(known.count) points to all of them coefficients move by at most \(CSV.number(moved, digits: 2))"
        )
      }
      return (rows, notes)
    }

    private static func percent(_ share: Double) -> String {
      CSV.number(100 * share, digits: 2)
    }
  }
}
