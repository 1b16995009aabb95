import Scenario
import Simulation

extension Likelihood {
  /// The likelihood of the data of a calibration.
  ///
  /// - Parameters:
  ///   - description: the calibration.
  ///   - replicates: runs at every place, by scenario.
  init(_ description: CalibrationDescription, replicates: [Int]) {
    var (animals, laboratories) = ([[String]](), [[String]]())
    func number(_ key: [String], in keys: inout [[String]]) -> Int {
      if let known = keys.firstIndex(of: key) { return known }
      keys.append(key)
      return keys.count - 1
    }
    let observations = description.observations
    let data = observations.map { observation in
      let measured = observation.measured
      // What a laboratory counts too much of is not in a ratio of two of its counts.
      let quantity = [
        observation.endpoint, observation.modality, observation.comparison?.rawValue ?? "",
      ]
      return Datum(
        measured.outcome,
        measured.law,
        error: measured.error,
        scale: measured.scale,
        animal: measured.animal.map { name in
          let place = ["\(observation.scenario)", measured.laboratory, observation.arm]
          return number([name] + place + quantity, in: &animals)
        },
        laboratory: description.laboratories == .given(0)
          ? nil : number([measured.laboratory] + quantity, in: &laboratories),
        reading: observations.firstIndex { $0.readsTheSame(as: observation) },
        runs: observation.event == nil ? nil : replicates[observation.scenario]
      )
    }
    self.init(
      data,
      nuisances: description.nuisances.compactMap(\.variation),
      animals: description.animals,
      laboratories: description.laboratories
    )
  }
}
