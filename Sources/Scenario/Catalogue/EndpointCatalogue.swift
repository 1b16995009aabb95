import Observations
import Simulation

/// The endpoints that runs have: of any scenario, or of one.
public struct EndpointCatalogue: Sendable {
  /// The endpoints, in the order of `summary.csv`.
  public let endpoints: [EndpointDescription]
  private let everyRun: EndpointPatterns

  /// The endpoints of any scenario; in their names TISSUE, KIND, MODALITY and ORGAN stand for names of the scenario.
  ///
  /// - Parameter library: the library.
  /// - Throws: `ScenarioError` where the library lacks the presets of a mouse and its cells.
  public init(of library: Library) throws(ScenarioError) {
    let document = try Document.read(yaml: Self.all, file: "endpoints", layer: .scenario)
    let source = try ScenarioSource(document, path: "", Loader(library: .success(library)))
    let experiments = try source.resolved().experiments
    everyRun = experiments.first?.everyRun ?? .none
    endpoints = experiments.flatMap { Endpoints.descriptions(of: $0) }.map { endpoint in
      endpoint.name.contains("MODALITY")
        ? endpoint.renamed { $0.replacing(Self.organ, with: "ORGAN") } : endpoint
    }
  }

  /// The endpoints of a scenario, each of the first arm that has it.
  public init(of scenario: ResolvedScenario) {
    var known: Set<String> = []
    everyRun = scenario.experiments.first?.everyRun ?? .none
    endpoints = scenario.experiments.flatMap { Endpoints.descriptions(of: $0) }
      .filter { known.insert($0.name).inserted }
  }

  /// What a scenario has where the endpoint of a name is read; `nil` for a name that none has.
  public func needs(of name: String) -> String? { everyRun.needs(of: name) }

  /// The endpoints that a name means: that of the name, or one with `TISSUE` and so on in their places.
  public func endpoints(named name: String) -> [EndpointDescription] {
    let exact = endpoints.filter { $0.name == name }
    if !exact.isEmpty { return exact }
    return endpoints.filter { EndpointPattern.fits(name, $0.name) }
  }

  /// The organ that `ORGAN` stands for.
  private static let organ = "muscle"

  /// A scenario that has every endpoint.
  private static let all = """
    name: endpoints
    duration: 30 d
    host: mouse
    product: human-marrow-msc
    label: in111
    observe: {MODALITY: bli}
    treatment:
      route: intramuscular
      dose: {each: 1e3 cells}
      boluses: 2
      interval: 7 d
      repeat: {at: 20 d, in: TISSUE, of: injured_share, above: 5 %}
    factors: [pge2]
    kinds: {KIND: {preset: cd4, division: {offspring: KIND}}}
    tissues:
      TISSUE:
        organ: \(organ)
        voxels: 8 x 8 x 8
        spacing: 20 um
        factors: {pge2: {}}
        state: {injury: {baseline: 30 %}}
        cells: {KIND: {density: 1e7 cells/mL}}

    """
}

extension Suggestion {
  /// What is said of a name that is no endpoint here: what an endpoint of that name needs, or the name that was meant.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - known: the endpoints that there are.
  ///   - all: those that other runs of the library have.
  /// - Returns: words that go on from the name.
  package static func endpoint(
    _ name: String,
    among known: [String],
    of all: EndpointPatterns
  ) -> String {
    let meant = text(for: name, among: known)
    guard let needs = all.needs(of: name) else { return meant }
    return "\(meant); \(name) needs \(needs)"
  }
}
