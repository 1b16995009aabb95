import Files
import Foundation
import Substrate

/// A run stopped on its way: the model and what was seen of it so far.
public struct Checkpoint: Sendable {
  /// What the history is of.
  public struct Heading: Codable, Sendable, Equatable {
    /// The resolved scenario.
    public var scenario: String
    /// Name of the arm.
    public var arm: String
    /// Number of the replicate, from 1, and seed of the random numbers.
    public var replicate: Int, seed: UInt64
    /// Cells that are followed one by one.
    public var followed: Int
    /// Time it was stopped at, min.
    public var time: Double
    /// What experiments that continue from it must have in common with it.
    public var layout: Layout

    /// A heading of the given parts.
    public init(
      scenario: String,
      arm: String,
      replicate: Int,
      seed: UInt64,
      followed: Int,
      time: Double,
      layout: Layout
    ) {
      self.scenario = scenario
      self.arm = arm
      self.replicate = replicate
      self.seed = seed
      self.followed = followed
      self.time = time
      self.layout = layout
    }
  }

  /// What the history is of.
  public let heading: Heading
  /// The model as it stood.
  public var model: Model
  /// What was seen of it, for tables and for endpoints.
  public var snapshots: [Snapshot]

  /// A history up to now.
  public init(heading: Heading, model: Model, snapshots: [Snapshot]) {
    self.heading = heading
    self.model = model
    self.snapshots = snapshots
  }

  /// Writes the checkpoint: whole under its name, or not at all.
  ///
  /// - Throws: `CheckpointError` where the system refuses.
  public func write(to path: String) throws(CheckpointError) {
    var writer = try CheckpointWriter(path)
    var copy = self
    do throws(StateError) {
      var text = try Self.json(heading)
      try writer.visit(&text)
      try copy.visit(&writer)
      try writer.finish()
    } catch {
      writer.abandon()
      throw CheckpointError(isData: false, description: "cannot write \(path): \(error)")
    }
    try writer.keep()
  }

  /// A file opened to be read: its description, and the rest to be read.
  public struct Opened {
    /// What the history is of.
    public let heading: Heading
    private let path: String
    private var reader: CheckpointReader

    /// Opens a checkpoint.
    ///
    /// - Throws: `CheckpointError` for a file that cannot be read, is none, is damaged or of another
    ///   revision.
    public init(_ path: String) throws(CheckpointError) {
      self.path = path
      reader = try CheckpointReader(path)
      do throws(StateError) {
        var text = ""
        try reader.visit(&text)
        heading = try Checkpoint.heading(text)
      } catch {
        throw CheckpointError.data("\(path): \(error)")
      }
    }

    /// Reads the history as one of an experiment.
    ///
    /// - Throws: `CheckpointError` where the experiment has another history, or the file other contents.
    public consuming func read(as experiment: Experiment) throws(CheckpointError) -> Checkpoint {
      try heading.layout.check(experiment, at: heading.time)
      var checkpoint = Checkpoint(
        heading: heading,
        model: Model(
          experiment,
          seed: heading.seed,
          replicate: heading.replicate,
          sampled: heading.followed
        ),
        snapshots: []
      )
      do throws(StateError) {
        try checkpoint.visit(&reader)
        try reader.finish()
        checkpoint.model.adoptDoses()
        try checkpoint.checkState()
      } catch {
        throw CheckpointError.data("\(path): \(error)")
      }
      try checkpoint.goOn(as: experiment)
      return checkpoint
    }
  }

  /// Checks that the model, with room for the doses of its experiment, and what was seen of it can be.
  ///
  /// - Throws: `StateError` where they cannot.
  private func checkState() throws(StateError) {
    guard model.time == heading.time else { throw StateError.unexpected }
    try model.checkState()
    let (whole, sites) = (model.outline, model.sites.count)
    let times = snapshots.map(\.time)
    guard snapshots.allSatisfy({ $0.isSound(beside: whole, sites: sites) }), times == times.sorted()
    else { throw StateError.unexpected }
  }

  /// The same history as one of another experiment, which differs from now on.
  ///
  /// - Throws: `CheckpointError` where the experiment has another history.
  public func continued(as experiment: Experiment) throws(CheckpointError) -> Checkpoint {
    try heading.layout.check(experiment, at: heading.time)
    var heading = heading
    heading.arm = experiment.arm
    var next = Checkpoint(
      heading: heading,
      model: Model(
        experiment,
        seed: heading.seed,
        replicate: heading.replicate,
        sampled: heading.followed
      ),
      snapshots: snapshots
    )
    do throws(StateError) {
      var memory = MemoryVisitor()
      var history = model
      try history.visit(&memory)
      memory.rewind()
      try next.model.visit(&memory)
    } catch {
      preconditionFailure("a state in memory is whole: \(error)")
    }
    try next.goOn(as: experiment)
    return next
  }

  /// Makes the doses and observations those of the experiment.
  private mutating func goOn(as experiment: Experiment) throws(CheckpointError) {
    model.adoptDoses()
    snapshots = snapshots.map { $0.of(experiment) }
    let clock = experiment.clock
    let before = clock.outputs.filter { $0 <= model.step }.map { Double($0) * clock.step }
    guard before == snapshots.filter(\.isWhole).map(\.time) else {
      throw .data(
        "the arm '\(experiment.arm)' observes at other times before \(CSV.number(model.time / 60)) h than the history did"
      )
    }
  }

  private mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try model.visit(&visitor)
    try visitor.resize(&snapshots, with: Snapshot())
    for i in snapshots.indices { try snapshots[i].visit(&visitor) }
  }

  private static func json(_ heading: Heading) throws(StateError) -> String {
    do {
      return String(decoding: try JSONEncoder().encode(heading), as: UTF8.self)
    } catch {
      throw StateError("\(error)")
    }
  }

  private static func heading(_ text: String) throws(StateError) -> Heading {
    guard let heading = try? JSONDecoder().decode(Heading.self, from: Data(text.utf8)),
      (1...100_000).contains(heading.replicate), (0...1_000_000).contains(heading.followed),
      heading.seed <= UInt64(Int.max), heading.time >= 0
    else { throw StateError("its heading cannot be read") }
    return heading
  }
}
