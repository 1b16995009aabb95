import Benchmark
import Foundation
import Scenario
import Simulation
import Substrate

/// Times an hour of host cells of ten kinds at a step of a minute: all but the transport of the fields.
func hostsBenchmark() {
  let cells = BenchmarkMetric.time("all but the fields")
  let fields = BenchmarkMetric.time("the fields")
  for (share, label) in [("0.1", "1e5"), ("1", "1e6")] {
    Benchmark(
      "Hosts: an hour of \(label) cells of ten kinds on 128 x 128 x 128 voxels, two workers",
      configuration: .figures(iterations: 3, [cells, fields])
    ) { benchmark in
      var model = Model(hostHour(share: share), seed: 1, replicate: 1)
      let workers = Workers(count: 2)
      for _ in 0..<60 {
        do throws(MassError) {
          try model.advance(using: workers)
        } catch {
          fatalError(error.description)
        }
      }
      benchmark.record(cells, model.spent.gridCells + model.spent.body)
      benchmark.record(fields, model.spent.fields)
    }
  }
}

/// The hour with a share of its cells.
private func hostHour(share: String) -> Experiment {
  var root = URL(fileURLWithPath: #filePath)
  for _ in 1...3 { root.deleteLastPathComponent() }
  do throws(ScenarioError) {
    let path = root.appendingPathComponent("Scenarios/host-hour.yaml").path
    var experiment = try ResolvedScenario(path: path).experiments[0]
    let part = Double(share) ?? 1
    for n in experiment.tissues[0].populations.indices {
      let all = Double(experiment.tissues[0].populations[n].cells)
      experiment.tissues[0].populations[n].cells = Int(all * part)
    }
    return experiment
  } catch {
    fatalError(error.description)
  }
}
