import Laws
import Simulation

/// What an endpoint of an experiment is, without a value.
public struct EndpointDescription: Sendable, Equatable {
  /// Its name, and its unit.
  public let name: String, unit: String
  /// What it is.
  public let meaning: String
  /// When it is read, in words.
  public let when: String
  /// What a scenario has where it is read; `nil` for one that the scenario defines.
  public let needs: String?

  /// It with other names in its name and meaning.
  package func renamed(_ change: (String) -> String) -> EndpointDescription {
    EndpointDescription(
      name: change(name),
      unit: unit,
      meaning: change(meaning),
      when: when,
      needs: needs
    )
  }
}

extension Endpoints {
  /// What the endpoints of an experiment are, in the order of `summary.csv`.
  ///
  /// - Parameter experiment: an arm.
  /// - Returns: the endpoints of every run, then those that the scenario defines.
  public static func descriptions(of experiment: Experiment) -> [EndpointDescription] {
    zip(named(of: experiment), all(of: experiment)).map { named, endpoint in
      let (name, rule, after) = named
      let isOwn = name != rule.name || rule.meaning.isEmpty
      let read = rule.name == name ? "" : ": \(rule.name) after the \(after.rawValue)"
      return EndpointDescription(
        name: name,
        unit: endpoint.unit,
        meaning: isOwn ? "defined by the scenario\(read)" : rule.meaning,
        when: rule.times.words,
        needs: isOwn ? nil : needs(of: name)
      )
    }
  }

  /// What a scenario has where an endpoint of every run is read, by the name of the endpoint.
  ///
  /// - Parameter name: a name.
  /// - Returns: words that continue from "needs"; `nil` for a name that no endpoint has.
  public static func needs(of name: String) -> String? {
    if let words = needs.first(where: { $0.names.contains(name) })?.words { return words }
    return needs.first { $0.endings.contains { name.hasSuffix("_\($0)") } }?.words
  }

  private static let needs: [(names: [String], endings: [String], words: String)] = {
    let survival = ["survival_1_d", "survival_3_d", "survival_7_d"]
    let lung = [
      "lung_first_pass", "lung_fraction_5_min", "lung_survival_1_d", "lung_survival_3_d",
      "lung_dna_half_life_1_to_24_h", "peak_lung_occluded_fraction",
    ]
    let labels = ["lung", "liver", "spleen"].flatMap { organ in
      ["1_h", "1_d", "10_d"].map { "\(organ)_label_\($0)" }
    }
    return [
      (
        ["cells_per_agent", "viable_half_life", "peak_licensed_fraction"] + survival, [],
        "cells that are given"
      ),
      (["host_sensitised"], [], "a dose after the onset of killing by T cells (killing.onset)"),
      (["cells_given"], [], "a dose with a condition (treatment.repeat)"),
      (lung, [], "cells that are given, and a host with a lung"),
      (
        ["dna_six_organs_1_d"], [],
        "cells that are given, and a host with liver, spleen, kidney, heart, brain and marrow"
      ),
      (labels, [], "cells that are given with a label, and a host with the organ"),
      (
        [], ["last_detected"],
        "cells that are given, and the modality in observe; of an organ, an injection into it"
      ),
      (
        [],
        TissueShares<Double>.none.named.map(\.name) + ["injured_fold", "injury_exposure"],
        "a tissue of that name that has state"
      ),
      (
        [], ["division_index", "divisions", "proliferation"],
        "a tissue of that name (well of a culture) that has cells, and a kind that divides"
      ),
      (
        [], ["cells", "activity"],
        "a tissue of that name (well of a culture) that has cells, and the kind"
      ),
    ]
  }()
}

extension EndpointRule.Times {
  /// When it is read, in words.
  var words: String {
    switch self {
    case .never: "before the run"
    case .end: "at the end of the run"
    case .pulse: "at the end of the run, and \(EndpointSpan.words(Assay.pulse)) before"
    case .course, .doseCourse: "at 5 min, every hour, and at the end"
    case .after(let time): "\(EndpointSpan.words(time)) after the dose"
    case .hourly(let first, let last): "every hour from \(first) to \(last) h after the dose"
    case .at(let times, _):
      "at \(times.map(EndpointSpan.words).joined(separator: " and "))"
    case .window(let start, let end, let interval):
      "every \(interval.map(EndpointSpan.words) ?? "hour") from \(EndpointSpan.words(start)) to \(end.map(EndpointSpan.words) ?? "the end")"
    }
  }
}
