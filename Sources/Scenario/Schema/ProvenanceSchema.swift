import Body

/// The keys of `product` that say where its cells come from and how long they were cultured.
enum ProvenanceSchema {
  private static let zhou = "Zhou 2008, doi 10.1111/j.1474-9726.2008.00377.x"

  static func read(_ section: Section) -> Provenance {
    var provenance = Provenance()
    provenance.potency = section.quantity(
      "potency",
      .fraction,
      default: "1",
      allowed: "0 to 100",
      source: "by definition: marrow",
      "what cells of the source give and do, relative to those of marrow"
    )
    provenance.variation = section.parameter(
      "donor_variation",
      .fraction,
      "coefficient of variation of potency between donors, lognormal"
    )
    provenance.age = section.quantity(
      "donor_age",
      .number,
      default: "30",
      allowed: "0 to 120",
      source: "by definition: age at which potency is that of the product",
      "mean age of the donors, years"
    )
    provenance.ageSpread = section.quantity(
      "donor_age_spread",
      .number,
      default: "0",
      allowed: "0 to 50",
      source: "by definition: all of one age",
      "standard deviation of the age of donors, years"
    )
    provenance.ageLoss = section.parameter(
      "age_loss",
      .fraction,
      "potency lost per ten years of age"
    )
    provenance.ageFragility = section.parameter(
      "age_fragility",
      .number,
      "what ten years of age add to the fold of the hazard by damage"
    )
    provenance.diabetes = section.quantity(
      "diabetic_donors",
      .fraction,
      default: "0",
      allowed: "0 to 1",
      source: "by definition: none",
      "share of donors with diabetes"
    )
    provenance.diabetesLoss = section.parameter(
      "diabetes_loss",
      .fraction,
      "potency that cells of diabetic donors have lost"
    )
    readCulture(of: &provenance, section)
    return provenance
  }

  /// Reads the passage, and what cells of late ones are.
  private static func readCulture(of provenance: inout Provenance, _ section: Section) {
    if section.has("passage") {
      provenance.passage = section.quantity(
        "passage",
        .number,
        allowed: "1 to 100",
        "passage at which the cells were harvested"
      )
    }
    section.skip("passage")
    provenance.senescencePassage = section.parameter(
      "senescence_passage",
      .number,
      isPositive: true,
      "passage at which half of the cells are senescent"
    )
    provenance.senescenceLoss = section.parameter(
      "senescence_loss",
      .fraction,
      "potency that a senescent cell has lost"
    )
    provenance.senescenceGrowth = section.parameter(
      "senescence_growth",
      .fraction,
      "share by which a senescent cell has grown"
    )
    provenance.senescenceFragility = section.parameter(
      "senescence_fragility",
      .number,
      "fold of the hazard by damage of a senescent cell"
    )
  }
}
