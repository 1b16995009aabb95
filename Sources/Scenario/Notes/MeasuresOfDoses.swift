import Body
import Fields
import Files
import Laws
import Simulation
import Substrate
import Vocabulary

extension Measure {
  /// Times at which doses begin, where the scenario names no endpoint that is read after a later one.
  static let unreadDoses = Measure(
    name: "doses_without_endpoints_of_their_own",
    meaning:
      "times at which doses begin, where no endpoint of the scenario is read after a later one",
    kind: .wholeNumber,
    allowed: "0 to 100000",
    words: [],
    looking: .arm { experiment in
      let isRead = experiment.endpoints.contains { $0.after != .first && $0.after != nil }
      let starts = Set(experiment.doses.map(\.start))
      return isRead ? [] : [Finding(path: "endpoints", value: Double(starts.count))]
    }
  )

  /// Share of a dose that does not stay where it is put.
  static let washedOut = Measure(
    name: "share_washed_out",
    meaning: "share of a dose put into tissue that does not stay there",
    kind: .fraction,
    allowed: "0 to 1",
    words: ["organ", "shed"],
    looking: .arm { experiment in
      experiment.doses.compactMap { dose in
        guard case .deposit(let organ, let retention, let shed) = dose.route else { return nil }
        return Finding(
          path: "treatment",
          value: 1 - retention,
          words: [
            "organ": experiment.host.organs[organ].name,
            "shed": "\(NoteRule.Limit.rounded(shed * 100)) %",
          ]
        )
      }
    }
  )

  /// Microvessels of the organ that blood brings the cells to first, which those of a day would occlude if all of them
  /// arrested there.
  static let occlusion = Measure(
    name: "occlusion_by_doses_of_a_day",
    meaning:
      "share of the microvessels that the living cells of a day occlude if all that enter blood arrest in the first organ they come to",
    kind: .fraction,
    allowed: "0 to 1",
    words: ["organ", "cells"],
    looking: .arm { experiment in
      let doses = experiment.doses
      let days = doses.map { first in
        doses.filter { $0.start >= first.start && $0.start < first.start + 1440 }
      }
      return days.compactMap { day in
        guard let first = day.first else { return nil }
        var organ = experiment.host.organs[experiment.host.lung]
        if case .intraArterial(let fed) = first.route { organ = experiment.host.organs[fed] }
        let given = day.reduce(0) { $0 + Double($1.cells) }
        let living = day.reduce(0) { $0 + Double($1.cells) * $1.route.shareIntoBlood }
        return Finding(
          path: "treatment.dose",
          value: Occlusion.fraction(
            arrested: living * experiment.product.condition.viability,
            vessels: organ.microvessels
              / experiment.product.blocked(calibres: [organ.calibre], experiment.host.tree)[0]
          ),
          condition: experiment.host.species.rawValue,
          words: [
            "organ": organ.name,
            "cells": CSV.number(Double(experiment.parts) * given),
          ]
        )
      }.max { $0.value < $1.value }.map { [$0] } ?? []
    }
  )

  /// Weight of the host, by species.
  static let bodyWeight = Measure(
    name: "body_weight",
    meaning: "weight of the host",
    kind: .mass,
    allowed: "0 to 1e6 kg",
    words: ["species"],
    looking: .arm { experiment in
      guard experiment.setting == .organism else { return [] }
      let species = experiment.host.species.rawValue
      return [
        Finding(
          path: "host.body_weight",
          value: Double(experiment.parts) * experiment.host.bodyWeight,
          condition: species,
          words: ["species": species]
        )
      ]
    }
  )

  /// Volume of the cells of the largest dose, per weight of the host.
  static let doseVolume = Measure(
    name: "dose_volume_per_body_weight",
    meaning: "volume of the cells of one dose per weight of the host",
    kind: QuantityKind(
      name: "a volume per body weight",
      dimensions: [.volumes / .masses],
      example: "5 mL/kg"
    ),
    allowed: "0 to 1e6 mL/kg",
    words: ["cells"],
    looking: .arm { experiment in
      guard experiment.setting == .organism, let cells = experiment.doses.map(\.cells).max() else {
        return []
      }
      return [
        Finding(
          path: "treatment.dose",
          value: Double(cells) * experiment.product.cellVolume / experiment.host.bodyWeight,
          words: ["cells": CSV.number(Double(experiment.parts) * Double(cells))]
        )
      ]
    }
  )

  /// Factors of what is given in place of cells that act on something.
  static let effectsOfFactors = Measure(
    name: "factors_given_that_act",
    meaning: "factors given in place of cells, or put into blood, to which something responds",
    kind: .number,
    allowed: "0 to 1000",
    words: ["factors"],
    looking: .arm { experiment in
      func finding(_ doses: [FactorDose], _ path: String) -> Finding? {
        let given = Set(doses.flatMap { $0.amounts.filter { $0.value > 0 }.keys }).sorted()
        guard !given.isEmpty else { return nil }
        let acting = given.count { factor in
          experiment.respondsOffGrids(to: factor)
            || experiment.tissues.contains { tissue in
              tissue.solved.contains(factor)
                && Block(tissue, of: experiment).hasResponse(to: factor)
            }
        }
        return Finding(path: path, value: Double(acting), words: ["factors": given.listed])
      }
      return [
        finding(experiment.factorDoses, "treatment.gives"),
        finding(experiment.injections, "systemic.injections"),
      ].compactMap { $0 }
    }
  )

  /// In how many ways the licensing of primed cells acts on something.
  static let effectsOfPriming = Measure(
    name: "effects_of_priming",
    meaning:
      "ways in which licensing of the cells acts in some block or on plasma: factors, IDO, contact, protection from natural killers",
    kind: .number,
    allowed: "0 to 1000",
    words: [],
    looking: .arm { experiment in
      let isGiven = !experiment.doses.isEmpty || !experiment.factorDoses.isEmpty
      guard isGiven, experiment.product.priming != .init() else { return [] }
      let terms = experiment.product.terms
      let secretion = experiment.product.secretion
      let inPlasma = experiment.carried.count { secretion[$0.name]?.folds.isEmpty == false }
      let onTheCells =
        terms.hazards.count + (terms.division?.level == nil ? 0 : 1) + inPlasma
      let effects = experiment.tissues.reduce(onTheCells) {
        $0 + Block($1, of: experiment).effectsOfLicensing
      }
      return [Finding(path: "product", value: Double(effects))]
    }
  )

  /// The step of the cells over the shortest time in which a law that they follow changes.
  static let step = Measure(
    name: "step_per_time_of_law",
    meaning: "step of the cells over the shortest time in which what they follow changes",
    kind: .number,
    allowed: "0 to 1e6",
    words: ["step", "law", "time"],
    looking: .arm { experiment in
      let times = shortTimes(of: experiment)
      guard let shortest = times.min(by: { $0.minutes < $1.minutes }) else { return [] }
      let step = experiment.clock.step
      return [
        Finding(
          path: "clock.cell_step",
          value: step / shortest.minutes,
          words: [
            "step": "\(NoteRule.Limit.rounded(step)) min",
            "law": shortest.law,
            "time": "\(NoteRule.Limit.rounded(shortest.minutes)) min",
          ]
        )
      ]
    }
  )

  /// Times (min) in which what cells follow changes, with what it is.
  private static func shortTimes(of experiment: Experiment) -> [(law: String, minutes: Double)] {
    let laws = experiment.laws
    var times: [(law: String, minutes: Double)] = []
    for tissue in experiment.tissues {
      for field in tissue.fields {
        guard case .given(let given) = field.origin else { continue }
        let name = "tissues.\(tissue.key).factors.\(field.factor.name).given"
        if let rise = given.rise { times.append(("\(name).rise", rise)) }
        if let half = given.halfLife { times.append(("\(name).half_life", half)) }
      }
    }
    guard !experiment.doses.isEmpty else { return times }
    func time(_ law: String, ofRate rate: Double) {
      if rate > 0 { times.append((law, Elementary.log(2) / rate)) }
    }
    time("licensing", ofRate: laws.licensing.naiveRate + laws.licensing.decay)
    time("survival", ofRate: laws.survival.damageRelaxation)
    time("residence", ofRate: laws.residence.extravasation)
    return times
  }
}
