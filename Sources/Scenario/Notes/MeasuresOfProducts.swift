import Body
import Simulation

extension Measure {
  /// Replicates in each of which a donor is drawn anew, though its number is the same.
  static let drawnDonors = Measure(
    name: "replicates_with_donors_of_their_own",
    meaning: "replicates, each with a donor of its own of the same number",
    kind: .wholeNumber,
    allowed: "0 to 100000",
    words: ["product"],
    looking: .replicates { experiment, replicates in
      let donor = experiment.product.donor
      let isGiven = !experiment.doses.isEmpty || !experiment.factorDoses.isEmpty
      guard isGiven, donor.number > 0, !donor.isFixed, donor.provenance.variation > 0
      else { return [] }
      return [
        Finding(
          path: "product.donor",
          value: Double(replicates),
          item: "\(donor.number)",
          words: ["product": experiment.product.name]
        )
      ]
    }
  )
}
