/// A law with parameters: what is read, explained, varied and fitted of it.
///
/// The values of the parameters, with the range in which each is allowed and the one in which it is known to lie, are
/// in the parameter set of the library (`Scenarios/laws/`), where a key is that of the parameter.
public protocol Law: Sendable {
  /// A law whose parameters are to be set.
  init()

  /// What the law describes, as a heading.
  static var title: String { get }
  /// The equation as lines of LaTeX, in the symbols of the parameters and of `symbols`.
  static var equation: String { get }
  /// The symbols of the equation other than parameters.
  static var symbols: [Symbol] { get }
  /// The parameters, in the order in which they are read.
  static var parameters: [Parameter<Self>] { get }
}

extension Law {
  /// A law with the parameters that a closure sets.
  public init(_ set: (inout Self) -> Void) {
    self.init()
    set(&self)
  }
}

/// A parameter of a law.
public struct Parameter<Owner>: Sendable {
  /// Its key, in the section of the law.
  public let key: String
  /// What kind of quantity it is.
  public let kind: ParameterKind
  /// Where its value goes, in base units (um, min, nM).
  public let property: any WritableKeyPath<Owner, Double> & Sendable
  /// Its symbol in the equation, as LaTeX.
  public let symbol: String
  /// What it means.
  public let meaning: String
  /// Whether it is above 0: the equation divides by it, or by a sum that is nothing without it.
  public let isPositive: Bool

  /// A parameter of a law; a concentration, a time, an area and a volume are above 0 unless `isPositive` says otherwise.
  public init(
    _ key: String,
    _ kind: ParameterKind,
    _ property: any WritableKeyPath<Owner, Double> & Sendable,
    symbol: String,
    isPositive: Bool? = nil,
    _ meaning: String
  ) {
    self.isPositive = isPositive ?? kind.isPositive
    self.key = key
    self.kind = kind
    self.property = property
    self.symbol = symbol
    self.meaning = meaning
  }
}

/// The kinds of quantities that parameters of laws are.
public enum ParameterKind: Sendable, Equatable {
  /// A number without unit.
  case number
  /// A number without unit from 0 to 1.
  case fraction
  /// A time, min.
  case time
  /// A rate, 1/min.
  case rate
  /// A speed, um/min.
  case speed
  /// An area, um².
  case area
  /// A volume, um³.
  case volume
  /// A concentration of a factor, nM.
  case concentration(of: String)

  /// Whether parameters of the kind are above 0 as a rule.
  fileprivate var isPositive: Bool {
    switch self {
    case .time, .area, .volume, .concentration: true
    case .number, .fraction, .rate, .speed: false
    }
  }
}

/// A symbol of an equation that is no parameter.
public struct Symbol: Sendable, Equatable {
  /// The symbol, as LaTeX.
  public let text: String
  /// What it stands for.
  public let meaning: String

  /// A symbol for something.
  public init(_ text: String, _ meaning: String) {
    self.text = text
    self.meaning = meaning
  }
}
