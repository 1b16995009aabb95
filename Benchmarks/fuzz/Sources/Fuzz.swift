import Foundation

/// What reads the bytes of an input; a typed error of the program ends in it.
typealias Reader = ([UInt8]) -> Void

nonisolated(unsafe) private var reader: Reader = { _ in }

/// libFuzzer calls this once with the arguments of the program; it leaves those alone that begin with two dashes.
///
///     Fuzz --target=NAME [arguments of libFuzzer]
///     Fuzz --target=NAME --seeds=DIR          writes the seeds of the target
///     Fuzz --dictionary=FILE                  writes the words of the schema
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> CInt {
  let words = (0..<Int(count.pointee)).compactMap {
    arguments.pointee[$0].map { String(cString: $0) }
  }
  func value(_ name: String) -> String? {
    words.first { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
  }
  do {
    if let file = value("dictionary") {
      try SchemaWords.write(to: file)
      exit(0)
    }
    guard let target = value("target").flatMap(Target.init(rawValue:)) else {
      fail(
        "expected --target= and one of \(Target.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    if let folder = value("seeds") {
      try Seeds.write(target, to: folder)
      exit(0)
    }
    reader = try target.reader()
  } catch {
    fail("\(error)")
  }
  return 0
}

/// Time of the processor (s) that an input took at most so far, and that one may take; without the steps of models, whose
/// number and length is the user's.
nonisolated(unsafe) private var slowest = 0.0
private let most = 1.0

/// libFuzzer calls this with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let before = clock() - Bench.stepping
  reader(bytes)
  let seconds = Double(clock() - Bench.stepping - before) / Double(CLOCKS_PER_SEC)
  if seconds > slowest {
    slowest = seconds
    say("slowest: \(Int(seconds * 1000)) ms")
  }
  if seconds > most { fatalError("an input takes \(seconds) s of the processor") }
  return 0
}

private func say(_ words: String) { FileHandle.standardError.write(Data((words + "\n").utf8)) }

/// Ends the program for a reason that is no finding.
func fail(_ words: String) -> Never {
  say(words)
  exit(64)
}

/// A directory in memory for the files of one process.
enum Scratch {
  static let directory: String = {
    let path = "/dev/shm/stroma-fuzz-\(getpid())"
    mkdir(path, 0o700)
    atexit { try? FileManager.default.removeItem(atPath: Scratch.directory) }
    return path
  }()

  /// Writes a file, replacing the one of that name, and returns its path.
  static func write(_ name: String, _ bytes: [UInt8]) -> String {
    let path = "\(directory)/\(name)"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0, Foundation.write(file, bytes, bytes.count) == bytes.count else {
      fail("cannot write \(path)")
    }
    close(file)
    return path
  }
}
