import Foundation
import Science
import Simulation

/// The keys of `calibration`.
enum CalibrationSchema {
  static func read(
    _ section: Section,
    folder: URL,
    _ base: ResolvedScenario?,
    _ endpoints: [String]
  ) -> CalibrationDescription? {
    let method: CalibrationDescription.Method = section.choice("method", "how it is fitted")
    let file = section.text("data", "CSV file of what was observed, from the folder of this file")
    let isABC = method == .abc
    func integer(
      _ key: String,
      _ standard: Int,
      _ range: ClosedRange<Int>,
      if takes: Bool,
      _ words: String
    )
      -> Int
    {
      if takes { return section.integer(key, default: standard, in: range, words) }
      if section.has(key) { section.report(key, "belongs to the other method; leave it out") }
      section.skip(key)
      return standard
    }
    let particles = integer("particles", 200, 10...100_000, if: isABC, "particles of a generation")
    let generations = integer("generations", 8, 1...100, if: isABC, "generations at most")
    let points = integer("points", 64, 8...5000, if: !isABC, "points of the first design")
    let refinements = integer(
      "refinements",
      32,
      0...5000,
      if: !isABC,
      "points added where the fit is likely"
    )
    let observations = observations(section, folder, file, base, endpoints)
    return CalibrationDescription(
      method: method,
      particles: particles,
      generations: generations,
      points: points,
      refinements: refinements,
      observations: observations
    )
  }

  private static let columns = ["arm", "endpoint", "modality", "time_h", "value", "error"]

  private static func observations(
    _ section: Section,
    _ folder: URL,
    _ file: String,
    _ base: ResolvedScenario?,
    _ endpoints: [String]
  ) -> [CalibrationDescription.Observation] {
    guard let table = Table(path: SweepSchema.file(file, in: folder)) else {
      section.report("data", "found \"\(file)\"; it takes a CSV file that can be read")
      return []
    }
    if let problem = table.problem {
      section.report("data", "\(file): \(problem)")
      return []
    }
    guard columns.allSatisfy(table.header.contains) else {
      section.report(
        "data",
        "\(file) has the columns \(table.header.joined(separator: ", ")); it takes \(columns.joined(separator: ", "))"
      )
      return []
    }
    let arms = base?.arms.map(\.name) ?? []
    return table.rows.enumerated().compactMap { n, row in
      func field(_ name: String) -> String {
        table.header.firstIndex(of: name).map { row[$0] } ?? ""
      }
      func refuse(_ words: String) -> CalibrationDescription.Observation? {
        section.report("data", "\(file), row \(n + 1): \(words)")
        return nil
      }
      guard let value = Double(field("value")), let error = Double(field("error")), value.isFinite,
        error.isFinite, error > 0
      else {
        return refuse("takes a value, and an error above 0")
      }
      let arm = field("arm").isEmpty ? arms.first ?? "" : field("arm")
      guard base == nil || arms.contains(arm) else {
        return refuse(
          "there is no arm \"\(arm)\"\(Suggestion.text(for: arm, among: arms)); there are \(arms.joined(separator: ", "))"
        )
      }
      let time = field("time_h").isEmpty ? nil : Double(field("time_h"))
      guard time != nil || field("time_h").isEmpty else { return refuse("time_h takes a number") }
      let endpoint = field("endpoint")
      if let base {
        guard let experiment = base.experiments.first(where: { $0.arm == arm }) else { return nil }
        let modalities = experiment.modalities.map(\.name)
        if field("modality").isEmpty {
          guard time == nil else {
            return refuse("an endpoint has its own time; leave time_h empty, or name a modality")
          }
          guard endpoints.contains(endpoint) else {
            return refuse(
              "there is no endpoint \"\(endpoint)\"\(Suggestion.text(for: endpoint, among: endpoints))"
            )
          }
        } else {
          guard modalities.contains(field("modality")) else {
            return refuse(
              "the scenario observes by no modality \"\(field("modality"))\"; add it to 'observe'"
            )
          }
          let places = ["body"] + experiment.host.organs.map(\.name)
          guard places.contains(endpoint) else {
            return refuse(
              "there is no place \"\(endpoint)\"\(Suggestion.text(for: endpoint, among: places)); with a modality the endpoint is body or an organ"
            )
          }
          let clock = experiment.clock
          guard let time,
            clock.outputs.contains(where: {
              (Double($0) * clock.step / 60 - time).magnitude < 1e-9
            })
          else {
            return refuse("takes a time_h at which the run is observed")
          }
        }
      }
      return .init(
        arm: arm,
        endpoint: endpoint,
        modality: field("modality"),
        time: time,
        value: value,
        error: error
      )
    }
  }
}
