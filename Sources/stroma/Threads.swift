import Foundation
import Substrate

/// How many cores a command uses, and why.
struct Threads: CustomStringConvertible {
  /// Number of cores.
  let count: Int
  /// Who says so.
  let reason: String

  /// As many threads as the system lets the program run, where these are fewer.
  var startable: Threads {
    let most = Cores.startable(count)
    guard most < min(count, Cores.online) else { return self }
    return Threads(count: most, reason: "the system starts no more")
  }

  private init(count: Int, reason: String) {
    self.count = count
    self.reason = reason
  }

  /// The number given by `--threads`; by default what the machine allows: no more than the cores the program may
  /// run on, its control group's quota, and what Slurm allotted to the task or else the node.
  init(
    asked: Int?,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    cores: Int = Cores.allowed,
    quota: Double? = Cores.quota
  ) {
    if let asked {
      (count, reason) = (asked, "--threads")
      return
    }
    var limits = [(max(1, cores), "cores the program may run on")]
    if let quota {
      limits.append((Int(min(max(1, quota), 4096)), "quota of the control group"))
    }
    for name in ["SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE"] {
      if let number = environment[name].flatMap({ Int($0) }), number > 0 {
        limits.append((number, name))
        break
      }
    }
    let least = limits.min { $0.0 < $1.0 } ?? (1, "")
    (count, reason) = least
  }

  var description: String { "\(count) \(count == 1 ? "thread" : "threads") (\(reason))" }
}
