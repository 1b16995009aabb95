import Simulation

extension PublishedRows {
  private static let rovira = "Rovira Gonzalez 2016 Cytotherapy (IDO1 promoter)"
  private static let francois = "Francois 2012 doi 10.3109/14653249.2011.623691"
  private static let aggarwal = "Aggarwal & Pittenger 2005 doi 10.1182/blood-2004-04-1559"
  private static let nicola = "Di Nicola 2002 doi 10.1182/blood.V99.10.3838"
  private static let krampera = "Krampera 2003 doi 10.1182/blood-2002-07-2104"
  private static let bloom = "Bloom 2015 doi 10.1016/j.jcyt.2014.10.002"
  private static let trapani = "Di Trapani 2016 doi 10.1038/srep24120"
  private static let frozen = "Sci Rep 2016 6:26463 doi 10.1038/srep26463"

  private static let tobin = "Tobin 2013 Clin Exp Immunol 172:333"

  /// Rows of experiments in wells, and of host cells that answer in the body.
  static let answers: [ValidationRow] =
    licensing + secretion + suppression + comparisons + graftVersusHost

  private static let licensing: [ValidationRow] = [
    .init(
      "T16",
      .calibrate,
      "validation/rovira-2016-licensing",
      "IDO1 mRNA after 24 h of IFN-g over that after 72 h",
      0.9...1,
      "fraction",
      rovira
    ) {
      $0.stat1(at: 24, arm: "kept") / $0.stat1(at: 72, arm: "kept")
    },
    .init(
      "T17",
      .calibrate,
      "validation/rovira-2016-licensing",
      "IDO1 mRNA 48 h after removal over that at removal",
      0...0.5,
      "fraction",
      rovira
    ) {
      $0.stat1(at: 72, arm: "removed") / $0.stat1(at: 24, arm: "removed")
    },
    .init(
      "T18",
      .calibrate,
      "validation/rovira-2016-licensing",
      "time to 90 % of the largest IDO1 mRNA on exposure anew after 48 h of rest",
      4...8,
      "h",
      rovira
    ) {
      $0.timeToStat1(share: 0.9, from: 72, arm: "again")
    },
    .init(
      "T19-thawed",
      .validate,
      "validation/francois-2012-thaw",
      "IDO1 mRNA after 2 h of IFN-g from thaw over that of recovered cells",
      0...0.2,
      "fraction",
      francois
    ) {
      $0.stat1(at: 2, arm: "thawed") / $0.stat1(at: 2, arm: "recovered")
    },
    .init(
      "T19-day",
      .validate,
      "validation/francois-2012-thaw",
      "IDO1 mRNA after 2 h of IFN-g from 24 h after thaw over that of recovered cells",
      0.9...1.1,
      "fraction",
      francois
    ) {
      $0.stat1(at: 2, arm: "a-day-later") / $0.stat1(at: 2, arm: "recovered")
    },
  ]

  private static let secretion: [ValidationRow] = [
    .init(
      "T20",
      .calibrate,
      "validation/aggarwal-2005-secretion",
      "PGE2 with activated PBMC over MSC alone at 24 h",
      5...20,
      "fold",
      aggarwal
    ) {
      $0.level("pge2", at: 24, arm: "together") / $0.level("pge2", at: 24, arm: "alone")
    },
    .init(
      "T21",
      .calibrate,
      "validation/aggarwal-2005-secretion",
      "VEGF with activated PBMC over MSC alone at 24 h",
      2.5...5,
      "fold",
      aggarwal
    ) {
      $0.level("vegf", at: 24, arm: "together") / $0.level("vegf", at: 24, arm: "alone")
    },
  ]

  private static let suppression: [ValidationRow] = [
    .init(
      "T22-low",
      .calibrate,
      "validation/di-nicola-2002-mlr",
      "suppression of T-cell proliferation at MSC:T 1:50 (ratio assumed)",
      50...70,
      "%",
      nicola
    ) {
      $0.suppression(at: 120, arm: "low", control: "alone")
    },
    .init(
      "T22-high",
      .calibrate,
      "validation/di-nicola-2002-mlr",
      "suppression of T-cell proliferation at MSC:T 1:1 (ratio assumed)",
      90...100,
      "%",
      nicola
    ) {
      $0.suppression(at: 120, arm: "high", control: "alone")
    },
    .init(
      "T22-monotone",
      .calibrate,
      "validation/di-nicola-2002-mlr",
      "smallest gain of suppression from 1:50 to 1:10 and from 1:10 to 1:1",
      0...100,
      "points",
      nicola
    ) { replicate in
      let all = ["low", "middle", "high"].map {
        replicate.suppression(at: 120, arm: $0, control: "alone")
      }
      return min(all[1] - all[0], all[2] - all[1])
    },
    .init(
      "T23-human",
      .validate,
      "validation/di-nicola-2002-mlr",
      "suppression in transwell over that in contact (1:10)",
      0.5...1,
      "fraction",
      "\(nicola); \(krampera)"
    ) {
      $0.suppression(at: 120, arm: "middle-apart", control: "alone")
        / $0.suppression(at: 120, arm: "middle", control: "alone")
    },
    .init(
      "T23-mouse",
      .validate,
      "validation/krampera-2003-mouse",
      "suppression in transwell over that in contact (1:10 and mouse cells)",
      0...0.3,
      "fraction",
      krampera
    ) {
      $0.suppression(at: 72, arm: "apart", control: "alone")
        / $0.suppression(at: 72, arm: "contact", control: "alone")
    },
  ]

  private static let donors = (1...11).map { "donor-\($0)" }

  private static func byDonor(_ replicate: Replicate) -> [Double] {
    donors.map { replicate.dyeSuppression(at: 96, arm: $0, control: "alone") }
  }

  private static let comparisons: [ValidationRow] = [
    .init(
      "T24-least",
      .calibrate,
      "validation/bloom-2015-donors",
      "suppression by the weakest of 11 donors",
      20...40,
      "%",
      bloom
    ) { byDonor($0).min() ?? .nan },
    .init(
      "T24-most",
      .calibrate,
      "validation/bloom-2015-donors",
      "suppression by the strongest of 11 donors",
      80...95,
      "%",
      bloom
    ) { byDonor($0).max() ?? .nan },
    .init(
      "T24-range",
      .calibrate,
      "validation/bloom-2015-donors",
      "strongest less weakest of 11 donors",
      40...100,
      "points",
      bloom
    ) { (byDonor($0).max() ?? .nan) - (byDonor($0).min() ?? .nan) },
    .init(
      "T25",
      .validate,
      "validation/di-trapani-2016-ev",
      "change of the division index of T cells by vesicles instead of cells",
      -5...5,
      "%",
      trapani
    ) { -$0.dyeSuppression(at: 96, arm: "ev", control: "alone") },
    thawed(3), thawed(6), thawed(12),
  ]

  /// A treatment works where it takes a fifth of the injury over 21 d (a fifth is assumed).
  private static let graftVersusHost: [ValidationRow] = [
    protection("T30-day0-licensed", "day-0-licensed", 20...100),
    protection("T30-day0-unlicensed", "day-0", -100...20),
    protection("T30-day7-unlicensed", "day-7", 20...100),
  ]

  private static func protection(_ name: String, _ arm: String, _ interval: ClosedRange<Double>)
    -> ValidationRow
  {
    .init(
      name,
      .validate,
      "validation/tobin-2013-gvhd",
      "injury over 21 d that treatment takes away (works from 20 %)",
      interval,
      "%",
      tobin
    ) {
      let injury = "lung_block_injury_exposure"
      return 100
        * (1 - $0.endpoint(injury, arm: arm) / $0.endpoint(injury, arm: "untreated"))
    }
  }

  private static func thawed(_ ratio: Int) -> ValidationRow {
    .init(
      "T31-\(ratio)",
      .validate,
      "validation/sci-rep-2016-thawed",
      "suppression by thawed less that by fresh cells at MSC:PBMC 1:\(ratio)",
      -10...10,
      "points",
      frozen
    ) {
      $0.dyeSuppression(at: 96, arm: "thawed-\(ratio)", control: "alone")
        - $0.dyeSuppression(at: 96, arm: "fresh-\(ratio)", control: "alone")
    }
  }
}

extension Replicate {
  /// Mean activity of the STAT1 axis of the product's cells in a well at a time (h).
  func stat1(at hours: Double, arm: String) -> Double {
    snapshot(hours, arm).licensing[0].mean(\.stat1) ?? .nan
  }

  /// Time (h) from one on at which that activity reaches a share of its largest value after it.
  func timeToStat1(share: Double, from hours: Double, arm: String) -> Double {
    let after = trajectory(arm).snapshots.filter { $0.time >= 60 * hours - 1e-6 }
      .map { (time: $0.time / 60, level: $0.licensing[0].mean(\.stat1) ?? 0) }
    guard let largest = after.map(\.level).max(),
      let first = after.first(where: { $0.level >= share * largest })
    else { return .nan }
    return first.time - hours
  }

  /// Mean concentration of a factor in a well at a time (h), nM.
  func level(_ factor: String, at hours: Double, arm: String) -> Double {
    snapshot(hours, arm).levels[0].first { $0.factor == factor }?.mean ?? .nan
  }

  /// Suppression (%) of the incorporation of thymidine at a time (h).
  func suppression(at hours: Double, arm: String, control: String) -> Double {
    func incorporation(_ arm: String) -> Double {
      Assay.incorporation(trajectory(arm), at: snapshot(hours, arm), tissue: 0) ?? .nan
    }
    return 100 * (1 - incorporation(arm) / incorporation(control))
  }

  /// Suppression (%) of the division index, as a dye tells it, at a time (h).
  func dyeSuppression(at hours: Double, arm: String, control: String) -> Double {
    func index(_ arm: String) -> Double {
      Assay.divisionIndex(snapshot(hours, arm).populations[0]) ?? .nan
    }
    return 100 * (1 - index(arm) / index(control))
  }
}
