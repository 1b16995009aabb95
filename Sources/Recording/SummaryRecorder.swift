import Files
import Observations

/// `summary.csv`: the endpoints of every replicate.
public enum SummaryRecorder: Recorder {
  /// Name of the file.
  public static let file = "summary.csv"
  /// Its columns.
  public static let columns = ["seed", "endpoint", "value", "unit", "missing"]

  /// Calls `row` for every row of a trajectory.
  public static func record(
    _ trajectory: Trajectory,
    beside other: (String) -> Trajectory?,
    row: ([String]) -> Void
  ) {
    for endpoint in Endpoints.all(trajectory, beside: other) {
      row([
        String(trajectory.seed), endpoint.name, CSV.number(endpoint.value), endpoint.unit,
        endpoint.missing ?? "",
      ])
    }
  }
}
