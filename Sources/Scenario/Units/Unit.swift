/// Units by their symbol, with their size in base units: um, g, min, cells, and nM·um³ (1e-24 mol)
/// for amounts, so that nM is 1.
enum Unit {
  /// Moles in the base unit of amount: 1 nM·um³.
  static let molesPerBase = 1e-24
  /// Cubic micrometres in a millilitre.
  static let millilitre = 1e12

  private static let avogadro = 6.02214076e23
  /// A particle in the base unit of amount.
  static let particle = 1 / avogadro / molesPerBase

  private static let symbols: [String: (scale: Double, dimension: Dimension)] = {
    var table: [String: (scale: Double, dimension: Dimension)] = [
      "%": (0.01, .one), "fold": (1, .one),
      "nm": (1e-3, .lengths), "um": (1, .lengths), "mm": (1e3, .lengths), "cm": (1e4, .lengths),
      "m": (1e6, .lengths),
      "fL": (1, .volumes), "pL": (1e3, .volumes), "nL": (1e6, .volumes), "uL": (1e9, .volumes),
      "mL": (1e12, .volumes), "dL": (1e14, .volumes), "L": (1e15, .volumes),
      "s": (1.0 / 60, .times), "min": (1, .times), "h": (60, .times), "d": (1440, .times),
      "wk": (10080, .times),
      "fg": (1e-15, .masses), "pg": (1e-12, .masses), "ng": (1e-9, .masses),
      "ug": (1e-6, .masses), "mg": (1e-3, .masses), "g": (1, .masses), "kg": (1e3, .masses),
      "mol": (1 / molesPerBase, .amounts), "mmol": (1e-3 / molesPerBase, .amounts),
      "umol": (1e-6 / molesPerBase, .amounts), "nmol": (1e-9 / molesPerBase, .amounts),
      "pmol": (1e-12 / molesPerBase, .amounts), "fmol": (1e-15 / molesPerBase, .amounts),
      "molecules": (particle, .amounts), "particles": (particle, .amounts), "cells": (1, .counts),
    ]
    let molar = Dimension.amounts / .volumes
    for (symbol, scale) in [("M", 1e9), ("mM", 1e6), ("uM", 1e3), ("nM", 1), ("pM", 1e-3)] {
      table[symbol] = (scale, molar)
    }
    let perMole = Dimension.masses / .amounts
    table["Da"] = (molesPerBase, perMole)
    table["kDa"] = (1e3 * molesPerBase, perMole)
    return table
  }()

  /// Other spellings of the symbols.
  private static let spellings: [String: String] = {
    let words = [
      "%": ["percent"], "um": ["micron", "microns", "micrometre", "micrometer"],
      "fL": ["fl"], "pL": ["pl"], "nL": ["nl"], "uL": ["ul"], "mL": ["ml"], "dL": ["dl"],
      "L": ["l", "litre", "litres", "liter", "liters"],
      "s": ["sec", "secs", "second", "seconds"], "min": ["mins", "minute", "minutes"],
      "h": ["hr", "hrs", "hour", "hours"], "d": ["day", "days"],
      "wk": ["wks", "week", "weeks"], "ug": ["mcg"], "g": ["gram", "grams"],
      "molecules": ["molecule"], "particles": ["particle"], "cells": ["cell"],
    ]
    return Dictionary(
      words.flatMap { symbol, others in others.map { ($0, symbol) } },
      uniquingKeysWith: { first, _ in first }
    )
  }()

  /// Units that papers print and no quantity here can be made of, with what to write.
  private static let others: [String: String] = {
    let activity =
      "is one of biological activity; divide by the activity per mass of the preparation and write a mass, as in 5 ng/mL"
    let length = "has no fixed length; write days, as in 30 d"
    let pressure = "is one of partial pressure; write the concentration, as in 50 uM"
    return [
      "U": activity, "IU": activity, "kU": activity, "mU": activity, "units": activity,
      "month": length, "months": length, "year": length, "years": length,
      "mmHg": pressure, "kPa": pressure, "Torr": pressure,
      "rpm": "is one of speed of a rotor", "psi": pressure,
    ]
  }()

  /// The symbols a quantity of some kind can be made of, for suggestions.
  static func known(for kind: QuantityKind) -> [String] {
    symbols.filter { symbol in kind.dimensions.contains { $0.has(symbol.value.dimension) } }
      .map(\.key).sorted()
  }

  /// What is wrong with the text of a unit.
  struct Unknown: Error {
    /// The symbol, or the whole text.
    let symbol: String
    /// What the unit is, where it is known and cannot be used.
    var words: String?
  }

  /// Size and dimension of a product of symbols, as in `um^2/s`, `pg/cell/d`, `pg/1e6 cells/24 h`, `cells/cm2` or
  /// `pg·cell⁻¹·d⁻¹`; empty text is 1.
  ///
  /// The size is infinite where a number cannot hold that of the product or of its first factors.
  ///
  /// A slash divides by what follows it up to the next sign, with the number before the symbol.
  ///
  /// - Throws: `Unknown` for a text that is none.
  static func parse(_ text: String) throws(Unknown) -> (scale: Double, dimension: Dimension) {
    var scale = 1.0
    var dimension = Dimension.one
    var isBeyond = false
    for factor in try UnitText(text).factors {
      guard let name = factor.symbol else { continue }
      let unit = try unit(name)
      for _ in 0..<factor.power.magnitude {
        scale = factor.power > 0 ? scale * unit.scale : scale / unit.scale
      }
      if factor.number != 1 { scale /= factor.number }
      if !scale.isNormal { isBeyond = true }
      dimension = dimension * unit.dimension.raised(to: factor.power)
    }
    return (isBeyond ? .infinity : scale, dimension)
  }

  private static func unit(_ name: String) throws(Unknown) -> (scale: Double, dimension: Dimension)
  {
    if let unit = symbols[name] ?? spellings[name].flatMap({ symbols[$0] }) { return unit }
    throw Unknown(symbol: name, words: others[name])
  }
}

/// The text of a unit, taken apart.
private struct UnitText {
  /// A power of a symbol; for a divisor with the number before it, as in `/24 h`.
  struct Factor {
    var number = 1.0
    /// `nil` for the 1 of `1/h`.
    var symbol: String?
    var power = 1
  }

  private(set) var factors: [Factor] = []
  private let whole: String
  private var rest: Substring

  init(_ text: String) throws(Unit.Unknown) {
    whole = text.trimmed
    rest = Substring(Self.isPlain(whole) ? whole : Self.plain(text))
    skipSpaces()
    var hasSlash = false
    var sign: Character? = "*"
    while let next = rest.first {
      if next == "/" || next == "*" {
        guard sign == nil || factors.isEmpty && next == "/" else { throw problem() }
        sign = next
        hasSlash = hasSlash || next == "/"
        rest.removeFirst()
        skipSpaces()
        if rest.isEmpty { throw problem() }
        continue
      }
      var factor = try factor(divides: sign == "/")
      // Side by side stand powers such as `pg cell-1 d-1`; `cells kg` may mean either.
      guard sign != nil || factor.power < 0 && !hasSlash else { throw problem() }
      if sign == "/" { factor.power.negate() }
      factors.append(factor)
      sign = nil
      skipSpaces()
    }
  }

  private static let signs = [
    ("×", "*"), ("·", "*"), ("⋅", "*"), ("∙", "*"), ("•", "*"), ("µ", "u"), ("μ", "u"), ("−", "-"),
    (" per ", "/"),
  ]

  /// Whether a text has none of the other spellings of signs and powers, which begin beyond ASCII or with a space.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: " ") }
  }

  /// A text with its signs and powers as they are read here.
  private static func plain(_ text: String) -> String {
    var plain = withoutSuperscripts(text)
    for (sign, written) in signs where plain.contains(sign) {
      plain = plain.replacing(sign, with: written)
    }
    return plain
  }

  /// A text with powers after `^`: `cm^2` for `cm²`.
  private static func withoutSuperscripts(_ text: String) -> String {
    var plain = ""
    var isRaised = false
    for character in text {
      let digit = Numeral.raised[character]
      if digit != nil, !isRaised { plain.append("^") }
      plain.append(digit ?? character)
      isRaised = digit != nil
    }
    return plain
  }

  private mutating func skipSpaces() { rest = rest.drop(while: \.isSpace) }

  private func problem() -> Unit.Unknown { Unit.Unknown(symbol: whole) }

  private mutating func factor(divides: Bool) throws(Unit.Unknown) -> Factor {
    var factor = Factor()
    if rest.first?.isNumber == true {
      let start = rest
      guard let numeral = try? Numeral(rest), numeral.value > 0, divides || numeral.value == 1
      else { throw problem() }
      factor.number = numeral.value
      rest = numeral.rest
      guard divides else { return factor }
      skipSpaces()
      try checkPower(start[..<rest.startIndex])
    }
    let name = rest.prefix { $0.isInSymbol }
    guard !name.isEmpty else { throw problem() }
    let end = rest.dropFirst(name.count)
    factor.symbol = String(name)
    let digits = end.dropFirst(end.first == "^" ? 1 : 0).prefix { "+-0123456789".contains($0) }
    guard end.first == "^" || !digits.isEmpty else {
      rest = end
      return factor
    }
    guard let power = Int(digits), (-6...6).contains(power) else {
      throw Unit.Unknown(symbol: String(name + end.prefix { !"/* ".contains($0) }))
    }
    factor.power = power
    rest = rest[digits.endIndex...]
    return factor
  }

  /// Refuses 104...109: a power of ten that was copied without its superscript.
  private func checkPower(_ number: Substring) throws(Unit.Unknown) {
    let number = String(number).trimmed
    guard let power = Numeral.lostPower(number) else { return }
    throw Unit.Unknown(
      symbol: number,
      words: "may be 10^\(power) without its superscript; write 1e\(power)"
    )
  }
}

extension Character {
  /// Whether it may stand in the symbol of a unit; known of ASCII without the tables of Unicode.
  fileprivate var isInSymbol: Bool {
    guard let ascii = asciiValue else { return isLetter }
    return self == "%" || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(ascii | 0x20)
  }

  /// Whether it is white space; known of ASCII without the tables of Unicode.
  fileprivate var isSpace: Bool {
    guard let ascii = asciiValue else { return isWhitespace }
    return ascii == 0x20 || (0x09...0x0d).contains(ascii)
  }
}
