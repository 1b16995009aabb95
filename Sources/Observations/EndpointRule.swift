import Body
import Files
import Simulation
import Substrate

/// How an endpoint is read of a run: from which observations, and what of them.
///
/// It is read only from the observations that it requests, so that no value depends on when else a run is
/// observed.
struct EndpointRule: Sendable {
  /// When it is read; a time between two steps is read at the nearer one.
  enum Times: Sendable {
    /// Never: it is known before the run.
    case never
    /// At the end of the run.
    case end
    /// At the end of the run, and at the start of the pulse before it (`Assay.pulse`).
    case pulse
    /// 5 min after the start of its window and of every dose in it where that is a step, when their infusions have
    /// ended, every hour, and at the end of the window.
    case course
    /// As `course`, and at the start of the window: how many cells live when a dose begins.
    case doseCourse
    /// Once, a time (min) after the dose.
    case after(Double)
    /// At some times (min) after the start of the window, and so long before each of them.
    case at([Double], before: [Double])
    /// As `course`, from one time (min) after the start of the window to another or the end, and at both; or so often
    /// (min) from the first on.
    case window(from: Double, to: Double?, every: Double?)

    /// Whether it is read at the end of the run only.
    var isEnd: Bool { if case .end = self { true } else { false } }
  }

  /// Its name and unit.
  let name: String, unit: String
  /// What it is, with PLACE for where it is read; empty for one that a scenario defines.
  private let text: String
  /// Where it is read, in words.
  var place = ""
  /// What a scenario has where it is read; empty for one that a scenario defines.
  var needs = ""
  /// Whether the answer of a run shows it where the scenario defines no endpoint.
  var isHeadline = false
  /// Whether it is read after a dose, and not of the run as a whole.
  let isAfterDose: Bool
  /// When it is read.
  let times: Times
  /// What is looked at then.
  let parts: Snapshot.Parts
  /// Its value.
  let value: @Sendable (EndpointWindow) throws(Missing) -> Double

  init(
    _ name: String,
    _ unit: String,
    meaning: String = "",
    afterDose isAfterDose: Bool = false,
    _ times: Times,
    _ parts: Snapshot.Parts = [],
    _ value: @escaping @Sendable (EndpointWindow) throws(Missing) -> Double
  ) {
    self.name = name
    self.unit = unit
    text = meaning
    self.isAfterDose = isAfterDose
    self.times = times
    self.parts = parts
    self.value = value
  }

  /// What it is; empty for one that a scenario defines.
  var meaning: String { text.replacing("PLACE", with: place) }

  /// Its unit after a dose: a share after another dose than the first is one of all cells given by then.
  func unit(after dose: ReferenceDose) -> String {
    dose != .first && unit == Self.share ? "fraction of all cells given by then" : unit
  }

  /// The unit of shares of what was given by then.
  static let share = "fraction of dose"
}

/// What an endpoint is read from.
struct EndpointWindow {
  /// When.
  let span: EndpointSpan
  /// The run.
  let trajectory: Trajectory
  /// What a laboratory reads from it.
  let read: Observables
  /// The observations that were requested, in order of time.
  let snapshots: [Snapshot]

  /// What is simulated.
  var experiment: Experiment { trajectory.experiment }

  /// The last of the observations.
  var last: Snapshot {
    guard let last = snapshots.last else {
      preconditionFailure("an endpoint asks for observations")
    }
    return last
  }
}

/// A part of a run: all of it, or what follows a dose.
struct EndpointSpan: Sendable {
  /// Start and end, min.
  let start: Double, end: Double
  /// The doses that begin it, by position; none for a run as a whole.
  let doses: [Int]
  /// When the next dose begins, min.
  let next: Double?
  /// When it and each dose in it begin and, where that takes longer than a step, when the dose has entered, min.
  private let given: [(start: Double, infused: Double?)]

  /// A run as a whole.
  init(of clock: TimeAxis) {
    start = 0
    end = clock.step * Double(clock.steps)
    doses = []
    next = nil
    given = [(start: 0, infused: nil)]
  }

  private init(
    start: Double,
    end: Double,
    doses: [Int],
    next: Double?,
    given: [(start: Double, infused: Double?)]
  ) {
    self.start = start
    self.end = end
    self.doses = doses
    self.next = next
    self.given = given
  }

  /// What follows each dose that was not refused, to the end of the run.
  ///
  /// - Parameters:
  ///   - experiment: the experiment.
  ///   - refused: whether a dose was refused, by position.
  ///   - isNext: whether a dose is counted on to be the next one.
  /// - Returns: the spans, in order of time.
  static func afterDoses(
    of experiment: Experiment,
    refused: [Bool],
    isNext: (Dose) -> Bool = { _ in true }
  ) -> [EndpointSpan] {
    let given = experiment.doses.indices.filter { !refused[$0] }
    let end = experiment.clock.step * Double(experiment.clock.steps)
    return Set(given.map { experiment.doses[$0].start }).sorted().map { start in
      let doses = given.filter { experiment.doses[$0].start == start }
      return EndpointSpan(
        start: start,
        end: end,
        doses: doses,
        next: given.map { experiment.doses[$0] }.filter { $0.start > start && isNext($0) }
          .map(\.start).min(),
        given: given.map { experiment.doses[$0] }.filter { $0.start >= start }.map { dose in
          let isLong = dose.duration > experiment.clock.step
          return (dose.start, isLong ? dose.start + dose.duration : nil)
        }
      )
    }
  }

  /// The part of it before the next dose.
  var beforeNext: EndpointSpan {
    EndpointSpan(
      start: start,
      end: next ?? end,
      doses: doses,
      next: next,
      given: given.filter { $0.start < next ?? .infinity }
    )
  }

  /// The steps after which an endpoint is read in it, ascending.
  ///
  /// - Throws: `Missing` where the run is too short, or a time lies between its steps.
  func steps(_ times: EndpointRule.Times, _ clock: TimeAxis) throws(Missing) -> [Int] {
    switch times {
    case .never: return []
    case .end: return [clock.steps]
    case .pulse:
      let end = clock.step * Double(clock.steps)
      guard end >= Assay.pulse else { throw tooShort(Assay.pulse, clock) }
      let start = Int(((end - Assay.pulse) / clock.step).rounded())
      return start == 0 ? [clock.steps] : [start, clock.steps]
    case .course: return course(clock)
    case .doseCourse:
      let before = Int((start / clock.step + 1e-9).rounded(.down))
      return (before > 0 ? [before] : []) + course(clock)
    case .at(let times, let before):
      var steps: Set<Int> = []
      for time in times {
        guard let step = try step(at: start, after: time, clock), step > 0 else {
          throw Missing(
            words: "\(Self.words(time)) lies between steps of \(Self.words(clock.step))"
          )
        }
        steps.insert(step)
        for earlier in before {
          let pulse = step - Int((earlier / clock.step).rounded())
          guard pulse >= 0 else {
            throw Missing(words: "is read over \(Self.words(earlier)) of the run")
          }
          if pulse > 0 { steps.insert(pulse) }
        }
      }
      return steps.sorted()
    case .window(let from, let to, let every): return try window(from, to, every: every, clock)
    case .after(let time):
      guard let step = try step(at: start, after: time, clock), step > 0 else {
        throw Missing(
          words:
            "\(Self.words(time)) after the dose lies between steps of \(Self.words(clock.step))"
        )
      }
      return [step]
    }
  }

  /// The steps of `Times.course`.
  private func course(_ clock: TimeAxis) -> [Int] {
    let last = Int((end / clock.step + 1e-9).rounded(.down))
    var steps: Set<Int> = [last]
    for dose in given {
      if let early = try? step(at: dose.start, after: 5, clock) { steps.insert(early) }
      if let infused = dose.infused {
        steps.insert(Int((infused / clock.step - 1e-9).rounded(.up)))
      }
    }
    var hour = 1.0
    while start + 60 * hour <= end + 1e-6 {
      steps.insert(nearest(start + 60 * hour, clock))
      hour += 1
    }
    return steps.filter { $0 <= last && Double($0) * clock.step > start + 1e-6 }.sorted()
  }

  /// The steps of `Times.window`.
  private func window(_ from: Double, _ to: Double?, every: Double?, _ clock: TimeAxis)
    throws(Missing) -> [Int]
  {
    if let to, start + to > clock.step * Double(clock.steps) + 1e-6 { throw tooShort(to, clock) }
    let ends = (first: start + from, last: min(end, to.map { start + $0 } ?? end))
    guard ends.first < ends.last else { throw Missing(words: "its window lies after the end") }
    if let every {
      let times = stride(from: ends.first, through: ends.last + 1e-6, by: every)
      return Set(times.map { nearest($0, clock) }).filter { (1...clock.steps).contains($0) }
        .sorted()
    }
    let edges = (first: nearest(ends.first, clock), last: nearest(ends.last, clock))
    let within = course(clock).filter { (edges.first...edges.last).contains($0) }
    return Set(within + [edges.first, edges.last]).filter {
      (1...clock.steps).contains($0)
    }.sorted()
  }

  private func nearest(_ time: Double, _ clock: TimeAxis) -> Int {
    Int((time / clock.step).rounded())
  }

  /// The step nearest to a time (min) after a dose; `nil` where that is off by more than a tenth of the time.
  private func step(at start: Double, after time: Double, _ clock: TimeAxis) throws(Missing)
    -> Int?
  {
    guard start + time <= clock.step * Double(clock.steps) + 1e-6 else {
      throw tooShort(time, clock)
    }
    let step = nearest(start + time, clock)
    let error = (Double(step) * clock.step - start - time).magnitude
    return error <= time / 10 && step <= clock.steps ? step : nil
  }

  private func tooShort(_ time: Double, _ clock: TimeAxis) -> Missing {
    let dose =
      doses.isEmpty ? "" : " after the dose\(start == 0 ? "" : " at \(Self.words(start))")"
    let end = Self.words(clock.step * Double(clock.steps))
    return Missing(words: "needs \(Self.words(time))\(dose), the run ends at \(end)")
  }

  /// A time (min) in words.
  static func words(_ time: Double) -> String {
    time < 60 ? "\(CSV.number(time)) min" : "\(CSV.number(time / 60)) h"
  }
}
