import Science
import Substrate

/// The keys of `repair`: how tissue is injured and heals, with one default parameter set.
enum RepairSchema {
  static func read(_ section: Section, _ factors: [Factor], hasTumour: Bool) -> TissueRepair {
    TissueRepair(
      oxidativeInjury: section.quantity(
        "oxidative_injury",
        .rate,
        default: "0.023 1/min",
        allowed: "0 to 10 1/min",
        range: "0.002 to 0.03 1/min",
        source: "derived: half of all cells in 1 h at the LD50 of H2O2 (doi 10.1155/2013/474931)",
        "injury where reactive oxygen saturates"
      ),
      ros: LawsSchema.hill(
        section,
        "ros_half",
        "ros",
        factors,
        default: "385 uM",
        range: "370 to 400 uM",
        source: "H2O2 LD50 of fibroblasts in 1 h (doi 10.1155/2013/474931)",
        "reactive oxygen of half that injury"
      ),
      inflammatoryInjury: section.quantity(
        "inflammatory_injury",
        .rate,
        default: "1e-4 1/min",
        allowed: "0 to 10 1/min",
        range: "1e-5 to 1e-3 1/min",
        source: "assumed",
        "injury where TNF-a or IL-1b saturates"
      ),
      tnfa: LawsSchema.hill(
        section,
        "tnf_half",
        "tnfa",
        factors,
        default: "10 ng/mL",
        range: "1 to 50 ng/mL",
        source: "assumed",
        "TNF-a of half that injury"
      ),
      il1b: LawsSchema.hill(
        section,
        "il1b_half",
        "il1b",
        factors,
        default: "1 ng/mL",
        range: "0.1 to 10 ng/mL",
        source: "assumed",
        "IL-1b of half that injury"
      ),
      hgfProtection: section.quantity(
        "hgf_protection",
        .fraction,
        default: "0.7",
        allowed: "0 to 1",
        range: "0 to 0.95",
        source: "assumed: HGF is anti-apoptotic",
        "share of injury that saturating HGF prevents"
      ),
      hgf: LawsSchema.hill(
        section,
        "hgf_half",
        "hgf",
        factors,
        default: "20 ng/mL",
        range: "5 to 80 ng/mL",
        source: "assumed",
        "HGF of half its effects"
      ),
      regeneration: section.quantity(
        "regeneration",
        .rate,
        default: "8e-4 1/min",
        allowed: "0 to 10 1/min",
        range: "2e-4 to 3e-3 1/min",
        source:
          "assumed: a wound of muscle has healed by day 28 (Haase 2024, doi 10.7554/eLife.91924)",
        "regeneration with all progenitors and vessels"
      ),
      hgfRegeneration: section.quantity(
        "hgf_regeneration",
        .number,
        default: "0.5",
        allowed: "0 to 100",
        range: "0 to 2",
        source: "assumed",
        "regeneration that saturating HGF adds, as a share"
      ),
      il10Regeneration: section.quantity(
        "il10_regeneration",
        .number,
        default: "0.5",
        allowed: "0 to 100",
        range: "0 to 2",
        source: "assumed",
        "regeneration that saturating IL-10 adds, as a share"
      ),
      il10: LawsSchema.hill(
        section,
        "il10_half",
        "il10",
        factors,
        default: "1 ng/mL",
        range: "0.2 to 5 ng/mL",
        source: "assumed",
        "IL-10 of half that"
      ),
      rescue: section.quantity(
        "rescue",
        .rate,
        default: "1e-4 1/min",
        allowed: "0 to 10 1/min",
        range: "0 to 1e-3 1/min",
        source: "assumed: mitochondria given on contact protect (Islam 2012, Nat Med)",
        "rescue of injured tissue that MSC touch"
      ),
      scarring: section.quantity(
        "scarring",
        .rate,
        default: "7e-5 1/min",
        allowed: "0 to 10 1/min",
        range: "2e-5 to 5e-4 1/min",
        source: "assumed",
        "scarring of injured tissue where TGF-b1 saturates"
      ),
      tgfb1: LawsSchema.hill(
        section,
        "tgfb1_half",
        "tgfb1",
        factors,
        default: "1 ng/mL",
        range: "0.2 to 5 ng/mL",
        source: "assumed",
        "TGF-b1 of half that"
      ),
      dissolution: section.quantity(
        "dissolution",
        .rate,
        default: "7e-6 1/min",
        allowed: "0 to 10 1/min",
        range: "0 to 5e-5 1/min",
        source: "assumed",
        "dissolution of scar"
      ),
      hgfDissolution: section.quantity(
        "hgf_dissolution",
        .number,
        default: "3",
        allowed: "0 to 100",
        range: "0 to 10",
        source: "assumed: HGF is anti-fibrotic",
        "dissolution that saturating HGF adds, as a share"
      ),
      activatingInjury: section.quantity(
        "activating_injury",
        .fraction,
        default: "0.1",
        allowed: "1e-6 to 1",
        range: "0.02 to 0.3",
        source: "assumed",
        "injured share at which progenitors are half as active as they can be"
      ),
      restingPool: section.quantity(
        "resting_pool",
        .fraction,
        default: "0.143",
        allowed: "1e-6 to 1",
        range: "0.05 to 0.3",
        source:
          "assumed range; chances to divide of 0.9, 0.85, 0.65 and 0.2 make 7-fold (Haase 2024, doi 10.7554/eLife.91924, model value)",
        "progenitors at rest, as a share of the most that can be active"
      ),
      activationTime: section.quantity(
        "activation_time",
        .time,
        default: "8 h",
        allowed: "0.1 to 1e5 h",
        range: "4 to 16 h",
        source: "Haase 2024, doi 10.7554/eLife.91924, model value",
        "time in which a progenitor at rest is activated"
      ),
      divisionTime: section.quantity(
        "division_time",
        .time,
        default: "10 h",
        allowed: "0.1 to 1e5 h",
        range: "6 to 24 h",
        source: "Haase 2024, doi 10.7554/eLife.91924, model value",
        "time in which active progenitors double"
      ),
      differentiationTime: section.quantity(
        "differentiation_time",
        .time,
        default: "18 h",
        allowed: "0.1 to 1e5 h",
        range: "9 to 36 h",
        source: "Haase 2024, doi 10.7554/eLife.91924, model value",
        "time in which an active progenitor differentiates"
      ),
      vesselLoss: section.quantity(
        "vessel_loss",
        .rate,
        default: "1e-4 1/min",
        allowed: "0 to 10 1/min",
        range: "2e-5 to 5e-4 1/min",
        source: "assumed",
        "loss of vessels where all tissue is injured"
      ),
      sproutingTime: section.quantity(
        "sprouting_time",
        .time,
        default: "72 h",
        allowed: "0.1 to 1e5 h",
        range: "36 to 144 h",
        source: "Haase 2024, doi 10.7554/eLife.91924, model value",
        "time in which missing vessels sprout where VEGF saturates"
      ),
      unguidedSprouting: section.quantity(
        "unguided_sprouting",
        .fraction,
        default: "0.134",
        allowed: "0 to 1",
        range: "0.05 to 0.3",
        source:
          "sprouts of 5.88 um without VEGF and 43.75 um with 10 ng/mL (PMC4572154); range assumed",
        "share of that sprouting which needs no VEGF"
      ),
      reperfusionTime: section.quantity(
        "reperfusion_time",
        .time,
        default: "120 h",
        allowed: "0.1 to 1e5 h",
        range: "48 to 240 h",
        source: "Haase 2024, doi 10.7554/eLife.91924, model value",
        "time in which a sprout is perfused"
      ),
      vegf: LawsSchema.hill(
        section,
        "vegf_half",
        "vegf",
        factors,
        default: "4.5 ng/mL",
        range: "0.6 to 11 ng/mL",
        source: "assumed; activation at 0.6 ng/mL in a model (doi 10.1186/1752-0509-3-13)",
        "VEGF of half the sprouting"
      ),
      tumour: tumour(section, factors, hasTumour: hasTumour)
    )
  }

  private static func tumour(_ section: Section, _ factors: [Factor], hasTumour: Bool)
    -> TumourGrowth?
  {
    guard hasTumour else {
      if !section.has("tumour") { section.skip("tumour") }
      return nil
    }
    return section.section("tumour") { section in
      TumourGrowth(
        growth: section.quantity(
          "growth",
          .rate,
          default: "1.6e-4 1/min",
          allowed: "0 to 10 1/min",
          range: "5e-5 to 1e-3 1/min",
          source: "assumed: doubles in 3 d",
          "growth of a sparse tumour"
        ),
        tgfb1Support: section.quantity(
          "tgfb1_support",
          .number,
          default: "0.3",
          allowed: "0 to 100",
          range: "0 to 1",
          source: "assumed",
          "growth that saturating TGF-b1 adds, as a share"
        ),
        vegfSupport: section.quantity(
          "vegf_support",
          .number,
          default: "0.5",
          allowed: "0 to 100",
          range: "0 to 2",
          source: "assumed",
          "growth that saturating VEGF adds, as a share"
        ),
        contactSupport: section.quantity(
          "contact_support",
          .number,
          default: "0.5",
          allowed: "0 to 100",
          range: "0 to 2",
          source: "assumed",
          "growth that contact with MSC everywhere adds, as a share"
        ),
        killing: section.quantity(
          "killing",
          .rate,
          default: "1e-3 1/min",
          allowed: "0 to 10 1/min",
          range: "1e-4 to 1e-2 1/min",
          source: "assumed",
          "hazard of tumour cells where the payload saturates"
        ),
        payload: LawsSchema.hill(
          section,
          "payload_half",
          "payload",
          factors,
          default: "2 ng/mL",
          range: "0.2 to 200 ng/mL",
          source: "assumed, of the payload",
          "payload of half that hazard"
        ),
        tgfb1: LawsSchema.hill(
          section,
          "tgfb1_half",
          "tgfb1",
          factors,
          default: "1 ng/mL",
          range: "0.2 to 5 ng/mL",
          source: "assumed as on scarring",
          "TGF-b1 of half its support"
        ),
        vegf: LawsSchema.hill(
          section,
          "vegf_half",
          "vegf",
          factors,
          default: "4.5 ng/mL",
          range: "0.6 to 11 ng/mL",
          source: "assumed as on sprouting",
          "VEGF of half its support"
        )
      )
    }
  }
}
