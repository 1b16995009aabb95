import Simulation

/// The arms that others are compared with.
enum Controls {
  /// Position of the arm that each is compared with: the control that the scenario names, else the first that is given
  /// nothing in the same host, else the first that is given nothing, else the first; `nil` for these themselves.
  static func positions(of arms: [Experiment]) -> [Int?] {
    let untreated = arms.indices.filter {
      arms[$0].doses.isEmpty && arms[$0].factorDoses.isEmpty
    }
    let named = arms.first?.control.flatMap { name in arms.firstIndex { $0.arm == name } }
    return arms.indices.map { arm in
      let same = untreated.first { arms[$0].host == arms[arm].host }
      let control = named ?? same ?? untreated.first ?? 0
      return control == arm ? nil : control
    }
  }
}
