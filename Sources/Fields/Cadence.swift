import Substrate

/// How many cell steps a factor is held before it is carried on over all of them at once.
///
/// What cells give and take is averaged over the steps. A factor whose voxels moved by a share δ of its scale
/// (root mean square) over the last k steps is held for k' of them, k' the largest length with
///
///     δ k' / k ≤ tolerance
///
/// at most the double of k, and beginning at a multiple of k': what cells sense lags by no more than that
/// share. If no cell senses the factor, twice the tolerance is allowed: what gives it is averaged, and with
/// steadily changing sources is behind by half. The lengths divide the steps of an hour. Where the number of
/// cells n changes by more than a share of it, the factor is carried on at once.
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | k | `steps` | 1 | by the rule |
/// | scale | `scale` | nM | largest mean concentration so far, halved every six hours, assumed 2–24 |
/// | Δn / n | `largestJump` | 1 | assumed 0.02–0.3 |
public struct Cadence: Sendable, BitwiseCopyable {
  /// Steps it is held for.
  public private(set) var steps = 1
  /// Steps since it was carried on.
  public private(set) var elapsed = 0
  /// The largest mean concentration so far, forgotten in time.
  private var scale = 0.0
  /// How many cells there were when it was carried on.
  private var cells = 0

  /// ln 2 / 6 h.
  private static let forgetting = 0.6931471805599453 / 360
  private static let largestJump = 0.1

  /// A cadence that begins with every step.
  public init() {}

  /// Ascending numbers of steps of a length (min) that divide the steps of an hour.
  public static func lengths(step: Double) -> [Int] {
    let hour = max(1, Int((60 / step).rounded()))
    return (1...hour).filter { hour % $0 == 0 }
  }

  /// Whether what was read can be, with these numbers of steps it may be held for, at the start of a step.
  public func isSound(_ lengths: [Int], before step: Int) -> Bool {
    lengths.contains(steps) && (0..<steps).contains(elapsed) && elapsed <= step
      && (step - elapsed).isMultiple(of: steps) && (0...1e12).contains(scale)
      && (0...1 << 53).contains(cells)
  }

  /// Whether it is to be carried on before a step with so many cells.
  public func isOverdue(cells: Int) -> Bool {
    guard elapsed > 0 else { return false }
    return Double((cells - self.cells).magnitude) > Self.largestJump
      * Double(max(cells, self.cells))
  }

  /// Whether it is to be carried on after this step.
  public mutating func isDue() -> Bool {
    elapsed += 1
    return elapsed >= steps
  }

  /// Begins anew after it was carried on.
  ///
  /// - Parameters:
  ///   - moved: how far its voxels moved, root mean square, nM.
  ///   - mean: its mean concentration, nM.
  ///   - time: how long that took, min.
  ///   - step: number of the next step.
  ///   - cells: how many cells there are.
  ///   - tolerance: largest share by which it may move; `nil` where no cell
  ///     is left.
  ///   - lengths: numbers of steps it may be held for.
  public mutating func begin(
    moved: Double,
    mean: Double,
    time: Double,
    step: Int,
    cells: Int,
    tolerance: Double?,
    _ lengths: [Int]
  ) {
    scale = max(mean, moved, scale * Elementary.exp(-time * Self.forgetting))
    let perStep = scale > 0 ? moved / scale / Double(elapsed) : 0
    let allowed = lengths.filter { length in
      length <= 2 * steps && step % length == 0
        && (tolerance.map { perStep * Double(length) <= $0 } ?? true)
    }
    steps = allowed.last ?? 1
    elapsed = 0
    self.cells = cells
  }
}
