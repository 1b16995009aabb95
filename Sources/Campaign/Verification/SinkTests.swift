import Fields
import Files
import Substrate
import Vocabulary

/// Tests of PerMedCoE of diffusion with sinks: voxels of 20 um, D = 2000 um²/min, 10 µM outside.
enum SinkTests {
  private static let (diffusivity, spacing, outside) = (2000.0, 20.0, 1e4)
  /// Uptake of a sink, nM/min, and the concentration at which it is half of that, nM.
  private static let (demand, half) = (2e4, 1.0)

  /// The rows and tables.
  static func all(_ workers: Workers) -> (rows: [Verification.Row], tables: [Verification.Table]) {
    let (faces, series) = oneSink(workers)
    let (balance, many) = manySinks(workers)
    return (
      [empty(workers)] + faces + beyond(workers) + balance,
      [
        .init(name: "permedcoe-one-sink.csv", text: series),
        .init(name: "permedcoe-1000-sinks.csv", text: many),
      ]
    )
  }

  private static func box(_ n: Int, face: Medium.Face, blood: Double = 0) -> FieldStack {
    TransportChecks.fields(
      GridShape(nx: n, ny: n, nz: n, spacing: spacing),
      diffusivity: diffusivity,
      blood: blood,
      faces: Array(repeating: face, count: 6),
      halfSaturation: [half]
    )
  }

  /// A box that fills from its faces: c = c₀ (1 − S³), S the product mode of a line of three voxels.
  private static func empty(_ workers: Workers) -> Verification.Row {
    let end = TransportChecks.advanced(
      box(3, face: .fixed(outside)),
      by: 0.1,
      steps: 10,
      using: workers
    )
    let left = 4.0 / 3 * Elementary.exp(-0.5) - Elementary.exp(-2) / 3
    return CommunityChecks.row(
      "one sink: centre of the box without a sink after 0.1 min",
      "uM",
      Double(end.concentration[13]) / 1000,
      10 * (1 - left * left * left),
      within: 1e-4,
      "c0 (1 - S^3), S = 4/3 exp(-D t/h^2) - 1/3 exp(-4 D t/h^2): modes of 3 voxels (\(CommunityChecks.permedcoe))"
    )
  }

  /// 10 µM on the faces: 27 unknown voxels, the deficits those of the centre times 1, 11/65, 3/65 and 1/65.
  private static func oneSink(_ workers: Workers) -> ([Verification.Row], String) {
    var fields = box(3, face: .fixed(outside))
    fields.capacity[13] = Float(demand)
    var transport = FieldTransport(tolerance: 1e-5)
    // As the table of a benchmark: molecules/um³, 602.2 of which are 1 µM.
    var csv = CSV(columns: ["", "timestep", "bd_diff", "centre"])
    func mean() -> Double { fields.concentration.reduce(0) { $0 + Double($1) } / 27 }
    for minute in 0...100 {
      csv.row([
        "\(minute)", CSV.number(Double(minute) / 10), CSV.number(mean() * 0.6022, digits: 8),
        CSV.number(Double(fields.concentration[13]) * 0.6022, digits: 8),
      ])
      guard minute < 100 else { break }
      for _ in 0..<10 { transport.advance(&fields, factors: [0], by: 0.01, using: workers) }
    }
    let rate = diffusivity / (spacing * spacing)
    let deficit = demand * 65 / (rate * 324) / 1000
    let theory =
      "10 - 65 S/(324 D/h^2) by the symmetry of 27 voxels, 10 uM on the faces (\(CommunityChecks.permedcoe))"
    return (
      [
        CommunityChecks.row(
          "one sink, faces held: centre after 10 min",
          "uM",
          Double(fields.concentration[13]) / 1000,
          10 - deficit,
          within: 1e-3,
          theory
        ),
        CommunityChecks.row(
          "one sink, faces held: mean after 10 min",
          "uM",
          mean() / 1000,
          10 - deficit * (1 + 6 * 11.0 / 65 + 12 * 3.0 / 65 + 8.0 / 65) / 27,
          within: 1e-4,
          theory
        ),
      ], csv.text
    )
  }

  /// 10 µM in the voxels about one: a wall of permeability 2D/h is the half of each that is beyond the face.
  private static func beyond(_ workers: Workers) -> [Verification.Row] {
    var start = box(1, face: .blood(permeability: 2 * diffusivity / spacing), blood: outside)
    start.capacity[0] = Float(demand)
    return [0.1, 10].map { time in
      let end = TransportChecks.advanced(
        start,
        by: time,
        steps: Int(time * 100),
        tolerance: 1e-5,
        using: workers
      )
      return CommunityChecks.row(
        "one sink, outer voxels held: centre after \(CSV.number(time)) min",
        "uM",
        Double(end.concentration[0]) / 1000,
        28.0 / 3 * (1 - Elementary.exp(-30 * time)),
        within: 2e-3,
        "(10 - S/k)(1 - exp(-k t)), k = 6 D/h^2 (\(CommunityChecks.permedcoe)); tolerance: half-saturation of the uptake"
      )
    }
  }

  /// 1000 sinks in a box of 12³ voxels, for 10 min.
  private static func manySinks(_ workers: Workers) -> ([Verification.Row], String) {
    var fields = box(12, face: .fixed(outside))
    func isInner(_ v: Int) -> Bool {
      [v % 12, v / 12 % 12, v / 144].allSatisfy { (1...10).contains($0) }
    }
    for v in 0..<fields.shape.count where isInner(v) { fields.capacity[v] = Float(demand) }
    var transport = FieldTransport(tolerance: 1e-3)
    var csv = CSV(columns: ["", "timestep", "bd_diff", "amount"])
    for step in 0...100 {
      let mean = fields.concentration.reduce(0) { $0 + Double($1) } / 1728 * 0.6022
      csv.row([
        "\(step)", CSV.number(Double(step) / 10), CSV.number(mean, digits: 8),
        CSV.number(mean * 1728 * fields.shape.voxelVolume, digits: 8),
      ])
      if step < 100 { transport.advance(&fields, factors: [0], by: 0.1, using: workers) }
    }
    let balance = fields.balance[0]
    return (
      [
        CommunityChecks.row(
          "1000 sinks: inflow less uptake less what is there",
          "share of the inflow",
          (balance.boundary - balance.takenUp - fields.amount(of: 0)) / balance.boundary,
          0,
          within: 1e-7,
          "balance of mass; there is no closed form (\(CommunityChecks.permedcoe))"
        )
      ], csv.text
    )
  }
}
