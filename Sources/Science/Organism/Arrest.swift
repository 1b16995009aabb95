import Substrate

/// Arrest of a cell in a pass through an organ's microvessels, by size and by adhesion.
///
///     A(x) = 1 / (1 + (x½ / x)ᵏ),  x = d / calibre
///     b = bypass (1 + σ o),        P_size = A (1 − b)
///     P = 1 − (1 − P_size)(1 − a H_V(TNF-α))(1 − c r H_K(CXCL12))
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | x½ | `halfRatio` | 1 | calibrated on Fischer 2009 (doi 10.1089/scd.2008.0253); 0.9–1.5 |
/// | k | `steepness` | 1 | trial fit to Toma 2009, Fischer 2009, Lee 2009; 5–34 |
/// | σ | `saturation` | 1 | assumed 0–10; two boluses pass better than one (Fischer 2009, doi 10.1089/scd.2008.0253) |
/// | o | argument | 1 | occluded share of the organ's microvessels |
/// | a | `adhesion` | 1 | assumed 0–0.5; VCAM-1/VLA-4 up to 2 dyn/cm² (Rüster 2006, doi 10.1182/blood-2006-05-025098) |
/// | c | `chemokineAdhesion` | 1 | assumed 0–0.5 |
/// | r | argument | 1 | 1 where the cell carries working CXCR4, else 0 |
/// | H_V, H_K | `endothelialTNF`, `receptorBinding` | nM | of those parameters |
public struct Arrest: Codable, Sendable {
  /// Cell diameter over calibre at which half the cells arrest.
  public var halfRatio: Double
  /// Steepness of the rise with size.
  public var steepness: Double
  /// Gain of bypass per occluded share.
  public var saturation: Double
  /// Largest arrest by adhesion to inflamed endothelium.
  public var adhesion: Double
  /// Largest arrest of a CXCR4-carrying cell by CXCL12 on endothelium.
  public var chemokineAdhesion: Double
  /// Response of endothelium to TNF-α.
  public var endothelialTNF: Hill
  /// Response of CXCR4-carrying cells to CXCL12.
  public var receptorBinding: Hill

  /// An arrest law of the given parameters.
  public init(
    halfRatio: Double,
    steepness: Double,
    saturation: Double,
    adhesion: Double,
    chemokineAdhesion: Double,
    endothelialTNF: Hill,
    receptorBinding: Hill
  ) {
    self.halfRatio = halfRatio
    self.steepness = steepness
    self.saturation = saturation
    self.adhesion = adhesion
    self.chemokineAdhesion = chemokineAdhesion
    self.endothelialTNF = endothelialTNF
    self.receptorBinding = receptorBinding
  }

  /// A(x): the share of cells of a diameter that a vessel of a calibre (both um) holds.
  public func bySize(diameter: Double, calibre: Double) -> Double {
    1 / (1 + Elementary.power(halfRatio * calibre / diameter, steepness))
  }

  /// P: the chance that a pass ends in arrest.
  ///
  /// - Parameters:
  ///   - size: A(x) of the cell in the organ.
  ///   - bypass: share of passes that meet no such vessel.
  ///   - occluded: share of the organ's microvessels that cells occlude, 0...1.
  ///   - adhesive: chance of arrest by adhesion alone, from `byAdhesion`.
  /// - Returns: the chance.
  public func chance(size: Double, bypass: Double, occluded: Double, adhesive: Double) -> Double {
    let open = min(1, bypass * (1 + saturation * occluded))
    return 1 - (1 - size * (1 - open)) * (1 - adhesive)
  }

  /// The chance of arrest by adhesion where endothelium sees TNF-α and CXCL12 (nM).
  public func byAdhesion(tnf: Double, cxcl12: Double, carriesReceptor: Bool) -> Double {
    let inflamed = adhesion * endothelialTNF(tnf)
    let drawn = carriesReceptor ? chemokineAdhesion * receptorBinding(cxcl12) : 0
    return 1 - (1 - inflamed) * (1 - drawn)
  }
}
