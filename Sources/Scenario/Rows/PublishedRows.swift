import Foundation
import Observations
import Simulation

/// The published rows of a library or of a file.
public struct PublishedRows: Sendable {
  /// Folder of the library that holds them: a file an experiment.
  public static let folder = PresetFolders.rows

  /// The rows, in the order of the files and of each file.
  public let all: [PublishedRow]

  /// The rows of a library, in the order of the names of its files, with those of other files after them.
  ///
  /// - Parameters:
  ///   - library: the library.
  ///   - files: paths of the other files.
  /// - Throws: `ScenarioError` with everything that is wrong in the files, as far as they can be read without their
  ///   scenarios.
  public init(of library: Library, and files: [String] = []) throws(ScenarioError) {
    let own = library.names(in: Self.folder).map { library.file($0, in: Self.folder) }
    let same = Set(own.map(Self.whole))
    var rows: [PublishedRow] = []
    var problems: [Diagnostic] = []
    for path in own + files.filter({ !same.contains(Self.whole($0)) }) {
      do throws(ScenarioError) {
        for row in try Self.rows(in: path, library) {
          if let other = rows.first(where: { $0.name == row.name }) {
            problems.append(
              Diagnostic(
                row.node.origin,
                path: row.path.joined(separator: "."),
                "is a row of \(other.node.origin.file) too; each has a name of its own"
              )
            )
          }
          rows.append(row)
        }
      } catch {
        problems += error.diagnostics
      }
    }
    guard problems.isEmpty else { throw ScenarioError(problems.inOrder) }
    all = rows
  }

  /// The rows of one file, as `init(of:and:)` reads them.
  public func rows(in file: String) -> [PublishedRow] {
    all.filter { Self.whole($0.node.origin.file) == Self.whole(file) }
  }

  private static func whole(_ path: String) -> String {
    URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
  }

  private static func rows(in path: String, _ library: Library) throws(ScenarioError)
    -> [PublishedRow]
  {
    let (_, text) = try Loader.text(path, layer: .scenario)
    let document = try Document.read(yaml: text, file: path, layer: .scenario)
    if let problem = FileKind(document, path: path)?.problem(asRows: path) {
      throw ScenarioError(document.origin, problem)
    }
    guard case .mapping = document.content else {
      throw ScenarioError(document.origin, "a file of rows is a mapping of keys to values")
    }
    let reading = Reading()
    let rows = Section.read(document, [], reading, at: document.origin) {
      RowSchema.rows($0, in: path, library)
    }
    guard reading.diagnostics.isEmpty else { throw ScenarioError(reading.diagnostics.inOrder) }
    return rows
  }
}

extension PublishedRow {
  /// What it reads of the arms of its scenario.
  ///
  /// - Parameter experiments: the arms.
  /// - Returns: the readings.
  /// - Throws: `ScenarioError` with everything that no run of the scenario can read.
  public func readings(of experiments: [Experiment]) throws(ScenarioError) -> Readings {
    let reading = Scenario.Reading()
    let readings = Section.read(node, path, reading, at: node.origin) {
      RowSchema.readings($0, of: experiments, unit: unit)
    }
    // A list stands for several readings, of which each says the same of its other keys.
    var known: Set<Diagnostic> = []
    let problems = reading.diagnostics.filter { known.insert($0).inserted }
    guard let readings, problems.isEmpty else { throw ScenarioError(problems.inOrder) }
    return readings
  }
}
