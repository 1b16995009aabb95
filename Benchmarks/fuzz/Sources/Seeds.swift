import Files
import Foundation
import Observations
import Recording
import Simulation
import Vocabulary

@testable import Campaign
@testable import Scenario

/// What inputs are altered from: files of the library, and what the program writes.
enum Seeds {
  /// Greatest size of a document.
  private static let most = 4096

  static func write(_ target: Target, to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (n, bytes) in try seeds(of: target).enumerated() {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/seed-\(n)"))
    }
  }

  private static func seeds(of target: Target) throws -> [[UInt8]] {
    switch target {
    case .units: return quantities.map { Array($0.utf8) }
    case .set: return settings.map { Array($0.utf8) }
    case .value:
      let numbered = Bench.bases.indices.flatMap { n in settings.map { "\(n)\n\($0)" } }
      return try (numbered + Bench().ends()).map { Array($0.utf8) }
    case .csv: return tables
    case .checkpoint: return try ForgedCheckpoints().seeds
    case .store: return rows
    case .database: return try database()
    case .frame: return try frames()
    case .zip: return try archives()
    case .scenario: return documents(["tutorials", "studies", "validation", "verify"]) + presets
    case .campaign: return documents(["sweeps"]) + campaigns.map { Array($0.utf8) }
    case .migrate:
      let old = documents(["tutorials", "sweeps"])
      return old + old.map { Array(Target.text($0).replacing("dose:", with: "cells:").utf8) }
        + [Array(",treatment.dose,host.body_weight\n1,2\n".utf8)]
    }
  }

  private static let quantities = [
    "2e6 cells/kg", "2 x 10^6 cells", "25g", "1.2", "30 %", "1,000,000 cells", "1 000 um", "10^6",
    "2 × 10⁶ cells/cm²", "1.5 million cells", "pg/1e6 cells/24 h", "5 pg·cell⁻¹·d⁻¹", "0.03 1/h",
    "16.8 kDa", "2 x 10e6 cells", "1.000.000", "1,5 mL", "3 IU", "12h", "75 um^2/s", "10**3 nM",
  ]

  private static let settings = [
    "host.body_weight=25g", "treatment.dose=2e6 cells/kg", "duration=3 d",
    "clock={cell_step: 20 min, output_every: 1 h}",
    "product={preset: human-marrow-msc, handling: thawed}",
    "treatment={route: intravenous, dose: {each: 1e3 cells}, boluses: 2, interval: 1 h, agents: 10}",
    "stress.lung.lumen={value: 0.1 1/h, range: [0.1 1/h, 1 1/h], source: assumed}",
    "arms={a: {}, b: {host: rat}}", "observe=[bli, qpcr]", "factors=[ifng, pge2]",
    "kinds={macrophage: {preset: macrophage, recruitment: {rate: 3e6 cells/mL/h}}}",
    "tissues={b: {organ: lung, voxels: 4 x 4 x 4, spacing: 20 um, factors: {ifng: {initial: 1 ng/mL}}}}",
    "endpoints=[{late: {read: survival_1_d, after: last dose}}]", "survival.hazard_floor=0 1/h",
    "record={frames: {fields: 1 h}}", "clock.fork_at=1 h", "replicates=2", "seed=3",
    "product.modifications=[bcl2]", "host.overlays=[cirrhosis]", "label=cr51",
  ]

  private static var tables: [[UInt8]] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: Bench.library + "/sweeps")) ?? []
    let files = names.filter { $0.hasSuffix(".csv") }.sorted().compactMap {
      InputFile.contents("\(Bench.library)/sweeps/\($0)").map { [UInt8]($0) }
    }
    let own = [
      "\u{3}observableId;simulationConditionId;measurement;time;replicateId\nlung;control;10;24;a\nlate;treated;5,5;;b\n",
      "\u{4}host.body_weight,stress.lung.lumen,treatment.dose\n25 g,0.1 1/h,2e3 cells\n20 g,1 1/h,1e3 cells\n",
      "\u{2}arm,endpoint,modality,time_h,value (cells),error,animal,scale\none,lung,qpcr,1,<10,narrow,a,k\ntwo,lung_viable_cells,,2,7/10,,,\n",
      "\u{0}a,b\n\"x,\"\"y\",2\n",
    ]
    return files.flatMap { file in (0..<5).map { [UInt8($0)] + file } }
      + own.map { Array($0.utf8) }
  }

  private static let readings = [
    Quantities.Reading(
      time: 60,
      site: "lung",
      quantity: "viable_cells",
      value: 12.5,
      unit: "cells",
      isDetected: nil
    ),
    Quantities.Reading(
      time: 120,
      site: "body",
      quantity: "bli",
      value: nil,
      unit: "",
      isDetected: true
    ),
  ]
  private static let endpoints = [
    Endpoint(name: "survival_1_d", value: 0.5, unit: "fraction", missing: nil),
    Endpoint(name: "half_life", value: nil, unit: "h", missing: "none dies"),
  ]

  private static var rows: [[UInt8]] {
    [[UInt8](Packing.pack(readings)), [UInt8](Packing.pack(endpoints))]
  }

  private static func database() throws -> [[UInt8]] {
    try [0, 1, 2].map { count in
      let path = Scratch.directory + "/seed.sqlite"
      do {
        let store = try RunStore(path)
        try store.add(
          ["a", "b"].prefix(count).map {
            RunRecord(
              key: $0,
              error: $0 == "b" ? "it failed" : nil,
              endpoints: endpoints,
              timeseries: readings,
              observations: [],
              seconds: 1
            )
          }
        )
        try store.release()
      }
      defer { unlink(path) }
      return [UInt8](InputFile.contents(path) ?? Data())
    }
  }

  private static func frames() throws -> [[UInt8]] {
    let shape = GridShape(nx: 2, ny: 1, nz: 2, spacing: 20)
    let fields = Frame(
      .fields,
      site: "block",
      time: 60,
      shape: shape,
      fields: [.init("ifng", unit: "nM", [0, 1, 2, 3])],
      populations: []
    )
    let cells = Frame(
      .cells,
      site: "block",
      time: 60,
      shape: shape,
      fields: [],
      populations: [
        .init(name: "product", identities: [1, 2], columns: [.init("x", unit: "um", [1, 2])])
      ]
    )
    let header = try JSONDecoder().decode(SlicesFile.Header.self, from: Data(slices.utf8))
    return try [fields, cells].map {
      try FrameFile(run: "r", arm: "main", replicate: 1, $0).file()
    } + [try HeadedFile.bytes(mark: "STROMASL", header: header, [0, 255])]
  }

  private static let slices = """
    {"grids":[{"arm":"main","site":"block","voxels":[2,1,2],"spacing":20,"shrink":1,
    "planes":[{"name":"xy","width":2,"height":1}],"channels":[{"name":"ifng","unit":"nM"}],
    "times":[0],"ranges":[[[0,1]]],"start":0}]}
    """

  private static func archives() throws -> [[UInt8]] {
    let table = Array("a,b\n1,2\n".utf8)
    let crate = """
      {"@graph":[{"@id":"a.csv","@type":"File","contentSize":"8","sha256":"\(Digest.of(Data(table)))"}]}
      """
    let entries = [
      ZipArchive.Entry(path: RunCrate.name, bytes: Array(crate.utf8)),
      ZipArchive.Entry(path: "a.csv", bytes: table),
    ]
    return try [
      ZipArchive([ZipArchive.Entry]()).file(), ZipArchive(entries).file(),
      ZipArchive([entries[1]]).file(),
    ]
  }

  /// The documents of some folders of the library.
  private static func documents(_ folders: [String]) -> [[UInt8]] {
    folders.flatMap { folder in
      let names =
        (try? FileManager.default.contentsOfDirectory(atPath: "\(Bench.library)/\(folder)")) ?? []
      return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
        InputFile.contents("\(Bench.library)/\(folder)/\(name)").map { [UInt8]($0) }
      }.filter { $0.count <= most }
    }
  }

  /// A scenario for each preset of the library, with the keys of the preset in it.
  private static var presets: [[UInt8]] {
    FileKind.folders.sorted { $0.key < $1.key }.flatMap { folder, key -> [[UInt8]] in
      let isListed = PresetFolders.lists.contains { $0.folder == folder }
      let indent = isListed ? "    " : "  "
      let top = Bench.base.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }
        .joined(separator: "\n")
      return documents([folder]).map { bytes in
        let lines = Target.text(bytes).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let text =
          "\(top)\n\(key):\n\(isListed ? "  own:\n" : "")"
          + lines.map { indent + $0 }.joined(separator: "\n") + "\n"
        return Array(text.utf8)
      }.filter { $0.count <= most }
    }
  }

  private static let campaigns = [
    """
    name: laws
    scenario: ../verify/point.yaml
    replicates: 2
    design: {method: latin-hypercube, points: 4}
    vary:
      stress.lung.lumen: {lognormal: {mean: 0.1 1/h, cv: 0.5, low: 0.01 1/h}}
      survival.damage_relaxation: range
      host.body_weight: {triangular: [20 g, 25 g, 30 g], also: [arms.fresh.host.body_weight]}
      treatment.dose: {normal: {mean: 2e3 cells, sd: 10 cells, high: 3e3 cells}, whole: true}
    """,
    """
    name: grid
    scenario: ../verify/point.yaml
    set: ["duration=6 h"]
    arms: [fresh]
    endpoints: [viable_half_life]
    timeseries: true
    design: {method: grid}
    vary:
      treatment: {values: {vein: "{route: intravenous}", muscle: "{route: intramuscular}"}}
      stress.lung.lumen: {values: [0.1 1/h, 0.2 1/h]}
    """,
    """
    name: effects
    scenario: ../verify/point.yaml
    design: {method: morris, trajectories: 4, levels: 6}
    vary: {stress.lung.lumen: {log_uniform: [0.01 1/h, 1 1/h]}}
    """,
    """
    name: indices
    scenario: ../verify/point.yaml
    design: {method: saltelli, points: 4, sequence: random}
    vary: {stress.lung.lumen: {uniform: [0.01 1/h, 1 1/h]}}
    """,
    """
    name: trial
    scenario: ../verify/point.yaml
    design: {method: patients, patients: 10}
    vary: {host.body_weight: {uniform: [20 g, 30 g]}}
    trial: {control: fresh, endpoint: viable_half_life, paired: true, response: [0, 10]}
    """,
    """
    name: fit
    scenario: ../validation/lee-2009-mouse-iv.yaml
    calibration: {method: emulator, data: lung-survival.csv, points: 8, refinements: 0, animals: 0.1}
    vary: {stress.lung.lumen: range}
    """,
  ]
}
