import ArgumentParser
import Campaign

@main
struct Stroma: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stroma",
    abstract: "Follows every cell of a mesenchymal stromal cell dose through the body.",
    discussion: """
      A scenario file specifies the host, the cells, how they are given and what is observed. Results are CSV files.

      Exit codes: 0 success, 1 two runs (or a scenario and its part) differ or files need to be migrated, 64 invalid command line,
      65 invalid scenario, library file or checkpoint, or (with --strict) a note that is not accepted,
      66 a directory contains no run, 69 the run does not fit in memory or no renderer is installed, 70 the mass balance
      of a factor is not closed or a row of 'stroma verify' misses, 71 the limit of the stack is too low, 73 the output directory is not empty or is in use by another run,
      74 output could not be written, 130 stopped by Ctrl-C, SIGTERM, SIGHUP, SIGUSR1 or SIGXCPU.
      """,
    version: RunOutput.version,
    subcommands: [
      RunCommand.self, ResumeCommand.self, PlanCommand.self, DiffCommand.self, CheckCommand.self,
      ExpectCommand.self,
      ValidateCommand.self,
      SelftestCommand.self,
      VerifyCommand.self,
      ReportCommand.self, FiguresCommand.self, PlotCommand.self, ExportCommand.self,
      PackCommand.self, UnpackCommand.self,
      WatchCommand.self,
      SchemaCommand.self, InitCommand.self, SetupCommand.self,
      SweepCommand.self, MergeCommand.self, CalibrateCommand.self,
      SensitivityCommand.self, AttributeCommand.self, ReduceCommand.self,
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
    Terminal.checkStack()
    main(nil)
  }
}
