import Foundation
import Testing

/// The layers of the house: what each target may import.
@Suite("Architecture")
struct ArchitectureTests {
  /// Own targets, bottom to top, with the modules each may import.
  static let layers: [(target: String, allowed: Set<String>)] = [
    ("Substrate", ["CStencil", "Dispatch", "Synchronization", "Glibc", "Darwin"]),
    ("Vocabulary", []),
    ("Laws", ["Substrate", "Vocabulary"]),
    ("Fields", ["Substrate", "Vocabulary"]),
    ("Body", ["Substrate", "Vocabulary", "Laws"]),
    ("Agents", ["Substrate", "CCells", "Vocabulary", "Laws", "Fields", "Body"]),
    ("Matter", ["Substrate", "Vocabulary", "Laws", "Fields", "Agents"]),
    ("Files", ["Foundation", "Crypto"]),
    ("Simulation", rooms.union(["Substrate", "Files", "Foundation", "Crypto"])),
    ("Observations", rooms.union(["Substrate", "Files", "Simulation"])),
    (
      "Recording",
      rooms.union(["Substrate", "Files", "Simulation", "Observations", "Foundation"])
    ),
    (
      "Scenario",
      rooms.union(run).union(["Substrate", "Foundation", "Synchronization", "Yams"])
    ),
    (
      "Campaign",
      rooms.union(run).union([
        "Substrate", "Scenario", "Foundation", "Synchronization", "CLAPACK", "GRDB",
      ])
    ),
    (
      "Report",
      rooms.union(run).union([
        "Substrate", "Scenario", "Campaign", "CPage", "Foundation", "Mustache",
      ])
    ),
    (
      "Library",
      rooms.union(run).union(["Substrate", "Scenario", "Campaign", "Report"])
    ),
    ("Manual", []),
    (
      "stroma",
      run.union([
        "Substrate", "Scenario", "Campaign", "Report", "Foundation", "Synchronization",
        "ArgumentParser",
      ])
    ),
  ]

  /// The rooms of science.
  static let rooms: Set<String> = ["Vocabulary", "Laws", "Fields", "Body", "Agents", "Matter"]
  /// A run, what is read of it, and what is written.
  static let run: Set<String> = ["Files", "Simulation", "Observations", "Recording"]

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  static func files(in folder: String, ending: String = ".swift") -> [(path: String, text: String)]
  {
    let base = root.appendingPathComponent(folder)
    let found =
      FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(ending) }.sorted().compactMap { path in
      (try? String(contentsOf: base.appendingPathComponent(path), encoding: .utf8)).map {
        (path, $0)
      }
    }
  }

  static func imports(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let i = words.firstIndex(of: "import"), i + 1 < words.count, !line.hasPrefix("///")
      else {
        return nil
      }
      return String(words[i + 1])
    }
  }

  @Test(arguments: layers.map(\.target))
  func importsGoDownOnly(target: String) throws {
    let allowed = try #require(Self.layers.first { $0.target == target }).allowed
    let files = Self.files(in: "Sources/\(target)")
    #expect(!files.isEmpty)
    for file in files {
      for name in Self.imports(file.text) where !allowed.contains(name) {
        Issue.record("Sources/\(target)/\(file.path) imports \(name)")
      }
    }
  }

  @Test func everyTargetIsInTheTable() throws {
    let sources = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("Sources").path
    )
    #expect(
      Set(sources)
        == Set(Self.layers.map(\.target) + ["CLAPACK", "CStencil", "CCells", "CPage", "Python"])
    )
  }

  @Test func onlyWorkersUseDispatch() {
    for file in Self.files(in: "Sources") where Self.imports(file.text).contains("Dispatch") {
      #expect(file.path.hasPrefix("Substrate/Workers/"))
    }
  }

  /// Results may not depend on the C library's functions, nor on fused arithmetic or fast division.
  @Test func resultsUseOwnArithmetic() {
    let forbidden = [
      "Foundation.exp(", "Foundation.log(", "Foundation.pow(", " pow(", " sin(", " cos(",
      "addingProduct", "SystemRandomNumberGenerator", ".random(in", "hashValue",
    ]
    for target in Self.layers.map(\.target) where target != "stroma" {
      for file in Self.files(in: "Sources/\(target)") {
        for word in forbidden where file.text.contains(word) {
          Issue.record("Sources/\(target)/\(file.path) uses \(word)")
        }
      }
    }
  }

  /// Files that the manual points to, as in `Laws/Killing`, exist.
  @Test func filesOfTheManualExist() {
    let pages = Self.files(in: "Sources/Manual", ending: ".md")
    var found = 0
    for page in pages {
      for match in page.text.matches(of: /`([A-Z][A-Za-z]*\/[A-Za-z\/]*[A-Za-z])`/) {
        let path = String(match.1)
        guard !path.hasPrefix("Sources"), !path.hasPrefix("Scenarios"), !path.hasPrefix("Tests"),
          path != "U/mL", !path.hasPrefix("DIR")
        else { continue }
        found += 1
        let file = Self.root.appendingPathComponent("Sources/\(path).swift").path
        #expect(FileManager.default.fileExists(atPath: file), "\(page.path): \(path)")
      }
    }
    #expect(found > 10)
  }

  /// C neither contracts nor calls the C library.
  @Test func loopsInCAreNotContracted() {
    let files = Self.files(in: "Sources", ending: ".c")
    #expect(!files.isEmpty)
    for file in files where !file.path.hasPrefix("CPage/") {
      #expect(file.text.contains("#pragma STDC FP_CONTRACT OFF"), "\(file.path)")
      #expect(!file.text.contains("#include <math.h>"), "\(file.path)")
    }
  }
}
