import Files
import Foundation
import Substrate

@testable import Campaign
@testable import Scenario
@testable import Simulation

/// Checkpoints whose checksums hold: of the state of one of several small models with the heading that it has, or, where the
/// first byte is odd, with the heading that the bytes begin with.
final class ForgedCheckpoints {
  /// A small model, and its checkpoint half way.
  private struct Subject {
    let experiment: Experiment
    let model: Model
    /// The heading as it is written, and the state.
    let heading: [UInt8], state: [UInt8]
  }

  private static let scenarios = [
    Bench.base,
    Bench.base + """

      factors: [ifng, pge2]
      kinds: {macrophage: macrophage}
      tissues:
        block:
          organ: lung
          voxels: 3 x 3 x 3
          spacing: 20 um
          factors: {ifng: {initial: 1 ng/mL}, pge2: {}}
          cells: {macrophage: {density: 4e6 cells/mL}}
      """,
  ]

  private let subjects: [Subject]
  private let workers = Workers(count: 1)

  init() throws {
    let bench = try Bench()
    subjects = try Self.scenarios.map { try Self.subject(try bench.resolved(yaml: $0)) }
  }

  private static func subject(_ scenario: ResolvedScenario) throws -> Subject {
    let experiment = scenario.experiments[0]
    let workers = Workers(count: 1)
    var model = Model(experiment, seed: 1, replicate: 1, sampled: 2)
    let folder = Scratch.directory
    _ = try Run(experiments: [experiment], seed: 1, replicates: 1, followed: 2).execute(
      on: workers,
      leaving: .init(directory: folder, every: 120, scenario: "", models: 1)
    )
    let path = Checkpoints(directory: folder, every: nil, scenario: "", models: 1)
      .path(of: experiment, replicate: 1, index: 0)
    let bytes = [UInt8](InputFile.contents(path) ?? Data())
    unlink(path)
    let start = CheckpointFile.mark.count + 4
    var visitor = Walk(Array(bytes[start..<bytes.count - CheckpointFile.digestLength - 8]))
    try visitor.walk(&model)
    return Subject(
      experiment: experiment,
      model: Model(experiment, seed: 1, replicate: 1, sampled: 2),
      heading: Array(visitor.bytes[..<visitor.headingEnd]),
      state: Array(visitor.bytes[visitor.headingEnd...])
    )
  }

  /// Inputs that are whole.
  var seeds: [[UInt8]] {
    var seeds: [[UInt8]] = []
    for (n, subject) in subjects.enumerated() {
      seeds.append([UInt8(2 * n)] + subject.state)
      seeds.append([UInt8(2 * n + 1)] + subject.heading + subject.state)
    }
    return seeds
  }

  func read(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let subject = subjects[Int(first) / 2 % subjects.count]
    let body = (first % 2 == 0 ? subject.heading : []) + bytes.dropFirst()
    var walk = Walk(body)
    var model = subject.model
    try? walk.walk(&model)
    var file = CheckpointFile.mark
    withUnsafeBytes(of: UInt32(Model.revision).littleEndian) { file += $0 }
    file += body
    withUnsafeBytes(of: walk.fingerprint.value) { file += $0 }
    let digest = Digest.of(Data(file)).utf8.map {
      UInt8(Character(Unicode.Scalar($0)).hexDigitValue ?? 0)
    }
    file += stride(from: 0, to: digest.count, by: 2).map { digest[$0] << 4 | digest[$0 + 1] }
    let path = Scratch.write("a.checkpoint", file)
    do {
      var checkpoint = try Checkpoint.Opened(path).read(as: subject.experiment)
      if checkpoint.model.step < subject.experiment.clock.steps {
        try checkpoint.model.advance(using: workers)
      }
    } catch {
      _ = "\(error)"
    }
  }
}

/// Goes through the bytes of a checkpoint, for the fingerprint of what it visits.
private struct Walk: StateVisitor {
  let bytes: [UInt8]
  private var next = 0
  private(set) var fingerprint = CheckpointFile.Fingerprint()
  private(set) var headingEnd = 0
  var isReading: Bool { true }
  var mostParts: Int { bytes.count - next }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func walk(_ model: inout Model) throws(StateError) {
    var text = ""
    try visit(&text)
    headingEnd = next
    try model.visit(&self)
    var snapshots: [Snapshot] = []
    try resize(&snapshots, with: Snapshot())
    for i in snapshots.indices { try snapshots[i].visit(&self) }
  }

  mutating func visit<Value: BitwiseCopyable>(_ value: inout Value) throws(StateError) {
    fingerprint.add(Value.self, isList: false)
    let size = MemoryLayout<Value>.size
    guard size <= bytes.count - next else { throw .unexpected }
    withUnsafeMutableBytes(of: &value) { $0.copyBytes(from: bytes[next..<next + size]) }
    next += size
  }

  mutating func visit<Element: BitwiseCopyable>(_ array: inout [Element]) throws(StateError) {
    var count = 0
    try visit(&count)
    fingerprint.add(Element.self, isList: true)
    let stride = MemoryLayout<Element>.stride
    guard count >= 0, count <= (bytes.count - next) / max(1, stride) else { throw .unexpected }
    array = Array(unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: bytes[next..<next + count * stride])
      initialized = count
    }
    next += count * stride
  }
}
