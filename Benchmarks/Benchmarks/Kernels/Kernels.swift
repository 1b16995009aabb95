import Benchmark

let benchmarks: @Sendable () -> Void = {
  circulationBenchmark()
  organCellsBenchmark()
  gridCellsBenchmark()
  for factors in [1, 4] { transportBenchmark(factors: factors) }
  mainJobBenchmark()
}
