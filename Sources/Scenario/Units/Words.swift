import Files
import Foundation

/// Numbers, times and lists as written in sentences.
enum Words {
  /// A number to four digits, whole ones below 1e5 exactly: `3.5e7`, `13333`, `0.25`.
  static func number(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e5 { return CSV.number(value) }
    let parts = String(format: "%.3e", value).split(separator: "e")
    guard parts.count == 2, let exponent = Int(parts[1]), let mantissa = Double(parts[0]) else {
      return CSV.number(value)
    }
    guard !(-3..<5).contains(exponent) else {
      return CSV.number(Double("\(parts[0])e\(parts[1])"))
    }
    return "\(CSV.number(mantissa))e\(exponent)"
  }

  /// Times (min) in the largest unit in which all are short: `0, 7 and 14 d`.
  static func times(_ times: [Double]) -> String {
    let (numbers, unit) = inOneUnit(times)
    return "\(list(numbers)) \(unit)"
  }

  /// Two times (min): `0 to 22 d`.
  static func times(from first: Double, to last: Double) -> String {
    let (numbers, unit) = inOneUnit([first, last])
    return "\(numbers.joined(separator: " to ")) \(unit)"
  }

  private static func inOneUnit(_ times: [Double]) -> (numbers: [String], unit: String) {
    let units = [("d", 1440.0), ("h", 60), ("min", 1), ("s", 1.0 / 60)]
    let unit =
      units.first { unit in
        times.allSatisfy { time in
          let parts = time / unit.1 * 100
          return (parts - parts.rounded()).magnitude < 1e-6 * max(1, parts)
        } && times.contains { $0 >= unit.1 }
      } ?? ("h", 60)
    return (times.map { number($0 / unit.1) }, unit.0)
  }

  /// `a`, `a and b`, `a, b and c`.
  static func list(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and \(last)"
  }
}
