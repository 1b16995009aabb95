import ArgumentParser
import Campaign
import Foundation
import Synchronization

/// What the user sees beside the results: lines on standard error.
enum Terminal {
  /// Makes sure that no file of a run takes the place of a stream that is closed, and that neither a reader who has gone nor
  /// the limit of the length of files ends the program; called before anything is opened.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // What is open for reading only refuses what is written, as a closed stream does.
    for stream in STDIN_FILENO...STDERR_FILENO where fcntl(stream, F_GETFD) < 0 {
      _ = open("/dev/null", O_RDONLY)
    }
  }

  /// Ends the program with exit code 71 where the stack may grow to less than 512 kB; runs were
  /// seen to need between 128 and 256 kB.
  static func checkStack() {
    #if canImport(Darwin)
      let resource = RLIMIT_STACK
    #else
      let resource = __rlimit_resource_t(RLIMIT_STACK.rawValue)
    #endif
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < 512 << 10 else { return }
    say(
      "the stack may grow to \(limit.rlim_cur >> 10) kB only; allow 512 kB or more with 'ulimit -s 512'"
    )
    exit(EX_OSERR)
  }

  /// Writes a line; if that is impossible, the work continues.
  static func say(_ text: String) { write(text + "\n") }

  fileprivate static func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Writes to standard output, or says that it cannot and ends with exit code 74.
  static func show(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      say("cannot write to standard output")
      throw ExitCode(EX_IOERR)
    }
  }

  /// Writes a value as JSON to standard output, as `show` writes.
  static func show(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    try show(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
  }
}

/// One line that shows how far a run is; plain lines now and then where the output is no terminal.
final class ProgressLine: Sendable {
  private struct State {
    var last: ContinuousClock.Instant?
    var width = 0
  }

  private let quiet: Bool
  private let live: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  init(quiet: Bool) {
    self.quiet = quiet
    live = isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
  }

  func show(_ progress: RunProgress) {
    let cells =
      "\((progress.time / 6).rounded() / 10) of \(progress.duration / 60) h, \(progress.alive) cells alive"
    show(share: progress.done) {
      progress.models > 1
        ? "\(cells), \(progress.finished) of \(progress.models) runs done" : cells
    }
  }

  /// Shows a text with the time that is left, where a share of all is done.
  func show(share: Double, _ describe: () -> String) {
    guard !quiet else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      let pause: Duration = live ? .milliseconds(100) : .seconds(10)
      guard now - (state.last ?? start) >= pause else { return }
      state.last = now
      let text = describe() + left(share, elapsed: (now - start) / .seconds(1))
      if live {
        let blank = String(repeating: " ", count: max(0, state.width - text.count))
        Terminal.write("\r\(text)\(blank)")
        state.width = text.count
      } else {
        Terminal.say(text)
      }
    }
  }

  func end() {
    state.withLock { state in
      guard live, state.width > 0 else { return }
      Terminal.write("\r" + String(repeating: " ", count: state.width) + "\r")
    }
  }

  private func left(_ share: Double, elapsed: Double) -> String {
    // The first steps move the whole dose: what they cost says little about the rest.
    guard share > 0.02 else { return "" }
    return ", about \(Int((elapsed * (1 - share) / share).rounded(.up))) s left"
  }
}
