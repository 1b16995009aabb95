import ArgumentParser
import Campaign

@main
struct Stroma: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stroma",
    abstract: "Follows every cell of a mesenchymal stromal cell dose through the body.",
    discussion: """
      A scenario file says who receives which cells, how, and what is observed. Results are CSV files.

      Exit codes: 0 done, 1 two runs differ or files are to be migrated, 64 the command line is wrong,
      65 a scenario, a file of the library or a checkpoint is wrong, or with --strict a note is not
      accepted, 66 a directory to compare holds no run, 69 the run does
      not fit in memory, 70 the mass of a factor is not accounted for, 73 the output directory is not
      empty or another run is at work in it, 74 output could not be written, 130 stopped by Ctrl-C,
      SIGTERM, SIGHUP, SIGUSR1 or SIGXCPU.
      """,
    version: RunOutput.version,
    subcommands: [
      RunCommand.self, ResumeCommand.self, PlanCommand.self, DiffCommand.self, CheckCommand.self,
      ExpectCommand.self,
      ValidateCommand.self,
      SweepCommand.self, MergeCommand.self, CalibrateCommand.self,
      SensitivityCommand.self, AttributeCommand.self,
      ExplainCommand.self, MigrateCommand.self,
      ListCommand<Products>.self, ListCommand<Modifications>.self,
      ListCommand<Formulations>.self, ListCommand<Regimens>.self,
      ListCommand<Tissues>.self, ListCommand<Hosts>.self, ListCommand<Overlays>.self,
      ListCommand<Kinds>.self, ListCommand<Factors>.self, ListCommand<Media>.self,
      ListCommand<Labels>.self, ListCommand<Modalities>.self,
      ListCommand<Studies>.self, EndpointsCommand.self, NotesCommand.self,
      LawsCommand.self,
    ]
  )

  static func main() {
    Terminal.prepare()
    main(nil)
  }
}
