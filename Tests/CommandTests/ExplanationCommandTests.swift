import Foundation
import Testing

/// What `stroma explain` says of keys of calibrations, and of names that are none.
@Suite("Explanations on the command line", .serialized)
struct ExplanationCommandTests {
  /// What is a number, a name or a law says so; none of a calibration takes just "a text", but a file.
  @Test(
    arguments: [
      ("errors.*", "a number above 0, or a law to fit it in, as in {log_uniform: [0.05, 2]}"),
      ("scales.*", "a number above 0, or a law to fit it in, as in {log_uniform: [0.05, 2]}"),
      ("animals", "a number above 0, or a law to fit it in, as in {log_uniform: [0.05, 2]}"),
      (
        "laboratories",
        "a number above 0, or a law to fit it in, as in {log_uniform: [0.05, 2]}, or 0"
      ),
      (
        "petab.observables.*",
        "the name of an endpoint or, at a time, of a site and quantity, as in lung_viable_cells, or keys: {endpoint: lung, modality: bli, scale: 30}"
      ),
      ("petab.observables.*.error", "a number above 0, or a name in 'errors'"),
      ("petab.observables.*.scale", "a number above 0, or a name in 'scales'"),
      ("petab.observables.*.law", "one of normal, lognormal, proportional"),
      ("petab.conditions.*", "the name of an arm"),
      ("petab.time", "a unit of time, as h"),
    ]
  )
  func saysWhatAKeyOfACalibrationTakes(key: String, takes: String) throws {
    let ending = try Workplace().stroma("explain", "calibration.\(key)")
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(
      ending.output.contains("calibration.\(key) (of a campaign)\n")
        && ending.output.contains("\n  takes    \(takes)\n"),
      "\(ending.output)"
    )
  }

  @Test(
    arguments: [
      ("survival_1d", " (did you mean 'survival_1_d'?)"),
      ("half_ration", " (did you mean 'half_ratio'?)"),
      ("peak_licenced_fraction", " (did you mean 'peak_licensed_fraction'?)"),
    ]
  )
  func suggestsEndpointsToo(name: String, words: String) throws {
    let ending = try Workplace().stroma("explain", name)
    #expect(ending.code == EX_USAGE)
    #expect(
      ending.errors.hasPrefix("Error: There is no parameter or endpoint '\(name)'\(words).\n"),
      "\(ending.errors)"
    )
  }

  /// Of an endpoint that a scenario lacks it says what the endpoint needs.
  @Test func saysWhatAnEndpointNeeds() throws {
    let ending = try Workplace().stroma("explain", "cells_given", "tiny.yaml")
    #expect(ending.code == EX_USAGE)
    #expect(
      ending.errors.contains(
        "; cells_given needs a dose with a condition (treatment.repeat).\n"
      ),
      "\(ending.errors)"
    )
  }
}
