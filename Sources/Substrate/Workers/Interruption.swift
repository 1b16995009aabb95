import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether somebody asked the program to stop (Ctrl-C).
///
/// The first request is only noted, so that work can end cleanly; a second one ends the program.
public final class Interruption: Sendable {
  private let requested = Atomic<Bool>(false)

  /// An interruption that nobody has asked for.
  public init() {}

  /// Whether it was asked for.
  public var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Asks for it.
  public func request() { requested.store(true, ordering: .relaxed) }

  /// Runs `body` while SIGINT asks for the interruption.
  public func whileListening<Result>(_ body: () throws -> Result) rethrows -> Result {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
      self.request()
      signal(SIGINT, SIG_DFL)
    }
    source.resume()
    defer {
      source.cancel()
      signal(SIGINT, SIG_DFL)
    }
    return try body()
  }
}
