/// A comma-separated table being written (RFC 4180, lines end in LF).
public struct CSV: Sendable {
  /// The text so far.
  public private(set) var text: String

  /// A table with the given columns.
  public init(columns: [String]) {
    text = columns.map(Self.quoted).joined(separator: ",") + "\n"
  }

  /// The text so far, which is forgotten: for tables that are written part by part.
  public mutating func take() -> String {
    defer { text = "" }
    return text
  }

  /// Adds a row; fields with commas, quotes, line breaks or blanks at an end are quoted, and words that R or pandas
  /// read as missing.
  public mutating func row(_ fields: [String]) {
    for (i, field) in fields.enumerated() {
      if i > 0 { text += "," }
      text += Self.quoted(field)
    }
    text += "\n"
  }

  /// A number as text that reads back as the same number; empty where there is none.
  public static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    if value == value.rounded(), value.magnitude < 1e15 { return String(Int64(value)) }
    return "\(value)"
  }

  /// A number as text to a count of significant digits.
  public static func number(_ value: Double, digits: Int) -> String {
    guard value.isFinite, value != 0 else { return number(value) }
    // Powers of ten above and below the value stay whole, so that the text shows no rounding of
    // its own.
    var above = 1.0
    var below = 1.0
    var least = 1.0
    for _ in 1..<digits { least *= 10 }
    while (value * above / below).magnitude < least { above *= 10 }
    while (value * above / below).magnitude >= 10 * least { below *= 10 }
    return number((value * above / below).rounded() * below / above)
  }

  /// Words that stand for a missing value where they are not quoted: `na.strings` of R, and `na_values` of pandas.
  private static let missing: Set<String> = [
    "NA", "N/A", "n/a", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "#N/A", "#NA", "<NA>",
    "#N/A N/A", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN",
  ]

  static func quoted(_ field: String) -> String {
    let isPlain =
      !field.utf8.contains { [44, 34, 10, 13].contains($0) } && field.utf8.first != 32
      && field.utf8.last != 32 && !(field.utf8.count < 9 && missing.contains(field))
    if isPlain { return field }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
