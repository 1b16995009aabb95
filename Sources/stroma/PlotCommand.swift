import ArgumentParser
import Files
import Foundation
import Report
import Scenario

/// The options that name a directory whose figures are wanted.
struct FigureOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Directory of a run or a campaign.", valueName: "dir"),
    completion: .directory
  )
  var directory: String

  @Option(help: ArgumentHelp("Library directory (hosts, products, factors, …).", valueName: "dir"))
  var library: String?

  /// The figures of the directory, or says that there are none and ends with exit code 66.
  func figures() throws -> [Figure] {
    do {
      return try Reports.figures(of: directory, library: library, program: ValueOptions.program)
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_NOINPUT)
    }
  }
}

struct FiguresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures",
    abstract: "Lists the figures of a run or a campaign, by name.",
    discussion: "stroma figures results/mouse-iv"
  )

  @OptionGroup var options: FigureOptions

  func run() throws {
    let figures = try options.figures()
    let width = figures.map(\.name.count).max() ?? 0
    for figure in figures {
      let name = figure.name.padding(toLength: width, withPad: " ", startingAt: 0)
      try Terminal.show("\(name)  \(figure.title)\n")
    }
  }
}

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract:
      "Draws a figure of a run or a campaign as SVG, as PNG, or as a specification of Vega-Lite.",
    discussion: """
      SVG needs Node or the Python package vl-convert-python, PNG also rsvg-convert (or that package); the specification needs
      nothing and holds the data.

      stroma plot results/mouse-iv --figure survival
      stroma plot results/mouse-iv --figure fate --out fate.png
      stroma plot results/mouse-iv --figure fate --format json | vl-convert vl2pdf -o fate.pdf
      """
  )

  @OptionGroup var options: FigureOptions

  @Option(help: "Name of the figure, as 'stroma figures' lists it.")
  var figure: String

  @Option(
    help: ArgumentHelp(
      "File to write (default: DIR/NAME.svg; with --format json standard output).",
      valueName: "file"
    )
  )
  var out: String?

  @Option(
    help: ArgumentHelp(
      "svg, png or json (default: as the file's name ends, else svg).",
      valueName: "format"
    )
  )
  var format: Drawing.Format?

  func run() throws {
    let figures = try options.figures()
    guard let found = figures.first(where: { $0.name == figure }) else {
      let names = figures.map(\.name)
      throw ValidationError(
        "There is no figure '\(figure)'\(Suggestion.text(for: figure, among: names)); \(options.directory) has \(names.joined(separator: ", "))."
      )
    }
    let ending = out.map { URL(fileURLWithPath: $0).pathExtension.lowercased() } ?? ""
    let named = Drawing.Format(rawValue: ending)
    guard format != nil || out == nil || named != nil else {
      throw ValidationError(
        "--out ends in '.\(ending)'; expected .svg, .png or .json, or --format."
      )
    }
    let format = format ?? named ?? .svg
    let data: Data
    do {
      data = try Drawing.draw(found, as: format)
    } catch {
      Terminal.say(error.description)
      throw ExitCode(EX_UNAVAILABLE)
    }
    if format == .json, out == nil {
      return try Terminal.show(String(decoding: data, as: UTF8.self))
    }
    let path = out ?? "\(options.directory)/\(figure).\(format.rawValue)"
    let file = URL(fileURLWithPath: path)
    do {
      try OutputDirectory(file.deletingLastPathComponent().path, overwrite: true)
        .write(file.lastPathComponent, [UInt8](data))
    } catch let error as OutputError {
      Terminal.say(error.description)
      throw ExitCode(EX_IOERR)
    }
    try Terminal.show(path + "\n")
  }
}

extension Drawing.Format: ExpressibleByArgument {}
