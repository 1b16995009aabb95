import Files
import Foundation
import Simulation

/// `frames/`: the grids of a run in full, a file for each model, grid, part and time.
///
/// A run that goes on from a checkpoint writes the files after it again, with the same bytes.
public struct FrameFolder: Sendable {
  /// Name of the folder.
  public static let name = "frames"
  private let directory: OutputDirectory

  /// The folder in the directory of a run.
  public init(in directory: OutputDirectory) { self.directory = directory }

  /// Writes a frame of a model: of an arm by its position among all, and a replicate, after a number of steps.
  ///
  /// - Throws: `OutputError` where the system refuses.
  public func write(_ frame: FrameFile, arm: Int, grid: Int, step: Int) throws {
    _ = try directory.folder(Self.name)
    let padded = String(repeating: "0", count: max(0, 8 - String(step).count)) + String(step)
    let name = "\(arm + 1)-\(frame.replicate)-\(grid + 1)-\(frame.frame.part.rawValue)-\(padded)"
    try directory.write("\(Self.name)/\(name)\(FrameFile.suffix)", try frame.file())
  }

  /// Removes the frames.
  ///
  /// - Throws: `OutputError` where the system refuses.
  public func clear() throws { try directory.clear(Self.name, of: FrameFile.suffix) }

  /// The paths of the frames in a directory, in order of arm, replicate, grid, part and time.
  public static func paths(in directory: String) -> [String] {
    let folder = "\(directory)/\(name)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    func key(_ name: String) -> [Substring] {
      name.dropLast(FrameFile.suffix.count).split(separator: "-")
    }
    return names.filter { $0.hasSuffix(FrameFile.suffix) }.map { ($0, key($0)) }
      .sorted { first, second in
        for (a, b) in zip(first.1, second.1) where a != b {
          return (a.count, a) < (b.count, b)
        }
        return first.1.count < second.1.count
      }
      .map { "\(folder)/\($0.0)" }
  }
}
