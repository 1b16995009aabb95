import Body
import Fields
import Foundation
import Observations
import Recording
import Simulation
import Substrate
import Vocabulary

/// What a run is expected to take, from short runs of smaller ones on the same machine.
public struct Plan: Sendable {
  /// Cells given, and agents that stand for them, over all models.
  public let cells: Double, agents: Double
  /// Voxels of all grids of a model, and values of factors on them.
  public let voxels: Double, values: Double
  /// Steps of a model.
  public let steps: Int
  /// Models, and how many run at once.
  public let models: Int, atOnce: Int
  /// Bytes of memory of all that run at once, and of the CSV files and frames.
  public let memory: Double, disk: Double
  /// Time, s, and the time the calibration took.
  public let time: Double, calibration: Double
  /// The least that it takes, s, where no trial of some arm got to its end; the time is then a rough one.
  public let least: Double?

  /// Bytes of the program itself.
  private static let base = 4e7
  /// Longest time that the calibration of all arms takes, s, and its largest share of the time of the run.
  private static let patience = 2.4, share = 0.07

  /// Bytes of memory that a run takes at most.
  public static func memory(of run: Run, on workers: Workers) -> Double {
    let models = run.experiments.flatMap {
      [Double](repeating: Model.bytes($0), count: run.replicates)
    }
    var atOnce = models.sorted(by: >).prefix(workers.count).reduce(0, +)
    if run.experiments.count > 1, run.experiments[0].clock.fork > 0 {
      // The histories are kept, and copied as arms continue from them.
      atOnce += Double(run.replicates) * Model.bytes(run.experiments[0]) + atOnce
    }
    return base + atOnce + Double(models.count) * rows(run.experiments[0])
  }

  /// Bytes that what is seen of a model takes: in tables, and for endpoints alone.
  private static func rows(_ experiment: Experiment) -> Double {
    let outputs = experiment.clock.outputs.count
    let others = ObservationSchedule(experiment).count - outputs
    return Double((400 * outputs + 100 * others) * (Sites(experiment).count + 4))
  }

  /// Plans a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - workers: cores it is to use.
  /// - Throws: `MassError` where the calibration cannot account for the mass of a factor.
  public init(_ run: Run, on workers: Workers) throws(MassError) {
    let start = ContinuousClock.now
    models = run.experiments.count * run.replicates
    atOnce = min(models, workers.count)
    let each = run.experiments
    cells = each.reduce(0) { $0 + Double($1.cells) } * Double(run.replicates)
    agents = each.reduce(0) { $0 + Double($1.agents) } * Double(run.replicates)
    voxels = each[0].tissues.reduce(0) { $0 + Double($1.shape.count) }
    values = each[0].tissues.reduce(0) { $0 + Double($1.shape.count * $1.fields.count) }
    steps = each[0].clock.steps
    memory = Self.memory(of: run, on: workers)
    var time = 0.0
    var disk = 0.0
    var least = 0.0
    var isWhole = true
    for (arm, experiment) in each.enumerated() {
      let passed = (ContinuousClock.now - start) / .seconds(1)
      let trials = try Trials(
        experiment,
        seed: run.seed,
        followed: run.followed,
        patience: max(0, Self.patience - passed) / Double(each.count - arm),
        share: Self.share * Double(run.replicates) / Double(atOnce),
        cores: max(1, workers.count / models)
      )
      // Arms that part have the first one's history.
      let fork = arm > 0 ? experiment.clock.fork : 0
      let own = 1 - Double(fork) / Double(experiment.clock.steps)
      time += trials.time * own * Double(run.replicates)
      disk += (trials.disk + Frame.bytes(of: experiment)) * Double(run.replicates)
      least += trials.least * own * Double(run.replicates)
      isWhole = isWhole && trials.isWhole
    }
    self.time = time / Double(atOnce)
    self.disk = disk
    self.least = isWhole ? nil : least / Double(atOnce)
    calibration = (ContinuousClock.now - start) / .seconds(1)
  }
}

/// Smaller models of an arm, each some times as large as the one before, run to their end while there is time,
/// and what they say of the whole.
///
/// Cells, agents, host cells, grids and the organs around them shrink alike, so that densities stay. What a part of
/// the step takes grows in proportion to the size but for what it takes at any size: two sizes tell both.
private struct Trials {
  /// Time of the whole and the least that it takes, s, and bytes of its CSV files.
  let time: Double, least: Double, disk: Double
  /// Whether the last trial that counts got to its end.
  let isWhole: Bool

  /// Size of the first trial, and how many times as large the next is at most.
  private static let first = 1.0 / 256, growth = 16.0
  /// Least growth that is worth another trial.
  private static let leastGrowth = 2.0
  /// Share of what one core does that each further core adds, and values of a model from which they share.
  private static let gain = 0.8, shared = 20_000.0

  init(
    _ experiment: Experiment,
    seed: UInt64,
    followed: Int,
    patience: Double,
    share: Double,
    cores: Int
  ) throws(MassError) {
    let start = ContinuousClock.now
    func left(_ whole: Double) -> Double {
      min(patience, share * whole) - (ContinuousClock.now - start) / .seconds(1)
    }
    var small = Shrunk(experiment, to: Self.first)
    var last = try Trial(small, seed: seed, followed: followed, patience: patience, share: share)
    var before: Trial?
    var whole = last.time(at: 1, before)
    while last.isWhole, small.size < 1 {
      // Half of what is left, so that a trial that takes longer than expected gets to its end.
      let growth = min(Self.growth, 0.5 * left(whole) / last.seconds)
      guard growth >= Self.leastGrowth else { break }
      let next = Shrunk(experiment, to: min(1, small.size * growth))
      guard next.size > 1.5 * small.size else { break }
      let trial = try Trial(
        next,
        seed: seed,
        followed: followed,
        patience: max(0, patience - (ContinuousClock.now - start) / .seconds(1)),
        share: share
      )
      // What was broken off says less than what got to its end.
      guard trial.isWhole else { break }
      (small, before, last) = (next, last, trial)
      whole = last.time(at: 1, before)
    }
    isWhole = last.isWhole
    disk = last.disk
    let isShared = small.full >= Self.shared
    let speed = isShared ? 1 + Self.gain * Double(cores - 1) : 1
    time = whole / speed
    least = (isWhole ? whole : last.seen) / speed
  }
}

/// A smaller model, run to its end by longer steps, or until patience does.
///
/// What a step takes changes as cells die and fields run out, so that the whole duration is looked at: by at most
/// `most` steps, each several times as long as a step of the run. What the run takes meanwhile is in proportion to what
/// such a step takes: as in the second of them, through which the steps of the run are made too. What a step takes
/// beyond those about it, as where a dose comes, the run takes once.
private struct Trial {
  let size: Double
  /// What it took in all, s.
  let seconds: Double
  /// What the whole duration of it takes at this size, s; at least so much where it did not get to its end.
  let time: Double
  let isWhole: Bool
  let disk: Double
  /// What those steps took that the run takes too, s.
  let seen: Double
  private let agents: Double

  /// Agents beyond which every look at a cell takes longer, by an eighth for ten times the cells (measured from
  /// 1e6 to 1.4e8).
  private static let cached = 1e6
  /// Longer steps at most, and what a step takes over those about it from which on that counts once.
  private static let most = 96, peak = 1.5

  /// - Parameters:
  ///   - shrunk: the model.
  ///   - seed: seed of its random numbers.
  ///   - followed: cells to follow.
  ///   - patience: time after which it is broken off, s.
  ///   - share: largest share of the steps of the run, for a model that is hardly smaller.
  /// - Throws: `MassError` where the steps of the run cannot account for the mass of a factor.
  init(_ shrunk: Shrunk, seed: UInt64, followed: Int, patience: Double, share: Double)
    throws(MassError)
  {
    let small = shrunk.experiment
    let start = ContinuousClock.now
    func isOver() -> Bool { Self.seconds(since: start) > patience }
    let clock = small.clock
    let fold = max(
      (clock.steps + Self.most - 1) / Self.most,
      min(clock.steps, Int((shrunk.size / share).rounded(.up)))
    )
    var course = Course(small, seed: seed, followed: followed)
    let fine = try course.advance(
      by: fold == 1 ? clock.steps : 2 * fold,
      until: { fold > 1 && Self.seconds(since: start) > patience / 2 || isOver() }
    )
    var steps = fine
    var long = small
    long.clock = clock.lengthened(by: fold)
    if fold > 1 {
      course = Course(long, seed: seed, followed: followed)
      do throws(MassError) {
        steps = try course.advance(by: long.clock.steps, until: isOver)
      } catch {
        // Mass is not accounted for by steps that the run does not take: what was seen says the least.
        steps = course.taken
      }
    }
    size = shrunk.size
    isWhole = course.isAtEnd
    seen = fine.reduce(0, +)
    agents = Double(small.agents)
    let looks = Double(ObservationSchedule(small).count)
    let sum =
      fold > 1
      ? Self.time(of: fine, steps, fold, of: long.clock.steps) : Self.sum(fine, of: clock.steps)
    time = course.begun / 2 + sum + course.look * looks
    seconds = Self.seconds(since: start)
    let trajectory = course.trajectory(seed)
    let text = Recorders.files([trajectory], followingCells: followed > 0)
      .reduce(0) { $0 + $1.text.utf8.count }
    disk =
      Double(text) * Double(small.clock.outputs.count)
      / Double(max(1, trajectory.snapshots.count))
  }

  private static func seconds(since start: ContinuousClock.Instant) -> Double {
    (ContinuousClock.now - start) / .seconds(1)
  }

  /// What steps take, those that are still to come as the quickest.
  private static func sum(_ taken: [Double], of count: Int) -> Double {
    taken.reduce(0, +) + Double(count - taken.count) * (taken.min() ?? 0)
  }

  /// What the steps of the run take, from the first of them and from longer steps to the end.
  private static func time(of fine: [Double], _ long: [Double], _ fold: Int, of count: Int)
    -> Double
  {
    let first = fine.prefix(fold)
    let (start, next) = (Array(first), Array(fine.dropFirst(fold)))
    guard long.count > 1 else { return Double(count) * first.reduce(0, +) }
    // The steps about each, without the first, in which memory is new and a dose comes.
    let about = long.indices.map { i -> Double in
      let near = long[max(1, i - 2)...min(long.count - 1, max(1, i + 2))].sorted()
      return near[near.count / 2]
    }
    let known = next.isEmpty ? start : next
    let step = known.sorted()[known.count / 2]
    let unit = about[1] > 0 ? Double(fold) * step / about[1] : 1
    let later = long.indices.dropFirst().map { i in
      about[i] * unit + max(0, long[i] - peak * about[i])
    }
    return start.reduce(0, +) + Double(fold - start.count) * step + sum(later, of: count - 1)
  }

  /// A model that advances, with what its steps take.
  private struct Course {
    private var model: Model
    /// What each of its steps took, s.
    private(set) var taken: [Double] = []
    /// What the model took to make, and a look at it on average, s.
    let begun: Double
    private(set) var look = 0.0
    private let schedule: ObservationSchedule
    private var snapshots: [Snapshot] = []

    var isAtEnd: Bool { model.step == model.experiment.clock.steps }

    init(_ experiment: Experiment, seed: UInt64, followed: Int) {
      let start = ContinuousClock.now
      model = Model(experiment, seed: seed, replicate: 1, sampled: followed)
      begun = (ContinuousClock.now - start) / .seconds(1)
      schedule = ObservationSchedule(experiment)
    }

    /// Goes on by some steps.
    ///
    /// - Returns: what each of its steps took so far, s.
    mutating func advance(by steps: Int, until isOver: () -> Bool) throws(MassError) -> [Double] {
      let workers = Workers(count: 1)
      let end = min(model.experiment.clock.steps, model.step + steps)
      while model.step < end, taken.isEmpty || !isOver() {
        let start = ContinuousClock.now
        try model.advance(using: workers)
        taken.append((ContinuousClock.now - start) / .seconds(1))
        guard let parts = schedule[model.step] else { continue }
        let before = ContinuousClock.now
        snapshots.append(model.observe(parts, using: workers))
        let took = (ContinuousClock.now - before) / .seconds(1)
        look += (took - look) / Double(snapshots.count)
      }
      return taken
    }

    func trajectory(_ seed: UInt64) -> Trajectory {
      Trajectory(experiment: model.experiment, replicate: 1, seed: seed, snapshots: snapshots)
    }
  }

  /// Time of the model at a size, s, from this trial and a smaller one.
  func time(at size: Double, _ smaller: Trial?) -> Double {
    let steady: Double
    if let smaller, self.size > smaller.size {
      let slope = (time - smaller.time) / (self.size - smaller.size)
      // Each size takes at least as long as the trial, and at most in proportion.
      steady = min(max(0, time - slope * self.size), time)
    } else {
      steady = 0
    }
    let agents = self.agents * size / self.size
    let far = max(agents, Self.cached) / max(self.agents, Self.cached)
    return steady
      + (time - steady) * size / self.size
      * (1 + 0.125 * Elementary.log(far) / Elementary.log(10))
  }
}

/// An experiment made smaller, densities kept.
private struct Shrunk {
  let experiment: Experiment
  /// Its size as a share of the whole, 0...1.
  let size: Double
  /// Agents, host cells and values of factors of the whole.
  let full: Double

  /// Agents that it has at least, and voxels along an edge.
  private static let leastAgents = 400.0, leastEdge = 6.0

  init(_ whole: Experiment, to share: Double) {
    let hosts = whole.tissues.flatMap(\.populations).reduce(0) { $0 + $1.cells }
    let values = whole.tissues.reduce(0) { $0 + $1.shape.count * $1.fields.count }
    full = Double(whole.agents) + Double(hosts + values)
    // Grids of several regions are as they are.
    let isFixed = whole.tissues.contains { !$0.region.isEmpty }
    let agents = Double(max(1, whole.agents))
    var share = isFixed ? 1 : min(1, max(share, Self.leastAgents / agents))
    let shapes = whole.tissues.map { Self.shape($0, to: share) }
    if let first = shapes.first { share = first.volume / whole.tissues[0].shape.volume }
    size = share
    guard share < 1 else {
      experiment = whole
      return
    }
    var small = whole
    for t in small.tissues.indices {
      let part = shapes[t].volume / whole.tissues[t].shape.volume
      small.tissues[t].shape = shapes[t]
      for n in small.tissues[t].populations.indices {
        let cells = Double(whole.tissues[t].populations[n].cells)
        small.tissues[t].populations[n].cells = Int((cells * part).rounded())
      }
    }
    for organ in small.host.organs.indices {
      small.host.organs[organ].volume *= share
      small.host.organs[organ].microvessels *= share
    }
    small.spread = whole.spread.map { $0 * share }
    for d in small.doses.indices {
      small.doses[d].agents = Self.part(whole.doses[d].agents, share)
      small.doses[d].cells = max(small.doses[d].agents, Self.part(whole.doses[d].cells, share))
    }
    experiment = small
  }

  private static func part(_ count: UInt32, _ share: Double) -> UInt32 {
    count == 0 ? 0 : max(1, UInt32((Double(count) * share).rounded()))
  }

  /// A grid of a share of the voxels, of the same height where what lives in it lies in planes.
  private static func shape(_ tissue: Tissue, to share: Double) -> GridShape {
    let shape = tissue.shape
    let isPlane = tissue.planes != nil || shape.nz == 1
    let edges = [shape.nx, shape.ny] + (isPlane ? [] : [shape.nz])
    // Edges that are short already stay, and the others make up for it.
    let long = edges.filter { Double($0) > leastEdge }.count
    guard long > 0 else { return shape }
    let fold = Elementary.exp(Elementary.log(share) / Double(long))
    func edge(_ count: Int) -> Int {
      min(count, max(Int(leastEdge), Int((Double(count) * fold).rounded())))
    }
    return GridShape(
      nx: edge(shape.nx),
      ny: edge(shape.ny),
      nz: isPlane ? shape.nz : edge(shape.nz),
      spacing: shape.spacing
    )
  }
}

extension TimeAxis {
  /// The same duration by steps that are several times as long.
  fileprivate func lengthened(by fold: Int) -> TimeAxis {
    func step(_ n: Int) -> Int { (n + fold - 1) / fold }
    return TimeAxis(
      step: self.step * Double(fold),
      steps: step(steps),
      outputs: Set(outputs.map(step)).sorted(),
      fork: fork / fold
    )
  }
}
