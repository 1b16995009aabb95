import Foundation

/// A file being written under a hidden name: it is moved to its final name once it is complete, and removed otherwise.
package struct AtomicFile {
  /// Why the system refused.
  package struct Refusal: Error {
    /// The error number.
    package let code: Int32
  }

  /// Whether a name is that of a file whose program was killed as it wrote it.
  package static func isPartial(_ name: String) -> Bool {
    name.hasPrefix(".") && name.hasSuffix(".partial")
  }

  private let path, partial: String
  private let file: Int32

  /// Begins a file.
  ///
  /// - Throws: `Refusal`.
  package init(_ path: String) throws(Refusal) {
    self.path = path
    let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    partial = "\(path[..<name]).\(path[name...]).partial"
    // What was left there, or put there as a link to elsewhere, is not written to.
    unlink(partial)
    file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw Refusal(code: errno) }
  }

  /// Adds bytes.
  ///
  /// - Throws: `Refusal`.
  package func write(_ bytes: [UInt8]) throws(Refusal) {
    let code = bytes.withUnsafeBytes { bytes -> Int32? in
      var done = 0
      while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let n = Foundation.write(file, rest.baseAddress, rest.count)
        if n < 0 && errno == EINTR { continue }
        guard n >= 0 else { return errno }
        done += n
      }
      return nil
    }
    if let code { throw Refusal(code: code) }
  }

  /// Closes the file, which is on the disk by then where it is synced, and puts it in its place; nothing of it is left where
  /// that is refused.
  ///
  /// - Throws: `Refusal`.
  package func finish(isSynced: Bool = true) throws(Refusal) {
    guard !isSynced || fsync(file) == 0 else {
      let refusal = Refusal(code: errno)
      abandon()
      throw refusal
    }
    guard close(file) == 0, rename(partial, path) == 0 else {
      let refusal = Refusal(code: errno)
      unlink(partial)
      throw refusal
    }
  }

  /// Gives up: nothing of the file is left.
  package func abandon() {
    close(file)
    unlink(partial)
  }
}
