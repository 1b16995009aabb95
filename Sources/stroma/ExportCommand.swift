import ArgumentParser
import Files
import Foundation
import Recording

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes the grids that a run kept in full for ParaView, napari or scanpy.",
    discussion: """
      The run keeps them with --record fields:every=6h or --record cells:all,every=6h, or with the keys
      record.fields and record.cells of its scenario. --vtk writes DIR/vtk: a folder for each arm, replicate and grid, with
      files of ImageData for factors, of PolyData for cells, and a collection (.pvd) for each, which ParaView opens. --zarr
      writes DIR/zarr: OME-Zarr 0.5 for factors, AnnData for cells.

      stroma run my-mouse.yaml --record fields:every=12h --record cells:all,every=12h
      stroma export results/my-mouse --vtk --zarr
      """
  )

  @Argument(help: ArgumentHelp("Directory of a run.", valueName: "dir"), completion: .directory)
  var directory: String

  @Flag(help: "Write files of VTK.")
  var vtk = false

  @Flag(help: "Write stores of Zarr.")
  var zarr = false

  @Flag(help: "Replace what an earlier export wrote.")
  var overwrite = false

  func validate() throws {
    if !vtk && !zarr { throw ValidationError("Choose a format: --vtk, --zarr, or both.") }
  }

  func run() throws {
    let paths = FrameFolder.paths(in: directory)
    guard !paths.isEmpty else {
      Terminal.say(
        "\(directory) holds no frames; run with --record fields:every=6h or --record cells:all,every=6h"
      )
      throw ExitCode(EX_NOINPUT)
    }
    try WorkOptions.writing(into: directory, overwrite: true) { output in
      try output.lock()
      if vtk {
        var export = VTKExport(into: try folder("vtk", in: output))
        try read(paths) { try export.add($0) }
        try export.finish()
        try Terminal.show("\(directory)/vtk\n")
      }
      if zarr {
        var export = ZarrExport(into: try folder("zarr", in: output))
        try read(paths) { try export.add($0) }
        try export.finish()
        try Terminal.show("\(directory)/zarr\n")
      }
    }
  }

  /// A folder of the directory, without what an earlier export left where that is to be replaced.
  private func folder(_ name: String, in output: OutputDirectory) throws -> OutputDirectory {
    let path = "\(directory)/\(name)"
    // Of a link, the link is removed and not what it leads to.
    if overwrite { try? FileManager.default.removeItem(atPath: path) }
    _ = try output.folder(name)
    if let names = try? FileManager.default.contentsOfDirectory(atPath: path), !names.isEmpty {
      Terminal.say("\(path) is not empty; add --overwrite to replace it")
      throw ExitCode(EX_CANTCREAT)
    }
    return try OutputDirectory(path, overwrite: false)
  }

  private func read(_ paths: [String], _ take: (FrameFile) throws -> Void) throws {
    for path in paths {
      guard let file = FrameFile(path: path) else {
        Terminal.say("\(path) cannot be read: it is no whole frame")
        throw ExitCode(EX_DATAERR)
      }
      try take(file)
    }
  }
}
