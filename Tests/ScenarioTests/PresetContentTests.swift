import Foundation
import Scenario
import Testing

/// What stands in the files of the library is read, whether a run uses it or not.
@Suite("Content of presets")
struct PresetContentTests {
  /// A well that names a preset of every folder that lists factors, and carries almost none of these.
  private static let well = """
    name: well
    duration: 1 h
    clock: {cell_step: 10 min, output_every: 1 h}
    culture: {species: human, width: 240 um, depth: 1.2 mm, cells: {macrophage: {density: 1e4 cells/mL}}}
    medium: rpmi
    product: human-marrow-msc
    treatment: {dose: 1e5 cells/mL}
    kinds: [macrophage, cd4, cd4_effector, cd8, cd8_effector, treg, nk, dendritic, b_cell, neutrophil]
    factors: [ifng, tnfa]

    """

  /// The library with one file changed, and what is said of the well.
  private struct Bench {
    let scratch: ScratchLibrary

    init() throws {
      scratch = try ScratchLibrary()
      for folder in ["factors", "kinds", "products", "media", "modifications"] {
        let path = "\(Scenarios.root)/\(folder)"
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
          let text = try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))
          try scratch.write(text, "library/\(folder)/\(name)")
        }
      }
    }

    func said(with text: String, as file: String) throws -> [String] {
      let path = "\(scratch.library)/\(file)"
      let kept = try Data(contentsOf: URL(fileURLWithPath: path))
      try scratch.write(Data(text.utf8), "library/\(file)")
      defer { _ = try? scratch.write(kept, "library/\(file)") }
      return scratch.diagnostics { try scratch.resolve(PresetContentTests.well) }
    }
  }

  /// Where a word stands, from 1.
  private static func place(_ index: String.Index, in text: String) -> String {
    let before = text[..<index].split(separator: "\n", omittingEmptySubsequences: false)
    return "\(before.count):\((before.last?.count ?? 0) + 1)"
  }

  private static let files = [
    "kinds/macrophage.yaml", "kinds/cd4.yaml", "kinds/treg.yaml", "kinds/nk.yaml",
    "kinds/dendritic.yaml", "products/human-marrow-msc.yaml", "media/rpmi.yaml",
  ]

  /// Every range of a file that is misspelt is an error where it stands, and nothing else is said.
  @Test(arguments: files) func everyRangeIsRead(file: String) throws {
    let bench = try Bench()
    let text = try String(contentsOfFile: "\(Scenarios.root)/\(file)", encoding: .utf8)
    let ranges = text.ranges(of: /range: [^,}]+/)
    #expect(ranges.count > 2)
    for range in ranges {
      var wrong = text
      wrong.replaceSubrange(range, with: "range: banana")
      let said = try bench.said(with: wrong, as: file)
      let start = text.index(range.lowerBound, offsetBy: "range: ".count)
      let place = Self.place(start, in: text)
      // Others build on some presets: each that does says so.
      let expected = ".range: found \"banana\"; expected low to high and unit, as in "
      #expect(
        !said.isEmpty
          && said.allSatisfy {
            $0.hasPrefix("LIBRARY/\(file):\(place): ") && $0.contains(expected)
          },
        "\(place) \(said)"
      )
    }
  }

  /// Every factor of a file that is misspelt is an error where it stands, carried or not.
  @Test(arguments: files) func everyFactorIsRead(file: String) throws {
    let bench = try Bench()
    let text = try String(contentsOfFile: "\(Scenarios.root)/\(file)", encoding: .utf8)
    let factors = try FileManager.default.contentsOfDirectory(
      atPath: "\(Scenarios.root)/factors"
    ).map { String($0.dropLast(5)) }
    var tried = 0
    for key in text.ranges(of: /[a-z0-9_]+(?=: )|[a-z0-9_]+(?=:\n)/)
    where factors.contains(String(text[key])) {
      let isKey = text[..<key.lowerBound].last.map { " \n{".contains($0) } ?? true
      guard isKey else { continue }
      tried += 1
      var wrong = text
      wrong.insert(contentsOf: "qx", at: key.upperBound)
      let said = try bench.said(with: wrong, as: file)
      let place = Self.place(key.lowerBound, in: text)
      #expect(
        !said.isEmpty
          && said.allSatisfy {
            $0.hasPrefix("LIBRARY/\(file):\(place): ")
              && $0.contains("the library has no factor '\(text[key])qx'")
          },
        "\(place) \(said)"
      )
    }
    #expect(tried > 1)
  }

  /// What a preset says of a factor that is not carried is read like all else.
  @Test(
    arguments: [
      (
        "products/human-marrow-msc.yaml", "\nsecretion:",
        "\nsecretion:\n  vegf: {basel: 1 pg/cell/d}"
      ),
      ("kinds/nk.yaml", "half:", "hlaf:"), ("kinds/cd4.yaml", "lack: true", "lack: yes"),
      ("media/rpmi.yaml", "2 g/L", "2 q/L"), ("media/rpmi.yaml", "11.1 mM", "11.1 mW"),
    ]
  )
  func whatIsNotUsedIsRead(file: String, old: String, new: String) throws {
    let bench = try Bench()
    var text = try String(contentsOfFile: "\(Scenarios.root)/\(file)", encoding: .utf8)
    guard let range = text.firstRange(of: old) else { return }
    if file.hasPrefix("products") {
      text = text.replacing(/\n  vegf:.*/, with: "")
      text = text.replacing(old, with: new)
    } else {
      text.replaceSubrange(range, with: new)
    }
    let said = try bench.said(with: text, as: file)
    let isComment = new.contains("q/L")
    #expect(said.isEmpty == isComment, "\(said)")
    #expect(said.allSatisfy { $0.hasPrefix("LIBRARY/\(file):") }, "\(said)")
  }

  /// A range has the dimension of its value, goes up, is allowed and holds the value.
  @Test(
    arguments: [
      ("0.01 to 0.06 1/hz", "expected low to high and unit, as in 1e-4 to 10 1/h"),
      ("0.01 to 0.06 h", "expected low to high and unit, as in 1e-4 to 10 1/h"),
      ("0.01 1/h", "expected low to high and unit, as in 1e-4 to 10 1/h"),
      ("0.06 to 0.01 1/h", "the lower end comes first"),
      ("0.01 to 60 1/h", "allowed is 1e-4 to 10 1/h"),
      ("0.04 to 0.06 1/h", "the value 0.03 1/h lies outside"),
    ]
  )
  func aRangeFitsItsValue(range: String, problem: String) throws {
    let scratch = try ScratchLibrary()
    let text =
      ScratchLibrary.text()
      + "survival: {damage_relaxation: {value: 0.03 1/h, range: \(range), source: \"a test\"}}\n"
    let said = scratch.diagnostics { try scratch.resolve(text) }
    #expect(
      said == [
        "small.yaml:23:56: survival.damage_relaxation.range: found \"\(range)\"; \(problem)"
      ],
      "\(said)"
    )
    let right = text.replacing(range, with: "0.02 to 0.06 1/h")
    #expect(scratch.diagnostics { try scratch.resolve(right) }.isEmpty)
    let word = ScratchLibrary.text(replacing: [
      4: "product: {preset: human-marrow-msc, handling: {value: thawed, range: 1 to 2}}"
    ])
    #expect(
      scratch.diagnostics { try scratch.resolve(word) } == [
        "small.yaml:4:70: product.handling.range: belongs to numbers; leave it out"
      ]
    )
  }

  /// Every range of the schema and of the scenarios of the library is one.
  @Test func rangesOfTheLibraryHaveEnds() throws {
    for name in Scenarios.all {
      for record in try Scenarios.load(name).arms.flatMap(\.records) {
        guard let range = record.range else { continue }
        let isPoint = Set(range.split(separator: " to ")).count == 1
        #expect(record.ends != nil || isPoint, "\(name) \(record.path): \(range)")
      }
    }
  }
}
