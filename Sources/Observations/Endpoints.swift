import Agents
import Body
import Laws
import Matter
import Simulation
import Substrate

/// The endpoints of every run, and those that a scenario defines.
public enum Endpoints {
  /// The endpoints that the runs of an experiment have, without values.
  public static func all(of experiment: Experiment) -> [Endpoint] {
    let comparisons = comparisons(of: experiment)
    return named(of: experiment).map { name, rule, after in
      let unit = rule.unit(after: after)
      return Endpoint(
        name: name,
        value: nil,
        unit: comparisons[name]?.form.unit(of: unit) ?? unit,
        missing: nil
      )
    }
  }

  /// All endpoints of a run, in the order of `summary.csv`.
  ///
  /// - Parameters:
  ///   - trajectory: the run.
  ///   - other: the same replicate of another arm, for endpoints that compare arms; `nil` where it was not run.
  /// - Returns: the endpoints, with values or why there are none.
  public static func all(
    _ trajectory: Trajectory,
    beside other: (String) -> Trajectory? = { _ in nil }
  ) -> [Endpoint] {
    let experiment = trajectory.experiment
    let comparisons = comparisons(of: experiment)
    var others: [String: [Endpoint]] = [:]
    return own(trajectory).map { endpoint in
      guard let comparison = comparisons[endpoint.name], let arm = comparison.arm else {
        return endpoint
      }
      if others[arm] == nil, let run = other(arm) { others[arm] = own(run) }
      return endpoint.compared(
        comparison,
        in: experiment.arm,
        with: others[arm]?.first { $0.name == endpoint.name }
      )
    }
  }

  /// All endpoints of a run by itself: those that compare arms are not compared yet.
  public static func own(_ trajectory: Trajectory) -> [Endpoint] {
    let read = Observables(trajectory.experiment)
    return named(of: trajectory.experiment).map { name, rule, after in
      do throws(Missing) {
        let value = try value(of: rule, after: after, trajectory, read)
        return Endpoint(name: name, value: value, unit: rule.unit(after: after), missing: nil)
      } catch {
        return Endpoint(
          name: name,
          value: nil,
          unit: rule.unit(after: after),
          missing: error.words
        )
      }
    }
  }

  /// The endpoints of an experiment that compare arms, by name.
  public static func comparisons(of experiment: Experiment) -> [String: QuantityEndpoint.Comparison]
  {
    var comparisons: [String: QuantityEndpoint.Comparison] = [:]
    for endpoint in experiment.endpoints {
      guard let comparison = endpoint.comparison, comparison.arm != nil else { continue }
      comparisons[endpoint.name] = comparison
    }
    return comparisons
  }

  /// The arms that endpoints of an experiment, by name, compare it with.
  public static func armsBeside(_ experiment: Experiment, for names: [String]) -> Set<String> {
    let comparisons = comparisons(of: experiment)
    return Set(names.compactMap { comparisons[$0]?.arm }).subtracting([experiment.arm])
  }

  /// Names of the endpoints that a scenario can read under a name of its own, and whether each is read after a dose.
  ///
  /// - Parameter experiment: an arm; where nothing is given in it, endpoints of doses count as well, which
  ///   other arms may have.
  /// - Returns: the names, in the order of `summary.csv`.
  public static func readable(of experiment: Experiment) -> [(name: String, isAfterDose: Bool)] {
    rules(of: experiment, evenWithoutDoses: true).map { ($0.name, $0.isAfterDose) }
  }

  /// What the endpoints of an experiment read, and after which dose.
  static func wanted(of experiment: Experiment) -> [(rule: EndpointRule, after: ReferenceDose)] {
    named(of: experiment).map { ($0.rule, $0.after) }
  }

  /// The spans that an endpoint after a dose may be read in: a condition is known in the run only.
  static func candidates(of experiment: Experiment, _ after: ReferenceDose) -> [EndpointSpan] {
    func isSure(_ dose: Dose) -> Bool { dose.condition == nil }
    let spans = EndpointSpan.afterDoses(
      of: experiment,
      refused: experiment.doses.map { _ in false },
      isNext: isSure
    )
    func isSure(_ span: EndpointSpan) -> Bool {
      span.doses.contains { isSure(experiment.doses[$0]) }
    }
    if spans.isEmpty { return [] }
    switch after {
    case .first: return Array(spans[...(spans.firstIndex(where: isSure) ?? spans.count - 1)])
    case .last: return Array(spans[(spans.lastIndex(where: isSure) ?? 0)...])
    case .each: return spans.map(\.beforeNext)
    }
  }

  // MARK: - Values

  static func named(of experiment: Experiment)
    -> [(name: String, rule: EndpointRule, after: ReferenceDose)]
  {
    let rules = rules(of: experiment)
    return rules.map { ($0.name, $0, .first) }
      + experiment.endpoints.compactMap { named in
        switch named.content {
        case .endpoint(let read, let after, _):
          rules.first { $0.name == read }.map { (named.name, $0, after) }
        case .quantity(let quantity):
          (named.name, quantity.rule(named: named.name), quantity.after ?? .first)
        }
      }
  }

  private static func value(
    of rule: EndpointRule,
    after: ReferenceDose,
    _ trajectory: Trajectory,
    _ read: Observables
  ) throws(Missing) -> Double {
    let experiment = trajectory.experiment
    guard rule.isAfterDose else {
      return try value(of: rule, in: EndpointSpan(of: experiment.clock), trajectory, read)
    }
    let refused = trajectory.seen.last?.refused ?? experiment.doses.map { _ in false }
    let spans = EndpointSpan.afterDoses(of: experiment, refused: refused)
    guard let first = spans.first, let last = spans.last else {
      throw Missing(words: "no dose was given: the host did not meet the condition")
    }
    switch after {
    case .first: return try value(of: rule, in: first, trajectory, read)
    case .last: return try value(of: rule, in: last, trajectory, read)
    case .each:
      var values: [Double] = []
      var missing: Missing?
      for span in spans {
        do throws(Missing) {
          values.append(try value(of: rule, in: span.beforeNext, trajectory, read))
        } catch {
          missing = missing ?? error
        }
      }
      if values.isEmpty, let missing { throw missing }
      return values.reduce(0, +) / Double(values.count)
    }
  }

  private static func value(
    of rule: EndpointRule,
    in span: EndpointSpan,
    _ trajectory: Trajectory,
    _ read: Observables
  ) throws(Missing) -> Double {
    let clock = trajectory.experiment.clock
    var snapshots: [Snapshot] = []
    for step in try span.steps(rule.times, clock) {
      guard let snapshot = trajectory.seen(after: step), snapshot.holds(rule.parts) else {
        let reached = (trajectory.seen.last?.time ?? 0)
        let isStopped = reached < clock.step * Double(clock.steps)
        throw Missing(
          words: isStopped
            ? "the run was stopped at \(EndpointSpan.words(reached))"
            : "was not observed in the history that the run goes on from, at \(EndpointSpan.words(Double(step) * clock.step))"
        )
      }
      snapshots.append(snapshot)
    }
    return try rule.value(
      EndpointWindow(span: span, trajectory: trajectory, read: read, snapshots: snapshots)
    )
  }

  // MARK: - Rules

  /// How the endpoints of an experiment are read, in the order of `summary.csv`.
  private static func rules(of experiment: Experiment, evenWithoutDoses: Bool = false)
    -> [EndpointRule]
  {
    let rules = hosts(experiment) + tissues(experiment)
    guard !experiment.doses.isEmpty || evenWithoutDoses else { return rules }
    return rules + survival(experiment) + schedule(experiment) + lung(experiment)
      + labels(experiment) + lastDetections(experiment)
  }

  /// A share of what was given by a time (min) after a dose.
  private static func fraction(
    _ name: String,
    after time: Double,
    _ meaning: String,
    _ cells: @escaping @Sendable (Snapshot, Observables) -> Double
  ) -> EndpointRule {
    EndpointRule(
      name,
      EndpointRule.share,
      meaning: "\(meaning), as a share of the cells given by then",
      afterDose: true,
      .after(time),
      .cells
    ) { window in
      let given = window.last.given(of: window.experiment.doses)
      return cells(window.last, window.read) / Double(given)
    }
  }

  /// How many of the cells given live, how long, and how many are licensed.
  private static func survival(_ experiment: Experiment) -> [EndpointRule] {
    func living(_ days: Int) -> EndpointRule {
      fraction("survival_\(days)_d", after: Double(days) * 1440, "living cells") {
        Double($1.living($0).all)
      }
    }
    return [
      EndpointRule(
        "cells_per_agent",
        "cells",
        meaning: "cells that an agent stands for, the mean over all doses",
        .never
      ) { window in
        Double(window.experiment.cells) / Double(window.experiment.agents)
      },
      EndpointRule(
        "viable_half_life",
        "h",
        meaning:
          "time in which the living halve: from the start of the dose where it enters within a step, else from when all of it has entered; before the next dose begins",
        afterDose: true,
        .doseCourse,
        .cells
      ) { window throws(Missing) in try halfLife(window) },
      living(1), living(3), living(7),
      EndpointRule(
        "peak_licensed_fraction",
        "fraction of viable cells",
        meaning: "largest share of the living that is licensed",
        afterDose: true,
        .course,
        .cells
      ) { window throws(Missing) in
        let shares = window.snapshots.compactMap { snapshot -> Double? in
          let living = window.read.living(snapshot)
          return living.all == 0 ? nil : Double(living.licensed) / Double(living.all)
        }
        guard let peak = shares.max() else {
          throw Missing(words: "no cell lives at any observation after the dose")
        }
        return peak
      },
    ]
  }

  /// The endpoints of repeated doses: whether the host is sensitised by the time of the next dose, and how
  /// many were given where that depends on the host.
  private static func schedule(_ experiment: Experiment) -> [EndpointRule] {
    let killing = experiment.laws.killing
    let onset = experiment.firstDose + killing.onset
    var rules: [EndpointRule] = []
    if experiment.doses.contains(where: { $0.start >= onset }) {
      rules.append(
        EndpointRule(
          "host_sensitised",
          "1 for yes",
          meaning: "whether the host knows the cells by the time it meets them again",
          .end
        ) { window in
          let largest = killing.hazard(
            in: window.experiment.host.immunity,
            sinceFirstDose: killing.onset,
            isSensitised: killing.sensitises(window.trajectory.chance),
            isMetAgain: true
          )
          return largest.tCells > 0 ? 1 : 0
        }
      )
    }
    if experiment.doses.contains(where: { $0.condition != nil }) {
      rules.append(
        EndpointRule(
          "cells_given",
          "cells",
          meaning: "cells of all doses that were not refused",
          .end
        ) { window in
          Double(window.last.dose - window.last.toBeGiven)
        }
      )
    }
    return rules
  }

  /// The share of cells that an organ does not hold at their first pass: the mean of 1 − P over the diameters of the product.
  private static func firstPass(of experiment: Experiment, through organ: Int) -> Double {
    let law = experiment.laws.arrest
    let vessels = experiment.host.organs[organ]
    return experiment.product.diameters.reduce(0) { sum, cell in
      let size = law.bySize(diameter: cell.diameter, calibre: vessels.calibre)
      let held = law.chance(size: size, bypass: vessels.bypass, occluded: 0, adhesive: 0)
      return sum + cell.share * (1 - held)
    }
  }

  /// The endpoints of the lung, and of the organs that PCR of donor DNA is read in beside it.
  private static func lung(_ experiment: Experiment) -> [EndpointRule] {
    guard let lung = experiment.host.index(of: "lung") else { return [] }
    func living(_ name: String, after time: Double) -> EndpointRule {
      fraction(name, after: time, "living cells in the lung") {
        Double($1.living($0, organ: lung).all)
      }
    }
    var rules = [
      EndpointRule(
        "lung_first_pass",
        "fraction of cells in blood",
        meaning:
          "share of the cells that is expected to come through the lung at their first pass, by size, while no vessel is occluded",
        .never
      ) { window in firstPass(of: window.experiment, through: lung) },
      living("lung_fraction_5_min", after: 5), living("lung_survival_1_d", after: 1440),
      living("lung_survival_3_d", after: 3 * 1440),
      EndpointRule(
        "lung_dna_half_life_1_to_24_h",
        "h",
        meaning: "half-life of donor DNA in the lung, by a line fitted to its logarithm",
        afterDose: true,
        .hourly(1, 24),
        .cells
      ) { window throws(Missing) in
        try fittedHalfLife(window) { window.read.dna($0, organ: lung) }
      },
      EndpointRule(
        "peak_lung_occluded_fraction",
        "fraction of microvessels",
        meaning: "largest share of the microvessels of the lung that is occluded",
        afterDose: true,
        .course,
        .cells
      ) { window throws(Missing) in
        guard let peak = window.snapshots.map({ $0.occluded[lung] }).max() else {
          throw Missing(words: "the next dose begins within the step")
        }
        return peak
      },
    ]
    let organs = ["liver", "spleen", "kidney", "heart", "brain", "marrow"]
      .compactMap { experiment.host.index(of: $0) }
    if organs.count == 6 {
      rules.append(
        EndpointRule(
          "dna_six_organs_1_d",
          "cells",
          meaning: "donor DNA in liver, spleen, kidney, heart, brain and marrow, as cells",
          afterDose: true,
          .after(1440),
          .cells
        ) { window in organs.reduce(0) { $0 + window.read.dna(window.last, organ: $1) } }
      )
    }
    return rules
  }

  /// The label of the organs that imaging reads.
  private static func labels(_ experiment: Experiment) -> [EndpointRule] {
    guard experiment.laws.remains.label != nil else { return [] }
    return ["lung", "liver", "spleen"].flatMap { name -> [EndpointRule] in
      guard let organ = experiment.host.index(of: name) else { return [] }
      return [("1_h", 60.0), ("1_d", 1440), ("10_d", 14400)].map { words, time in
        fraction("\(name)_label_\(words)", after: time, "label in the \(name)") {
          $1.label($0, organ: organ)
        }
      }
    }
  }

  /// When each modality last detects cells after a dose, in all and in the organs they were injected into: the last
  /// hour at which it still does.
  private static func lastDetections(_ experiment: Experiment) -> [EndpointRule] {
    let injected = Set(experiment.doses.compactMap(\.route.site))
    let organs = experiment.setting == .organism ? injected.sorted() : []
    return experiment.modalities.flatMap { modality in
      ([nil] + organs).map { organ in
        let name = organ.map { experiment.host.organs[$0].name }
        let place = name ?? (experiment.setting == .culture ? "well" : "body")
        return EndpointRule(
          "\(name.map { $0 + "_" } ?? "")\(modality.name)_last_detected",
          "h",
          meaning:
            "time after the dose of the last observation at which \(modality.name) detects cells in the \(place); the end of the run where it still does",
          afterDose: true,
          .course,
          .cells
        ) { window throws(Missing) in
          let laboratory = Laboratory(window.trajectory)
          let last = window.snapshots.last {
            laboratory.reading(by: modality, of: $0, organ: organ).isDetected
          }
          guard let last else { throw Missing(words: "is not detected at any observation") }
          return (last.time - window.span.start) / 60
        }
      }
    }
  }

  /// The endpoints of the tissue of every grid that follows it: means at the end, and injury over time.
  private static func tissues(_ experiment: Experiment) -> [EndpointRule] {
    experiment.tissues.enumerated().flatMap { t, tissue -> [EndpointRule] in
      guard let matter = tissue.matter else { return [] }
      @Sendable func shares(_ window: EndpointWindow) -> TissueShares<Double> {
        guard let shares = window.last.tissue[t] else {
          preconditionFailure("a grid that follows its tissue")
        }
        return shares
      }
      let start = TissueMatter(shape: tissue.shape, initial: matter.start).mean.injured
      return TissueShares<Double>.none.named.enumerated().map { n, share in
        EndpointRule(
          "\(tissue.name)_\(share.name)",
          "share",
          meaning:
            "\(share.name.replacing("_", with: " ")) of \(tissue.name), the mean of its voxels",
          .end,
          .tissue
        ) { shares($0).named[n].value }
      } + [
        EndpointRule(
          "\(tissue.name)_injured_fold",
          "of the share at the start",
          meaning: "injured share of \(tissue.name)",
          .end,
          .tissue
        ) { window throws(Missing) in
          guard start > 0 else { throw Missing(words: "nothing is injured at the start") }
          return shares(window).injured / start
        },
        EndpointRule(
          "\(tissue.name)_injury_exposure",
          "share d",
          meaning: "injured share of \(tissue.name) times days, over the run",
          .course,
          .tissue
        ) { window in
          let injured = window.snapshots.compactMap { snapshot in
            snapshot.tissue[t].map { (time: snapshot.time / 1440, share: $0.injured) }
          }
          return zip(injured, injured.dropFirst()).reduce(0.0) { sum, pair in
            sum + (pair.1.time - pair.0.time) * (pair.0.share + pair.1.share) / 2
          }
        },
      ]
    }
  }

  /// The endpoints of the host cells on every grid, at the end of the run.
  private static func hosts(_ experiment: Experiment) -> [EndpointRule] {
    var rules: [EndpointRule] = []
    for (t, tissue) in experiment.tissues.enumerated() where !tissue.populations.isEmpty {
      func add(
        _ name: String,
        _ unit: String,
        _ meaning: String,
        _ times: EndpointRule.Times = .end,
        _ value:
          @escaping @Sendable ([Snapshot.Population], EndpointWindow) throws(Missing) ->
          Double
      ) {
        rules.append(
          EndpointRule(
            "\(tissue.name)_\(name)",
            unit,
            meaning: "\(meaning) in \(tissue.name)",
            times,
            times.isEnd ? .hosts : []
          ) { window throws(Missing) in try value(window.last.populations[t], window) }
        )
      }
      if experiment.kinds.contains(where: { $0.proliferation != nil }) {
        add(
          "division_index",
          "divisions per founder",
          "divisions per founder of the kinds that divide, as read from the dilution of a dye,"
        ) { populations, _ throws(Missing) in
          guard let index = Assay.divisionIndex(populations) else {
            throw Missing(words: "no cell that divides is left")
          }
          return index
        }
        add("divisions", "divisions", "divisions since the start") { populations, _ in
          Double(Assay.divisions(populations))
        }
        add(
          "proliferation",
          "divisions in 18 h",
          "divisions of the last 18 h, as thymidine tells it,",
          .pulse
        ) { _, window throws(Missing) in
          let read = Assay.incorporation(window.trajectory, at: window.last, tissue: t)
          guard let read else { preconditionFailure("the pulse was observed") }
          return read
        }
      }
      for kind in experiment.kinds {
        add("\(kind.name)_cells", "cells", "living cells of the kind \(kind.name)") {
          populations,
          _ in
          Double(populations.first { $0.kind == kind.name }?.summary.cells ?? 0)
        }
        add(
          "\(kind.name)_activity",
          "mean of the cells",
          "activity of the kind \(kind.name), 0 to 1,"
        ) { populations, _ throws(Missing) in
          guard let share = Assay.activeShare(populations, of: [kind.name]) else {
            throw Missing(words: "no \(kind.name) is left")
          }
          return share
        }
      }
    }
    return rules
  }

  // MARK: - Half-lives

  /// Time (h) in which the living halve: from the start of a dose where it enters at once, and otherwise from the
  /// first observation after all of it has entered.
  private static func halfLife(_ window: EndpointWindow) throws(Missing) -> Double {
    let span = window.span
    let doses = span.doses.map { window.experiment.doses[$0] }
    let end = span.next ?? span.end
    let after = window.snapshots.filter { $0.time > span.start && $0.time <= end + 1e-6 }
    func living(_ snapshot: Snapshot) -> Double { Double(window.read.living(snapshot).all) }
    let whole = after.firstIndex { snapshot in
      span.doses.allSatisfy { snapshot.entered[$0] == Int(window.experiment.doses[$0].cells) }
    }
    guard let whole else {
      throw Missing(words: "not all of the dose has entered before the next one begins")
    }
    var points = after[whole...].map { (time: ($0.time - span.start) / 60, cells: living($0)) }
    if doses.allSatisfy({ $0.duration <= window.experiment.clock.step }) {
      let before = window.snapshots.first { $0.time <= span.start }.map(living) ?? 0
      points.insert((0, before + doses.reduce(0) { $0 + Double($1.cells) }), at: 0)
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

  /// Half-life (h) of a quantity: a straight line fitted by least squares to its logarithm at the observations.
  private static func fittedHalfLife(
    _ window: EndpointWindow,
    _ quantity: (Snapshot) -> Double
  ) throws(Missing) -> Double {
    let points = window.snapshots.filter { quantity($0) > 0 }
      .map { (x: ($0.time - window.span.start) / 60, y: Elementary.log(quantity($0))) }
    guard let last = window.snapshots.last, quantity(last) > 0 else {
      throw Missing(words: "nothing is left to read at the last of its observations")
    }
    guard points.count >= 2 else {
      throw Missing(words: "needs two observations, a step takes longer than 23 h")
    }
    let n = Double(points.count)
    let mx = points.reduce(0) { $0 + $1.x } / n
    let my = points.reduce(0) { $0 + $1.y } / n
    let sxy = points.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) }
    let sxx = points.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
    let slope = sxy / sxx
    guard slope < 0 else { throw Missing(words: "does not fall") }
    return -Elementary.log(2) / slope
  }
}
