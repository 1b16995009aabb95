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
    looking: .scenario { scenario in
      scenario.experiments.filter {
        $0.product.donor > 0 && !$0.product.isDonorFixed && $0.product.provenance.variation > 0
          && !($0.doses.isEmpty && $0.factorDoses.isEmpty)
      }.map {
        Finding(
          path: "product.donor",
          value: Double(scenario.replicates),
          item: "\($0.product.donor)",
          words: ["product": $0.product.name],
          arms: [$0.arm]
        )
      }
    }
  )
}
