import Laws
import Substrate
import Vocabulary

/// A cell as all products have it, under the laws of the tests.
let standardProgram = CellProgram(licensingLaw, survivalLaw)

extension Licensing {
  /// f of both axes where signals have some levels by name, nM.
  func drive(_ levels: [String: Double]) -> (stat1: Double, nfkb: Double) {
    let program = CellProgram(self, survivalLaw)
    let drives = program.drives(program.levels { levels[$0] ?? 0 })
    return (drives[0].rise, drives[1].rise)
  }

  /// The numbers of a cell after a time (min) under some drives.
  func advance(_ state: CellState, stat1: Double, nfkb: Double, by time: Double) -> CellState {
    CellProgram(self, survivalLaw).advance(state, drives: [.init(stat1), .init(nfkb)], by: time)
  }
}

extension CellTerms {
  /// A cell that uses all that the grammar has: axes of any and all signals, with weights, by lack, amplified, held back,
  /// with an antagonist and with memory; what follows an axis; stress and hazards.
  static let rich: CellTerms = {
    func response(
      _ name: String,
      _ half: Double,
      _ weight: Double = 1,
      lack: Bool = false,
      antagonist: Response.Antagonist? = nil
    ) -> Response {
      Response(
        to: name,
        halfSaturation: half,
        weight: weight,
        actsByLack: lack,
        antagonist: antagonist
      )
    }
    var alarm = Axis(
      "alarm",
      raise: [response("cxcl12", 2, 0.6), response("oxygen", 1500, 0.5, lack: true)],
      amplifiers: [response("ifng", 0.05, 4)],
      lower: [
        response("il1b", 0.01, 0.7, antagonist: .init("tnfa", halfSaturation: 0.2)),
        response("coat", 0.4, 0.6),
      ],
      hasten: [
        response("glucose", 3e5, 0.006), response("tnfa", 0.3, 0.01, lack: true),
        response("stat1", 0.5, 0.02),
      ],
      rate: 0.03,
      decay: 0.004
    )
    (alarm.rates.memory, alarm.rates.gain, alarm.rates.loss) = (0.02, 0.005, 1e-4)
    alarm.remembers = true
    alarm.always = 0.1
    let arrest = Axis(
      "arrest",
      raise: [response(CellProgram.stressName, 0.002), response("tnfa", 0.2, 0.9)],
      combination: .all,
      rate: 0.01,
      decay: 0.001,
      recovers: true
    )
    var terms = CellTerms()
    terms.axes = [alarm, arrest]
    terms.standard = [
      Axis("nfkb", lower: [response("glucose", 3e5, 0.8)], rate: 0, decay: 0),
      Axis("stat1", raise: [response("cxcl12", 3, 0.5)], rate: 0, decay: 0),
    ]
    terms.followers = [Follower("coat", axis: "alarm", halfLife: 90)]
    terms.stress = [.init(weight: 0.004, [response("il1b", 0.01), response("glucose", 2e5)])]
    terms.hazards = ["arrest": 2e-3, "coat": 1e-3]
    return terms
  }()
}
