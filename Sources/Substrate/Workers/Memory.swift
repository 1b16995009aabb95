/// What memory the machine lets the program use.
public enum Memory {
  /// Bytes that are free for the program: what the machine has left, and no more than its control group
  /// allows; `nil` if neither is known.
  public static var available: Double? {
    let free = SystemFile.lines("/proc/meminfo").first { $0.hasPrefix("MemAvailable:") }
      .flatMap { SystemFile.number($0.dropFirst(13).filter(\.isNumber)) }
      .map { $0 * 1024 }
    return [free, allowed].compactMap { $0 }.min()
  }

  /// Bytes that control groups leave.
  private static var allowed: Double? {
    var least: Double?
    for group in SystemFile.groups {
      if let most = SystemFile.number(at: "\(group)/memory.max"),
        let used = SystemFile.number(at: "\(group)/memory.current")
      {
        // What is cached of files goes when memory is wanted.
        let cached = SystemFile.lines("\(group)/memory.stat")
          .first { $0.hasPrefix("inactive_file ") }
          .flatMap { SystemFile.number($0.dropFirst(14)) }
        least = min(least ?? .infinity, most - used + (cached ?? 0))
      }
    }
    let old = "/sys/fs/cgroup/memory"
    if let most = SystemFile.number(at: "\(old)/memory.limit_in_bytes"),
      let used = SystemFile.number(at: "\(old)/memory.usage_in_bytes")
    {
      least = min(least ?? .infinity, most - used)
    }
    return least
  }
}
