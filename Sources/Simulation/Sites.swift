import Body

/// The disjoint places a cell can be counted in, and what they are called in the output.
///
/// Organs come first, by their position in the host, then tissue grids, then blood. An organ that
/// has grids is counted as its remainder outside them.
public struct Sites: Sendable {
  /// Number of organs, and of tissue grids.
  public let organs: Int, tissues: Int
  /// Name of every site.
  public let names: [String]
  /// The organ a site belongs to; `nil` for blood.
  public let organ: [Int?]

  /// The sites of an experiment.
  public init(_ experiment: Experiment) {
    let host = experiment.host.organs
    organs = host.count
    tissues = experiment.tissues.count
    let gridded = Set(experiment.tissues.map(\.organ))
    names =
      host.enumerated().map {
        gridded.contains($0.offset) ? "\($0.element.name)_remainder" : $0.element.name
      }
      + experiment.tissues.map(\.name) + ["blood"]
    organ = Array(0..<host.count) + experiment.tissues.map { $0.organ } + [nil]
  }

  /// Position of blood.
  public var blood: Int { organs + tissues }

  /// Number of sites.
  public var count: Int { names.count }
}
