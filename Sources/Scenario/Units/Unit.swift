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
      "nm": (1e-3, .lengths), "um": (1, .lengths), "µm": (1, .lengths), "μm": (1, .lengths),
      "mm": (1e3, .lengths), "cm": (1e4, .lengths), "m": (1e6, .lengths),
      "fL": (1, .volumes), "pL": (1e3, .volumes), "nL": (1e6, .volumes), "uL": (1e9, .volumes),
      "µL": (1e9, .volumes), "mL": (1e12, .volumes), "L": (1e15, .volumes),
      "s": (1.0 / 60, .times), "min": (1, .times), "h": (60, .times), "d": (1440, .times),
      "wk": (10080, .times),
      "fg": (1e-15, .masses), "pg": (1e-12, .masses), "ng": (1e-9, .masses),
      "ug": (1e-6, .masses), "µg": (1e-6, .masses), "mg": (1e-3, .masses), "g": (1, .masses),
      "kg": (1e3, .masses),
      "mol": (1 / molesPerBase, .amounts), "mmol": (1e-3 / molesPerBase, .amounts),
      "umol": (1e-6 / molesPerBase, .amounts), "nmol": (1e-9 / molesPerBase, .amounts),
      "pmol": (1e-12 / molesPerBase, .amounts), "fmol": (1e-15 / molesPerBase, .amounts),
      "molecules": (particle, .amounts), "molecule": (particle, .amounts),
      "particles": (particle, .amounts),
      "cells": (1, .counts), "cell": (1, .counts),
    ]
    let molar = Dimension.amounts / .volumes
    for (symbol, scale) in [
      ("M", 1e9), ("mM", 1e6), ("uM", 1e3), ("µM", 1e3), ("nM", 1), ("pM", 1e-3),
    ] {
      table[symbol] = (scale, molar)
    }
    let perMole = Dimension.masses / .amounts
    table["Da"] = (molesPerBase, perMole)
    table["kDa"] = (1e3 * molesPerBase, perMole)
    return table
  }()

  /// The symbols a quantity of some kind can be made of, for suggestions.
  static func known(for kind: QuantityKind) -> [String] {
    symbols.filter { symbol in kind.dimensions.contains { $0.has(symbol.value.dimension) } }
      .map(\.key).sorted()
  }

  /// What is wrong with the text of a unit.
  struct Unknown: Error {
    let symbol: String
  }

  /// Size and dimension of a product of symbols, as in `um^2/s` or `pg/cell/d`; empty text is 1.
  ///
  /// The size is infinite where a number cannot hold that of the product or of its first factors.
  ///
  /// - Throws: `Unknown` for a symbol that is none.
  static func parse(_ text: String) throws -> (scale: Double, dimension: Dimension) {
    var scale = 1.0
    var dimension = Dimension.one
    var rest = Substring(text.filter { $0 != " " })
    var divides = false
    var isBeyond = false
    while !rest.isEmpty {
      let end = rest.firstIndex { "/*·".contains($0) } ?? rest.endIndex
      let factor = rest[..<end]
      let parts = factor.split(separator: "^", omittingEmptySubsequences: false)
      var name = String(parts[0])
      var power = 1
      if parts.count == 2, let given = Int(parts[1]), (-6...6).contains(given) {
        power = given
      } else if parts.count > 1 {
        throw Unknown(symbol: String(factor))
      }
      for (sign, value) in [("²", 2), ("³", 3)] where name.hasSuffix(sign) {
        name.removeLast()
        power = value
      }
      if name != "1" || power != 1 {
        guard let unit = symbols[name] else {
          throw Unknown(symbol: name.isEmpty ? text.trimmed : name)
        }
        let signed = divides ? -power : power
        for _ in 0..<power.magnitude {
          scale = signed > 0 ? scale * unit.scale : scale / unit.scale
          if !scale.isNormal { isBeyond = true }
        }
        dimension = dimension * unit.dimension.raised(to: signed)
      }
      guard end < rest.endIndex else { break }
      divides = rest[end] == "/"
      rest = rest[rest.index(after: end)...]
      if rest.isEmpty { throw Unknown(symbol: text.trimmed) }
    }
    return (isBeyond ? .infinity : scale, dimension)
  }
}
