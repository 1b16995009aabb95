#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What cores the machine lets the program use.
public enum Cores {
  /// Number of cores the program may run on.
  public static var allowed: Int {
    let key = "Cpus_allowed_list:"
    let line = SystemFile.lines("/proc/self/status").first { $0.hasPrefix(key) }
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

  /// Cores that the quota of time of the control groups makes up; `nil` where there is none.
  public static var quota: Double? {
    var least: Double?
    for group in SystemFile.groups {
      let parts = SystemFile.lines("\(group)/cpu.max").first?.split(separator: " ") ?? []
      guard parts.count == 2, let most = SystemFile.number(parts[0]),
        let period = SystemFile.number(parts[1])
      else { continue }
      least = min(least ?? .infinity, most / period)
    }
    let old = "/sys/fs/cgroup/cpu"
    if let most = SystemFile.number(at: "\(old)/cpu.cfs_quota_us"), most > 0,
      let period = SystemFile.number(at: "\(old)/cpu.cfs_period_us")
    {
      least = min(least ?? .infinity, most / period)
    }
    return least
  }
}
