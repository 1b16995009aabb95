import Benchmark
import Foundation

let benchmarks: @Sendable () -> Void = {
  circulationBenchmark()
  organCellsBenchmark()
  gridCellsBenchmark()
  hostsBenchmark()
  for workers in [1, 2] { hourBenchmark(edge: 100, factors: 4, workers: workers) }
  hourBenchmark(edge: 100, factors: 10, workers: 2)
  for edge in [200, 215] { hourBenchmark(edge: edge, factors: 4, workers: 2) }
  for edge in [100, 200] {
    for workers in [1, 2] { bandwidthBenchmark(edge: edge, workers: workers) }
  }
  let edge = ProcessInfo.processInfo.environment["EDGE"].flatMap(Int.init) ?? 48
  errorBenchmark(edge: edge)
  candidatesBenchmark()
  mainJobBenchmark()
}
