/// How a number is meant where a treatment has several doses: of each of them, or of all together.
///
/// A plain number of cells or particles beside several doses is an error, for it is read as either; plain agents are
/// those of all doses, as they change how finely doses are followed and not what is given.
enum Portion: String, CaseIterable {
  case each, total

  /// The keys of a treatment whose numbers are given so.
  static let keys = ["dose", "agents", "particles"]

  /// The path of the number itself, where a path says how it is meant.
  static func plain(_ path: [String]) -> [String] {
    guard let last = path.last, Portion(rawValue: last) != nil,
      path.dropLast().last.map(keys.contains) == true
    else { return path }
    return Array(path.dropLast())
  }
}

/// A number as written in a file, with how it is meant; `nil` where the file does not say.
struct Portioned<Value> {
  let value: Value
  let portion: Portion?
  /// Its text in the file.
  let text: String
}

extension Portioned: Sendable where Value: Sendable {}

extension Portioned<Double> {
  /// The number of all of so many doses together.
  func total(of doses: Int) -> Double { portion == .each ? value * Double(doses) : value }
}

extension Section {
  /// Reads a number that is given of one dose (`{each: …}`), of all (`{total: …}`) or plainly.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - read: reads a number from a key of a section; `nil` where it cannot, and that was reported.
  /// - Returns: the number; `nil` where it could not be read.
  func portioned<Value>(_ key: String, _ read: (Section, String) -> Value?) -> Portioned<Value>? {
    guard let node = node(key), Portion.allCases.contains(where: { node[$0.rawValue] != nil })
    else {
      let text = node(key)?.plainText ?? ""
      return read(self, key).map { Portioned(value: $0, portion: nil, text: text) }
    }
    return section(key) { part in
      for word in ["value", "range"] where part.has(word) {
        part.report(
          key: word,
          "belongs to the number, as in {each: {value: 2e6 cells, range: 1e6 to 4e6 cells}}"
        )
        part.skip(word)
      }
      let given = Portion.allCases.filter { part.has($0.rawValue) }
      guard given.count == 1, let portion = given.first else {
        part.report(key: Portion.total.rawValue, "is given beside 'each'; keep one of them")
        part.skipAll()
        return nil
      }
      let text = part.node(portion.rawValue)?.plainText ?? ""
      return read(part, portion.rawValue).map {
        Portioned(value: $0, portion: portion, text: text)
      }
    }
  }

  /// Reports a plain number beside several boluses, with both ways to write what is meant.
  ///
  /// - Parameters:
  ///   - key: the key.
  ///   - number: the number.
  ///   - amount: what it makes here, in the unit of the message; `nil` where that is not known.
  ///   - doses: number of boluses.
  ///   - unit: unit of the message, with the space before it.
  func requirePortion<Value>(
    _ key: String,
    _ number: Portioned<Value>,
    _ amount: Double?,
    of doses: Int,
    unit: String
  ) {
    guard doses > 1, number.portion == nil else { return }
    func made(_ part: Double, _ whole: Double) -> String {
      " for \(doses) x \(Words.number(part)) = \(Words.number(whole))\(unit)"
    }
    let count = Double(doses)
    report(
      key,
      "found \"\(number.text)\" with \(doses) boluses; write \(key): {each: \(number.text)}"
        + (amount.map { made($0, $0 * count) } ?? "") + ", or \(key): {total: \(number.text)}"
        + (amount.map { made($0 / count, $0) } ?? "")
    )
  }
}

extension Document {
  /// The text of a value, with a record or without one.
  var plainText: String? {
    guard case .scalar(let text) = (self["value"] ?? self).content else { return nil }
    return text.trimmed
  }
}
