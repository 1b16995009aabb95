import Fields
import Laws
import Vocabulary

/// A share of tissue at the start: the same everywhere but for a focus about the centre of the grid.
///
///     x₀ + x₁ exp(−|x − centre|² / 2w²)   (x₀ + x₁ everywhere without a width)
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | x₀ | `baseline` | 1 | scenario |
/// | x₁ | `amplitude` | 1 | scenario; negative where the focus has less |
/// | w | `width` | um | scenario |
public struct TissueFocus: Codable, Sendable, Equatable {
  /// Share far from the centre.
  public var baseline: Double
  /// Share added at the centre.
  public var amplitude: Double
  /// Width of the focus about the centre of the grid, um; `nil` for none.
  public var width: Double?

  /// A focus of the given parameters.
  public init(baseline: Double, amplitude: Double = 0, width: Double? = nil) {
    self.baseline = baseline
    self.amplitude = amplitude
    self.width = width
  }

  /// The largest share there can be.
  public var largest: Double { max(baseline, baseline + amplitude) }

  /// The least share there can be.
  public var least: Double { min(baseline, baseline + amplitude) }

  /// The share in every voxel of a grid.
  public func values(on shape: GridShape) -> [Float] {
    let focus = GivenField(
      baseline: baseline,
      amplitude: amplitude,
      width: width,
      onset: 0,
      rise: nil,
      halfLife: nil
    )
    let (base, added) = (Float(baseline), Float(amplitude))
    let trace = Float(TissueRepair.trace)
    return focus.pattern(on: shape).map {
      let share = min(1, base + added * $0)
      return share < trace ? 0 : share
    }
  }
}

/// A tumour at the start: a ball about the centre of the grid.
public struct TumourBall: Codable, Sendable, Equatable {
  /// Radius, um.
  public var radius: Double
  /// Share of the largest density of the tumour within it.
  public var share: Double

  /// A ball of the given radius (um) and share.
  public init(radius: Double, share: Double) {
    self.radius = radius
    self.share = share
  }

  /// The share in every voxel of a grid: that of the ball where the centre of the voxel is within it.
  public func values(on shape: GridShape) -> [Float] {
    let centre = shape.centre
    var values = [Float](repeating: 0, count: shape.count)
    var voxel = 0
    for k in 0..<shape.nz {
      let z = (Double(k) + 0.5) * shape.spacing - centre.z
      for j in 0..<shape.ny {
        let y = (Double(j) + 0.5) * shape.spacing - centre.y
        for i in 0..<shape.nx {
          let x = (Double(i) + 0.5) * shape.spacing - centre.x
          if x * x + y * y + z * z <= radius * radius { values[voxel] = Float(share) }
          voxel += 1
        }
      }
    }
    return values
  }
}

/// The tissue of a grid at the start; progenitors rest and nothing sprouts.
public struct TissueStart: Codable, Sendable, Equatable {
  /// Injured share.
  public var injury: TissueFocus
  /// Scarred share.
  public var scar: TissueFocus
  /// Share at risk; `nil` where the tissue has none.
  public var atRisk: TissueFocus?
  /// Perfused vessels, 1 is the density of healthy tissue.
  public var vessels: TissueFocus
  /// The tumour, where the tissue has one.
  public var tumour: TumourBall?

  /// Tissue of the given patterns; healthy where none is given.
  public init(
    injury: TissueFocus = TissueFocus(baseline: 0),
    scar: TissueFocus = TissueFocus(baseline: 0),
    vessels: TissueFocus = TissueFocus(baseline: 1),
    atRisk: TissueFocus? = nil,
    tumour: TumourBall? = nil
  ) {
    self.injury = injury
    self.scar = scar
    self.vessels = vessels
    self.atRisk = atRisk
    self.tumour = tumour
  }

  /// Whether every share is in 0...1, and those injured, scarred and at risk together at most 1.
  public var isPossible: Bool {
    let shares = [injury, scar, vessels] + (atRisk.map { [$0] } ?? [])
    return shares.allSatisfy { $0.least >= 0 && $0.largest <= 1 && $0.width != 0 }
      && injury.largest + scar.largest + (atRisk?.largest ?? 0) <= 1
      && (tumour.map { $0.radius >= 0 && (0...1).contains($0.share) } ?? true)
  }
}
