import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A number of cores to work on.
public struct Workers: Sendable {
  /// How many pieces run at once, at least 1.
  public let count: Int

  /// That many workers; fewer than one is a bug.
  public init(count: Int) {
    precondition(count >= 1, "workers are at least one")
    self.count = count
  }

  /// Makes one result per piece, at most `count` pieces at a time, and returns them in order.
  ///
  /// Pieces are dealt to whichever worker is free; the result never depends on who made it.
  public func map<Result: Sendable>(
    _ pieces: Int,
    _ piece: @escaping @Sendable (Int) -> Result
  ) -> [Result] {
    let results = Mutex([Result?](repeating: nil, count: pieces))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(count, pieces)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= pieces { return }
        let result = piece(index)
        results.withLock { $0[index] = result }
      }
    }
    return results.withLock { made in
      made.map { result in
        guard let result else { preconditionFailure("a piece was not dealt") }
        return result
      }
    }
  }

  /// Does pieces of work, at most `count` at a time; those of one worker in order.
  public func forEach(_ pieces: Int, _ piece: @Sendable (Int) -> Void) {
    guard count > 1, pieces > 1 else {
      for index in 0..<pieces { piece(index) }
      return
    }
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: min(count, pieces)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if index >= pieces { return }
        piece(index)
      }
    }
  }

  /// Works through phases, one after another, in a single fan-out.
  ///
  /// The pieces of a phase run on whichever workers are free, each piece once; what a phase wrote is
  /// seen by the next. A worker that starts late, or not at all, does not block the others.
  ///
  /// - Parameters:
  ///   - course: decides what is done; it changes only between phases.
  ///   - pieces: number of pieces of the first phase, at least 1.
  ///   - task: what a phase is to do, as the course says.
  ///   - piece: does one piece of it.
  ///   - next: called once when a phase has ended; returns the number of pieces of the phase to come,
  ///     0 to end.
  /// - Returns: the course at its end.
  public func conduct<Course: Sendable, Work: Sendable>(
    _ course: consuming Course,
    pieces: Int,
    task: @Sendable (Course) -> Work,
    piece: @Sendable (Work, Int) -> Void,
    next: @Sendable (inout Course) -> Int
  ) -> Course {
    guard count > 1 else {
      var pieces = pieces
      while pieces > 0 {
        for index in 0..<pieces { piece(task(course), index) }
        pieces = next(&course)
      }
      return course
    }
    let score = Score(pieces: pieces)
    let shared = Mutex(course)
    DispatchQueue.concurrentPerform(iterations: count) { _ in
      while let index = score.claim() {
        piece(shared.withLock { task($0) }, index)
        if score.finish() { score.begin(pieces: shared.withLock { next(&$0) }) }
      }
    }
    return shared.withLock { $0 }
  }

  /// Which pieces of which phase are still to be done.
  private struct Score: ~Copyable {
    /// Number of the phase above 32 bits, unclaimed pieces below.
    private let open: Atomic<UInt64>
    private let unfinished: Atomic<Int>
    private static let ended = UInt64.max

    init(pieces: Int) {
      open = Atomic(UInt64(pieces))
      unfinished = Atomic(pieces)
    }

    /// A piece that no other worker computes, or `nil` once all phases have ended; waits in between.
    func claim() -> Int? {
      var patience = 4096
      while true {
        let seen = open.load(ordering: .acquiring)
        if seen == Self.ended { return nil }
        let left = seen & 0xFFFF_FFFF
        if left > 0 {
          let claimed = open.compareExchange(
            expected: seen,
            desired: seen - 1,
            ordering: .acquiringAndReleasing
          )
          if claimed.exchanged { return Int(left) - 1 }
        } else if patience > 0 {
          patience -= 1
        } else {
          sched_yield()
        }
      }
    }

    /// Notes that a piece is done; whether it was the last of its phase.
    func finish() -> Bool {
      unfinished.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == 0
    }

    /// Opens the next phase, or ends with none.
    func begin(pieces: Int) {
      let phase = (open.load(ordering: .relaxed) >> 32) + 1
      unfinished.store(pieces, ordering: .relaxed)
      open.store(
        pieces == 0 ? Self.ended : phase << 32 | UInt64(pieces),
        ordering: .releasing
      )
    }
  }
}
