/// The shares of a voxel, each in 0...1.
@frozen
public struct TissueShares<Number: TissueNumber & BitwiseCopyable>: Sendable, BitwiseCopyable {
  /// Injured share of the tissue.
  public var injured: Number
  /// Scarred share of the tissue.
  public var scar: Number
  /// Sprouts that are not perfused, of the vessels of healthy tissue.
  public var sprouts: Number
  /// Perfused vessels, of those of healthy tissue.
  public var vessels: Number
  /// Active progenitors, of the most there can be.
  public var progenitors: Number
  /// Tumour, of its largest density; not a part of the tissue's own shares.
  public var tumour: Number
  /// Share of the tissue that is at risk: stunned, but not dead.
  public var atRisk: Number

  /// No tissue of any of these kinds.
  @inlinable
  public static var none: TissueShares {
    let none = Number.constant(0)
    return TissueShares(
      injured: none,
      scar: none,
      sprouts: none,
      vessels: none,
      progenitors: none,
      tumour: none
    )
  }

  /// The given shares.
  @inlinable
  public init(
    injured: Number,
    scar: Number,
    sprouts: Number,
    vessels: Number,
    progenitors: Number,
    tumour: Number,
    atRisk: Number = .constant(0)
  ) {
    self.injured = injured
    self.scar = scar
    self.sprouts = sprouts
    self.vessels = vessels
    self.progenitors = progenitors
    self.tumour = tumour
    self.atRisk = atRisk
  }

  /// Viable share of the tissue: the rest.
  @inlinable
  public var viable: Number { ((.constant(1) - scar) - injured) - atRisk }
}

extension TissueShares<Double> {
  /// Name of the share at risk, which only some tissues have.
  public static var riskName: String { "at_risk_share" }

  /// The shares by name, as the output has them.
  public var named: [(name: String, value: Double)] {
    [
      ("viable_share", viable), ("injured_share", injured), ("scar_share", scar),
      ("vessel_density", vessels), ("sprout_density", sprouts),
      ("active_progenitors", progenitors), ("tumour_share", tumour),
      (Self.riskName, atRisk),
    ]
  }
}

extension TissueShares where Number == Double {
  /// Whether all of them are numbers that shares can be, but for rounding.
  public var isPossible: Bool {
    [injured, scar, sprouts, vessels, progenitors, tumour, atRisk].allSatisfy {
      (-1e-3...1e3).contains($0)
    }
  }
}
