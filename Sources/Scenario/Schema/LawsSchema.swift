import Science
import Simulation
import Substrate

/// The laws of body and cells with their default parameter set: one set for every experiment.
enum LawsSchema {
  private static let toma = "Toma 2009, doi 10.1161/CIRCRESAHA.108.187724"
  private static let lee = "Lee 2009, doi 10.1016/j.stem.2009.05.003"
  private static let rovira = "Rovira Gonzalez 2016, Cytotherapy (IDO1 promoter)"

  static func arrest(_ section: Section, _ factors: [Factor]) -> Arrest {
    Arrest(
      halfRatio: section.quantity(
        "half_ratio",
        .number,
        default: "1.03",
        allowed: "0.1 to 10",
        range: "0.9 to 1.5",
        source:
          "calibrated: mononuclear cells pass the lung 30 times more than MSC (Fischer 2009, doi 10.1089/scd.2008.0253)",
        "cell diameter over calibre at which half the cells arrest"
      ),
      steepness: section.quantity(
        "steepness",
        .number,
        default: "10",
        allowed: "1 to 100",
        range: "5 to 34",
        source: "trial fit to Lee 2009, Toma 2009 and Fischer 2009 together",
        "steepness of that rise"
      ),
      saturation: section.quantity(
        "saturation",
        .number,
        default: "1",
        allowed: "0 to 100",
        range: "0 to 10",
        source:
          "assumed: two boluses pass better than one (Fischer 2009, doi 10.1089/scd.2008.0253)",
        "gain of bypass per occluded share"
      ),
      adhesion: section.quantity(
        "adhesion",
        .fraction,
        default: "0.05",
        allowed: "0 to 1",
        range: "0 to 0.5",
        source:
          "assumed: VCAM-1/VLA-4 hold cells up to 2 dyn/cm2 (Ruster 2006, doi 10.1182/blood-2006-05-025098)",
        "largest arrest by adhesion to inflamed endothelium"
      ),
      chemokineAdhesion: section.quantity(
        "chemokine_adhesion",
        .fraction,
        default: "0.05",
        allowed: "0 to 1",
        range: "0 to 0.5",
        source: "assumed",
        "largest arrest of a CXCR4-carrying cell by CXCL12"
      ),
      endothelialTNF: hill(
        section,
        "endothelial_tnf",
        "tnfa",
        factors,
        default: "1 ng/mL",
        range: "0.1 to 10 ng/mL",
        source:
          "assumed: 10 ng/mL activates HUVEC in 4-6 h (Ruster 2006, doi 10.1182/blood-2006-05-025098)",
        "TNF-a that activates endothelium by half"
      ),
      receptorBinding: hill(
        section,
        "receptor_binding",
        "cxcl12",
        factors,
        default: "4 nM",
        range: "1 to 25 nM",
        source: "assumed; binding Kd 25 nM (Drury 2011, doi 10.1073/pnas.1101133108)",
        "CXCL12 that draws CXCR4-carrying cells by half"
      )
    )
  }

  static func residence(_ section: Section) -> Residence {
    Residence(
      release: section.quantity(
        "release",
        .rate,
        default: "3e-5 1/h",
        allowed: "0 to 10 1/h",
        range: "0 to 1e-4 1/h",
        source: "upper bound from \(lee)",
        "rate of release from the lumen into blood"
      ),
      extravasation: section.quantity(
        "extravasation",
        .rate,
        default: "0.03 1/h",
        allowed: "0 to 10 1/h",
        range: "0.01 to 0.1 1/h",
        source: "luminal at 1 d, in the wall at 3 d (\(toma))",
        "rate of extravasation after the onset"
      ),
      onset: section.quantity(
        "onset",
        .time,
        default: "24 h",
        allowed: "0 to 1000 h",
        range: "12 to 36 h",
        source: "luminal at 1 d, in the wall at 3 d (\(toma))",
        "time from arrest to the onset of extravasation"
      ),
      activatedFold: section.quantity(
        "activated_fold",
        .number,
        default: "2",
        allowed: "0 to 100",
        range: "1 to 4",
        source: "assumed",
        "fold of extravasation on TNF-activated endothelium"
      )
    )
  }

  static func differentiation(_ section: Section) -> Differentiation {
    Differentiation(
      onset: section.quantity(
        "onset",
        .time,
        default: "7 d",
        allowed: "0 to 10000 d",
        range: "3 to 14 d",
        source: "assumed: differentiation media take 1-3 weeks",
        "time in tissue before which no cell differentiates"
      ),
      rate: section.quantity(
        "rate",
        .rate,
        default: "1e-4 1/h",
        allowed: "0 to 10 1/h",
        range: "0 to 1e-3 1/h",
        source: "assumed: few cells do it in vivo",
        "rate of differentiation after that"
      )
    )
  }

  static func contact(_ section: Section) -> Contact {
    Contact(
      footprint: section.quantity(
        "footprint",
        .area,
        default: "3000 um^2",
        allowed: "1 to 1e6 um^2",
        range: "1500 to 6000 um^2",
        source: "assumed: area of a spread MSC",
        "area that a cell touches on a plane"
      ),
      reach: section.quantity(
        "reach",
        .volume,
        default: "40 pL",
        allowed: "0.1 to 10000 pL",
        range: "20 to 90 pL",
        source: "assumed: within a cell's radius of an MSC of 20 um",
        "volume of tissue that a cell touches"
      ),
      resting: section.quantity(
        "resting",
        .fraction,
        default: "0.02",
        allowed: "0 to 1",
        range: "0 to 0.2",
        source: "assumed: PD-L1 needs IFN-g (World J Stem Cells 2023, doi 10.4252/wjsc.v15.i8.787)",
        "what an unlicensed cell shows on contact of what a licensed one does"
      ),
      shielding: section.quantity(
        "shielding",
        .fraction,
        default: "0.7",
        allowed: "0 to 1",
        range: "0.3 to 0.9",
        source: "assumed: licensed MSC are less lysed by NK, HLA-I being up (Spaggiari 2006)",
        "share of the hazard by natural killers that full HLA-I spares, a protein that follows the STAT1 axis"
      ),
      meal: section.quantity(
        "meal",
        .fraction,
        default: "0.3",
        allowed: "0 to 1",
        range: "0.1 to 0.8",
        source:
          "assumed: phagocytes that took up apoptotic MSC turn (Galleu 2017, doi 10.1126/scitranslmed.aam7828; de Witte 2018, doi 10.1002/stem.2779)",
        "share of what is left to M2 that a macrophage goes for each corpse it eats"
      )
    )
  }

  static func killing(_ section: Section, relation: Relation, host: Host) -> Killing {
    Killing(
      mismatch: relation.isOwn ? 0 : 1,
      naturalKillers: section.quantity(
        "natural_killers",
        .rate,
        default: "2e-4 1/h",
        allowed: "0 to 10 1/h",
        range: "0 to 0.02 1/h",
        source:
          "assumed: resting NK cells do not lyse MSC, activated ones do (Spaggiari 2006); a trace are activated",
        "hazard of mismatched cells by natural killers"
      ),
      tCells: section.quantity(
        "t_cells",
        .rate,
        default: "0.05 1/h",
        allowed: "0 to 10 1/h",
        range: "0.005 to 0.25 1/h",
        source:
          "assumed: 2-16 kills per day (Halle 2016, doi 10.1016/j.immuni.2016.01.010), contact assumed rare",
        "hazard of mismatched cells by T cells after the onset"
      ),
      onset: section.quantity(
        "onset",
        .time,
        default: "7 d",
        allowed: "0 to 10000 d",
        range: "5 to 14 d",
        source: "assumed: antibody by day 7 in horse (PMC5425313)",
        "time from the first dose to the onset of killing by T cells"
      ),
      sensitisation: section.quantity(
        "sensitisation",
        .fraction,
        default: host.species == .human ? "0.15" : "1",
        when: host.species == .human ? "a human host" : "an animal host",
        allowed: "0 to 1",
        range: host.species == .human ? "0.10 to 0.36" : "0.5 to 1",
        source: host.species == .human
          ? "donor-specific antibody in 11.5-15 % of recipients (Sanabria-de la Torre 2021, doi 10.3390/jcm10132991), 36 % by week 12 (EPAR Alofisel)"
          : "assumed: inbred and mismatched; horse 2 of 4 by day 7, 4 of 4 in the end (PMC5425313)",
        "share of hosts that a first mismatched dose sensitises"
      ),
      repeatFold: section.quantity(
        "repeat_fold",
        .number,
        default: "5",
        allowed: "1 to 1000",
        range: "2 to 20",
        source: "assumed: antibody meets a later dose (PMC5425313)",
        "fold of the killing once a dose follows after the onset"
      )
    )
  }

  static func survival(
    _ section: Section,
    _ factors: [Factor],
    relation: Relation,
    host: Host,
    product: Product
  ) -> Survival {
    let loss = section.quantity(
      "blood_loss",
      .fraction,
      default: "0.10",
      allowed: "0 to 0.99",
      range: "0 to 0.3",
      source: "assumed: complement injures MSC (doi 10.1182/blood-2012-03-420612)",
      "share of cells lost to complement in the first hour in blood"
    )
    let own = section.quantity(
      "own_blood_loss",
      .fraction,
      default: "0.5",
      allowed: "0 to 1",
      range: "0.2 to 1",
      source: "assumed: autologous below allogeneic serum (doi 10.1182/blood-2012-03-420612)",
      "fold of that loss for autologous and syngeneic cells"
    )
    return Survival(
      damageRelaxation: section.quantity(
        "damage_relaxation",
        .rate,
        default: "0.03 1/h",
        allowed: "1e-4 to 10 1/h",
        range: "0.013 to 0.06 1/h",
        source: "trial fit to the survival targets",
        "rate at which damage builds up under stress and is repaired without it"
      ),
      floor: section.quantity(
        "hazard_floor",
        .rate,
        default: "1e-4 1/h",
        allowed: "0 to 1 1/h",
        range: "0 to 1e-3 1/h",
        source:
          "upper bound from i.m. survival beyond 150 d (Braid 2018, doi 10.1016/j.jcyt.2017.09.013)",
        "hazard of death without damage"
      ),
      inflammatoryStress: section.quantity(
        "inflammatory_stress",
        .rate,
        default: "0.02 1/h",
        allowed: "0 to 10 1/h",
        range: "0 to 0.1 1/h",
        source: "assumed",
        "damage added where TNF-a and IFN-g saturate"
      ),
      starvationStress: section.quantity(
        "starvation_stress",
        .rate,
        default: "0.1 1/h",
        allowed: "0 to 10 1/h",
        range: "0.02 to 0.3 1/h",
        source:
          "assumed: hypoxia alone kills little (Mylotte 2008), with no glucose it does (Deschepper 2013, doi 10.1530/boneabs.1.PP114)",
        "damage added where neither oxygen nor glucose is left"
      ),
      tnf: hill(
        section,
        "tnf_half",
        "tnfa",
        factors,
        default: "10 ng/mL",
        range: "1 to 50 ng/mL",
        source: "assumed",
        "TNF-a of half that stress"
      ),
      ifn: hill(
        section,
        "ifn_half",
        "ifng",
        factors,
        default: "10 ng/mL",
        range: "1 to 50 ng/mL",
        source: "assumed",
        "IFN-g of half that stress"
      ),
      oxygen: hill(
        section,
        "oxygen_half",
        "oxygen",
        factors,
        default: "2 uM",
        range: "0.5 to 10 uM",
        source: "assumed",
        "oxygen of half the supply"
      ),
      glucose: hill(
        section,
        "glucose_half",
        "glucose",
        factors,
        default: "0.5 mM",
        range: "0.1 to 2 mM",
        source: "assumed",
        "glucose of half the supply"
      ),
      protection: product.protection,
      bloodLoss: min(
        0.99,
        host.immunity.complement * product.procoagulance * (relation.isOwn ? loss * own : loss)
      )
    )
  }

  /// The schema's own value of a stress: text, range and source.
  private typealias Standard = (value: String, range: String, source: String)

  private static let systemic: Standard = (
    "0.08 1/h", "0.02 to 0.28 1/h", "assumed: no published survival of its own"
  )
  private static let lumenStress: [String: Standard] = [
    "lung": (
      "0.12 1/h", "0.07 to 0.28 1/h",
      "calibrated: half-life of 24 h of donor DNA in lung (\(lee))"
    )
  ]
  private static let tissueStress: [String: Standard] = [
    "culture": (
      "0.0005 1/h", "0 to 0.002 1/h",
      "assumed: attached cells in medium; no visible detachment in 96 h even without serum (Nuschke 2016, doi 10.1186/s13287-016-0436-7)"
    ),
    "heart": (
      "0.055 1/h", "0.040 to 0.075 1/h", "trial fit to Toma 2002, doi 10.1161/hc0102.101442"
    ),
    "skin": (
      "0.0215 1/h", "0.016 to 0.023 1/h",
      "trial fit to Braid 2018, doi 10.1016/j.jcyt.2017.09.013 and Preda 2021, doi 10.1038/s41419-021-03839-w, which nearly exclude each other"
    ),
    "peritoneum": (
      "0.0215 1/h", "0.016 to 0.023 1/h",
      "assumed as subcutaneous: gone at 3-4 weeks both (Braid 2018, doi 10.1016/j.jcyt.2017.09.013)"
    ),
    "joint": (
      "0.012 1/h", "0.007 to 0.021 1/h",
      "trial fit to Satue 2019, doi 10.1038/s41598-019-46554-5, widened"
    ),
    "muscle": (
      "0.0010 1/h", "0 to 0.0016 1/h",
      "upper bound from i.m. survival beyond 150 d (Braid 2018, doi 10.1016/j.jcyt.2017.09.013)"
    ),
  ]

  /// D∞ of every organ and of blood.
  static func stress(_ section: Section, _ host: Host) -> (
    organs: [Experiment.Stress], blood: Double
  ) {
    func stress(_ place: Section, _ key: String, _ standard: Standard, _ meaning: String) -> Double
    {
      place.quantity(
        key,
        .rate,
        default: standard.value,
        allowed: "0 to 10 1/h",
        range: standard.range,
        source: standard.source,
        meaning
      )
    }
    let organs = host.organs.map { organ in
      section.section(organ.name) { place in
        Experiment.Stress(
          lumen: stress(
            place,
            "lumen",
            lumenStress[organ.name] ?? systemic,
            "damage that the lumen of its microvessels leads to"
          ),
          tissue: stress(
            place,
            "tissue",
            tissueStress[organ.name] ?? systemic,
            "damage that its tissue leads to"
          )
        )
      }
    }
    let blood = section.quantity(
      "blood",
      .rate,
      default: "0.08 1/h",
      allowed: "0 to 10 1/h",
      range: "0.02 to 0.28 1/h",
      source: "assumed as in systemic microvessels",
      "damage that flowing blood leads to"
    )
    return (organs, blood)
  }

  static func licensing(_ section: Section, _ factors: [Factor]) -> (
    law: Licensing, threshold: Double
  ) {
    let law = Licensing(
      naiveRate: section.quantity(
        "naive_rate",
        .rate,
        default: "0.1 1/h",
        allowed: "0 to 100 1/h",
        range: "0.013 to 0.3 1/h",
        source: "calibrated: IDO1 mRNA near maximum at 24 h (\(rovira))",
        "activation of a naive cell"
      ),
      memoryRate: section.quantity(
        "memory_rate",
        .rate,
        default: "0.5 1/h",
        allowed: "0 to 100 1/h",
        range: "0.19 to 2.7 1/h",
        source: "calibrated: 4-8 h on re-exposure (\(rovira))",
        "activation that full memory adds"
      ),
      decay: section.quantity(
        "decay",
        .rate,
        default: "0.06 1/h",
        allowed: "0 to 100 1/h",
        range: "0.017 to 0.25 1/h",
        source: "trial fit to a fall within 2 d (\(rovira))",
        "fall of activity without the cytokine"
      ),
      memoryGain: section.quantity(
        "memory_gain",
        .rate,
        default: "0.05 1/h",
        allowed: "0 to 100 1/h",
        range: "0.005 to 0.14 1/h",
        source: "calibrated with the two rates (\(rovira))",
        "rate at which activity lays down memory"
      ),
      memoryLoss: section.quantity(
        "memory_loss",
        .rate,
        default: "0.001 1/h",
        allowed: "0 to 100 1/h",
        range: "1e-4 to 8e-3 1/h",
        source: "assumed",
        "loss of memory"
      ),
      proteinHalfLife: section.quantity(
        "protein_half_life",
        .time,
        default: "12 h",
        allowed: "0.01 to 1000 h",
        range: "6 to 48 h",
        source: "assumed: IDO, HLA and PD-L1 protein follow IDO1 mRNA",
        "half-life of the proteins of the STAT1 axis"
      ),
      thawRecovery: section.quantity(
        "thaw_recovery",
        .time,
        default: "7 h",
        allowed: "0.01 to 1000 h",
        range: "3.4 to 10.4 h",
        source:
          "refractory at thaw, restored at 24 h (Francois 2012, doi 10.3109/14653249.2011.623691)",
        "time in which responsiveness returns after thawing"
      ),
      ifn: hill(
        section,
        "ifn_half",
        "ifng",
        factors,
        default: "1 ng/mL",
        range: "0.1 to 10 ng/mL",
        source: "assumed",
        "IFN-g that licenses at half rate"
      ),
      tnf: hill(
        section,
        "tnf_half",
        "tnfa",
        factors,
        default: "10 ng/mL",
        range: "0.1 to 10 ng/mL",
        source: "assumed: TNF-a alone acts at high dose only (Hegyi 2012, PMID 22333568)",
        "TNF-a that licenses at half rate"
      ),
      il1b: hill(
        section,
        "il1b_half",
        "il1b",
        factors,
        default: "1 ng/mL",
        range: "0.01 to 1 ng/mL",
        source: "assumed: a tenth of TNF-a",
        "IL-1b that licenses at half rate"
      ),
      synergy: section.quantity(
        "synergy",
        .number,
        default: "10",
        allowed: "1 to 100",
        range: "1 to 10",
        source: "assumed: IFN-g and TNF-a synergise (Hegyi 2012, PMID 22333568)",
        "gain of the NF-kB axis where IFN-g saturates"
      )
    )
    let threshold = section.quantity(
      "threshold",
      .fraction,
      default: "0.5",
      allowed: "0.001 to 1",
      source: "by definition",
      "activity from which a cell counts as licensed (STAT1 axis) or active (NF-kB axis)"
    )
    return (law, threshold)
  }

  static func crawling(_ section: Section, _ factors: [Factor]) -> Crawling {
    Crawling(
      speed: section.quantity(
        "speed",
        .speed,
        default: "21 um/h",
        allowed: "0 to 2000 um/h",
        range: "10 to 42 um/h",
        source: "half of 42 um/h in a field (Zhao 2011, Eur Cells Mater 22:344); 2-D",
        "mean speed in tissue without a cue"
      ),
      persistence: section.quantity(
        "persistence",
        .time,
        default: "60 min",
        allowed: "0.1 to 10000 min",
        range: "20 to 180 min",
        source: "assumed",
        "time over which a direction is kept"
      ),
      receptor: hill(
        section,
        "cxcl12_half",
        "cxcl12",
        factors,
        default: "4 nM",
        range: "1 to 25 nM",
        source:
          "assumed functional value; binding Kd 25 nM (Drury 2011, doi 10.1073/pnas.1101133108)",
        "CXCL12 that occupies half the receptors"
      ),
      halfOccupancyDifference: section.quantity(
        "half_occupancy_difference",
        .fraction,
        default: "0.01",
        allowed: "1e-6 to 1",
        range: "0.002 to 0.05",
        source: "assumed",
        "difference of occupancy across the cell at which half the speed is directed"
      )
    )
  }

  static func remains(_ section: Section, label: Remains.Label?) -> Remains {
    let dna = section.quantity(
      "dna_half_life",
      .time,
      default: "4 h",
      allowed: "0.01 to 1000 h",
      range: "1 to 8 h",
      source: "trial fit to \(lee) and Eggenhofer 2012",
      "half-life of the DNA of a corpse"
    )
    let debris = section.quantity(
      "debris_half_life",
      .time,
      default: "2.5 h",
      allowed: "0.01 to 1000 h",
      range: "1 to 6 h",
      source: "killed 111In-tropolone MSC in dog myocardium 2.3 h (abstract)",
      "half-life of label on a corpse before its debris is carried away"
    )
    return Remains(
      dnaDecay: Elementary.log(2) / dna,
      debrisClearance: Elementary.log(2) / debris,
      retained: section.quantity(
        "retained",
        .fraction,
        default: "0.13",
        allowed: "0 to 1",
        range: "0.06 to 0.18",
        source: "trial fit to Gholamrezanezhad 2011, doi 10.1016/j.nucmedbio.2011.03.008",
        "share of debris kept by phagocytes of the same organ"
      ),
      spleenShare: section.quantity(
        "spleen_share",
        .fraction,
        default: "0.1",
        allowed: "0 to 1",
        range: "0 to 0.3",
        source: "assumed for a healthy host",
        "share of carried debris that goes to the spleen as whole corpses"
      ),
      label: label
    )
  }

  static func label(_ section: Section) -> Remains.Label {
    let name = section.text("name", "name of the label")
    let halfLife = section.quantity(
      "physical_half_life",
      .time,
      or: "never",
      allowed: "1e-3 to 1e7 h",
      "half-life of the isotope; never for a label that does not decay"
    )
    return Remains.Label(
      name: name,
      decay: halfLife.map { Elementary.log(2) / $0 } ?? 0,
      leak: section.quantity(
        "leak",
        .rate,
        allowed: "0 to 1 1/h",
        "rate at which a live cell loses label"
      ),
      free: section.quantity(
        "free_at_injection",
        .fraction,
        allowed: "0 to 1",
        "share of label that is free or on dead material at injection"
      ),
      solubleUptake: section.quantity(
        "soluble_uptake",
        .fraction,
        allowed: "0 to 1",
        "share of soluble label that phagocytes take up"
      ),
      retained: section.optionalQuantity(
        "retained",
        .fraction,
        allowed: "0 to 1",
        "share of labelled debris kept by phagocytes of the same organ, instead of remains.retained"
      )
    )
  }

  static func hill(
    _ section: Section,
    _ key: String,
    _ factor: String,
    _ factors: [Factor],
    default standard: String,
    range: String,
    source: String,
    _ meaning: String
  ) -> Hill {
    Hill(
      halfSaturation: section.molar(
        key,
        .concentration,
        default: standard,
        allowed: "1e-6 to 1e9 nM",
        molarMass: FactorSchema.molarMass(factor, factors),
        range: range,
        source: source,
        meaning
      )
    )
  }
}

/// How the donor relates to the host.
enum Relation: String, CaseIterable {
  case autologous, syngeneic, allogeneic, xenogeneic

  /// Whether the host's serum knows the cells as its own.
  var isOwn: Bool { self == .autologous || self == .syngeneic }
}
