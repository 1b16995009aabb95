import Foundation

/// Files that are read: regular ones, for directories, pipes and devices have no end or no bytes.
public enum InputFile {
  /// Why a file is not read.
  public enum Refusal: Error, Sendable, Equatable {
    /// It is no regular file but something else: what it is, as "a directory".
    case kind(String)
    /// The system refuses, with the error number.
    case system(Int32)

    /// What is to be said of it after its name, as "is a pipe, not a file".
    public var words: String {
      switch self {
      case .kind(let kind): "is \(kind), not a file"
      case .system(let code): "cannot be read: \(String(cString: strerror(code)))"
      }
    }
  }

  /// Most bytes that are read of a file at once.
  private static let most = 1 << 32

  /// Opens a regular file for reading; nothing is waited for.
  ///
  /// - Throws: `Refusal`.
  public static func open(_ path: String) throws(Refusal) -> FileHandle {
    let file = Foundation.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard file >= 0 else { throw .system(errno) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      let code = errno
      close(file)
      throw .system(code)
    }
    if let kind = kind(status.st_mode) {
      close(file)
      throw .kind(kind)
    }
    return FileHandle(fileDescriptor: file, closeOnDealloc: true)
  }

  /// The bytes of a regular file; `nil` where it cannot be read or is none.
  public static func contents(_ path: String) -> Data? {
    guard let file = try? open(path), let size = try? file.seekToEnd(), size <= UInt64(most),
      (try? file.seek(toOffset: 0)) != nil
    else { return nil }
    return try? file.readToEnd() ?? Data()
  }

  /// What there is at a path where that is no regular file, as "a directory"; `nil` where it is one, or there is nothing.
  public static func kind(at path: String) -> String? {
    var status = stat()
    return stat(path, &status) == 0 ? kind(status.st_mode) : nil
  }

  private static func kind(_ mode: mode_t) -> String? {
    switch mode & S_IFMT {
    case S_IFREG: nil
    case S_IFDIR: "a directory"
    case S_IFIFO: "a pipe"
    case S_IFSOCK: "a socket"
    default: "a device"
    }
  }
}
