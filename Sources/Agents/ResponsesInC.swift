import CCells
import Vocabulary

/// Responses as C takes them: single precision, signals by position.
extension cells_response {
  /// A response to the signal at a position.
  init(_ law: Response, signal: Int32, antagonist: Int32?) {
    self.init(
      signal: signal,
      antagonist: antagonist ?? -1,
      half: Float(law.response.halfSaturation),
      weight: Float(law.weight),
      antagonist_half: Float(law.antagonist?.halfSaturation ?? 1),
      lack: law.actsByLack ? 1 : 0
    )
  }
}

extension cells_responses {
  /// A list of responses.
  init(_ laws: [cells_response]) {
    self.init()
    count = fill(&of, with: laws)
  }
}

/// Writes a list into an array of C; returns how many there are.
func fill<Array, Element>(_ array: inout Array, with list: [Element]) -> Int32 {
  withUnsafeMutableBytes(of: &array) { bytes in
    let into = bytes.bindMemory(to: Element.self)
    precondition(list.count <= into.count, "more than the kernel has room for")
    for (i, element) in list.enumerated() { into[i] = element }
    return Int32(list.count)
  }
}
