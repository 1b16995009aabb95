import Foundation

/// Why output could not be written: one sentence for the user.
public struct OutputError: Error, CustomStringConvertible {
  /// Whether the directory held something and was left alone, instead of failing.
  public let isRefusal: Bool
  /// The sentence.
  public let description: String

  static func failed(_ what: String, _ path: String, _ code: Int32 = errno) -> OutputError {
    OutputError(
      isRefusal: false,
      description: "cannot \(what) \(path): \(String(cString: strerror(code)))"
    )
  }
}

/// A directory of output, in which each file appears whole or not at all.
public struct OutputDirectory: Sendable {
  /// Its path.
  public let path: String

  /// Makes the directory, with those above it, if need be.
  ///
  /// - Throws: `OutputError` where it holds something and is not to be overwritten, or where the
  ///   system refuses.
  public init(_ path: String, overwrite: Bool) throws {
    self.path = path
    var made = ""
    for part in path.split(separator: "/", omittingEmptySubsequences: false) {
      made += made.isEmpty && part.isEmpty ? "/" : (made.isEmpty || made == "/" ? "" : "/") + part
      if made.isEmpty || part.isEmpty || mkdir(made, 0o777) == 0 || errno == EEXIST
        || errno == EISDIR
      {
        continue
      }
      throw OutputError.failed("make the directory", made)
    }
    guard let handle = opendir(path) else { throw OutputError.failed("open the directory", path) }
    defer { closedir(handle) }
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." || overwrite || AtomicFile.isPartial(name) { continue }
      if let file = try? hold(LOCK_EX) { close(file) } else { throw busy }
      let isStopped = access("\(path)/unfinished.json", F_OK) == 0
      throw OutputError(
        isRefusal: true,
        description:
          isStopped
          ? "the output directory \(path) contains an interrupted run; continue it with: stroma resume \(path), or add --overwrite to start again"
          : "the output directory \(path) is not empty; add --overwrite, or choose another with --out"
      )
    }
    guard access(path, W_OK) == 0 else { throw OutputError.failed("write to", path) }
  }

  /// Writes a file under a hidden name, syncs it and renames it.
  ///
  /// - Throws: `OutputError` where the system refuses; nothing of the file is left then.
  public func write(_ name: String, _ text: String) throws {
    try write(name) { write in try write(text) }
  }

  /// Writes a file part by part under a hidden name, syncs it and renames it.
  ///
  /// - Parameters:
  ///   - name: name of the file.
  ///   - body: is given what writes a part.
  /// - Throws: `OutputError` where the system refuses, and what `body` throws; nothing of the file is left then.
  public func write(_ name: String, _ body: ((String) throws -> Void) throws -> Void) throws {
    try write(name, into: { file in try body { try file.write(Array($0.utf8)) } })
  }

  /// Writes the bytes of a file under a hidden name, syncs it and renames it.
  ///
  /// - Throws: `OutputError` where the system refuses; nothing of the file is left then.
  public func write(_ name: String, _ bytes: [UInt8]) throws {
    try write(name, into: { file in try file.write(bytes) })
  }

  private func write(_ name: String, into body: (AtomicFile) throws -> Void) throws {
    let target = "\(path)/\(name)"
    do {
      let file = try AtomicFile(target)
      do {
        try body(file)
      } catch {
        file.abandon()
        throw error
      }
      try file.finish()
    } catch let error as AtomicFile.Refusal {
      throw OutputError.failed("write", target, error.code)
    }
  }

  /// A folder in it, made if need be; its path.
  ///
  /// - Throws: `OutputError` where something else has its name, as a link to elsewhere, or the system refuses.
  public func folder(_ name: String) throws -> String {
    let folder = "\(path)/\(name)"
    guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
      throw OutputError.failed("make the directory", folder)
    }
    _ = try isThere(name)
    return folder
  }

  /// Whether a folder is there.
  ///
  /// - Throws: `OutputError` where something else has its name, as a link to elsewhere.
  private func isThere(_ name: String) throws -> Bool {
    var status = stat()
    guard lstat("\(path)/\(name)", &status) == 0 else { return false }
    if status.st_mode & S_IFMT == S_IFDIR { return true }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    throw OutputError(
      isRefusal: true,
      description: isLink
        ? "\(path)/\(name) is a link, which is not followed; remove it"
        : "\(path)/\(name) is in the way of a directory; remove it"
    )
  }

  /// Removes the files of a folder whose names end in a suffix, whole or partial, and the folder where nothing
  /// is left in it.
  ///
  /// - Throws: `OutputError` where the folder is a link to elsewhere, or the system refuses.
  public func clear(_ folder: String, of suffix: String) throws {
    guard try isThere(folder) else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
    for name in names where name.hasSuffix(suffix) || name.hasSuffix(suffix + ".partial") {
      try remove("\(folder)/\(name)")
    }
    rmdir("\(path)/\(folder)")
  }

  /// Keeps other processes from writing here for as long as this one lives.
  ///
  /// - Parameter isShared: whether others that share it may work here too, as those of a campaign, whose stores have
  ///   locks of their own.
  /// - Throws: `OutputError` where another one does.
  public func lock(isShared: Bool = false) throws { _ = try hold(isShared ? LOCK_SH : LOCK_EX) }

  /// Whether another process is at work in a directory.
  public static func isInUse(_ path: String) -> Bool {
    let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }

  /// Locks the directory; the file that holds the lock until it is closed.
  private func hold(_ lock: Int32) throws -> Int32 {
    let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw OutputError.failed("open the directory", path) }
    // A file system without locks cannot tell.
    guard flock(file, lock | LOCK_NB) == 0 || errno != EWOULDBLOCK else {
      close(file)
      throw busy
    }
    return file
  }

  private var busy: OutputError {
    OutputError(
      isRefusal: true,
      description:
        "another run is at work in \(path); wait for it, or choose another directory with --out"
    )
  }

  /// Removes a file of an earlier run that this run does not write.
  public func remove(_ name: String) throws {
    guard unlink("\(path)/\(name)") == 0 || errno == ENOENT else {
      throw OutputError.failed("remove", "\(path)/\(name)")
    }
  }
}
