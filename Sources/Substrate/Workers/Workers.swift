import Dispatch
import Synchronization

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
}
