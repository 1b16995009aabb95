import Substrate

/// Which slots are due in each of the steps to come.
///
/// Only a window of steps is kept in lists; at its end the checks of all slots are gone through once, in
/// order.
struct Agenda: Sendable {
  /// Steps of a window.
  private static let window = 64

  private var first: UInt32 = 0
  private var due: [[UInt32]] = Array(repeating: [], count: window)

  /// Whether a step is in the window.
  func covers(_ step: UInt32) -> Bool { step >= first && step - first < UInt32(Self.window) }

  /// Notes when a slot is due, where that is in the window.
  mutating func note(_ slot: UInt32, due step: UInt32) {
    if covers(step) { due[Int(step - first)].append(slot) }
  }

  /// Opens the window that begins with a step.
  mutating func turn(to step: UInt32, _ checks: [UInt32]) {
    first = step
    for slot in checks.indices where covers(checks[slot]) {
      due[Int(checks[slot] - first)].append(UInt32(slot))
    }
  }

  /// The slots that are due in a step of the window; they are no longer noted.
  mutating func take(_ step: UInt32) -> [UInt32] {
    let slots = due[Int(step - first)]
    due[Int(step - first)] = []
    return slots
  }
}

extension Agenda {
  /// Whether a state that was read notes every slot that is due in the window, each in the step at which its check stands.
  func isSound(_ checks: [UInt32], before step: UInt32) -> Bool {
    guard due.count == Self.window, first <= step else { return false }
    var noted = Set<UInt32>()
    for (n, slots) in due.enumerated() {
      for slot in slots {
        guard checks.indices.contains(Int(slot)), checks[Int(slot)] == first + UInt32(n),
          noted.insert(slot).inserted
        else { return false }
      }
    }
    return noted.count == checks.count { covers($0) }
  }

  /// Goes through the state.
  mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&first)
    try visitor.visit(&due)
  }
}
