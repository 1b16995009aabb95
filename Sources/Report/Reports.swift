/// Reports of directories, whatever was made in them.
public enum Reports {
  /// The report of a directory as a page of HTML.
  ///
  /// - Parameters:
  ///   - directory: directory of a run or a campaign.
  ///   - library: library of the scenario; `nil` for the one near the program.
  ///   - program: path of the program.
  /// - Returns: the page.
  /// - Throws: `ReportError` where there is nothing to report.
  public static func html(of directory: String, library: String?, program: String) throws -> String
  {
    if !RunFiles.isRun(directory), CampaignReport.isCampaign(directory) {
      return try CampaignReport(directory, library: library, program: program).html()
    }
    return try RunReport.html(of: RunFiles(directory, library: library, program: program))
  }

  /// The figures of a directory.
  ///
  /// - Parameters:
  ///   - directory: directory of a run or a campaign.
  ///   - library: library of the scenario; `nil` for the one near the program.
  ///   - program: path of the program.
  /// - Returns: the figures, in the order of the report.
  /// - Throws: `ReportError` where there is nothing to report.
  public static func figures(of directory: String, library: String?, program: String)
    throws(ReportError) -> [Figure]
  {
    if !RunFiles.isRun(directory), CampaignReport.isCampaign(directory) {
      return CampaignReport(directory, library: library, program: program).figures
    }
    return RunReport(try RunFiles(directory, library: library, program: program)).figures
  }
}
