import Files
import Foundation
import Scenario
import Simulation
import Substrate
import Testing

/// A checkpoint whose checksum holds may still have lists of other lengths than the program writes.
@Suite("Forged lists of checkpoints")
struct ForgedListTests {
  private static let digestLength = 32

  /// Writes a state down, one of its lists with a part more or less.
  private struct Forger: StateVisitor {
    var isReading: Bool { false }
    /// Position of the list that is altered, and by how many parts.
    let altered: Int, parts: Int
    private(set) var bytes: [UInt8] = []
    private(set) var lists = 0

    init(altered: Int, parts: Int) {
      self.altered = altered
      self.parts = parts
    }

    mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {
      withUnsafeBytes(of: &value) { bytes += $0 }
    }

    mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
      let change = lists == altered ? max(parts, -array.count) : 0
      lists += 1
      var count = array.count + change
      try visit(&count)
      array.withUnsafeBytes { bytes += $0 }
      let size = change * MemoryLayout<Element>.stride
      if size < 0 { bytes.removeLast(-size) } else { bytes += [UInt8](repeating: 0, count: size) }
    }
  }

  /// A model half way through its run, with cells in blood, in organs and on a grid.
  private static func model(in scratch: ScratchLibrary) throws -> (Model, Experiment) {
    let resolved = try scratch.resolve(ScratchLibrary.text(), ["treatment.agents=200"])
    let experiment = resolved.experiments[0]
    var model = Model(experiment, seed: 7, replicate: 1)
    let outputs = experiment.clock.outputs
    let workers = Workers(count: 1)
    while model.step < (outputs.first ?? 2) - 1 { try model.advance(using: workers) }
    return (model, experiment)
  }

  /// Each list of the state with a part more or less is refused, or read as a state that goes on.
  @Test(arguments: [1, -1, 7]) func endInAnErrorOrAModel(parts: Int) throws {
    let scratch = try ScratchLibrary()
    var (model, experiment) = try Self.model(in: scratch)
    let path = "\(scratch.directory)/whole.checkpoint"
    try HostRunTests.checkpoint(model, experiment, []).write(to: path)
    let whole = [UInt8](try #require(InputFile.contents(path)))
    var plain = Forger(altered: -1, parts: 0)
    try model.visit(&plain)
    let start = try #require(whole.firstRange(of: plain.bytes))
    #expect(plain.lists > 40)
    var refused = 0
    for altered in 0..<plain.lists {
      var forger = Forger(altered: altered, parts: parts)
      try model.visit(&forger)
      var file = whole.dropLast(Self.digestLength)
      file.replaceSubrange(start, with: forger.bytes)
      file += Self.bytes(ofHexadecimal: Digest.of(Data(file)))
      let forged = try scratch.write(Data(file), "forged.checkpoint")
      do {
        var checkpoint = try Checkpoint.Opened(forged).read(as: experiment)
        try checkpoint.model.advance(using: Workers(count: 1))
      } catch let error as CheckpointError {
        #expect(error.isData && !error.description.contains("checksum"), "\(error)")
        refused += 1
      }
    }
    #expect(refused > 10)
  }

  private static func bytes(ofHexadecimal text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }
}
