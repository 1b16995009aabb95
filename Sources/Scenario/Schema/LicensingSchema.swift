import Body
import Files
import Laws
import Vocabulary

/// The keys of `priming`: how far cells are licensed when they are given, or how they were licensed before.
enum LicensingSchema {
  static func read(
    _ section: Section,
    _ factors: [Factor],
    _ terms: CellTerms,
    _ provenance: Provenance
  ) -> (state: CellState, preconditioning: Preconditioning?) {
    let preconditioning = preconditioning(section, factors, terms)
    return (state(section, terms, provenance), preconditioning)
  }

  /// Reads the licensing of the cells when given, or before their preconditioning.
  private static func state(
    _ section: Section,
    _ terms: CellTerms,
    _ provenance: Provenance
  ) -> CellState {
    func level(
      _ key: String,
      _ meaning: String,
      default standard: Double = 0,
      when condition: String? = nil,
      source: String = "by definition: a naive cell"
    ) -> Float {
      Float(
        section.quantity(
          key,
          .fraction,
          default: CSV.number(standard),
          when: condition,
          allowed: "0 to 1",
          source: source,
          meaning
        )
      )
    }
    let stat1 = level("stat1", "activity of the STAT1 axis when given")
    var state = CellState(
      stat1: stat1,
      stat1Memory: level("stat1_memory", "its memory"),
      nfkb: level("nfkb", "activity of the NF-kB axis when given"),
      nfkbMemory: level("nfkb_memory", "its memory"),
      protein: level(
        "stat1_protein",
        "proteins that follow the STAT1 axis (HLA-I and II, IDO, PD-L1) when given",
        default: Double(stat1),
        when: "stat1: \(CSV.number(Double(stat1)))",
        source: "by definition: as the axis, where that has stood so for days"
      )
    )
    for (row, name) in terms.names.enumerated().dropFirst(Licensing.names.count) {
      let half = terms.axes.first { $0.name == name }?.halfPassage
      state[row] = level(
        name,
        "level of '\(name)' when given",
        default: half.map { provenance.share(byPassage: $0) } ?? 0,
        when: half == nil ? nil : "passage: \(CSV.number(provenance.passage))",
        source: half == nil ? "by definition: a naive cell" : "by 'half_passage' of the axis"
      )
    }
    return state
  }

  /// Reads the medium that licenses cells before they are given, where there is one.
  private static func preconditioning(
    _ section: Section,
    _ factors: [Factor],
    _ terms: CellTerms
  ) -> Preconditioning? {
    let sensed = (terms.axes + terms.standard).flatMap(\.signals)
    let keys =
      ["ifng", "tnfa", "il1b"]
      + factors.map(\.name).filter {
        sensed.contains($0) && !["ifng", "tnfa", "il1b"].contains($0)
      }
    guard section.has("for") || keys.contains(where: section.has) else {
      for key in keys + ["for", "rest"] { section.skip(key) }
      return nil
    }
    let words = ["ifng": "IFN-g", "tnfa": "TNF-a", "il1b": "IL-1b"]
    let medium = keys.filter { words[$0] != nil || section.has($0) }.map { name in
      let level = section.molar(
        name,
        .concentration,
        default: "0 ng/mL",
        allowed: CellProgram.nutrients.contains(name) ? "0 to 1e9 nM" : "0 to 1e4 nM",
        molarMass: MolarMass.of(name, factors),
        source: "by definition: none",
        "\(words[name] ?? name) in the medium that licenses the cells"
      )
      return (name, level)
    }
    return Preconditioning(
      Dictionary(uniqueKeysWithValues: medium),
      time: section.quantity(
        "for",
        .time,
        allowed: "0 to 1000 h",
        "time in the medium that licenses the cells"
      ),
      rest: section.quantity(
        "rest",
        .time,
        default: "0 h",
        allowed: "0 to 10000 h",
        source: "by definition: given at once",
        "time from its end to giving"
      )
    )
  }
}
