import Crypto
import Files
import Foundation
import Substrate

/// Why a checkpoint cannot be used: one sentence for the user.
public struct CheckpointError: Error, CustomStringConvertible {
  /// Whether the file is there and whole but not what is requested, or damaged; otherwise the system
  /// refused.
  public let isData: Bool
  /// The sentence.
  public let description: String

  /// A file that is not what is requested, or damaged.
  public static func data(_ description: String) -> CheckpointError {
    CheckpointError(isData: true, description: description)
  }

  static func failed(_ what: String, _ path: String, _ code: Int32) -> CheckpointError {
    CheckpointError(
      isData: false,
      description: "cannot \(what) \(path): \(String(cString: strerror(code)))"
    )
  }
}

/// The bytes of a checkpoint: a mark, the revision of the program, the state, and a SHA-256 of all before.
enum CheckpointFile {
  static let mark = Array("stroma checkpoint".utf8)
  static let digestLength = 32
  static let buffer = 1 << 20

  /// What the kinds of values that were visited amount to, in their order: another program may lay the
  /// state out anew.
  struct Fingerprint {
    private(set) var value: UInt64 = 14_695_981_039_346_656_037

    mutating func add<Value>(_ type: Value.Type, isList: Bool) {
      let size = MemoryLayout<Value>.stride * 2 + (isList ? 1 : 0)
      value = (value ^ UInt64(size)) &* 1_099_511_628_211
    }
  }
}

/// Writes a checkpoint, which is in its place when it is whole.
struct CheckpointWriter: StateVisitor {
  var isReading: Bool { false }
  private let path: String
  private let file: AtomicFile
  private var hash = SHA256()
  private var waiting: [UInt8] = []
  private var fingerprint = CheckpointFile.Fingerprint()

  init(_ path: String) throws(CheckpointError) {
    self.path = path
    do {
      file = try AtomicFile(path)
    } catch {
      throw .failed("write", path, error.code)
    }
    waiting.reserveCapacity(CheckpointFile.buffer)
    waiting += CheckpointFile.mark
    withUnsafeBytes(of: UInt32(Model.revision).littleEndian) { waiting += $0 }
  }

  mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {
    fingerprint.add(Value.self, isList: false)
    withUnsafeBytes(of: &value) { waiting += $0 }
    try flush(from: CheckpointFile.buffer)
  }

  mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
    var count = array.count
    try visit(&count)
    fingerprint.add(Element.self, isList: true)
    var failure: StateError?
    array.withUnsafeBytes { bytes in
      var done = 0
      do throws(StateError) {
        while done < bytes.count {
          let next = min(bytes.count, done + CheckpointFile.buffer)
          waiting.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[done..<next]))
          try flush(from: CheckpointFile.buffer)
          done = next
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Writes what is waiting where it is at least so much.
  private mutating func flush(from least: Int) throws(StateError) {
    guard waiting.count >= least else { return }
    hash.update(data: waiting)
    do {
      try file.write(waiting)
    } catch {
      throw StateError(String(cString: strerror(error.code)))
    }
    waiting.removeAll(keepingCapacity: true)
  }

  /// Writes what ends the file.
  mutating func finish() throws(StateError) {
    withUnsafeBytes(of: fingerprint.value) { waiting += $0 }
    try flush(from: 0)
    do {
      try file.write(Array(hash.finalize()))
    } catch {
      throw StateError(String(cString: strerror(error.code)))
    }
  }

  /// Puts the file, whose writing is done, in its place.
  func keep() throws(CheckpointError) {
    do {
      try file.finish()
    } catch {
      throw .failed("write", path, error.code)
    }
  }

  /// Gives up: nothing is left of the file.
  func abandon() { file.abandon() }
}

/// Reads a checkpoint whose checksum holds.
struct CheckpointReader: StateVisitor {
  var isReading: Bool { true }
  private let path: String
  private let file: FileHandle
  /// Bytes of the state that are left.
  private var left: Int
  /// Every part of a list takes a byte at least.
  var mostParts: Int { left }
  private var fingerprint = CheckpointFile.Fingerprint()

  /// Opens a checkpoint.
  ///
  /// - Throws: `CheckpointError` for a file that cannot be read, is none, is damaged or of another revision.
  init(_ path: String) throws(CheckpointError) {
    self.path = path
    do {
      file = try InputFile.open(path)
    } catch {
      guard case .system(let code) = error else { throw .data("\(path) \(error.words)") }
      throw .failed("read", path, code)
    }
    do {
      let size = Int(try file.seekToEnd())
      try file.seek(toOffset: 0)
      let head = CheckpointFile.mark.count + 4
      let start = Array(try file.read(upToCount: head) ?? Data())
      guard start.starts(with: CheckpointFile.mark) else {
        throw CheckpointError.data("\(path) is no checkpoint of stroma")
      }
      let revision = start.dropFirst(CheckpointFile.mark.count).reversed()
        .reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      if start.count == head,
        let refusal = Revision(Int(revision)).refusal("\(path) is a checkpoint")
      {
        throw CheckpointError.data(refusal)
      }
      left = size - head - CheckpointFile.digestLength
      var hash = SHA256()
      hash.update(data: start)
      var unread = left
      while unread > 0, let part = try file.read(upToCount: min(unread, CheckpointFile.buffer)),
        !part.isEmpty
      {
        hash.update(data: part)
        unread -= part.count
      }
      let digest = try file.read(upToCount: CheckpointFile.digestLength) ?? Data()
      guard left >= 0, unread == 0, Array(hash.finalize()) == Array(digest) else {
        throw CheckpointError.data("\(path) is damaged: its checksum does not hold")
      }
      try file.seek(toOffset: UInt64(head))
    } catch let error as CheckpointError {
      throw error
    } catch {
      throw CheckpointError(isData: false, description: "cannot read \(path): \(error)")
    }
  }

  mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {
    fingerprint.add(Value.self, isList: false)
    let bytes = try take(MemoryLayout<Value>.size)
    withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes) }
  }

  /// Ends the reading.
  ///
  /// - Throws: `StateError` where something is left, or the state was laid out in another way.
  mutating func finish() throws(StateError) {
    let laidOut = fingerprint.value
    var written: UInt64 = 0
    try visit(&written)
    guard left == 0, written == laidOut else { throw damaged() }
  }

  mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
    var count = 0
    try visit(&count)
    fingerprint.add(Element.self, isList: true)
    let stride = MemoryLayout<Element>.stride
    guard count >= 0, count <= left / max(1, stride) else { throw damaged() }
    var failure: StateError?
    array = Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var done = 0
      do throws(StateError) {
        while done < count * stride {
          let part = try take(min(CheckpointFile.buffer, count * stride - done))
          UnsafeMutableRawBufferPointer(rebasing: bytes[done...]).copyBytes(from: part)
          done += part.count
        }
        initialized = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  private mutating func take(_ count: Int) throws(StateError) -> Data {
    guard count <= left else { throw damaged() }
    guard count > 0 else { return Data() }
    let bytes: Data?
    do {
      bytes = try file.read(upToCount: count)
    } catch {
      throw StateError("cannot read \(path): \(error)")
    }
    guard let bytes, bytes.count == count else { throw damaged() }
    left -= count
    return bytes
  }

  private func damaged() -> StateError { .unexpected }
}
