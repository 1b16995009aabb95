import Files
import Foundation

/// A run as one archive, to hand on: its files and their description, of which every hash is checked where it is unpacked.
public enum RunArchive {
  /// Why a run cannot be packed or unpacked: one sentence for the user.
  public struct Problem: Error, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  /// The archive of a run in a directory.
  ///
  /// - Throws: `Problem` where there is no run, or a file cannot be read; `ZipArchive.Problem` where it is too large.
  public static func archive(_ directory: String, terms: RunCrate.Terms) throws -> [UInt8] {
    let manifest = try manifest(in: directory)
    let files = try RunCrate.files(of: manifest, in: directory).map { name in
      guard let bytes = InputFile.contents("\(directory)/\(name)") else {
        throw Problem(description: "\(directory)/\(name) cannot be read")
      }
      return (name: name, bytes: bytes)
    }
    guard files.contains(where: { $0.name == RunOutput.resolved }) else {
      throw Problem(description: "\(directory)/\(RunOutput.resolved) is missing")
    }
    let crate = RunCrate(manifest, files: files, terms: terms).json.text + "\n"
    let entries =
      [ZipArchive.Entry(path: RunCrate.name, bytes: Array(crate.utf8))]
      + files.map { .init(path: $0.name, bytes: [UInt8]($0.bytes)) }
    return try ZipArchive(entries).file()
  }

  /// Reads the manifest of a run.
  ///
  /// - Throws: `Problem` where there is none that can be read.
  public static func manifest(in directory: String) throws -> RunOutput.Manifest {
    let path = "\(directory)/\(RunOutput.manifest)"
    guard let data = InputFile.contents(path) else {
      throw Problem(description: "there is no run in \(directory): it has no \(RunOutput.manifest)")
    }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let manifest = try? decoder.decode(RunOutput.Manifest.self, from: data) else {
      throw Problem(description: "\(path) cannot be read")
    }
    return manifest
  }

  /// The files of an archive, each of which the description names with its size and hash.
  ///
  /// - Throws: `Problem` where a file is missing, not named, or another than described.
  public static func files(in archive: [UInt8]) throws -> [ZipArchive.Entry] {
    let entries: [ZipArchive.Entry]
    do {
      entries = try ZipArchive(archive).entries
    } catch {
      throw Problem(description: error.description)
    }
    guard let crate = entries.first(where: { $0.path == RunCrate.name }),
      let described = try? JSONDecoder().decode(Described.self, from: Data(crate.bytes))
    else { throw Problem(description: "it holds no \(RunCrate.name) that can be read") }
    var left = Set(described.graph.filter { $0.type == "File" }.map(\.id))
    for entry in entries where entry.path != RunCrate.name {
      // A name of one step leads nowhere else.
      guard !entry.path.contains("/"), ![".", "..", ""].contains(entry.path),
        let file = described.graph.first(where: { $0.id == entry.path && $0.type == "File" }),
        left.remove(entry.path) != nil
      else { throw Problem(description: "\(entry.path) is not among the files of its description") }
      guard file.contentSize == String(entry.bytes.count),
        file.sha256 == Digest.of(entry.bytes)
      else { throw Problem(description: "\(entry.path) is not the file that was packed") }
    }
    if let missing = left.min() { throw Problem(description: "\(missing) is missing") }
    return entries
  }

  /// What is read of a description.
  private struct Described: Decodable {
    struct Entity: Decodable {
      let id: String, type: String
      let contentSize: String?, sha256: String?

      private enum CodingKeys: String, CodingKey {
        case id = "@id"
        case type = "@type"
        case contentSize, sha256
      }
    }

    let graph: [Entity]

    private enum CodingKeys: String, CodingKey { case graph = "@graph" }
  }
}
