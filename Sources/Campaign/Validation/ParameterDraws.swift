import Substrate

/// Places of parameters in their ranges, draw by draw.
///
/// The places of a parameter are a coordinate of a Latin hypercube, which depends on its path and the seed alone, unless a fit
/// has moved them.
public struct ParameterDraws: Sendable {
  /// How many draws there are.
  public let count: Int
  private let random: Chance
  /// Places by path that a fit has moved.
  var moved: [String: [Double]] = [:]

  /// A number of draws by a seed.
  public init(_ count: Int, seed: UInt64) {
    self.count = count
    random = Chance(seed: seed, replicate: 0)
  }

  /// Places of a parameter in 0...1, by draw.
  subscript(path: String) -> [Double] { moved[path] ?? prior(path) }

  /// Its places before any fit.
  func prior(_ path: String) -> [Double] {
    Lattices.latin(count, random, draw: Self.stream(path))
  }

  /// Standard normal numbers that belong to a name, one for each draw.
  func normal(_ name: String, round: Int) -> [Double] {
    let stream = Self.stream(name)
    return (0..<count).map {
      random.block(.reading, cell: UInt32($0), step: stream, draw: UInt32(round)).normal
    }
  }

  /// The stream of random numbers of a name, whatever others there are (FNV-1a).
  private static func stream(_ name: String) -> UInt32 {
    name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
  }
}
