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
      return [
        "One replicate of each arm shows no spread: run with --replicates 8 to see whether arms differ."
      ]
    }
    let settled = compared.count { isSettled($0.1) }
    let same = compared.count { $0.1.differenceLow == 0 && $0.1.differenceHigh == 0 }
    let open = compared.count - settled - same
    var sentence =
      "\(settled) of \(compared.count) differences from the control are settled: their 95 % interval (Student's t over \(answer.replicates) pairs of replicates, not corrected for the number of comparisons) excludes 0."
    if open > 0 {
      sentence += " \(open) are not distinguishable from 0 with \(answer.replicates) replicates."
    }
    if same > 0 { sentence += " \(same) are 0 in every replicate." }
    let pairing = Answer.pairing(answer.rows.flatMap(\.arms)).split(separator: "\n").map(
      String.init
    )
    let mechanism =
      settled == 0
      ? []
      : [
        "Which mechanism makes a difference, a run does not tell: stroma attribute SCENARIO --endpoint NAME switches off one after the other."
      ]
    return compared.filter { isSettled($0.1) }.map(difference) + [sentence] + pairing + mechanism
  }

  /// A difference that is settled, in a sentence.
  private static func difference(_ row: Answer.Row, _ arm: Answer.Arm) -> String {
    let change = arm.difference ?? 0
    let control = row.arms.first { $0.name == arm.control }?.mean ?? 0
    let share =
      control == 0 ? "" : " (\(CSV.number((100 * change / control).magnitude, digits: 2)) %)"
    let unit = row.unit.isEmpty ? "" : " \(row.unit)"
    return
      "\(RunFigures.words(row.endpoint)): \(change > 0 ? "higher" : "lower") in \(arm.name) than in \(arm.control ?? "") by \(CSV.number(change.magnitude, digits: 3))\(unit)\(share)."
  }

  /// Whether the interval of a difference excludes 0.
  private static func isSettled(_ arm: Answer.Arm) -> Bool {
    guard let low = arm.differenceLow, let high = arm.differenceHigh else { return false }
    return !(low...high).contains(0)
  }

  /// The answer as one table.
  static func table(_ answer: Answer) -> CSVTable {
    let hasArms = answer.rows.contains { $0.arms.count > 1 }
    let mean = answer.replicates > 1 ? "mean (95 % interval)" : "value"
    let columns =
      hasArms
      ? ["endpoint", "arm", mean, "unit", "difference", "verdict"] : ["endpoint", mean, "unit"]
    let rows = answer.rows.flatMap { row in
      row.arms.map { arm -> [String] in
        let value = answer.mean(of: arm)
        guard hasArms else { return [row.endpoint, value, row.unit] }
        let difference = Answer.text(arm.difference, arm.differenceLow, arm.differenceHigh)
        return [
          // An endpoint is named once, in its first row.
          arm.name == row.arms.first?.name ? row.endpoint : "", arm.name, value, row.unit,
          difference,
          Answer.verdict(on: arm),
        ]
      }
    }
    return CSVTable(columns: columns, rows: rows)
  }
}
