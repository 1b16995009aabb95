import Substrate
import Vocabulary

/// The transport of the simulator: every factor of a grid by one whole step, within the requested accuracy.
///
/// A factor is carried over the step by a polynomial of its operator (`StepPolynomial`). Its order is
/// chosen so that
///
///     η · max|change| ≤ tolerance/4 · max c
///
/// and the step is done again where what came out says otherwise, or where more than a millionth of the
/// mass would lie below zero. Where uptake saturates it is taken at the mean concentration of the step,
/// and the step is cut into pieces until that mean holds as well. What is left wrong is a share of each
/// step; the errors of many fade as the field does.
///
/// All workers sweep the grid together, each a slab of planes, several stages at once while the planes
/// are at hand; the result does not depend on their number.
public struct FieldTransport: Transport {
  /// Largest error of a step as a share of the largest concentration.
  public let tolerance: Double
  /// How often a factor's operator was applied since the transport was made.
  public private(set) var stages = 0

  private var scratch: [Float] = []
  private var sums: [Double] = []
  /// Where careful steps work; empty until one is needed.
  private var careful: [Double] = []
  private var conductances: [UInt16] = [0]
  private var graded: [UInt16] = []
  private var memory: [FactorMemory] = []
  /// The media and regions that all this was made for.
  private var media: [Medium] = []
  private var region: [UInt8] = []

  /// A transport that keeps to a tolerance, 0...1.
  public init(tolerance: Double) {
    precondition(tolerance > 0 && tolerance <= 1, "a tolerance is a share")
    self.tolerance = tolerance
  }

  /// How far a factor moved in the last step it was advanced by, root mean square over the voxels, nM.
  public func moved(_ factor: Int) -> Double { memory.isEmpty ? 0 : memory[factor].trail.moved }

  /// Bytes that the fields of a grid, with regions or without, take with their scratch, sources and uptake.
  public static func bytes(_ shape: GridShape, factors: Int, regions: Bool) -> Double {
    let lattice = Lattice(shape)
    let scratch = 4 * Double(Workspace.numbers(for: lattice))
    let careful = 8 * Double(CarefulTerms.numbers(for: lattice))
    let conductances = regions ? 6 * Double(Conductances.length(lattice)) : 0
    let perVoxel = 16 * Double(factors) + (regions ? 1 : 0)
    return scratch + careful + conductances + perVoxel * Double(shape.count)
  }

  /// Numbers of scratch the transport holds, conductances of half the size counted as halves.
  public var scratchCount: Int {
    scratch.count + (sums.count + careful.count) * 2 + (conductances.count + 1) / 2
  }

  /// Advances the factors of the given positions by a step (min).
  public mutating func advance(
    _ fields: inout FieldStack,
    factors: [Int],
    by step: Double,
    using workers: Workers
  ) {
    guard !factors.isEmpty, step > 0 else { return }
    let lattice = Lattice(fields.shape)
    prepare(lattice, fields)
    // A fan-out pays from some hundred microseconds on.
    let small = fields.shape.count * factors.count < 20_000
    let workers = small ? Workers(count: 1) : workers
    var course = Course(
      fields,
      lattice,
      factors: factors,
      step: step,
      tolerance: tolerance,
      team: max(1, min(workers.count, lattice.nz / (2 * Course.depth))),
      memory: memory,
      graded: graded
    )
    // The course owns them alone while it runs: nothing is copied when they change.
    memory = []
    graded = []
    fields.balance = []
    var pieces = course.begin()
    course = conduct(consume course, pieces, lattice, &fields, workers)
    while course.wantsRoom {
      careful = Array(repeating: 0, count: CarefulTerms.numbers(for: lattice))
      pieces = course.goOn()
      course = conduct(consume course, pieces, lattice, &fields, workers)
    }
    memory = course.memory
    fields.balance = course.balance
    graded = course.graded
    stages += course.stages
  }

  /// Goes through a course until it ends, from a phase of so many pieces on.
  private mutating func conduct(
    _ course: consuming Course,
    _ pieces: Int,
    _ lattice: Lattice,
    _ fields: inout FieldStack,
    _ workers: Workers
  ) -> Course {
    var waiting: Course? = consume course
    return scratch.withSlab { scratch in
      sums.withSlab { sums in
        conductances.withSlab { conductances in
          careful.withSlabOrNone { careful in
            fields.withSlabs { slabs in
              let space = Workspace(
                lattice: lattice,
                scratch: scratch.aligned(count: Workspace.numbers(for: lattice)),
                sums: sums,
                conductances: conductances,
                careful: careful,
                fields: slabs
              )
              guard let course = waiting.take() else { preconditionFailure("a course runs once") }
              return workers.conduct(consume course, pieces: pieces) {
                $0.task
              } piece: { task, piece in
                task.run(piece, space)
              } next: {
                $0.next(space)
              }
            }
          }
        }
      }
    }
  }

  private mutating func prepare(_ lattice: Lattice, _ fields: FieldStack) {
    let isSame = media.elementsEqual(fields.media) { $0.conducts(as: $1) }
    if !isSame || region != fields.region {
      media = fields.media
      region = fields.region
      memory = []
      graded = []
    }
    let numbers = Workspace.numbers(for: lattice) + Slab<Float>.slack
    if scratch.count != numbers { scratch = Array(repeating: 0, count: numbers) }
    if careful.count != CarefulTerms.numbers(for: lattice) { careful = [] }
    let needed = lattice.nz * PlaneSums.length
    if sums.count != needed { sums = Array(repeating: 0, count: needed) }
    let shares = !region.isEmpty ? 3 * Conductances.length(lattice) : 1
    if conductances.count != shares {
      conductances = Array(repeating: 0, count: shares)
      graded = []
    }
    if memory.isEmpty { memory = Array(repeating: FactorMemory(), count: fields.factors.count) }
  }
}

/// What is kept of a factor from one step to the next.
struct FactorMemory: Sendable {
  /// Polynomials of the spectra met of late, those in use first.
  var polynomials: [StepPolynomials] = []
  /// What the steps to come depend on.
  struct Trail: BitwiseCopyable {
    /// Largest change of the last step as a share of the largest concentration, and largest r of that
    /// step.
    var change = Double.infinity
    var residual = 0.0
    /// Root mean square of that change, as such a share.
    var spread = 0.0
    /// How far it moved in the last step, root mean square over the voxels, nM.
    var moved = 0.0
    /// Largest extra loss of the last assembly, 1/min.
    var loss = 0.0
    /// Whether the last step was one of the quasi-steady scheme.
    var isSteady = false

    /// Whether bytes that were read are some of it.
    static func areSound(_ bytes: UnsafeRawBufferPointer) -> Bool {
      let marks = MemoryLayout<Trail>.offset(of: \.isSteady) ?? 0
      return stride(from: 0, to: bytes.count, by: MemoryLayout<Trail>.stride).allSatisfy { start in
        let numbers = (0..<5).map {
          bytes.loadUnaligned(fromByteOffset: start + 8 * $0, as: Double.self)
        }
        // No step has been taken where the change is infinite.
        return bytes[start + marks] <= 1 && numbers[0] >= 0
          && numbers[1...].allSatisfy { (0...1e12).contains($0) }
      }
    }
  }

  var trail = Trail()
  /// Conductances between its regions.
  var table: [UInt16] = []

  /// As many lengths as a step is cut into, and some.
  private static let kept = 16

  /// Puts the polynomials of a spectrum first.
  mutating func turn(to spectrum: StepPolynomial.Spectrum) {
    if let known = polynomials.firstIndex(where: { $0.spectrum == spectrum }) {
      polynomials.swapAt(0, known)
    } else {
      if polynomials.count == Self.kept { polynomials.removeLast() }
      polynomials.insert(StepPolynomials(spectrum), at: 0)
    }
  }
}

extension FieldTransport {
  /// Goes through what is kept of the last steps of the factors; all else is made anew.
  public mutating func visit(_ visitor: inout some StateVisitor, _ fields: FieldStack)
    throws(StateError)
  {
    var trails = memory.map(\.trail)
    try visitor.visit(&trails)
    guard visitor.isReading, !trails.isEmpty else { return }
    guard trails.count == fields.factors.count else {
      throw StateError("\(trails.count) factors instead of \(fields.factors.count)")
    }
    guard trails.withUnsafeBytes({ FactorMemory.Trail.areSound($0) }) else {
      throw StateError.unexpected
    }
    prepare(Lattice(fields.shape), fields)
    for f in trails.indices { memory[f].trail = trails[f] }
  }
}
