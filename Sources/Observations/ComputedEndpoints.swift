import Agents
import Body
import Laws
import Matter
import Simulation
import Vocabulary

extension EndpointPattern.Computed {
  /// How it is read of an experiment; `nil` where that lacks what it reads.
  ///
  /// - Parameters:
  ///   - pattern: its name and meaning, and the tissue.
  ///   - experiment: the experiment.
  ///   - hasDoses: whether cells are given in some arm.
  /// - Returns: the rule.
  func rule(of pattern: EndpointPattern, _ experiment: Experiment, hasDoses: Bool)
    -> EndpointRule?
  {
    func rule(
      _ unit: String,
      afterDose: Bool = false,
      _ times: EndpointRule.Times,
      _ parts: Snapshot.Parts = [],
      _ value: @escaping @Sendable (EndpointWindow) throws(Missing) -> Double
    ) -> EndpointRule {
      EndpointRule(
        pattern.name,
        unit,
        meaning: pattern.meaning,
        afterDose: afterDose,
        times,
        parts,
        value
      )
    }
    guard self == .injuredFold || hasDoses else { return nil }
    switch self {
    case .cellsPerAgent:
      return rule("cells", .never) { window in
        Double(window.experiment.cells) / Double(window.experiment.agents)
      }
    case .viableHalfLife:
      return rule("h", afterDose: true, .doseCourse, .cells) { window throws(Missing) in
        try Self.halfLife(window)
      }
    case .sensitised:
      let killing = experiment.laws.killing
      let onset = experiment.firstDose + killing.onset
      guard experiment.doses.contains(where: { $0.start >= onset }) else { return nil }
      return rule("1 for yes", .end) { window in
        let largest = killing.hazard(
          in: window.experiment.host.immunity,
          sinceFirstDose: .infinity,
          isSensitised: killing.sensitises(window.trajectory.chance),
          isMetAgain: true
        )
        return largest.tCells > 0 ? 1 : 0
      }
    case .cellsGiven:
      guard experiment.doses.contains(where: { $0.condition != nil }) else { return nil }
      return rule("cells", .end) { window in Double(window.last.dose - window.last.toBeGiven) }
    case .lungFirstPass:
      guard let lung = experiment.host.index(of: "lung") else { return nil }
      return rule("fraction of cells in blood", .never) { window in
        Self.firstPass(of: window.experiment, through: lung)
      }
    case .dnaOfSixOrgans:
      let organs = ["liver", "spleen", "kidney", "heart", "brain", "marrow"]
        .compactMap { experiment.host.index(of: $0) }
      guard organs.count == 6, experiment.host.index(of: "lung") != nil else { return nil }
      return rule("cells", afterDose: true, .after(1440), .cells) { window in
        organs.reduce(0) { $0 + window.read.dna(window.last, organ: $1) }
      }
    case .injuredFold:
      guard let t = experiment.tissues.firstIndex(where: { $0.name == pattern.tissue }),
        let matter = experiment.tissues[t].matter
      else { return nil }
      let shape = experiment.tissues[t].shape
      let start = TissueMatter(shape: shape, initial: matter.start).mean.injured
      return rule("of the share at the start", .end, .tissue) { window throws(Missing) in
        guard start > 0 else { throw Missing(words: "nothing is injured at the start") }
        guard let shares = window.last.tissue[t] else {
          preconditionFailure("a grid that follows its tissue")
        }
        return shares.injured / start
      }
    }
  }

  /// The share of cells that an organ does not stop at their first pass: the mean of 1 − P_size over the diameters of the product.
  private static func firstPass(of experiment: Experiment, through organ: Int) -> Double {
    let law = experiment.laws.arrest
    let vessels = experiment.host.organs[organ]
    return experiment.product.diameters.reduce(0) { sum, cell in
      let ratio = cell.diameter / vessels.calibre
      return sum + cell.share * (1 - law.stops(ratio: ratio, bypass: vessels.bypass))
    }
  }

  /// Time (h) in which the living halve: from the start of a dose where it enters at once, and otherwise from the
  /// first observation after all of it has entered.
  private static func halfLife(_ window: EndpointWindow) throws(Missing) -> Double {
    let span = window.span
    let experiment = window.experiment
    let doses = span.doses.map { experiment.doses[$0] }
    let end = span.next ?? span.end
    let after = window.snapshots.filter { $0.time > span.start && $0.time <= end + 1e-6 }
    func living(_ snapshot: Snapshot) -> Double { Double(window.read.living(snapshot).all) }
    let whole = after.firstIndex { snapshot in
      span.doses.allSatisfy {
        snapshot.entered[$0] == experiment.parts * Int(experiment.doses[$0].cells)
      }
    }
    guard let whole else {
      throw Missing(words: "not all of the dose has entered before the next one begins")
    }
    var points = after[whole...].map { (time: ($0.time - span.start) / 60, cells: living($0)) }
    if doses.allSatisfy({ $0.duration <= experiment.clock.step }) {
      let before = window.snapshots.first { $0.time <= span.start }.map(living) ?? 0
      points.insert(
        (0, before + doses.reduce(0) { $0 + Double(experiment.parts * Int($1.cells)) }),
        at: 0
      )
    }
    let start = points[0]
    guard start.cells > 0 else { throw Missing(words: "no cell lives when the dose has entered") }
    guard let half = halfTime(points.map { (time: $0.time, share: $0.cells / start.cells) }) else {
      let last = EndpointSpan.words(end - span.start)
      throw Missing(
        words:
          "more than half of the cells live \(last) after the dose, when \(span.next == nil ? "the run ends" : "the next one begins")"
      )
    }
    return half - start.time
  }

  /// Time at which a share first falls below one half, between points by straight line.
  static func halfTime(_ points: [(time: Double, share: Double)]) -> Double? {
    for (last, now) in zip(points, points.dropFirst()) where last.share >= 0.5 && now.share < 0.5 {
      return last.time + (last.share - 0.5) / (last.share - now.share) * (now.time - last.time)
    }
    return nil
  }
}
