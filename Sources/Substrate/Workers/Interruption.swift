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

  /// Runs `body` while SIGINT (Ctrl-C) and SIGTERM ask for the interruption.
  public func whileListening<Result>(_ body: () throws -> Result) rethrows -> Result {
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        self.request()
        signal(number, SIG_DFL)
      }
      source.resume()
      return (number, source)
    }
    defer {
      for (number, source) in sources {
        source.cancel()
        signal(number, SIG_DFL)
      }
    }
    return try body()
  }
}
