#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the machine lets the program use.
public enum Cores {
  /// Number of cores the program may run on.
  public static var allowed: Int {
    let key = "Cpus_allowed_list:"
    let line = read("/proc/self/status")?.split(separator: "\n").first { $0.hasPrefix(key) }
    if let line, let count = number(ofRanges: line.dropFirst(key.count)) { return count }
    return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// How many numbers a list like `0-3,8` names; `nil` for a text that is none.
  static func number(ofRanges text: Substring) -> Int? {
    var count = 0
    for range in text.split(separator: ",") {
      let ends = range.split(separator: "-").map { Int($0.filter { !$0.isWhitespace }) }
      guard let low = ends.first ?? nil, let high = ends.last ?? nil, high >= low else {
        return nil
      }
      count += high - low + 1
    }
    return count > 0 ? count : nil
  }

  /// Cores that the control group's quota of time makes up; `nil` where it has none.
  public static var quota: Double? {
    guard let own = read("/proc/self/cgroup") else { return nil }
    for line in own.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      if parts[1].isEmpty {
        // Version 2: the least quota of the group and those above it.
        var group = String(parts[2])
        var least: Double?
        while true {
          if let text = read("/sys/fs/cgroup\(group)/cpu.max") ?? nil {
            let numbers = text.split { $0 == " " || $0 == "\n" }
            if numbers.count == 2, let most = Double(numbers[0]), let period = Double(numbers[1]) {
              least = min(least ?? .infinity, most / period)
            }
          }
          guard let slash = group.lastIndex(of: "/"), group != "/", !group.isEmpty else { break }
          group = String(group[..<slash])
        }
        if let least { return least }
      } else if parts[1].split(separator: ",").contains("cpu") {
        let group = "/sys/fs/cgroup/cpu\(parts[2] == "/" ? "" : parts[2])"
        if let most = number("\(group)/cpu.cfs_quota_us"), most > 0,
          let period = number("\(group)/cpu.cfs_period_us")
        {
          return most / period
        }
      }
    }
    return nil
  }

  private static func number(_ path: String) -> Double? {
    read(path).flatMap { Double($0.split(separator: "\n").first.map(String.init) ?? "") }
  }

  /// The first 4096 bytes of a file.
  private static func read(_ path: String) -> String? {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = load(file, &bytes)
    return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  private static func load(_ file: Int32, _ bytes: inout [UInt8]) -> Int {
    let size = bytes.count
    return bytes.withUnsafeMutableBytes {
      #if canImport(Glibc)
        Glibc.read(file, $0.baseAddress, size)
      #else
        Darwin.read(file, $0.baseAddress, size)
      #endif
    }
  }
}
