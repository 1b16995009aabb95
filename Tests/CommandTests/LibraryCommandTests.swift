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
    let studies = try place.stroma("studies").output.split(separator: "\n")
    #expect(
      studies.contains {
        $0.hasPrefix("rat-iv-boluses  ")
          && $0.hasSuffix("  Do two boluses pass the lung better than one?")
      }
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

  @Test func explainsAParameterOfTheLibrary() throws {
    let place = try Workplace()
    let ending = try place.stroma("explain", "host.body_weight")
    #expect(ending.code == 0 && ending.errors.isEmpty, "\(ending.errors)")
    #expect(
      ending.output.hasPrefix(
        """
        host.body_weight
          meaning  body weight
          unit     g
          takes    a mass, as in 20 g
          allowed  1 to 1e6 g
          default  none
          set by   hosts/human: 70 kg; ICRP
        """
      ),
      "\(ending.output)"
    )
    #expect(ending.output.contains("\n           hosts/mouse: 20 g; Davies"))
  }

  @Test func explainsAParameterOfAScenario() throws {
    let place = try Workplace()
    let given = try place.stroma("explain", "spacing", "tiny.yaml")
    #expect(given.code == 0)
    #expect(
      given.output.split(separator: "\n").map { $0.prefix { $0 != " " } } == [
        "tissues.infarct.spacing", "tissues.lung_block.spacing",
      ]
    )
    #expect(
      given.errors
        == "2 parameters fit 'spacing'; choose one by its path, as in: stroma explain tissues.infarct.spacing tiny.yaml\n"
    )
    let set = try place.stroma(
      "explain",
      "damage_relaxation",
      "tiny.yaml",
      "--set",
      "survival.damage_relaxation=0.04 1/h"
    )
    #expect(set.code == 0)
    #expect(
      set.output == """
        survival.damage_relaxation
          meaning  rate at which damage builds up under stress and is repaired without it
          unit     1/h
          takes    a rate, as in 0.03 1/h
          allowed  1e-4 to 10 1/h
          value    0.04 1/h
          set by   --set survival.damage_relaxation=0.04 1/h
          default  0.03 1/h
          range    0.013 to 0.06 1/h
          source   trial fit to the survival targets

        """
    )
    let standard = try place.stroma("explain", "damage_relaxation", "tiny.yaml")
    #expect(standard.output.contains("\n  value    0.03 1/h\n  set by   default\n  range "))
    #expect(!standard.output.contains("  default  "))
    let arms = try place.stroma("explain", "product.handling", "arms.yaml")
    #expect(arms.output.contains("\n  set by   arms.yaml:30 (arm thawed)\n"), "\(arms.output)")
  }

  @Test(
    arguments: [
      (
        ["half_ration"], 64,
        "Error: There is no parameter or endpoint 'half_ration' (did you mean 'half_ratio'?)."
      ),
      (
        ["half_ration", "tiny.yaml"], 64,
        "Error: There is no parameter or endpoint 'half_ration' in tiny.yaml (did you mean 'half_ratio'?)."
      ),
      (["half_ratio", "--set", "seed=1"], 64, "Error: --set overrides a value of a scenario; "),
      ([], 64, "Error: Missing expected argument '<parameter>'"),
      (["half_ratio", "nowhere.yaml"], 65, "nowhere.yaml: there is no such file\n"),
    ]
  )
  func mistakesAreSaid(arguments: [String], code: Int32, message: String) throws {
    let place = try Workplace()
    let ending = try Program.run(
      ["explain"] + arguments + ["--library", Program.library],
      in: place.directory
    )
    #expect(ending.code == code)
    #expect(ending.errors.hasPrefix(message), "\(ending.errors)")
    #expect(ending.output.isEmpty)
  }

  @Test func explainsFromWhatIsWholeOfABrokenLibrary() throws {
    let place = try Workplace()
    _ = try copy("hosts", "laws", "products", "labels", "factors", "tutorials", into: place)
    try place.write("name: broken\nduration: soon\n", "library/tutorials/broken.yaml")
    let ending = try Program.run(
      ["explain", "half_ratio", "--library", "library"],
      in: place.directory
    )
    #expect(ending.code == 65)
    #expect(
      ending.errors.contains("library/tutorials/broken.yaml:2:11: duration: found \"soon\"; "),
      "\(ending.errors)"
    )
    #expect(ending.output.hasPrefix("arrest.half_ratio\n"))
  }
}
