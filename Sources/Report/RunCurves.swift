import Recording

/// The curves of the tables of a run.
struct RunCurves {
  /// Quantities, readings of a well, and what modalities report, by place; and the ledger, by fate and place.
  let timeseries: Curves?, readouts: Curves?, observations: Curves?, ledger: Curves?

  init(_ run: RunFiles) {
    timeseries = run.table(TimeseriesRecorder.file).flatMap { Curves($0, quantity: "quantity") }
    readouts = run.table(ReadoutsRecorder.file).flatMap { Curves($0, quantity: "readout") }
    observations = run.table(ObservationsRecorder.file).flatMap {
      Curves($0, quantity: "modality")
    }
    ledger = run.table(LedgerRecorder.file).flatMap {
      Curves($0, quantity: "fate", value: "cells", unit: nil)
    }
  }

  /// The last time that a table holds, h.
  var hours: Double {
    [timeseries, readouts, observations, ledger].compactMap { $0?.times.last.flatMap(Double.init) }
      .max() ?? 0
  }
}
