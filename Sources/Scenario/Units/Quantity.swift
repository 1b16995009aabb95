import Foundation
import Laws

/// A number with a unit, in base units.
struct Quantity: Equatable, Sendable {
  let value: Double
  let dimension: Dimension

  init(value: Double, dimension: Dimension) {
    self.value = value
    self.dimension = dimension
  }

  /// What is wrong with the text of a quantity.
  enum Problem: Error {
    case notANumber
    case unknownUnit(String)
    /// What it is instead and what to write, to follow "which".
    case named(String)
    /// In base units it is beyond what a number can hold.
    case beyondNumbers
  }

  /// Reads `2e6 cells/kg`, `2 x 10^6 cells`, `25g`, `1.2`, `30 %`; see `Numeral` and `Unit`.
  ///
  /// - Throws: `Problem`.
  init(_ text: String) throws(Problem) {
    let text = text.trimmed
    let numeral = try Numeral(text[...])
    guard numeral.value.isFinite else { throw .notANumber }
    let unit: (scale: Double, dimension: Dimension)
    do throws(Unit.Unknown) {
      unit = try Unit.parse(String(numeral.rest))
    } catch {
      if let words = error.words { throw .named("has the unit '\(error.symbol)', which \(words)") }
      throw .unknownUnit(error.symbol)
    }
    value = numeral.value * unit.scale
    dimension = unit.dimension
    guard unit.scale.isNormal, value.isFinite else { throw .beyondNumbers }
  }
}

extension Quantity {
  /// The quantity of a text in the units in which papers print its kind; `nil` where there are none.
  static func printed(_ text: String, in units: [String]) -> String? {
    guard let quantity = try? Quantity(text) else { return nil }
    for unit in units {
      guard let one = try? Quantity("1 " + unit), one.dimension == quantity.dimension else {
        continue
      }
      return String(format: "%.4g ", quantity.value / one.value) + unit
    }
    return nil
  }
}

/// Times on the command line.
public enum CommandTime {
  /// A time in minutes, as of `12h` or `30 min`; `nil` for a text that is none.
  public static func minutes(_ text: String) -> Double? {
    guard let quantity = try? Quantity(text), quantity.dimension == Dimension(time: 1) else {
      return nil
    }
    return quantity.value
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    // Of text that begins and ends in a visible letter of ASCII there is nothing to take.
    if let first = utf8.first, let last = utf8.last, (0x21...0x7e).contains(first),
      (0x21...0x7e).contains(last)
    {
      return self
    }
    var view = Substring(self)
    while view.first?.isWhitespace == true { view.removeFirst() }
    while view.last?.isWhitespace == true { view.removeLast() }
    return String(view)
  }
}

/// What sort of quantity a key takes.
struct QuantityKind: Sendable {
  /// In words, for messages.
  let name: String
  /// The dimensions that are taken.
  let dimensions: [Dimension]
  /// Texts to learn from.
  let example: String
  /// Units in which papers print such quantities, where these are others.
  let printed: [String]
  /// Whether it is a flow that each cell makes.
  let isPerCell: Bool
  /// What a key of the kind takes, in words.
  let words: String

  init(
    name: String,
    dimensions: [Dimension],
    example: String,
    printed: [String] = [],
    isPerCell: Bool = false
  ) {
    self.name = name
    self.isPerCell = isPerCell
    self.dimensions = dimensions
    self.example = example
    self.printed = printed
    words = "\(name), as in \(example)"
  }

  /// The dimension that a quantity of a given one has as one of this kind; `nil` where it is none.
  ///
  /// What is counted may be left out before a slash: `2e6 /kg` of a dose are cells. Where a flow is one that each
  /// cell makes, it may be given per cell, as in `mL/min/1e6 cells`.
  func dimension(of given: Dimension) -> Dimension? {
    if dimensions.contains(given) { return given }
    let counted = given * .counts
    let isOpen = given.cells == 0 && given != .one || given.cells == -1 && isPerCell
    return isOpen && dimensions.contains(counted) ? counted : nil
  }

  static let number = QuantityKind(
    name: "a number without unit",
    dimensions: [.one],
    example: "1.5"
  )
  static let wholeNumber = QuantityKind(
    name: "a whole number without unit",
    dimensions: [.one],
    example: "1e6"
  )
  static let fraction = QuantityKind(name: "a fraction", dimensions: [.one], example: "0.2 or 20 %")
  static let length = QuantityKind(name: "a length", dimensions: [.lengths], example: "20 um")
  static let volume = QuantityKind(name: "a volume", dimensions: [.volumes], example: "0.15 mL")
  static let mass = QuantityKind(name: "a mass", dimensions: [.masses], example: "20 g")
  static let time = QuantityKind(name: "a time", dimensions: [.times], example: "25 min")
  static let rate = QuantityKind(name: "a rate", dimensions: [.one / .times], example: "0.03 1/h")
  static let speed = QuantityKind(
    name: "a speed",
    dimensions: [.lengths / .times],
    example: "21 um/h"
  )
  /// A flow that each cell makes.
  static let clearance = QuantityKind(
    name: "a flow per cell",
    dimensions: [.volumes / .times],
    example: "100 um^3/min",
    printed: ["mL/min/1e6 cells"],
    isPerCell: true
  )
  static let flow = QuantityKind(
    name: "a flow",
    dimensions: [.volumes / .times],
    example: "8.8 mL/min"
  )
  static let diffusivity = QuantityKind(
    name: "a diffusivity",
    dimensions: [.lengths * .lengths / .times],
    example: "75 um^2/s",
    printed: ["cm^2/s"]
  )
  static let molarMass = QuantityKind(
    name: "a molar mass",
    dimensions: [.masses / .amounts],
    example: "16.8 kDa"
  )
  static let concentration = QuantityKind(
    name: "a concentration",
    dimensions: [.amounts / .volumes, .masses / .volumes],
    example: "1 nM or 5 ng/mL",
    printed: ["pg/mL", "nmol/L"]
  )
  static let cells = QuantityKind(
    name: "a number of cells",
    dimensions: [.counts],
    example: "2e6 cells"
  )
  static let dose = QuantityKind(
    name: "a number of cells, or of cells per body weight",
    dimensions: [.counts, .counts / .masses],
    example: "2e6 cells or 2e6 cells/kg",
    printed: ["x 10^6 cells", "x 10^6 cells/kg"]
  )
  static let cellularRate = QuantityKind(
    name: "an amount or mass per cell and time",
    dimensions: [.amounts / .counts / .times, .masses / .counts / .times],
    example: "0.01 pg/cell/d or 3 molecules/cell/s",
    printed: ["pg/1e6 cells/24 h", "fmol/1e6 cells/24 h"]
  )

  static let area = QuantityKind(
    name: "an area",
    dimensions: [.lengths * .lengths],
    example: "3000 um^2"
  )
  static let particles = QuantityKind(
    name: "a number of particles",
    dimensions: [.amounts],
    example: "1e10 particles"
  )
  static let production = QuantityKind(
    name: "an amount or mass per volume and time",
    dimensions: [.amounts / .volumes / .times, .masses / .volumes / .times],
    example: "2 ng/mL/h"
  )
  static let density = QuantityKind(
    name: "a number of cells per volume",
    dimensions: [.counts / .volumes],
    example: "1e6 cells/mL",
    printed: ["x 10^6 cells/mL"]
  )
  static let arrivals = QuantityKind(
    name: "a number of cells per volume and time",
    dimensions: [.counts / .volumes / .times],
    example: "100 cells/mL/h"
  )

  /// The kinds that name a dimension in messages.
  static let named = [
    number, length, volume, mass, time, rate, speed, flow, diffusivity, molarMass, concentration,
    cells, cellularRate, area, density, arrivals,
    QuantityKind(
      name: "a number of cells per body weight",
      dimensions: [.counts / .masses],
      example: ""
    ),
    QuantityKind(
      name: "a number of cells per area",
      dimensions: [.counts / (.lengths * .lengths)],
      example: ""
    ),
    QuantityKind(
      name: "a flow per cell",
      dimensions: [.volumes / .times / .counts],
      example: ""
    ),
  ]
}

extension QuantityKind {
  /// The kind of a parameter of a law.
  init(_ kind: ParameterKind) {
    self =
      switch kind {
      case .number: .number
      case .fraction: .fraction
      case .time: .time
      case .rate: .rate
      case .speed: .speed
      case .area: .area
      case .volume: .volume
      case .concentration: .concentration
      }
  }
}

extension ParameterKind {
  /// The factor whose concentration it is, where it is one.
  var factor: String? { if case .concentration(let name) = self { name } else { nil } }
}
