import Science
import Simulation

/// The published experiments: to add one, add its scenario and its line here.
public enum PublishedRows {
  private static let lee = "Lee 2009 doi 10.1016/j.stem.2009.05.003"
  private static let eggenhofer = "Eggenhofer 2012 doi 10.3389/fimmu.2012.00297"
  private static let preda = "Preda 2021 doi 10.1038/s41419-021-03839-w"
  private static let gholamrezanezhad =
    "Gholamrezanezhad 2011 doi 10.1016/j.nucmedbio.2011.03.008"
  private static let braid = "Braid 2018 doi 10.1016/j.jcyt.2017.09.013"
  private static let toma = "Toma 2009 doi 10.1161/CIRCRESAHA.108.187724"

  /// All rows, in order.
  public static let all: [ValidationRow] = mouse + others + local + answers

  private static let mouse: [ValidationRow] = [
    .init(
      "T01",
      .calibrate,
      "validation/lee-2009-mouse-iv",
      "half-life of donor DNA in lung fitted over 1-24 h",
      18...30,
      "h",
      lee
    ) {
      $0.endpoint("lung_dna_half_life_1_to_24_h")
    },
    .init(
      "T02",
      .calibrate,
      "validation/lee-2009-mouse-iv",
      "donor DNA in liver spleen kidney heart brain and marrow together at 24 h",
      1...1000,
      "cells",
      lee
    ) {
      $0.endpoint("dna_six_organs_1_d")
    },
    .init(
      "T03",
      .calibrate,
      "validation/eggenhofer-2012-mouse-iv",
      "viable cells in lung at 72 h",
      0...10,
      "% of dose",
      eggenhofer
    ) {
      $0.viablePercent("lung", at: 72)
    },
    .init(
      "T03-1d",
      .calibrate,
      "validation/eggenhofer-2012-mouse-iv",
      "viable cells in lung at 24 h",
      5...100,
      "% of dose",
      eggenhofer
    ) {
      $0.viablePercent("lung", at: 24)
    },
    .init(
      "T04a",
      .calibrate,
      "validation/eggenhofer-2012-mouse-iv",
      "viable cells anywhere at 168 h",
      0...1,
      "% of dose",
      preda
    ) {
      $0.viablePercent(at: 168)
    },
    .init(
      "T05",
      .validate,
      "validation/eggenhofer-2012-mouse-iv",
      "51Cr: lung is the largest organ at 1 h and liver exceeds lung at 24 h",
      1...1,
      "true",
      eggenhofer
    ) { r in
      let organs = r.trajectory(nil).experiment.host.organs.map(\.name)
      let largest = organs.max { r.labelPercent($0, at: 1) < r.labelPercent($1, at: 1) }
      return largest == "lung" && r.labelPercent("liver", at: 24) > r.labelPercent("lung", at: 24)
        ? 1 : 0
    },
    .init(
      "T05-ratio",
      .validate,
      "validation/eggenhofer-2012-mouse-iv",
      "51Cr in liver over lung at 24 h",
      nil,
      "fold",
      eggenhofer
    ) {
      $0.labelPercent("liver", at: 24) / $0.labelPercent("lung", at: 24)
    },
    .init(
      "T05-viable",
      .validate,
      "validation/eggenhofer-2012-mouse-iv",
      "viable cells in liver spleen kidney marrow and blood together at 24 h",
      0...0,
      "cells",
      eggenhofer
    ) { r in
      let organs = ["liver", "spleen", "kidney", "marrow"].reduce(0) { $0 + r.viable($1, at: 24) }
      return organs + r.circulating(at: 24)
    },
  ]

  private static let others: [ValidationRow] = [
    .init(
      "T04b-rat",
      .validate,
      "studies/rat-iv",
      "viable cells anywhere at 168 h",
      0...1,
      "% of dose",
      preda
    ) {
      $0.viablePercent(at: 168)
    },
    .init(
      "T04b-human",
      .validate,
      "studies/human-iv",
      "viable cells anywhere at 168 h",
      0...1,
      "% of dose",
      preda
    ) {
      $0.viablePercent(at: 168)
    },
    .init(
      "T06a",
      .validate,
      "studies/human-iv-cirrhosis",
      "111In in lung at 0.5 h",
      27...33.5,
      "% of dose",
      gholamrezanezhad
    ) {
      $0.labelPercent("lung", at: 0.5)
    },
    .init(
      "T06b",
      .validate,
      "studies/human-iv-cirrhosis",
      "111In in lung at 240 h",
      2...5.4,
      "% of dose",
      gholamrezanezhad
    ) {
      $0.labelPercent("lung", at: 240)
    },
    .init(
      "T06c-early",
      .validate,
      "studies/human-iv-cirrhosis",
      "111In in liver at 0.5 h",
      0...2.8,
      "% of dose",
      gholamrezanezhad
    ) {
      $0.labelPercent("liver", at: 0.5)
    },
    .init(
      "T06c",
      .validate,
      "studies/human-iv-cirrhosis",
      "111In in liver at 240 h",
      13...17.4,
      "% of dose",
      gholamrezanezhad
    ) {
      $0.labelPercent("liver", at: 240)
    },
    .init(
      "T06d-early",
      .validate,
      "studies/human-iv-cirrhosis",
      "111In in spleen at 0.5 h",
      2...10.2,
      "% of dose",
      gholamrezanezhad
    ) {
      $0.labelPercent("spleen", at: 0.5)
    },
    .init(
      "T06d",
      .validate,
      "studies/human-iv-cirrhosis",
      "111In in spleen at 240 h",
      30.1...42.2,
      "% of dose",
      gholamrezanezhad
    ) {
      $0.labelPercent("spleen", at: 240)
    },
    .init(
      "T07",
      .calibrate,
      "studies/rat-intra-arterial",
      "MSC arrested in the first pass through muscle",
      85...99,
      "%",
      toma
    ) {
      $0.arrestedPercent("muscle", at: 1.0 / 12)
    },
    .init(
      "T08",
      .calibrate,
      "studies/rat-iv-passage",
      "first-pass lung passage of mononuclear cells over that of MSC (by the chain)",
      10...60,
      "fold",
      "Fischer 2009 doi 10.1089/scd.2008.0253"
    ) {
      $0.firstPassage(arm: "mononuclear") / $0.firstPassage(arm: "msc")
    },
    .init(
      "T09",
      .calibrate,
      "studies/rat-iv",
      "99mTc in lung at 5 min",
      60...80,
      "% of dose",
      "Assis 2010 doi 10.3727/096368909X479677"
    ) {
      $0.labelPercent("lung", at: 1.0 / 12)
    },
  ]

  private static let local: [ValidationRow] = [
    .init(
      "T10-1d",
      .calibrate,
      "studies/mouse-intramyocardial",
      "viable cells in heart at 24 h",
      2...100,
      "% of dose",
      "Toma 2002 doi 10.1161/hc0102.101442"
    ) {
      $0.viablePercent("heart", at: 24)
    },
    .init(
      "T10",
      .calibrate,
      "studies/mouse-intramyocardial",
      "viable cells in heart at 96 h",
      0...0.44,
      "% of dose",
      "Toma 2002 doi 10.1161/hc0102.101442"
    ) {
      $0.viablePercent("heart", at: 96)
    },
    .init(
      "T11-iv",
      .validate,
      "studies/mouse-routes",
      "last time above 1000 viable cells after i.v.",
      0...7,
      "d",
      braid
    ) {
      $0.lastTime(above: 1000, arm: "iv")
    },
    .init(
      "T11-ip",
      .validate,
      "studies/mouse-routes",
      "last time above 1000 viable cells after i.p.",
      14...42,
      "d",
      braid
    ) {
      $0.lastTime(above: 1000, arm: "ip")
    },
    .init(
      "T11-sc",
      .validate,
      "studies/mouse-routes",
      "last time above 1000 viable cells after s.c.",
      14...42,
      "d",
      braid
    ) {
      $0.lastTime(above: 1000, arm: "sc")
    },
    .init(
      "T11-im",
      .validate,
      "studies/mouse-routes",
      "last time above 1000 viable cells after i.m. (observed for 180 d)",
      150...180,
      "d",
      braid
    ) {
      $0.lastTime(above: 1000, arm: "im")
    },
    .init(
      "T12-free",
      .validate,
      "validation/satue-2019-rat-joint",
      "last time above 1000 viable cells in a joint",
      14...35,
      "d",
      "Satue 2019 doi 10.1038/s41598-019-46554-5"
    ) {
      $0.lastTime(above: 1000)
    },
    .init(
      "T12-alginate",
      .validate,
      "validation/khatab-2020-alginate",
      "last time above 1000 viable cells in a joint (alginate; observed for 70 d)",
      56...70,
      "d",
      "Khatab 2020 doi 10.1007/s10565-020-09532-6"
    ) {
      $0.lastTime(above: 1000)
    },
    .init(
      "T13",
      .calibrate,
      "validation/li-2007-rat-bcl2",
      "viable Bcl-2 over vector MSC in heart at 96 h",
      1.7...2.7,
      "fold",
      "Li 2007 doi 10.1634/stemcells.2006-0771"
    ) {
      $0.viable("heart", at: 96, arm: "bcl2") / $0.viable("heart", at: 96, arm: "vector")
    },
    .init(
      "T14-iv",
      .validate,
      "validation/preda-2021-nod-routes",
      "viable cells at 168 h after i.v.",
      0...5,
      "% of dose",
      preda
    ) {
      $0.viablePercent(at: 168, arm: "iv")
    },
    .init(
      "T14-sc",
      .validate,
      "validation/preda-2021-nod-routes",
      "viable cells at 168 h after s.c.",
      0...5,
      "% of dose",
      preda
    ) {
      $0.viablePercent(at: 168, arm: "sc")
    },
    .init(
      "T14-pancreas",
      .validate,
      "validation/preda-2021-nod-routes",
      "viable cells at 168 h in pancreas",
      0...5,
      "% of dose",
      preda
    ) {
      $0.viablePercent(at: 168, arm: "pancreas")
    },
    .init(
      "T14-spleen",
      .validate,
      "validation/preda-2021-nod-routes",
      "viable cells at 168 h in spleen",
      0...5,
      "% of dose",
      preda
    ) {
      $0.viablePercent(at: 168, arm: "spleen")
    },
    .init(
      "T15-liver",
      .validate,
      "validation/ma-2022-ccl4",
      "donor DNA exposure of liver over 72 h (injured over healthy)",
      2.2...3.3,
      "fold",
      "CCl4 study (Ma 2022)"
    ) {
      $0.exposure("liver", until: 72, arm: "injured")
        / $0.exposure("liver", until: 72, arm: "healthy")
    },
    .init(
      "T15-lung",
      .validate,
      "validation/ma-2022-ccl4",
      "donor DNA exposure of lung over 72 h (injured over healthy)",
      1.3...1.7,
      "fold",
      "CCl4 study (Ma 2022)"
    ) {
      $0.exposure("lung", until: 72, arm: "injured")
        / $0.exposure("lung", until: 72, arm: "healthy")
    },
    .init(
      "T28-injured",
      .validate,
      "validation/jin-2018-liver-ischaemia",
      "donor DNA exposure of liver over 72 h (injured over sham; above 1)",
      1...1e6,
      "fold",
      "Jin 2018 doi 10.7717/peerj.6072"
    ) {
      $0.exposure("liver", until: 72, arm: "injured") / $0.exposure("liver", until: 72, arm: "sham")
    },
    .init(
      "T28-primed",
      .validate,
      "validation/jin-2018-liver-ischaemia",
      "donor DNA exposure of injured liver over 72 h (hypoxia-primed over control; above 1)",
      1...1e6,
      "fold",
      "Jin 2018 doi 10.7717/peerj.6072"
    ) {
      $0.exposure("liver", until: 72, arm: "primed")
        / $0.exposure("liver", until: 72, arm: "injured")
    },
    .init(
      "T29",
      .validate,
      "validation/ma-2022-nk-depletion",
      "donor DNA exposure over 72 h (without NK cells over with)",
      1.05...1e6,
      "fold",
      "CCl4 study (Ma 2022)"
    ) {
      $0.exposure(until: 72, arm: "depleted") / $0.exposure(until: 72, arm: "intact")
    },
  ]
}
