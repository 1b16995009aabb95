import Simulation

/// The keys of `clock`: the steps of a run and when it is observed.
enum ClockSchema {
  /// Five minutes after the start, where that is a step of the run: the lung's first catch.
  private static func early(_ section: Section, duration: Double?) -> [String] {
    guard let step = section.peek("cell_step", default: "5 min"), let duration, duration >= 5,
      let steps = Optional(5 / step), (steps - steps.rounded()).magnitude < 1e-9, steps >= 1
    else { return [] }
    return ["5 min"]
  }

  static func read(_ section: Section, duration: Double?) -> TimeAxis? {
    let standard = (step: "5 min", every: "1 h")
    let (times, areTimesRead) = section.reading.whole {
      (
        step: section.quantity(
          "cell_step",
          .time,
          default: standard.step,
          allowed: "0.0001 to 24 h",
          source: "assumed: endpoints move by less than their replicate error when it is halved",
          "step of the cells"
        ),
        every: section.quantity(
          "output_every",
          .time,
          default: standard.every,
          allowed: "0.0001 to 10000 h",
          source: "by definition",
          "time between observations"
        ),
        also: section.quantities(
          "also_at",
          .time,
          default: early(section, duration: duration),
          allowed: "0.0001 to 240000 h",
          "further times to observe at"
        ),
        fork: section.optionalQuantity(
          "fork_at",
          .time,
          allowed: "0.0001 to 240000 h",
          "time up to which the arms have one history in common, that of the first"
        )
      )
    }
    let (step, every, also, fork) = times
    guard let duration, areTimesRead else { return nil }
    let steps = (duration / step).rounded()
    guard steps >= 1, (steps * step / duration - 1).magnitude < 1e-9 else {
      let found = section.found("cell_step", default: standard.step)
      section.report(
        "cell_step",
        "\(found); expected a time that divides the duration of the run into whole steps"
      )
      return nil
    }
    guard steps <= 5e6 else {
      section.report("cell_step", "makes \(Int(steps)) steps; allowed are 5000000")
      return nil
    }
    /// The step at whose end a time of the run lies.
    func index(_ time: Double) -> Int? {
      let at = (time / step).rounded()
      return at >= 1 && at <= steps && (at * step / time - 1).magnitude < 1e-9 ? Int(at) : nil
    }
    let words = "a whole number of cell steps, at most the duration of the run"
    guard let stride = index(every) else {
      let found = section.found("output_every", default: standard.every)
      section.report("output_every", "\(found); expected \(words)")
      return nil
    }
    var others: Set = [Int(steps)]
    for (i, time) in also.enumerated() {
      guard let at = index(time) else {
        section.report("also_at", item: i, "expected \(words)")
        return nil
      }
      others.insert(at)
    }
    let outputs =
      Array(Swift.stride(from: stride, through: Int(steps), by: stride))
      + others.filter { !$0.isMultiple(of: stride) }
    let forkStep = fork.map { index($0) } ?? 0
    if forkStep == nil {
      let found = section.found("fork_at", default: "")
      section.report("fork_at", "\(found); expected \(words)")
    }
    return TimeAxis(step: step, steps: Int(steps), outputs: outputs.sorted(), fork: forkStep ?? 0)
  }
}
