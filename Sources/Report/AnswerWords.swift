import Campaign
import Files

/// The answer of a run in sentences and as a table.
enum AnswerWords {
  /// What the answer comes to: the differences that are settled, and those that are not.
  static func sentences(_ answer: Answer) -> [String] {
    let compared = answer.rows.flatMap { row in
      row.arms.filter { $0.difference != nil }.map { (row, $0) }
    }
    guard !compared.isEmpty else {
      return answer.replicates > 1
        ? [] : ["One replicate shows no spread: run with --replicates 8 for intervals."]
    }
    guard answer.replicates > 1 else {
      return ["One replicate of each arm shows no spread: run with --replicates 8 to see whether arms differ."]
    }
    let settled = compared.count { isSettled($0.1) }
    let same = compared.count { $0.1.differenceLow == 0 && $0.1.differenceHigh == 0 }
    let open = compared.count - settled - same
    var sentence =
      "\(settled) of \(compared.count) differences from the control are settled: their interval of 95 % excludes 0."
    if open > 0 { sentence += " \(open) cannot be told from 0 with \(answer.replicates) replicates." }
    if same > 0 { sentence += " \(same) are 0 in every replicate." }
    return [sentence]
  }

  /// Whether the interval of a difference excludes 0.
  private static func isSettled(_ arm: Answer.Arm) -> Bool {
    guard let low = arm.differenceLow, let high = arm.differenceHigh else { return false }
    return !(low...high).contains(0)
  }

  /// The answer as one table.
  static func table(_ answer: Answer) -> CSVTable {
    let hasArms = answer.rows.contains { $0.arms.count > 1 }
    var columns = ["endpoint"] + (hasArms ? ["arm"] : [])
    columns.append(answer.replicates > 1 ? "mean (95 % interval)" : "value")
    columns.append("unit")
    if hasArms { columns += ["difference from control", "control", "verdict"] }
    let rows = answer.rows.flatMap { row in
      row.arms.map { arm in
        var fields = [row.endpoint] + (hasArms ? [arm.name] : [])
        fields.append(
          arm.mean == nil ? arm.missing ?? "" : Answer.text(arm.mean, arm.low, arm.high)
        )
        fields.append(row.unit)
        if hasArms {
          fields += [
            Answer.text(arm.difference, arm.differenceLow, arm.differenceHigh), arm.control ?? "",
            Answer.verdict(on: arm),
          ]
        }
        return fields
      }
    }
    return CSVTable(columns: columns, rows: rows)
  }
}
