import Body
import Campaign
import Files
import Simulation
import Vocabulary

/// The model of a run in the structure of an ODD protocol (Grimm 2020, J Artif Soc Soc Simul 23:7).
struct ProtocolText {
  /// The headings, each with its text.
  let parts: [(heading: String, text: String)]

  /// The protocol of some arms.
  ///
  /// - Parameters:
  ///   - experiments: the arms.
  ///   - question: what they are to answer; empty where nothing is said.
  ///   - given: what is given, in words.
  ///   - runs: seed and replicates, in words.
  ///   - files: files that were read.
  init(_ experiments: [Experiment], question: String, given: String, runs: String, files: Int) {
    guard let first = experiments.first else {
      parts = []
      return
    }
    let isCulture = first.setting == .culture
    func listed(_ names: [String]) -> String {
      let all = Set(names).sorted()
      return all.isEmpty ? "none" : all.joined(separator: ", ")
    }
    let agents = experiments.map { arm in
      let name = experiments.count > 1 ? "\(arm.arm): " : ""
      return arm.cells == Int(arm.agents)
        ? "\(name)\(arm.cells) cells, one by one"
        : "\(name)\(arm.agents) agents for \(arm.cells) cells"
    }
    let reduction =
      first.parts == 1
      ? ""
      : " One of \(first.parts) parts alike of the host, the doses and the grids is simulated and counted \(first.parts) times."
    let grids = experiments.flatMap(\.tissues).map { tissue in
      let shape = tissue.shape
      return
        "\(tissue.name) (\(shape.nx) x \(shape.ny) x \(shape.nz) voxels of \(CSV.number(shape.spacing, digits: 4)) um)"
    }
    let hours = CSV.number(Double(first.clock.steps) * first.clock.step / 60)
    parts = [
      (
        "Purpose",
        "To follow every cell of a dose \(isCulture ? "in a well" : "through the circulation and the tissues of a host")"
          + (question.isEmpty ? "." : ", and to answer: \(question)")
      ),
      (
        "Entities, state variables and scales",
        "Cells of the product (\(agents.joined(separator: "; "))), each with its place, damage, and the activities that licensing leaves. Host cells of the kinds: \(listed(experiments.flatMap(\.kinds).map(\.name))). Grids: \(listed(grids)). Factors: \(listed(experiments.flatMap(\.tissues).flatMap { $0.fields.map(\.factor.name) })). Cells act every \(CSV.number(first.clock.step)) min for \(hours) h; fields take as many steps as their accuracy needs.\(reduction)"
      ),
      (
        "Process overview and scheduling",
        "In each step cells sense mean concentrations; those that are due enter and \(isCulture ? "settle" : "circulate until they arrest"); they are licensed; stress and killer cells damage them, and damage kills them; cells in tissue crawl; host cells are activated, divide, kill and die; tissue heals or scars; cells, tissue and vessels release and take up factors, which diffuse and decay. Then the ledger is balanced and observations are made."
      ),
      (
        "Design concepts",
        "Outcomes emerge from the events of single cells. Random numbers are a function of seed, replicate, cell and step, the same in all arms, so that arms differ by what they are given alone. Cells sense the factors in their voxel and touch the cells beside them. Observation follows a laboratory: counts, DNA, label and read-outs, with their limits."
      ),
      (
        "Initialisation",
        "Host: \(listed(experiments.map(\.host.name))). Product: \(listed(experiments.map(\.product.name))). \(given.isEmpty ? "" : "Given: \(given). ")\(runs)"
      ),
      ("Input data", "\(files) files, listed with their hashes under \"Make it again\"."),
      ("Submodels", "The laws with their equations and parameters follow."),
    ]
  }
}
