/// Equations of laws as MathML, which browsers and screen readers read.
///
/// Takes the part of LaTeX that the laws are written in: symbols with sub- and superscripts, `\frac`, `\sqrt`, `\mathrm`, Greek
/// letters, `\ln`, `\exp`, `\min` and other names, spaces, and `\\` between lines.
package struct MathML {
  /// An equation, or a symbol within text, as an element `math`.
  package static func of(_ latex: String, isBlock: Bool) -> String {
    var parser = MathML(latex)
    let rows = parser.lines()
    let display = isBlock ? " display=\"block\"" : ""
    if rows.count == 1 { return "<math\(display)>\(rows[0])</math>" }
    let table = rows.map { "<mtr><mtd>\($0)</mtd></mtr>" }.joined()
    return "<math\(display)><mtable displaystyle=\"true\">\(table)</mtable></math>"
  }

  private static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "φ",
    "omega": "ω", "ell": "ℓ", "Delta": "Δ", "theta": "θ", "eta": "η", "chi": "χ", "psi": "ψ",
  ]
  private static let operators: [String: String] = [
    "le": "≤", "ge": "≥", "sum": "∑", "nabla": "∇", "cdot": "·", "times": "×", "to": "→",
    "prod": "∏", "pm": "±", "infty": "∞", "neq": "≠", "approx": "≈",
  ]
  private static let spaces: [String: String] = [
    ",": "0.17em", ";": "0.28em", "quad": "1em", "qquad": "2em", " ": "0.25em", "!": "0em",
  ]
  private static let names: Set = ["ln", "exp", "min", "max", "log", "or"]

  private var rest: Substring

  private init(_ latex: String) { rest = latex[...] }

  /// The lines, each as one row.
  private mutating func lines() -> [String] {
    var lines: [String] = []
    repeat {
      lines.append("<mrow>\(row(until: nil))</mrow>")
    } while !rest.isEmpty
    return lines
  }

  /// The elements up to a closing brace or the end of a line.
  private mutating func row(until end: Character?) -> String {
    var row = ""
    while let next = rest.first {
      if next == end {
        rest.removeFirst()
        return row
      }
      if rest.hasPrefix("\\\\") {
        rest = rest.dropFirst(2)
        return row
      }
      row += element()
    }
    return row
  }

  /// The next element with its sub- and superscript.
  private mutating func element() -> String {
    let base = atom()
    guard !base.isEmpty else { return "" }
    var (below, above): (String?, String?) = (nil, nil)
    while let sign = rest.first, sign == "_" || sign == "^" {
      rest.removeFirst()
      let script = atom()
      if sign == "_" { below = script } else { above = script }
    }
    switch (below, above) {
    case (let below?, let above?): return "<msubsup>\(base)\(below)\(above)</msubsup>"
    case (let below?, nil): return "<msub>\(base)\(below)</msub>"
    case (nil, let above?): return "<msup>\(base)\(above)</msup>"
    case (nil, nil): return base
    }
  }

  private mutating func atom() -> String {
    guard let next = rest.popFirst() else { return "" }
    switch next {
    case "{": return "<mrow>\(row(until: "}"))</mrow>"
    case "\\": return command()
    case "&", "~": return ""
    case _ where next.isWhitespace: return ""
    case _ where next.isNumber:
      let more = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(more.count)
      return "<mn>\(next)\(more)</mn>"
    case _ where next.isLetter: return "<mi>\(next)</mi>"
    case "-": return "<mo>−</mo>"
    case "<": return "<mo>&lt;</mo>"
    case ">": return "<mo>&gt;</mo>"
    default: return "<mo>\(next)</mo>"
    }
  }

  private mutating func command() -> String {
    let letters = rest.prefix { $0.isLetter && $0.isASCII }
    let name = letters.isEmpty ? String(rest.prefix(1)) : String(letters)
    rest = rest.dropFirst(name.count)
    if let letter = Self.letters[name] { return "<mi>\(letter)</mi>" }
    if let sign = Self.operators[name] { return "<mo>\(sign)</mo>" }
    if let width = Self.spaces[name] { return "<mspace width=\"\(width)\"/>" }
    if Self.names.contains(name) { return "<mi>\(name)</mi><mo>&#8289;</mo>" }
    switch name {
    case "frac":
      let above = argument()
      return "<mfrac>\(above)\(argument())</mfrac>"
    case "sqrt": return "<msqrt>\(argument())</msqrt>"
    case "mathrm", "text":
      skipSpaces()
      guard rest.first == "{", let end = rest.firstIndex(of: "}") else { return "" }
      let words = rest[rest.index(after: rest.startIndex)..<end].replacing("\\ ", with: " ")
      rest = rest[rest.index(after: end)...]
      return words.count == 1
        ? "<mi mathvariant=\"normal\">\(words)</mi>" : "<mtext>\(words)</mtext>"
    case "left", "right": return ""
    default: return "<mtext>\\\(name)</mtext>"
    }
  }

  private mutating func argument() -> String {
    skipSpaces()
    return atom()
  }

  private mutating func skipSpaces() { rest = rest.drop { $0.isWhitespace } }
}
