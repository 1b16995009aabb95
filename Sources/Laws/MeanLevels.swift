import Substrate
import Vocabulary

/// Mean levels of cells in blood and organs, which signals take away from rest.
///
///     dL/dt = (f − f₀) (a + b M) (1 − L) − (Σ hasten − Σ hasten₀) L − (f₀ a + Σ hasten₀ + d) (L − L₀)
///     dM/dt = g (L − L₀) (1 − M) − m M
///     dE/dt = (ln 2 / T) (L − E)
///
/// L, M and E are those of an axis and of what follows it (`Axis`, `Follower`), f its drive; L₀ is the level at rest, f₀ and hasten₀ what
/// acts where nothing is sensed. Without a signal cells stay at rest, for what else moves them at rest is part of what they come with.
/// Neither f − f₀ nor L − L₀ counts where it is below 0. Each step holds f and M, as the cells of grids do.
extension CellProgram {
  /// Levels after a time.
  ///
  /// - Parameters:
  ///   - mean: levels before, by row.
  ///   - rest: levels at rest.
  ///   - levels: levels of the signals.
  ///   - time: the time, min.
  /// - Returns: the levels after it.
  public func advance(mean: [Double], rest: [Double], _ levels: Levels, by time: Double)
    -> [Double]
  {
    var (now, still) = (levels, nothing)
    for row in mean.indices {
      now.own[row] = Float(mean[row])
      still.own[row] = Float(rest[row])
    }
    var next = mean
    for axis in axes {
      let (drive, least) = (axis.drive(now), axis.drive(still))
      let (row, rates) = (axis.activity, axis.axis.rates)
      let memory = axis.memory.map { mean[$0] } ?? 0
      let rise = max(0, drive.rise - least.rise) * (rates.naive + rates.memory * memory)
      let back = least.rise * rates.naive + least.hastened + rates.decay
      let rate = rise + max(0, drive.hastened - least.hastened) + back
      if rate > 0 {
        let steady = (rise + back * rest[row]) / rate
        next[row] = steady + (mean[row] - steady) * Elementary.exp(-rate * time)
      }
      guard let kept = axis.memory else { continue }
      let laid = rates.gain * max(0, next[row] - rest[row])
      let turnover = laid + rates.loss
      guard turnover > 0 else { continue }
      let steady = laid / turnover
      next[kept] = steady + (memory - steady) * Elementary.exp(-turnover * time)
    }
    for follower in followers {
      let level = next[follower.followed]
      next[follower.row] = level + (mean[follower.row] - level) * follower.law.kept(over: time)
    }
    return next
  }
}
