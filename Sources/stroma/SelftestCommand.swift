import ArgumentParser
import Campaign
import Foundation
import Scenario
import Simulation
import Substrate

struct SelftestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Determines whether this program on this machine gives the published results.",
    discussion: """
      Draws random numbers with known answers and runs some short scenarios of the library, whose tables are known to the bit.
      Ends with exit code 70 where something differs. The tables of three of the scenarios stand in Scenarios/golden.

      stroma selftest
      """
  )

  @OptionGroup var library: LibraryOptions

  @Option(help: WorkOptions.threadsHelp)
  var threads: Int?

  @Flag(
    help: "Print the table of the library with the hashes of this program instead, for maintainers."
  )
  var keep = false

  func validate() throws { try WorkOptions.check(threads: threads) }

  func run() throws {
    let found = try library.find()
    guard let test = Selftest(of: found) else {
      Terminal.say("\(found.path)/\(Selftest.file) cannot be read; the library is not whole")
      throw ExitCode(EX_DATAERR)
    }
    let workers = Workers(count: Threads(asked: threads).count)
    var cases: [Selftest.Case] = []
    var verdicts: [Selftest.Verdict] = []
    let isRight = Selftest.randomNumbersAreRight
    if !keep {
      try Terminal.show("random numbers  \(isRight ? "same" : "differ")\n")
      try Terminal.show("registers       \(Selftest.registers)\n")
    }
    let width = test.cases.map(\.scenario.count).max() ?? 0
    let start = ContinuousClock.now
    for known in test.cases {
      let ran: Selftest.Case
      do {
        ran = try test.run(known, on: workers)
      } catch {
        Terminal.say("\(known.scenario): \(error)")
        throw ExitCode(error is ScenarioError ? EX_DATAERR : EX_SOFTWARE)
      }
      cases.append(ran)
      verdicts.append(Selftest.verdict(on: known, found: ran))
      if !keep {
        let name = known.scenario.padding(toLength: width, withPad: " ", startingAt: 0)
        try Terminal.show("\(name)  \(verdicts[verdicts.count - 1].rawValue)\n")
      }
    }
    if keep { return try Terminal.show(Selftest.table(cases)) }
    let seconds = ((ContinuousClock.now - start) / .seconds(1) * 10).rounded() / 10
    try Terminal.show("\(Self.conclusion(verdicts, isRight)) (\(seconds) s)\n")
    if !isRight || verdicts.contains(where: { $0 != .same }) { throw ExitCode(EX_SOFTWARE) }
  }

  private static func conclusion(_ verdicts: [Selftest.Verdict], _ isRight: Bool) -> String {
    let known = "of revision \(Model.revision)"
    if !isRight || verdicts.contains(.differs) {
      return "This program on this machine does not give the published results \(known). "
        + "To see by how much, compare with the tables in \(Selftest.golden) of the library."
    }
    if verdicts.contains(.changedLibrary) {
      return "The library is not the published one: its scenarios or presets were changed."
    }
    if verdicts.contains(.otherRevision) {
      return "The library is of another revision than the program (\(Model.revision))."
    }
    return "This program on this machine gives the published results \(known)."
  }
}
