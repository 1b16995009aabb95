import Simulation

/// The keys of `record`: which places and times the long tables hold, whether slices are kept, and how often the grids are
/// kept in full.
enum RecordSchema {
  static func read(_ section: Section, _ experiment: Experiment) -> Recorded {
    let places = section.names("places", "places that the long tables hold; without them all")
    let known = Recorded.places(of: experiment)
    for (i, place) in places.enumerated() where !known.contains(place) {
      section.report(
        "places",
        item: i,
        "there is no such place\(Suggestion.text(for: place, among: known)); there are \(known.joined(separator: ", "))"
      )
    }
    if section.has("places"), places.isEmpty {
      section.report("places", "is empty; name some, or leave it out for all")
    }
    let every = section.optionalQuantity(
      "every",
      .time,
      allowed: "0.0001 to 240000 h",
      "time between the rows of the long tables; without it every observation"
    )
    let clock = experiment.clock
    if let every {
      let count = Int((Double(clock.steps) * clock.step / every * (1 + 1e-9)).rounded(.down))
      var left = clock.outputs[...]
      let isObserved =
        count >= 1
        && (1...min(count, clock.steps)).allSatisfy { n in
          let at = (Double(n) * every / clock.step).rounded()
          left = left.drop { Double($0) < at }
          return (Double(n) * every / clock.step - at).magnitude < 1e-9 * at
            && left.first.map(Double.init) == at
        }
      if !isObserved {
        section.report(
          "every",
          "\(section.found("every", default: "")); expected a multiple of clock.output_every, at most the duration"
        )
      }
    }
    let slices = section.choice(
      "slices",
      default: SlicesKept.all,
      "slices through the grids, which the report shows"
    )
    return Recorded(
      places: places.isEmpty ? nil : Set(places),
      every: every,
      slices: slices == .all,
      frames: frames(section, experiment)
    )
  }

  /// Time between the frames of each part, min.
  private static func frames(_ section: Section, _ experiment: Experiment) -> [Frame.Part: Double] {
    let clock = experiment.clock
    var frames: [Frame.Part: Double] = [:]
    for part in Frame.Part.allCases {
      let key = part.rawValue
      let what = part == .fields ? "the factors in every voxel" : "all cells on the grids"
      let every = section.optionalQuantity(
        key,
        .time,
        allowed: "0.0001 to 240000 h",
        "time between frames of \(what); without it none"
      )
      guard let every else { continue }
      let steps = every / clock.step
      if experiment.tissues.isEmpty {
        section.report(key, "there is no grid; give 'tissues', or leave this out")
      } else if (steps - steps.rounded()).magnitude > 1e-9 * steps || steps.rounded() < 1
        || steps.rounded() > Double(clock.steps)
      {
        section.report(
          key,
          "\(section.found(key, default: "")); expected a multiple of clock.cell_step, at most the duration"
        )
      } else {
        frames[part] = every
      }
    }
    return frames
  }

  /// Which slices are kept.
  private enum SlicesKept: String, CaseIterable {
    case all, none
  }
}
