import CPage
import Files
import Foundation

/// Draws figures as files, with the renderers that are installed.
public struct Drawing {
  /// What a figure is written as.
  public enum Format: String, CaseIterable, Sendable {
    /// A vector picture, a picture of pixels, and the specification with its data.
    case svg, png, json
  }

  /// Why a figure cannot be drawn: one sentence for the user.
  public struct Unavailable: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  /// A figure in a format, as bytes.
  ///
  /// SVG is drawn by Node with the library of charts that reports carry, else by the Python package vl-convert-python; PNG by
  /// rsvg-convert from SVG, else by vl-convert-python.
  ///
  /// - Throws: `Unavailable` where no renderer is installed, or where the one that is fails.
  public static func draw(_ figure: Figure, as format: Format) throws(Unavailable) -> Data {
    let specification = figure.specification.text
    if format == .json { return Data((specification + "\n").utf8) }
    if let svg = try svg(specification) {
      if format == .svg { return svg }
      if let png = try run("rsvg-convert", ["--format=png", "--zoom=2"], files: [svg]) {
        return png
      }
    }
    let hasPackage = try? run("python3", ["-c", "import vl_convert"], files: [])
    if hasPackage ?? nil != nil,
      let drawn = try run(
        "python3",
        ["-c", Page.text(page_drawing_python()), format.rawValue],
        files: [Data(specification.utf8)]
      )
    {
      return format == .svg ? alone(drawn) : drawn
    }
    throw Unavailable(
      description: format == .svg
        ? "no renderer is installed: install Node (apt-get install nodejs) or the Python package vl-convert-python, or write the specification with --format json"
        : "no renderer is installed: install Node and rsvg-convert (apt-get install nodejs librsvg2-bin) or the Python package vl-convert-python, or write the specification with --format json"
    )
  }

  /// The chart as SVG by Node; `nil` where there is none.
  private static func svg(_ specification: String) throws(Unavailable) -> Data? {
    try run(
      "node",
      [],
      files: [
        Page.data(page_drawing()), Page.data(page_charts()), Data(specification.utf8),
      ]
    )
  }

  /// A picture that lies on no page, whose text has a colour of its own.
  private static func alone(_ svg: Data) -> Data {
    Data(String(decoding: svg, as: UTF8.self).replacing("currentColor", with: "#1b1f24").utf8)
  }

  /// What a program writes to standard output that is given some files after its arguments; `nil` where it is not installed.
  private static func run(_ program: String, _ arguments: [String], files: [Data])
    throws(Unavailable) -> Data?
  {
    guard let path = found(program) else { return nil }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "stroma-\(UUID().uuidString)"
    )
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let paths = files.indices.map { folder.appendingPathComponent("\($0)") }
      for (path, data) in zip(paths, files) { try data.write(to: path) }
      let errors = folder.appendingPathComponent("errors")
      FileManager.default.createFile(atPath: errors.path, contents: nil)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments + paths.map(\.path)
      let output = Pipe()
      process.standardOutput = output
      process.standardError = try FileHandle(forWritingTo: errors)
      process.standardInput = FileHandle.nullDevice
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        let words = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
        throw Unavailable(
          description:
            "\(program) cannot draw the figure: \(words.split(separator: "\n").last ?? "it failed")"
        )
      }
      return data
    } catch let error as Unavailable {
      throw error
    } catch {
      throw Unavailable(description: "\(program) cannot be run: \(error.localizedDescription)")
    }
  }

  /// Path of a program that the shell would find; `nil` without one.
  private static func found(_ program: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(program)" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }
}
