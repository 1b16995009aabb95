import Files
import Foundation
import Observations
import Simulation
import Synchronization

/// The state of a run in progress, which `stroma watch` shows: `live.json` in its directory, rewritten twice a second and removed
/// when the run ends.
public final class LiveFile: Sendable {
  /// Name of the file.
  public static let name = "live.json"

  /// What it holds.
  public struct Content: Codable, Sendable, Equatable {
    /// A number of cells at a site, or of nanomoles per litre of a factor at one.
    public struct Amount: Codable, Sendable, Equatable {
      /// Site, factor where it is one, and the amount.
      public let site: String, factor: String?, amount: Double

      /// An amount at a site.
      public init(site: String, factor: String?, amount: Double) {
        self.site = site
        self.factor = factor
        self.amount = amount
      }
    }

    /// Share of all simulated time that is done, 0...1, and seconds since the start.
    public var done = 0.0, seconds = 0.0
    /// Models that are done, and all.
    public var finished = 0, models = 0
    /// Arm that is shown, simulated time of its first replicate, and end of the run, h.
    public var arm = "", hours = 0.0, duration = 0.0
    /// Times, h, and living cells of the product at each.
    public var times: [Double] = [], alive: [Int] = []
    /// Living cells by site, most first, and mean concentration of each factor on each grid.
    public var cells: [Amount] = [], factors: [Amount] = []

    /// Nothing yet.
    public init() {}

    /// Reads it from a directory; `nil` where no run is at work.
    public init?(in directory: String) {
      guard let data = InputFile.contents("\(directory)/\(LiveFile.name)"),
        let found = try? JSONDecoder().decode(Content.self, from: data)
      else { return nil }
      self = found
    }

    /// Shows what was seen of a run.
    public mutating func add(_ experiment: Experiment, _ snapshot: Snapshot) {
      let hours = snapshot.time / 60
      guard snapshot.isWhole, times.last.map({ $0 < hours }) ?? true else { return }
      let sites = Sites(experiment)
      arm = experiment.arm
      times.append(hours)
      alive.append(snapshot.living.reduce(0) { $0 + $1.all })
      cells = zip(sites.names, snapshot.living).filter { $1.all > 0 }
        .map { Amount(site: $0, factor: nil, amount: Double($1.all)) }
        .sorted { ($0.amount, $1.site) > ($1.amount, $0.site) }
      factors = zip(experiment.tissues, snapshot.levels).flatMap { tissue, levels in
        levels.map { Amount(site: tissue.name, factor: $0.factor, amount: $0.mean) }
      }
    }
  }

  private struct State {
    var content = Content()
    var last: ContinuousClock.Instant?
  }

  private let path: String
  private let start = ContinuousClock.now
  private let state = Mutex(State())
  private static let pause = Duration.milliseconds(500)

  /// The file of a run that begins in a directory.
  public init(in directory: OutputDirectory) { path = "\(directory.path)/\(Self.name)" }

  /// Shows how far the run is; a file that cannot be written is left out.
  public func show(_ progress: RunProgress) {
    state.withLock { state in
      if let (experiment, snapshot) = progress.seen { state.content.add(experiment, snapshot) }
      let now = ContinuousClock.now
      guard now - (state.last ?? start) >= Self.pause else { return }
      state.last = now
      state.content.done = progress.done
      state.content.seconds = (now - start) / .seconds(1)
      state.content.finished = progress.finished
      state.content.models = progress.models
      state.content.hours = state.content.times.last ?? 0
      state.content.duration = progress.duration / 60
      guard let bytes = try? JSONEncoder().encode(state.content),
        let file = try? AtomicFile(path)
      else { return }
      guard (try? file.write([UInt8](bytes))) != nil else { return file.abandon() }
      try? file.finish(isSynced: false)
    }
  }

  /// Removes the file.
  public func remove() { unlink(path) }
}
