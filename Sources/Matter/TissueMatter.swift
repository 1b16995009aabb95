import Laws
import Substrate
import Vocabulary

/// The tissue of a grid: one number per voxel and share.
///
/// Injured, scarred and viable tissue, and what is at risk where a tissue knows that, are 1 together in every voxel; the
/// viable is the rest.
public struct TissueMatter: Sendable {
  /// Injured share of the tissue.
  public private(set) var injured: [Float]
  /// Scarred share of the tissue.
  public private(set) var scar: [Float]
  /// Sprouts that are not perfused, of the vessels of healthy tissue.
  public private(set) var sprouts: [Float]
  /// Perfused vessels, of those of healthy tissue.
  public private(set) var vessels: [Float]
  /// Active progenitors, of the most there can be.
  public private(set) var progenitors: [Float]
  /// Tumour, of its largest density; empty where the tissue has none.
  public private(set) var tumour: [Float]
  /// Share at risk; empty where the tissue has none.
  public private(set) var atRisk: [Float]

  /// Tissue on a grid as it is at the start, which is possible.
  public init(shape: GridShape, initial: TissueStart) {
    precondition(initial.isPossible, "tissue that cannot be")
    scar = initial.scar.values(on: shape)
    injured = initial.injury.values(on: shape)
    for voxel in injured.indices { injured[voxel] = min(injured[voxel], 1 - scar[voxel]) }
    vessels = initial.vessels.values(on: shape)
    sprouts = Array(repeating: 0, count: shape.count)
    progenitors = sprouts
    tumour = initial.tumour?.values(on: shape) ?? []
    atRisk = initial.atRisk?.values(on: shape) ?? []
    for voxel in atRisk.indices {
      atRisk[voxel] = min(atRisk[voxel], (1 - scar[voxel]) - injured[voxel])
    }
  }

  /// Number of voxels.
  public var count: Int { injured.count }

  /// Mean share over the voxels, summed in order in double precision.
  public var mean: TissueShares<Double> {
    var sum = TissueShares<Double>.none
    let (injured, scar, sprouts) = (injured.span, scar.span, sprouts.span)
    let (vessels, progenitors) = (vessels.span, progenitors.span)
    for voxel in injured.indices {
      sum.injured += Double(injured[voxel])
      sum.scar += Double(scar[voxel])
      sum.sprouts += Double(sprouts[voxel])
      sum.vessels += Double(vessels[voxel])
      sum.progenitors += Double(progenitors[voxel])
    }
    let tumour = tumour.span
    for voxel in tumour.indices { sum.tumour += Double(tumour[voxel]) }
    let atRisk = atRisk.span
    for voxel in atRisk.indices { sum.atRisk += Double(atRisk[voxel]) }
    let scale = 1 / Double(count)
    return TissueShares(
      injured: sum.injured * scale,
      scar: sum.scar * scale,
      sprouts: sum.sprouts * scale,
      vessels: sum.vessels * scale,
      progenitors: sum.progenitors * scale,
      tumour: sum.tumour * scale,
      atRisk: sum.atRisk * scale
    )
  }

  /// Advances the tissue by a step (min) under signals that are steady in it.
  ///
  /// Shares are kept in single precision: a step changes none by less than 6e-8 of itself.
  ///
  /// - Parameters:
  ///   - law: the law; it has the growth of a tumour where the tissue has one.
  ///   - signals: what acts on each voxel.
  ///   - terms: what changes besides, in a tissue that differs from others.
  ///   - step: length of the step, min.
  ///   - workers: cores that share the voxels; the result does not depend on them.
  public mutating func advance(
    _ law: TissueRepair,
    _ signals: TissueSignals,
    _ terms: OpenTissueTerms? = nil,
    by step: Double,
    using workers: Workers
  ) {
    precondition(tumour.isEmpty || law.tumour != nil, "a tumour without a law")
    withSlabs { columns in
      workers.forEach(Self.pieces(columns.count)) { piece in
        let voxels = Self.voxels(of: piece, in: columns.count)
        let step = SIMD4<Float>.constant(step)
        let levels = SignalRows(signals, voxels)
        let more = terms.map { TermRows($0, voxels) }
        let rows = columns.rows(voxels)
        func advance(_ position: Int, isLast: Bool) {
          let shares = law.shares(
            after: rows.read(position, isLast: isLast),
            levels.read(position, isLast: isLast),
            besides: more?.rates(position, isLast: isLast) ?? TissueRates(),
            step: step
          )
          rows.write(position, shares, isLast: isLast)
        }
        let whole = rows.injured.whole
        for position in stride(from: 0, to: whole, by: 4) { advance(position, isLast: false) }
        if whole < voxels.count { advance(whole, isLast: true) }
      }
    }
  }
}

extension TissueMatter {
  /// Voxels of a piece of work, a multiple of four.
  private static let piece = 16384

  static func pieces(_ voxels: Int) -> Int { (voxels + piece - 1) / piece }

  static func voxels(of piece: Int, in count: Int) -> Range<Int> {
    piece * Self.piece..<min(count, (piece + 1) * Self.piece)
  }

  mutating func withSlabs(_ body: (TissueSlabs) -> Void) {
    injured.withSlab { injured in
      scar.withSlab { scar in
        sprouts.withSlab { sprouts in
          vessels.withSlab { vessels in
            progenitors.withSlab { progenitors in
              tumour.withSlabOrNone { tumour in
                atRisk.withSlabOrNone { atRisk in
                  body(
                    TissueSlabs(
                      injured: injured,
                      scar: scar,
                      sprouts: sprouts,
                      vessels: vessels,
                      progenitors: progenitors,
                      tumour: tumour,
                      atRisk: atRisk
                    )
                  )
                }
              }
            }
          }
        }
      }
    }
  }

  /// Whether all columns have as many voxels as a grid, those of a tumour and of what is at risk where they are used, and
  /// every share can be, but for rounding.
  private func isSound(voxels: Int, hasTumour: Bool, hasRisk: Bool) -> Bool {
    let all = [injured, scar, sprouts, vessels, progenitors]
    guard all.allSatisfy({ $0.count == voxels }), tumour.count == (hasTumour ? voxels : 0),
      atRisk.count == (hasRisk ? voxels : 0)
    else { return false }
    return (all + [tumour, atRisk]).allSatisfy { $0.allSatisfy { (-1e-3...1e3).contains($0) } }
      && injured.indices.allSatisfy {
        injured[$0] + scar[$0] + (hasRisk ? atRisk[$0] : 0) <= 1.001
      }
  }

  /// Goes through the state.
  ///
  /// - Throws: `StateError` also where what is read back is none of this tissue.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    let (voxels, hasTumour, hasRisk) = (count, !tumour.isEmpty, !atRisk.isEmpty)
    try visitor.visit(&injured)
    try visitor.visit(&scar)
    try visitor.visit(&sprouts)
    try visitor.visit(&vessels)
    try visitor.visit(&progenitors)
    try visitor.visit(&tumour)
    try visitor.visit(&atRisk)
    guard
      !visitor.isReading || isSound(voxels: voxels, hasTumour: hasTumour, hasRisk: hasRisk)
    else { throw StateError.unexpected }
  }
}

/// What acts on the tissue of a grid: one number per voxel of each factor that the scenario has.
public struct TissueSignals: Sendable {
  /// TNF-α, nM.
  public var tnfa: Slab<Float>?
  /// IL-1β, nM.
  public var il1b: Slab<Float>?
  /// Reactive oxygen species as H₂O₂, nM.
  public var ros: Slab<Float>?
  /// HGF, nM.
  public var hgf: Slab<Float>?
  /// IL-10, nM.
  public var il10: Slab<Float>?
  /// VEGF, nM.
  public var vegf: Slab<Float>?
  /// Active TGF-β1, nM.
  public var tgfb1: Slab<Float>?
  /// What kills tumour cells, nM.
  public var payload: Slab<Float>?
  /// Share of the tissue that MSC touch, 0...1.
  public var contact: Slab<Float>?

  /// No factor and no contact.
  public init() {}
}

/// The columns of a tissue, open to be read and written by several workers.
struct TissueSlabs: Sendable {
  let injured, scar, sprouts, vessels, progenitors: Slab<Float>
  let tumour, atRisk: Slab<Float>?

  var count: Int { injured.count }

  func rows(_ voxels: Range<Int>) -> TissueRows {
    func row(_ slab: Slab<Float>) -> FourLanes {
      slab.fourLanes(from: voxels.lowerBound, count: voxels.count)
    }
    return TissueRows(
      injured: row(injured),
      scar: row(scar),
      sprouts: row(sprouts),
      vessels: row(vessels),
      progenitors: row(progenitors),
      tumour: tumour.map(row),
      atRisk: atRisk.map(row)
    )
  }
}

/// The columns of some voxels, four at a time.
struct TissueRows {
  let injured, scar, sprouts, vessels, progenitors: FourLanes
  let tumour, atRisk: FourLanes?

  @inline(__always)
  func read(_ position: Int, isLast: Bool) -> TissueShares<SIMD4<Float>> {
    TissueShares(
      injured: injured.read(position, isLast: isLast),
      scar: scar.read(position, isLast: isLast),
      sprouts: sprouts.read(position, isLast: isLast),
      vessels: vessels.read(position, isLast: isLast),
      progenitors: progenitors.read(position, isLast: isLast),
      tumour: tumour?.read(position, isLast: isLast) ?? .zero,
      atRisk: atRisk?.read(position, isLast: isLast) ?? .zero
    )
  }

  @inline(__always)
  func write(_ position: Int, _ shares: TissueShares<SIMD4<Float>>, isLast: Bool) {
    injured.write(position, shares.injured, isLast: isLast)
    scar.write(position, shares.scar, isLast: isLast)
    sprouts.write(position, shares.sprouts, isLast: isLast)
    vessels.write(position, shares.vessels, isLast: isLast)
    progenitors.write(position, shares.progenitors, isLast: isLast)
    tumour?.write(position, shares.tumour, isLast: isLast)
    atRisk?.write(position, shares.atRisk, isLast: isLast)
  }
}

/// What acts on some voxels, four at a time.
struct SignalRows {
  private let tnfa, il1b, ros, hgf, il10, vegf, tgfb1, payload, contact: FourLanes?

  init(_ signals: TissueSignals, _ voxels: Range<Int>) {
    func row(_ slab: Slab<Float>?) -> FourLanes? {
      slab?.fourLanes(from: voxels.lowerBound, count: voxels.count)
    }
    tnfa = row(signals.tnfa)
    il1b = row(signals.il1b)
    ros = row(signals.ros)
    hgf = row(signals.hgf)
    il10 = row(signals.il10)
    vegf = row(signals.vegf)
    tgfb1 = row(signals.tgfb1)
    payload = row(signals.payload)
    contact = row(signals.contact)
  }

  @inline(__always)
  func read(_ position: Int, isLast: Bool) -> TissueLevels<SIMD4<Float>> {
    var levels = TissueLevels<SIMD4<Float>>()
    if let tnfa { levels.tnfa = tnfa.read(position, isLast: isLast) }
    if let il1b { levels.il1b = il1b.read(position, isLast: isLast) }
    if let ros { levels.ros = ros.read(position, isLast: isLast) }
    if let hgf { levels.hgf = hgf.read(position, isLast: isLast) }
    if let il10 { levels.il10 = il10.read(position, isLast: isLast) }
    if let vegf { levels.vegf = vegf.read(position, isLast: isLast) }
    if let tgfb1 { levels.tgfb1 = tgfb1.read(position, isLast: isLast) }
    if let payload { levels.payload = payload.read(position, isLast: isLast) }
    if let contact { levels.contact = contact.read(position, isLast: isLast) }
    return levels
  }
}
