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
    return online
  }

  /// Number of processors of the machine.
  public static var online: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// How many threads the system lets the program run at once, the calling one included: at most a number, and no more
  /// than the machine has processors, for more never run at once.
  ///
  /// As many are started and ended.
  public static func startable(_ most: Int) -> Int {
    let most = min(most, online)
    guard most > 1 else { return 1 }
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    pthread_mutex_init(gate, nil)
    pthread_mutex_lock(gate)
    var started: [pthread_t] = []
    while started.count + 1 < most, let thread = waiting(at: gate) { started.append(thread) }
    pthread_mutex_unlock(gate)
    for thread in started { pthread_join(thread, nil) }
    pthread_mutex_destroy(gate)
    gate.deallocate()
    return started.count + 1
  }

  /// A thread that ends when a gate has been opened; `nil` where the system starts none.
  private static func waiting(at gate: UnsafeMutablePointer<pthread_mutex_t>) -> pthread_t? {
    #if canImport(Glibc)
      var thread = pthread_t()
    #else
      var thread: pthread_t?
    #endif
    let code = pthread_create(
      &thread,
      nil,
      { gate in
        #if canImport(Glibc)
          let gate = gate?.assumingMemoryBound(to: pthread_mutex_t.self)
        #else
          let gate = gate.assumingMemoryBound(to: pthread_mutex_t.self) as UnsafeMutablePointer?
        #endif
        if let gate {
          pthread_mutex_lock(gate)
          pthread_mutex_unlock(gate)
        }
        return nil
      },
      gate
    )
    return code == 0 ? thread : nil
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
