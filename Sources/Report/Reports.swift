/// Reports of directories, whatever was made in them.
public enum Reports {
  /// The report of a directory as a page of HTML.
  ///
  /// - Parameters:
  ///   - directory: directory of a run or a campaign.
  ///   - library: library of the scenario; `nil` for the one near the program.
  ///   - program: path of the program.
  /// - Throws: `ReportError` where there is nothing to report.
  public static func html(of directory: String, library: String?, program: String) throws -> String {
    try RunReport.html(of: RunFiles(directory, library: library, program: program))
  }
}
