/// The number that a quantity begins with, as people and papers write it, and the text after it.
///
/// Read are `2e6`, `2 x 10^6`, `2 × 10⁶`, `10^6`, `1.5 million`, and groups of three digits where they can
/// be nothing else: `1 000 000`, `1'000`, `1,000,000`. A comma that may stand for thousands or for decimals is
/// an error that says what to write.
struct Numeral {
  let value: Double
  /// What stands after the number: the unit.
  let rest: Substring

  /// Reads the number at the start of a text.
  ///
  /// - Throws: `Quantity.Problem`.
  init(_ text: Substring) throws(Quantity.Problem) {
    var digits = text[..<(text.utf8.firstIndex { !Self.isPart($0) } ?? text.endIndex)]
    var number: Double?
    while !digits.isEmpty {
      number = Double(digits)
      if number != nil { break }
      digits.removeLast()
    }
    guard let number else { throw .notANumber }
    let after = text[digits.endIndex...]
    guard let next = after.first, !next.isASCII || " ,.'_^*xX".contains(next) else {
      (value, rest) = (number, after)
      return
    }
    let (mantissa, end) = try Self.grouped(digits, after)
    let (power, unit) = try Self.power(of: mantissa, end)
    guard let whole = power.map({ Double("\($0.mantissa)e\($0.exponent)") }) ?? Double(mantissa)
    else { throw .notANumber }
    (value, rest) = Self.multiplied(whole, unit)
  }

  /// Whether a byte may be part of a plain number.
  private static func isPart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"):
      true
    default: false
    }
  }

  // MARK: - Groups of digits

  private static let spaces: Set<Character> = [
    " ", "\u{A0}", "\u{2009}", "\u{202F}", "'", "’", "_",
  ]

  /// A number with the groups of three digits that follow it, without the separators.
  private static func grouped(_ digits: Substring, _ after: Substring)
    throws(Quantity.Problem) -> (mantissa: String, rest: Substring)
  {
    guard let separator = after.first,
      separator == "," || separator == "." || spaces.contains(separator)
    else { return (String(digits), after) }
    var groups: [Substring] = []
    var rest = after
    while rest.first == separator {
      let group = rest.dropFirst().prefix(while: \.isDecimal)
      guard !group.isEmpty, separator == "," || group.count == 3 else { break }
      groups.append(group)
      rest = rest[group.endIndex...]
    }
    let isGrouped =
      groups.allSatisfy { $0.count == 3 } && (1...3).contains(digits.count)
      && digits.allSatisfy(\.isDecimal) && digits != "0"
    switch separator {
    case "," where !groups.isEmpty:
      return try commas(digits, groups, rest, isGrouped: isGrouped)
    case "." where digits.contains(".") && !groups.isEmpty:
      let plain = (String(digits) + groups.joined()).filter { $0 != "." }
      throw .named("has dots between its thousands; write \(plain)\(rest)")
    case ",", ".": return (String(digits), after)
    default:
      guard !groups.isEmpty, isGrouped, rest.first?.isDecimal != true else {
        return (String(digits), after)
      }
      let fraction = fraction(&rest)
      return (String(digits) + groups.joined() + fraction, rest)
    }
  }

  /// The digits after a decimal point, with it.
  private static func fraction(_ rest: inout Substring) -> Substring {
    guard rest.first == "." else { return "" }
    let digits = rest.dropFirst().prefix(while: \.isDecimal)
    let fraction = rest[..<digits.endIndex]
    rest = rest[digits.endIndex...]
    return fraction
  }

  private static func commas(
    _ digits: Substring,
    _ groups: [Substring],
    _ after: Substring,
    isGrouped: Bool
  ) throws(Quantity.Problem) -> (mantissa: String, rest: Substring) {
    var rest = after
    let fraction = fraction(&rest)
    let whole = String(digits) + groups.joined()
    if isGrouped, groups.count > 1 || !fraction.isEmpty { return (whole + fraction, rest) }
    if isGrouped {
      throw .named(
        "has a comma that may stand for thousands or for decimals; write \(whole)\(rest) or \(digits).\(groups[0])\(rest)"
      )
    }
    guard groups.count == 1, !digits.contains("."), fraction.isEmpty else {
      throw .named("has commas in its number; write it without, decimals after a point")
    }
    throw .named("has a decimal comma; write \(digits).\(groups[0])\(rest)")
  }

  // MARK: - Powers of ten

  /// Superscripts.
  static let raised: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9", "⁻": "-", "⁺": "+",
  ]

  /// `x 10^6` after a mantissa, or `10^6` where the mantissa is 10; `nil` where there is neither.
  private static func power(of mantissa: String, _ after: Substring)
    throws(Quantity.Problem) -> (power: (mantissa: String, exponent: String)?, rest: Substring)
  {
    if mantissa == "10", let (exponent, rest) = exponent(after) { return (("1", exponent), rest) }
    var rest = after.drop { $0 == " " }
    guard let sign = rest.first, "xX×·⋅*".contains(sign) else { return (nil, after) }
    rest = rest.dropFirst().drop { $0 == " " }
    guard rest.hasPrefix("10") else { return (nil, after) }
    rest = rest.dropFirst(2)
    if let found = exponent(rest) { return ((mantissa, found.text), found.rest) }
    if let power = lostPower("10\(rest.prefix { $0 != " " })") {
      throw .named(
        "multiplies by 10\(power), perhaps 10^\(power) without its superscript; write \(mantissa)e\(power)\(rest.dropFirst())"
      )
    }
    let digits = rest.dropFirst().prefix(while: \.isDecimal)
    // 10^309 and more are beyond a `Double`.
    guard let letter = rest.first, "eE".contains(letter), let exponent = Int(digits), exponent < 308
    else { return (nil, after) }
    let unit = rest[digits.endIndex...]
    throw .named(
      "multiplies by 10e\(exponent), which is 10^\(exponent + 1); write \(mantissa)e\(exponent)\(unit) or \(mantissa)e\(exponent + 1)\(unit)"
    )
  }

  /// 4...9 where a number is 104...109, which may be a power of ten that was copied without its superscript.
  static func lostPower(_ number: String) -> Int? {
    guard number.count == 3, number.hasPrefix("10") else { return nil }
    return Int(number.suffix(1)).flatMap { $0 >= 4 ? $0 : nil }
  }

  /// `^6`, `**6` or a superscript.
  private static func exponent(_ text: Substring) -> (text: String, rest: Substring)? {
    var digits = ""
    var rest = text
    if let mark = ["^", "**"].first(where: text.hasPrefix) {
      rest = rest.dropFirst(mark.count)
      if let sign = rest.first, "+-−".contains(sign) {
        digits = sign == "+" ? "" : "-"
        rest.removeFirst()
      }
      let number = rest.prefix(while: \.isDecimal)
      digits += number
      rest = rest[number.endIndex...]
    } else {
      while let next = rest.first.flatMap({ raised[$0] }) {
        digits.append(next)
        rest.removeFirst()
      }
    }
    return Int(digits).map { ("\($0)", rest) }
  }

  // MARK: - Numbers in words

  private static let words = [
    "thousand": 1e3, "thousands": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9,
    "billions": 1e9,
  ]

  private static func multiplied(_ number: Double, _ after: Substring) -> (Double, Substring) {
    let text = after.drop { $0 == " " }
    let word = text.prefix(while: \.isLetter)
    guard let scale = words[word.lowercased()] else { return (number, after) }
    return (number * scale, text[word.endIndex...])
  }
}

extension Character {
  /// Whether it is one of 0...9.
  fileprivate var isDecimal: Bool { ("0"..."9").contains(self) }
}
