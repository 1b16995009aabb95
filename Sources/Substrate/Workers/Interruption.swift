import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether the program has been told to stop.
///
/// The first request is only noted, so that work can end cleanly. SIGINT (Ctrl-C) and SIGTERM after it end the
/// program; SIGHUP (the terminal is gone), SIGUSR1 and SIGXCPU (a queue says that time is up) do not, for systems
/// send them more than once.
public final class Interruption: Sendable {
  /// Signals that ask to stop.
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXCPU]

  private let requested = Atomic<Bool>(false)
  private let listens = Atomic<Bool>(false)

  /// An interruption that is not asked for.
  public init() {}

  /// Whether it was requested.
  public var isRequested: Bool {
    requested.load(ordering: .relaxed)
      || listens.load(ordering: .relaxed) && Signals.wasCaught.load(ordering: .relaxed)
  }

  /// Asks for it.
  public func request() { requested.store(true, ordering: .relaxed) }

  /// Lets signals ask for the interruption from now on, until a call of `whileListening` has ended; see there.
  public func listen() {
    guard !listens.exchange(true, ordering: .relaxed) else { return }
    Signals.wasCaught.store(false, ordering: .relaxed)
    for number in heard { Signals.listen(to: number) }
  }

  /// The signals that are not ignored.
  private var heard: [Int32] { Self.signals.filter { $0 != SIGHUP || !Signals.ignores(SIGHUP) } }

  /// Runs `body` while signals ask for the interruption; one that comes before `body` begins is noted too.
  ///
  /// A hangup that is ignored, as `nohup` has it, stays so. Who started the program may have blocked signals: the calling
  /// thread takes them from now on.
  public func whileListening<Result>(_ body: () throws -> Result) rethrows -> Result {
    listen()
    let heard = heard
    defer {
      for number in heard { signal(number, SIG_DFL) }
      if isRequested { request() }
      listens.store(false, ordering: .relaxed)
    }
    return try body()
  }
}

/// What the process does at signals: a handler may touch nothing but a flag.
private enum Signals {
  static let wasCaught = Atomic<Bool>(false)

  static func ignores(_ number: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Glibc)
      let handler = action.__sigaction_handler.sa_handler
    #else
      let handler = action.__sigaction_u.__sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  static func listen(to number: Int32) {
    signal(number) { number in
      let isSecond = Signals.wasCaught.exchange(true, ordering: .relaxed)
      guard isSecond, number == SIGINT || number == SIGTERM else { return }
      signal(number, SIG_DFL)
      raise(number)
    }
    var only = sigset_t()
    sigemptyset(&only)
    sigaddset(&only, number)
    pthread_sigmask(SIG_UNBLOCK, &only, nil)
  }
}
