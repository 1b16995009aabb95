/// Texts of numbers as numbers in one unit.
package struct NumberColumn: Sendable {
  /// The numbers.
  package let values: [Double]
  /// Their unit, that of the first text; empty for none.
  package let unit: String

  /// The numbers of some texts; `nil` where one is no number, or of another dimension than the first.
  package init?(_ texts: [String]) {
    var reader = NumberReader()
    guard let first = texts.first.flatMap({ reader.number($0) }),
      let base = try? Quantity("1" + first.unit)
    else { return nil }
    var scales = [first.unit: 1.0]
    var values: [Double] = []
    for text in texts {
      guard let number = reader.number(text) else { return nil }
      if scales[number.unit] == nil {
        guard let unit = try? Quantity("1" + number.unit), unit.dimension == base.dimension else {
          return nil
        }
        scales[number.unit] = unit.value / base.value
      }
      values.append(number.value * (scales[number.unit] ?? 1))
    }
    self.values = values
    unit = first.unit.trimmed
  }
}
