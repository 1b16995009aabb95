import Scenario

extension Sweep {
  /// What is wrong with the points at which a value is least or largest: the corners of what a design draws.
  ///
  /// The rows of a list, and every value alone, were checked when the campaign was read.
  public func problems() -> [Diagnostic] {
    let parameters = description.parameters
    guard !points.places.isEmpty else { return [] }
    var corners: Set<Int> = []
    for n in parameters.indices {
      let values = points.places.indices
      corners.insert(values.min { points.places[$0][n] < points.places[$1][n] } ?? 0)
      corners.insert(values.max { points.places[$0][n] < points.places[$1][n] } ?? 0)
    }
    return corners.sorted().compactMap { number in
      let point = points[number]
      do throws(ScenarioError) {
        _ = try description.source.resolved(with: point.settings)
        return nil
      } catch {
        let first = error.diagnostics[0]
        let own = parameters.first { $0.holds(first.path) } ?? parameters[0]
        let values = zip(parameters, point.labels).map { "\($0.path)=\($1)" }
        return Diagnostic(
          own.origin,
          path: first.path,
          "\(first.message); it is so at point \(number + 1): \(values.joined(separator: ", "))"
        )
      }
    }
  }
}
