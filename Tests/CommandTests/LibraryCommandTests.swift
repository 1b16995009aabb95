import Foundation
import Testing

@Suite("The library on the command line", .serialized)
struct LibraryCommandTests {
  /// A copy of the folders of the library that the tiny scenario needs.
  private func copy(_ folders: String..., into place: Workplace) throws -> String {
    let library = place.directory + "/library"
    try FileManager.default.createDirectory(atPath: library, withIntermediateDirectories: true)
    for folder in folders {
      try FileManager.default.copyItem(
        atPath: "\(Program.library)/\(folder)",
        toPath: "\(library)/\(folder)"
      )
    }
    return library
  }

  @Test(arguments: ["products", "hosts", "studies"])
  func isListed(folder: String) throws {
    let place = try Workplace()
    let ending = try place.stroma(folder)
    #expect(ending.code == 0 && ending.errors.isEmpty, "\(ending.errors)")
    let files = try FileManager.default.contentsOfDirectory(
      atPath: "\(Program.library)/\(folder)"
    )
    let lines = ending.output.split(separator: "\n")
    #expect(lines.map { $0.prefix { $0 != " " } } == files.map { $0.dropLast(5) }.sorted())
    for line in lines {
      #expect(line.contains("  ") && ".?".contains(line.last ?? " "), "\(line)")
    }
    #expect(Set(lines.map { $0.count - $0.drop { $0 != " " }.drop { $0 == " " }.count }).count == 1)
  }

  @Test func saysSentencesAndQuestions() throws {
    let place = try Workplace()
    #expect(
      try place.stroma("hosts").output.hasPrefix("human            A healthy adult of 70 kg.\n")
    )
    #expect(
      try place.stroma("studies").output.contains(
        "\nrat-iv-boluses           Do two boluses pass the lung better than one?\n"
      )
    )
  }

  @Test func brokenFilesAreSaidAfterTheOthersAndEndWith65() throws {
    let place = try Workplace()
    let library = try copy("hosts", into: place)
    try place.write("# A mouse.\nname: [\n", "library/hosts/broken.yaml")
    let hosts = try Program.run(["hosts", "--library", "library"], in: place.directory)
    #expect(hosts.code == 65)
    #expect(hosts.errors.hasPrefix("library/hosts/broken.yaml:3:1: is not YAML: "))
    #expect(hosts.output.contains("\nrat "))
    #expect(!hosts.output.contains("broken"))
    let products = try Program.run(["products", "--library", library], in: place.directory)
    #expect(products.code == 0 && products.output.isEmpty)
    #expect(products.errors == "there are none in \(library)/products\n")
    let nowhere = try Program.run(["hosts", "--library", "nowhere"], in: place.directory)
    #expect(nowhere.code == 65 && nowhere.errors.hasPrefix("--library: found \"nowhere\"; "))
  }
}
