import Science

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
    provenance.variation = section.quantity(
      "donor_variation",
      .fraction,
      default: "0.5",
      allowed: "0 to 5",
      range: "0.3 to 1",
      source:
        "calibrated: 27-88 % suppression over 11 products (Bloom 2015, doi 10.1016/j.jcyt.2014.10.002)",
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
    provenance.ageLoss = section.quantity(
      "age_loss",
      .fraction,
      default: "0.05",
      allowed: "0 to 1",
      range: "0 to 0.1",
      source: "assumed; doubling 1.7 times slower in cells of old donors (\(zhou))",
      "potency lost per ten years of age"
    )
    provenance.diabetes = section.quantity(
      "diabetic_donors",
      .fraction,
      default: "0",
      allowed: "0 to 1",
      source: "by definition: none",
      "share of donors with diabetes"
    )
    provenance.diabetesLoss = section.quantity(
      "diabetes_loss",
      .fraction,
      default: "0.2",
      allowed: "0 to 1",
      range: "0 to 0.5",
      source:
        "assumed; HGF, VEGF and TGF-b lower, effect slightly inferior in mice (doi 10.1186/s13287-020-01817-1)",
      "potency that cells of diabetic donors have lost"
    )
    if section.has("passage") {
      provenance.passage = section.quantity(
        "passage",
        .number,
        allowed: "1 to 100",
        "passage at which the cells were harvested"
      )
    }
    section.skip("passage")
    provenance.senescencePassage = section.quantity(
      "senescence_passage",
      .number,
      default: "7",
      allowed: "1 to 200",
      range: "5 to 10",
      source: "marrow (BioMed Res Int 2013:901821, doi 10.1155/2013/901821)",
      "passage at which half of the cells are senescent"
    )
    provenance.senescenceLoss = section.quantity(
      "senescence_loss",
      .fraction,
      default: "0.7",
      allowed: "0 to 1",
      range: "0.3 to 1",
      source: "assumed",
      "potency that a senescent cell has lost"
    )
    provenance.senescenceGrowth = section.quantity(
      "senescence_growth",
      .fraction,
      default: "0.4",
      allowed: "0 to 3",
      range: "0 to 1",
      source: "assumed; 17.9 to 30.4 um in one culture (Ge 2014, doi 10.1007/s12015-013-9492-x)",
      "share by which a senescent cell has grown"
    )
    return provenance
  }
}
