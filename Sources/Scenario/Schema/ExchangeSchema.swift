import Body
import Laws
import Vocabulary

/// Secretion and uptake by cells, an entry for each factor.
extension ProductSchema {
  /// Reads the secretion of a factor by cells of the product.
  static func secretion(
    _ mass: Double,
    _ section: Section,
    _ factors: [Factor],
    _ terms: CellTerms
  ) -> Secretion {
    Secretion(
      basal: section.molar(
        "basal",
        .cellularRate,
        allowed: "0 to 1e6 molecules/cell/s",
        molarMass: mass,
        "secretion of a naive cell"
      ),
      folds: CellTermsSchema.licensedFolds(section, terms),
      brakes: ResponseSchema.read(section, "brakes", .share, .none, factors),
      hypoxicFold: section.quantity(
        "hypoxic_fold",
        .number,
        default: "1",
        allowed: "0 to 100",
        source: "assumed: oxygen does not matter",
        "fold at 1.5 % oxygen over 21 %"
      ),
      oxygen: Hill(
        halfSaturation: section.parameter(
          "oxygen_half",
          .concentration,
          molarMass: MolarMass.of("oxygen", factors),
          isPositive: true,
          "oxygen of half the response"
        )
      )
    )
  }

  /// Reads the uptake of a factor by cells of the product.
  static func uptake(
    _ mass: Double,
    _ section: Section,
    _ factors: [Factor],
    _ terms: CellTerms
  ) -> Uptake {
    if section.has("clearance") {
      return Uptake(
        clearance: section.quantity(
          "clearance",
          .clearance,
          allowed: "0 to 1e6 um^3/min",
          "volume that a cell clears of the factor, whatever its concentration"
        )
      )
    }
    section.skip("clearance")
    return Uptake(
      largest: section.molar(
        "largest",
        .cellularRate,
        default: section.has("enzyme") ? "0 molecules/cell/s" : nil,
        when: "with an enzyme",
        allowed: "0 to 1e9 molecules/cell/s",
        molarMass: mass,
        source: "by definition: the enzyme alone",
        "uptake of a cell where the factor saturates it"
      ),
      halfSaturation: section.molar(
        "half_saturation",
        .concentration,
        allowed: "1e-6 to 1e9 nM",
        molarMass: mass,
        "concentration of half that uptake"
      ),
      enzyme: section.molar(
        "enzyme",
        .cellularRate,
        default: "0 molecules/cell/s",
        allowed: "0 to 1e9 molecules/cell/s",
        molarMass: mass,
        source: "by definition: none",
        "uptake by an enzyme of a cell that has all of it besides"
      ),
      enzymeLevel: section.name(
        "enzyme_follows",
        of: terms.levels,
        default: Licensing.protein,
        source: "IDO follows the STAT1 axis (Rovira Gonzalez 2016)",
        "axis, or what follows one, that tells how much of the enzyme a cell has"
      ) ?? Licensing.protein,
      conversion: conversion(section, factors)
    )
  }

  /// Reads what a factor that cells take is turned into; `nil` for nothing that the scenario carries.
  static func conversion(_ section: Section, _ factors: [Factor]) -> Conversion? {
    guard section.has("into") else {
      if section.has("yield") {
        section.report(key: "yield", "belongs to 'into'; say what the factor is turned into")
      }
      section.skip("into")
      section.skip("yield")
      return nil
    }
    func yield(_ section: Section) -> Double {
      section.quantity(
        "yield",
        .number,
        default: "1",
        allowed: "0 to 100",
        source: "by definition: one for one",
        "amount that comes out of an amount taken"
      )
    }
    guard let into = section.factor("into", "factor that cells make of it", factors) else {
      section.passOver(["yield"]) { _ = yield($0) }
      return nil
    }
    return Conversion(into: into, yield: yield(section))
  }

  /// Reads the entries of factors that the scenario carries.
  ///
  /// A preset may list others of the library; the scenario itself may not.
  static func perFactor<Law>(
    _ section: Section,
    _ key: String,
    _ factors: [Factor],
    _ body: (_ molarMass: Double, Section) -> Law
  ) -> [String: Law] {
    section.section(key) { list in
      var laws: [String: Law] = [:]
      for name in list.keys {
        guard let factor = factors.first(where: { $0.name == name }) else {
          list.passOver(name, known: factors.map(\.name)) { _ = body($0, $1) }
          continue
        }
        laws[name] = list.section(name) { body(factor.molarMass * Unit.molesPerBase, $0) }
      }
      return laws
    }
  }
}
