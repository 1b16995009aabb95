import Foundation
import Scenario
import Simulation
import Testing

/// `stroma migrate` and the exchange of factors with blood.
@Suite("Migration of exchange with blood")
struct ExchangeMigrationTests {
  private static let head = """
    name: muscle
    duration: 1 h
    clock: {cell_step: 5 min, output_every: 1 h}
    host: mouse
    product: mouse-marrow-msc
    treatment: {route: intramuscular, dose: 1e3 cells}
    factors: [pge2, vegf, oxygen, glucose]
    without: [cells]

    """

  /// With lines of its own, comments, sources, records, in braces, in an arm, and of a factor that is not named.
  private static let old =
    head + """
      tissues:
        muscle_block:
          organ: muscle
          voxels: 4 x 4 x 4
          spacing: 20 um
          source: "an example"
          factors:
            pge2: {}
            oxygen: { initial: 40 uM }   # at rest
            vegf:
            glucose:
              initial: 5 mM
          state:
            vessels: {baseline: 0.2}
            perfusion:   # by blood
              # proteins
              vegf: {rate: 0.05 1/min}  # slow
              # and the others
              pge2: {rate: {value: 0.2 1/min, range: 0.1 to 0.4 1/min}}
              oxygen: {rate: 6 1/min, blood: "40 uM", source: "assumed, \\\"0.02\\\" to 2"}
              glucose:
                rate: 0.2 1/min   # minutes
                blood: {value: 5 mM, source: plasma}
            gives: {vegf: {injured: 1 ng/mL/h}}
        other: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, state: {perfusion: {vegf: {rate: 1 1/h}}}, factors: {vegf: {}}}
      arms:
        rest: {}
        rich: {tissues: {muscle_block: {state: {vessels: {baseline: 0.1}, perfusion: {oxygen: {blood: 200 uM}}}}}}  # rich

      """

  private static let new =
    head + """
      tissues:
        muscle_block:
          organ: muscle
          voxels: 4 x 4 x 4
          spacing: 20 um
          source: "an example"
          factors:
            pge2: {exchange: {value: 0.2 1/min, range: 0.1 to 0.4 1/min}}
            oxygen: { initial: 40 uM, exchange: {value: 6 1/min, source: "assumed, \\\"0.02\\\" to 2"}, blood: {value: "40 uM", source: "assumed, \\\"0.02\\\" to 2"} }   # at rest
            vegf: {exchange: 0.05 1/min}  # slow
            glucose:
              exchange: 0.2 1/min
              blood: {value: 5 mM, source: plasma}  # minutes
              initial: 5 mM
          state:
            vessels: {baseline: 0.2}
            exchange: vessels   # by blood
              # proteins
              # and the others
            gives: {vegf: {injured: 1 ng/mL/h}}
        other: {organ: muscle, voxels: 4 x 4 x 4, spacing: 20 um, state: {exchange: vessels}, factors: {vegf: {exchange: 1 1/h}}}
      arms:
        rest: {}
        rich: {tissues: {muscle_block: {state: {vessels: {baseline: 0.1}, exchange: vessels}, factors: {oxygen: {blood: 200 uM}}}}}  # rich

      """

  private func migration(_ text: String, _ name: String = "muscle.yaml") throws -> Migration {
    let scratch = try ScratchLibrary()
    let path = try scratch.write(Data(text.utf8), name)
    return try Migration.of(path, library: Scenarios.root, program: "")[0]
  }

  @Test func rewritesPerfusionWithItsComments() throws {
    let migration = try migration(Self.old)
    #expect(migration.byHand.isEmpty, "\(migration.byHand)")
    #expect(migration.new == Self.new)
    #expect(try self.migration(Self.new).isNeeded == false)
  }

  /// What is rewritten is a scenario, with the rates, levels and sources that were given.
  @Test func whatIsRewrittenHolds() throws {
    let scratch = try ScratchLibrary()
    let text = try migration(Self.old).new
    let path = try scratch.write(Data(text.utf8), "muscle.yaml")
    let scenario = try ResolvedScenario(path: path, library: Scenarios.root)
    func record(_ key: String, in arm: Int = 0) throws -> Record {
      try #require(
        scenario.arms[arm].records.first {
          $0.path.joined(separator: ".") == "tissues.muscle_block.factors.\(key)"
        }
      )
    }
    #expect(try record("oxygen.exchange").text == "6 1/min")
    #expect(try record("oxygen.blood").source == "assumed, \"0.02\" to 2")
    #expect(try record("oxygen.initial").source == "an example")
    #expect(try record("pge2.exchange").range == "0.1 to 0.4 1/min")
    #expect(try record("vegf.exchange").source == "an example")
    #expect(try record("oxygen.blood", in: 1).text == "200 uM")
    let rates = scenario.experiments[0].tissues[0].matter?.perfusion.map { $0.rate * 60 } ?? []
    #expect(rates.map { ($0 * 1e6).rounded() / 1e6 } == [12, 360, 3, 12])
  }

  /// The lines that change are shown as by `diff`: what is left out, put in and replaced.
  @Test func showsWhatChanges() throws {
    let changes = try migration(Self.old).changes
    let (removed, added) = (changes.flatMap(\.old), changes.flatMap(\.new))
    #expect(removed.count == 12 && added.count == 8)
    let gone = changes.filter { $0.new.isEmpty }
    #expect(gone.map(\.oldLine) == [25, 27] && gone.map(\.newLine) == [27, 28], "\(gone)")
  }

  @Test func rewritesAPresetOfTheLibrary() throws {
    let text = """
      # A block.
      organ: muscle
      voxels: 8 x 8 x 8
      spacing: 20 um
      state:
        perfusion: {pge2: {rate: 1 1/h}}

      """
    let migration = try migration(text, "library/tissues/muscle.yaml")
    #expect(
      migration.new
        == text.replacing("perfusion: {pge2: {rate: 1 1/h}}", with: "exchange: vessels")
        .replacing("organ", with: "factors: {pge2: {exchange: 1 1/h}}\norgan")
    )
  }

  /// Rates beside `state` held everywhere.
  @Test func saysThatOldRatesHoldEverywhere() throws {
    let text = """
      name: muscle
      host: mouse
      tissues:
        block:
          organ: muscle
          factors: {pge2: {exchange: 1 1/h}}
          state:
            vessels: {baseline: 0.2}
        knee: {preset: arthritic-joint, factors: {pge2: {exchange: 1 1/h}}, state: {injury: {baseline: 0.5}}}

      """
    #expect(
      try migration(text).new
        == text.replacing("      vessels", with: "      exchange: everywhere\n      vessels")
    )
  }

  /// What cannot be rewritten stays to the byte, and what to write is said.
  @Test(
    arguments: [
      ("pge2: {}", "state: {perfusion: &rates {pge2: {rate: 1 1/h}}}", "write the rate of each"),
      (
        "pge2: {source: own}", "state: {perfusion: {pge2: {rate: 1 1/h}}}",
        "write the rate of each"
      ),
      ("pge2: {}", "state: {perfusion: {pge2: {rate: 1 1/h, fast: 2}}}", "write the rate of each"),
      (
        "pge2: {}, vegf: {exchange: 1 1/h}", "state: {perfusion: {pge2: {rate: 1 1/h}}}",
        "some factors have 'exchange', which held everywhere, and others 'perfusion'"
      ),
    ]
  )
  func leavesWhatItCannotRewrite(factors: String, state: String, words: String) throws {
    let text = """
      name: muscle
      host: mouse
      tissues:
        block:
          organ: muscle
          factors: {\(factors)}
          \(state)

      """
    let migration = try migration(text)
    #expect(!migration.isNeeded)
    #expect(migration.byHand.map(\.path) == ["tissues.block.state.perfusion"])
    #expect(migration.byHand.first?.message.contains(words) == true, "\(migration.byHand)")
  }

  /// Factors that are those of another tissue by an alias stay, for its rates may be others.
  @Test func leavesAnAlias() throws {
    let text = """
      name: muscle
      host: mouse
      tissues:
        calf: {organ: muscle, factors: &shared {pge2: {}}, state: {perfusion: {pge2: {rate: 1 1/h}}}}
        thigh: {organ: muscle, factors: *shared, state: {perfusion: {pge2: {rate: 2 1/h}}}}

      """
    let migration = try migration(text)
    #expect(migration.byHand.map(\.path) == ["tissues.thigh.state.perfusion"])
    #expect(
      migration.new
        == text.replacing("{pge2: {}}", with: "{pge2: {exchange: 1 1/h}}")
        .replacing("perfusion: {pge2: {rate: 1 1/h}}", with: "exchange: vessels")
    )
  }

  /// Paths of campaigns, and the names of columns of their tables.
  @Test func rewritesPathsOfCampaigns() throws {
    let scratch = try ScratchLibrary()
    let campaign = """
      name: old
      scenario: small.yaml
      set: ["tissues.block.state.perfusion.pge2.blood=1 nM"]
      design: {method: list, file: points.csv}
      vary:
        arms.rich.tissues.block.state.perfusion.pge2.rate: {values: [1 1/h]}

      """
    let table = "tissues.block.state.perfusion.oxygen.rate\n1 1/h\n"
    try scratch.write(Data(table.utf8), "points.csv")
    let path = try scratch.write(Data(campaign.utf8), "campaign.yaml")
    let migrations = try Migration.of(path, library: scratch.library, program: "")
    #expect(migrations.allSatisfy { $0.byHand.isEmpty })
    #expect(
      migrations[0].new
        == campaign.replacing("state.perfusion.pge2.blood", with: "factors.pge2.blood")
        .replacing("state.perfusion.pge2.rate", with: "factors.pge2.exchange")
    )
    #expect(migrations[1].new == "tissues.block.factors.oxygen.exchange\n1 1/h\n")
  }
}
