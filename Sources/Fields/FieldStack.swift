import Substrate
import Vocabulary

/// The concentrations of all factors on one grid, with what cells give and take during a step.
///
/// Every array is factor-major: the value of factor f in voxel v stands at f · voxels + v.
public struct FieldStack: Sendable {
  /// The voxels.
  public let shape: GridShape
  /// The factors, in order.
  public let factors: [Factor]
  /// What each factor meets.
  public private(set) var media: [Medium]
  /// The region of each voxel; empty where the grid is one region.
  public private(set) var region: [UInt8]
  /// Concentration at which cells take at half their capacity, nM, per factor.
  public let halfSaturation: [Float]
  /// Concentration, nM.
  public var concentration: [Float]
  /// What cells give, nM/min.
  public var source: [Float]
  /// First-order rate at which cells take whatever the concentration, 1/min.
  public var sink: [Float]
  /// What cells take where the factor saturates them, nM/min.
  ///
  /// A voxel takes at the rate capacity · c / (K + c), K its factor's `halfSaturation`. Empty where no
  /// factor saturates.
  public var capacity: [Float]
  /// What became of each factor since the stack was made.
  public internal(set) var balance: [MassBalance]

  /// Empty fields.
  ///
  /// - Parameters:
  ///   - shape: the voxels.
  ///   - factors: the factors.
  ///   - media: what each factor meets; by default tissue of the factor's own diffusivity.
  ///   - region: the region of each voxel; empty for one region.
  ///   - halfSaturation: K per factor, nM; empty where no uptake saturates.
  public init(
    shape: GridShape,
    factors: [Factor],
    media: [Medium]? = nil,
    region: [UInt8] = [],
    halfSaturation: [Double] = []
  ) {
    let media = media ?? factors.map { Medium(diffusivity: $0.diffusivity) }
    Self.check(media, region, factors: factors.count, on: shape)
    precondition(
      halfSaturation.isEmpty || halfSaturation.count == factors.count,
      "one half-saturation per factor"
    )
    self.shape = shape
    self.factors = factors
    self.media = media
    self.region = region
    self.halfSaturation = halfSaturation.map { Float($0) }
    concentration = Array(repeating: 0, count: shape.count * factors.count)
    source = concentration
    sink = concentration
    capacity = halfSaturation.isEmpty ? [] : concentration
    balance = factors.map { _ in MassBalance(initial: 0) }
  }

  private static func check(
    _ media: [Medium],
    _ region: [UInt8],
    factors: Int,
    on shape: GridShape
  ) {
    precondition(media.count == factors, "one medium per factor")
    precondition(region.isEmpty || region.count == shape.count, "one region per voxel")
    let regions = Int(region.max() ?? 0)
    precondition(media.allSatisfy { $0.diffusivity.count > regions }, "a medium lacks a region")
  }

  /// Lets the factors meet other regions and media from now on; what there is of them stays.
  public mutating func lay(_ media: [Medium], region: [UInt8]) {
    Self.check(media, region, factors: factors.count, on: shape)
    self.media = media
    self.region = region
  }

  /// Amount that is taken for nothing, nM um³: some 1e-6 of a molecule (0.6 per nM um³).
  private static let trace = 1.7e-6

  /// Counts the rest of a factor as decayed if it is no more than a trace.
  ///
  /// Numbers that went on falling would become so small that processors handle them a hundred times as slowly.
  public mutating func clearTrace(of factor: Int) {
    let rest = balance[factor].final
    guard rest != 0, rest.magnitude < Self.trace else { return }
    for i in range(of: factor) { concentration[i] = 0 }
    balance[factor].loseTrace()
  }

  /// Forgets what cells gave and took.
  public mutating func clearExchange() {
    for factor in factors.indices { scaleExchange(of: factor, by: 0, given: true, taken: true) }
  }

  /// Multiplies what cells give to a factor, where it is `given`, and what they take of it, where it is
  /// `taken`; what is neither is 0.
  public mutating func scaleExchange(of factor: Int, by share: Float, given: Bool, taken: Bool) {
    let values = range(of: factor)
    func scale(_ array: inout [Float]) {
      guard !array.isEmpty else { return }
      var span = array.mutableSpan
      if share == 0 {
        for i in values { span[i] = 0 }
      } else {
        for i in values { span[i] *= share }
      }
    }
    if given { scale(&source) }
    if taken {
      scale(&sink)
      scale(&capacity)
    }
  }

  /// Sets one factor to the same concentration everywhere, and begins its balance anew.
  public mutating func fill(_ factor: Int, with value: Float) {
    for i in range(of: factor) { concentration[i] = value }
    openBalance(of: factor)
  }

  /// Sets what blood brings of a factor, nM.
  public mutating func setBlood(of factor: Int, to level: Double) {
    media[factor].blood = level
  }

  /// Sets the rate at which each region exchanges a factor with blood, 1/min.
  public mutating func setExchange(of factor: Int, to rates: [Double]) {
    precondition(rates.count == media[factor].exchange.count, "one exchange per region")
    media[factor].exchange = rates
  }

  /// What has come of a factor from blood less what has gone to it, nM um³: with regions, and through faces where none is fixed.
  public func fromBlood(of factor: Int) -> Double {
    let isOpen = media[factor].faces.contains { face in
      if case .fixed = face { true } else { false }
    }
    return balance[factor].exchanged + (isOpen ? 0 : balance[factor].boundary)
  }

  /// What blood clears of a factor by exchange with regions and through faces, um³/min.
  public func clearance(of factor: Int) -> Double {
    let medium = media[factor]
    var sum = 0.0
    if region.isEmpty {
      sum = medium.exchange[0] * Double(shape.count)
    } else {
      for voxel in region { sum += medium.exchange[Int(voxel)] }
    }
    let across = [shape.ny * shape.nz, shape.nx * shape.nz, shape.nx * shape.ny]
    for face in medium.faces.indices {
      guard case .blood = medium.faces[face] else { continue }
      sum +=
        medium.conductance(of: face, region: 0, spacing: shape.spacing) * Double(across[face / 2])
    }
    return sum * shape.voxelVolume
  }

  /// Adds an amount (nM um³) of a factor evenly to some voxels.
  public mutating func give(_ amount: Double, of factor: Int, to voxels: [Int32]) {
    precondition(!voxels.isEmpty, "it is given somewhere")
    let before = self.amount(of: factor)
    let start = range(of: factor).lowerBound
    let more = Float(amount / (shape.voxelVolume * Double(voxels.count)))
    for voxel in voxels { concentration[start + Int(voxel)] += more }
    let after = self.amount(of: factor)
    balance[factor].add(byHand: after - before, final: after)
  }

  /// Lets some voxels give a factor at a rate, nM um³/min in all.
  public mutating func secrete(_ rate: Double, of factor: Int, from voxels: [Int32]) {
    let start = range(of: factor).lowerBound
    let more = Float(rate / (shape.voxelVolume * Double(voxels.count)))
    for voxel in voxels { source[start + Int(voxel)] += more }
  }

  /// An amount (nM um³) spread over the voxels as a factor is: nM per voxel; `nil` where there is none of it.
  public func spread(_ amount: Double, as factor: Int) -> [Float]? {
    let start = range(of: factor).lowerBound
    var sum = 0.0
    for voxel in 0..<shape.count { sum += max(0, Double(concentration[start + voxel])) }
    guard sum > 0, amount > 0 else { return nil }
    let scale = Float(amount / shape.voxelVolume / sum)
    return (0..<shape.count).map { scale * max(0, concentration[start + $0]) }
  }

  /// Replaces a factor with a concentration everywhere it can be, where one is given, and adds to it.
  ///
  /// - Parameters:
  ///   - factor: position of the factor.
  ///   - fresh: concentration of the medium that replaces it, nM; `nil` leaves it.
  ///   - more: concentration added, nM.
  public mutating func change(_ factor: Int, fresh: Double?, more: Double) {
    let before = amount(of: factor)
    let start = range(of: factor).lowerBound
    for i in range(of: factor) {
      let region = region.isEmpty ? 0 : Int(region[i - start])
      guard media[factor].diffusivity[region] > 0 else { continue }
      concentration[i] = (fresh.map { Float($0) } ?? concentration[i]) + Float(more)
    }
    let after = amount(of: factor)
    balance[factor].add(byHand: after - before, final: after)
  }

  /// Spreads what came of a saturable factor that was taken over the voxels, as cells take it now.
  ///
  /// Of the amount that was taken, only what cells took counts that the factor saturates; vessels and cells
  /// that clear it took the rest, in proportion to their rates.
  ///
  /// - Parameters:
  ///   - factor: position of the factor.
  ///   - taken: amount that was taken in all, nM um³.
  ///   - yield: amount that comes out of an amount taken.
  /// - Returns: amounts, nM per voxel; `nil` where cells take nothing.
  public func products(of factor: Int, taken: Double, yield: Double) -> [Float]? {
    guard !capacity.isEmpty, taken > 0 else { return nil }
    let half = halfSaturation[factor]
    var shares = [Float](repeating: 0, count: shape.count)
    var (sum, other) = (0.0, 0.0)
    let start = range(of: factor).lowerBound
    for i in shares.indices {
      let c = max(0, concentration[start + i])
      shares[i] = capacity[start + i] * c / (half + c)
      sum += Double(shares[i])
      other += Double(sink[start + i] * c)
    }
    if sum == 0 {
      // They took all there was.
      for i in shares.indices {
        shares[i] = capacity[start + i]
        sum += Double(shares[i])
      }
    }
    guard sum > 0 else { return nil }
    let scale = Float(taken * yield / shape.voxelVolume / (sum + other))
    for i in shares.indices { shares[i] *= scale }
    return shares
  }

  /// Lets the voxels give a share of some rates of a factor, nM/min each.
  public mutating func give(_ rates: [Float], share: Double, to factor: Int) {
    let start = range(of: factor).lowerBound
    let share = Float(share)
    for i in rates.indices { source[start + i] += rates[i] * share }
  }

  /// Begins the balance of a factor with what there is.
  public mutating func openBalance(of factor: Int) {
    balance[factor] = MassBalance(initial: amount(of: factor))
  }

  /// Where the values of a factor stand.
  public func range(of factor: Int) -> Range<Int> {
    factor * shape.count..<(factor + 1) * shape.count
  }

  /// Amount of a factor on the grid, nM um³, summed in order in double precision.
  public func amount(of factor: Int) -> Double {
    var sum = 0.0
    let values = concentration.span
    for i in range(of: factor) { sum += Double(values[i]) }
    return sum * shape.voxelVolume
  }

  /// Mean and largest concentration of a factor, nM.
  public func statistics(of factor: Int) -> (mean: Double, largest: Double) {
    var sum = 0.0
    var largest: Float = 0
    let values = concentration.span
    for i in range(of: factor) {
      sum += Double(values[i])
      largest = max(largest, values[i])
    }
    return (sum / Double(shape.count), Double(largest))
  }
}

extension FieldStack {
  /// Whether what was read of a factor can be: no concentration is beyond 1e12 nM (pure water has 5.6e10 nM) or below 0 but for
  /// rounding, and the balance is that of the field.
  ///
  /// - Parameters:
  ///   - factor: position of the factor.
  ///   - isCarriedOn: whether it has been carried on since cells last gave and took, which is forgotten then.
  /// - Returns: whether it can be.
  public func isSound(_ factor: Int, isCarriedOn: Bool) -> Bool {
    let (most, values) = (Float(1e12), range(of: factor))
    let (given, taken) = isCarriedOn ? (0...0, 0...0) : (-most...most, 0...most)
    guard values.allSatisfy({ (-1...most).contains(concentration[$0]) }),
      values.allSatisfy({ given.contains(source[$0]) && taken.contains(sink[$0]) }),
      capacity.isEmpty || values.allSatisfy({ taken.contains(capacity[$0]) })
    else { return false }
    let balance = balance[factor]
    let scale = max(balance.turnover, balance.final.magnitude)
    return balance.isPossible && (amount(of: factor) - balance.final).magnitude <= 1e-6 * scale
  }

  /// Goes through the state.
  public mutating func visit(_ visitor: inout some StateVisitor) throws(StateError) {
    try visitor.visit(&concentration)
    try visitor.visit(&source)
    try visitor.visit(&sink)
    try visitor.visit(&capacity)
    try visitor.visit(&balance)
  }
}
