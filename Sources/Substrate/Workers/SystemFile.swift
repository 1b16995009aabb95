#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The small files in which a system tells about itself.
enum SystemFile {
  /// Directories of the control groups the program is in, from its own upward (version 2).
  static var groups: [String] {
    guard let own = lines("/proc/self/cgroup").first(where: { $0.hasPrefix("0::") }) else {
      return []
    }
    var group = String(own.dropFirst(3))
    var groups: [String] = []
    while let slash = group.lastIndex(of: "/") {
      groups.append("/sys/fs/cgroup\(group == "/" ? "" : group)")
      if group == "/" { break }
      group = slash == group.startIndex ? "/" : String(group[..<slash])
    }
    return groups
  }

  /// The lines of a file; none where it cannot be read.
  static func lines(_ path: String) -> [Substring] {
    (text(path) ?? "").split(separator: "\n")
  }

  /// The number that a file holds; `nil` for none, as for `max`.
  static func number(at path: String) -> Double? { lines(path).first.flatMap(number) }

  /// The number that a text is.
  static func number(_ text: some StringProtocol) -> Double? { Double(String(text)) }

  /// The first bytes of a file, many enough for what is read here.
  private static func text(_ path: String) -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 14)
    let count = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
