extension Measure {
  /// The largest value of an endpoint among the runs of an arm, by the species of the host.
  static func endpoint(_ name: String) -> Measure {
    Measure(
      name: "endpoint \(name)",
      meaning: "the largest \(name) of the replicates",
      kind: .number,
      allowed: "-1e300 to 1e300",
      words: [],
      looking: .outcomes { outcomes in
        outcomes.byArm.compactMap { arm, runs in
          guard let value = runs.compactMap({ $0.endpoints[name] }).max() else { return nil }
          return Finding(
            path: "treatment",
            value: value,
            condition: runs[0].species,
            arms: [arm]
          )
        }
      },
      endpoint: name
    )
  }

  /// Arms that an arm equals in everything that becomes of cells, host cells and tissue, in every replicate.
  static let identicalArms = Measure(
    name: "identical_arms",
    meaning: "other arms in which the same becomes of cells, host cells and tissue",
    kind: .number,
    allowed: "0 to 1000",
    words: ["arms"],
    looking: .outcomes { outcomes in
      var arms: [[String]: [String]] = [:]
      var order: [[String]] = []
      for (arm, runs) in outcomes.byArm {
        let fate = runs.map { "\($0.group) \($0.fate)" }
        if arms[fate] == nil { order.append(fate) }
        arms[fate, default: []].append(arm)
      }
      return order.compactMap { arms[$0] }.map { equal in
        Finding(
          path: "arms",
          value: Double(equal.count - 1),
          words: ["arms": equal.listed],
          arms: equal
        )
      }
    }
  )
}

extension [Outcome] {
  /// The runs of each arm, in the order in which the arms first come.
  fileprivate var byArm: [(arm: String, runs: [Outcome])] {
    var order: [String] = []
    var runs: [String: [Outcome]] = [:]
    for outcome in self {
      if runs[outcome.arm] == nil { order.append(outcome.arm) }
      runs[outcome.arm, default: []].append(outcome)
    }
    return order.map { ($0, runs[$0] ?? []) }
  }
}
