import Scenario

extension Likelihood {
  /// The likelihood of the data of a calibration.
  ///
  /// - Parameters:
  ///   - description: the calibration.
  ///   - replicates: runs at every place.
  init(_ description: CalibrationDescription, replicates: Int) {
    var animals: [[String]] = []
    let observations = description.observations
    let data = observations.map { observation in
      let measured = observation.measured
      let animal = measured.animal.map { name in
        let key = [name, observation.arm, observation.endpoint, observation.modality]
        if !animals.contains(key) { animals.append(key) }
        return animals.firstIndex(of: key) ?? 0
      }
      return Datum(
        measured.outcome,
        measured.law,
        error: measured.error,
        scale: measured.scale,
        animal: animal,
        reading: observations.firstIndex { $0.readsTheSame(as: observation) },
        runs: observation.event == nil ? nil : replicates
      )
    }
    self.init(
      data,
      nuisances: description.nuisances.compactMap(\.variation),
      animals: description.animals
    )
  }
}
