/// Where in an organ a cell lies.
public enum Niche: UInt8, Codable, Sendable, CaseIterable, BitwiseCopyable {
  /// In the lumen of a microvessel.
  case lumen = 0
  /// In the tissue.
  case tissue = 1
}
