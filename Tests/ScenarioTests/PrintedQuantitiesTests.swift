import Foundation
import Scenario
import Testing

/// Quantities as people and papers write them: read where they can mean one thing, named where they cannot.
@Suite("Printed quantities")
struct PrintedQuantitiesTests {
  /// The base value that a key takes from a text.
  private func value(_ key: String, _ text: String) throws -> Double? {
    let library = try ScratchLibrary()
    let resolved = try library.resolve(ScratchLibrary.text(), ["\(key)=\"\(text)\""])
    return resolved.records.first { $0.path.joined(separator: ".") == key }?.value
  }

  private static let basal = "product.secretion.pge2.basal"
  private static let clearance = "product.uptake.tnfa.clearance"

  @Test(
    arguments: [
      (
        "treatment.dose", "2e3 cells",
        [
          "2 x 10^3 cells", "2×10³ cells", "2·10^3 cells", "2 thousand cells", "2 000 cells",
          "2'000 cells", "0.002 million cells", "2x10^3 cells", "2*10**3 cells",
        ]
      ),
      (
        "treatment.dose", "1e6 cells",
        ["10^6 cells", "10⁶ cells", "1 million cells", "1,000,000 cells", "1 x 10^6 cells"]
      ),
      (
        "treatment.dose", "1e5 cells/kg",
        [
          "1 x10^5/kg", "10^5 cells per kg", "1e5 cells·kg⁻¹", "1e5 cells kg-1",
          "100,000.0 cells/kg",
        ]
      ),
      (
        "duration", "48 h",
        ["2 d", "2 days", "48 hours", "48 hrs", "2880 minutes", "172800 s", "172800 seconds"]
      ),
      ("duration", "1 wk", ["1 week", "7 days", "10⁴ min"].dropLast() + ["168 hr"]),
      (
        "tissues.infarct.spacing", "40 um",
        ["40 µm", "40 μm", "40 microns", "4·10^-2 mm", "4 × 10⁻² mm"]
      ),
      (
        basal, "0.01 pg/cell/d",
        [
          "10000 pg/1e6 cells/24 h", "10 ng/10^6 cells/d", "10 ng/10⁶ cells/day",
          "0.01 pg cell-1 d-1", "0.01 pg·cell⁻¹·d⁻¹", "10 ng per 1e6 cells per day",
        ]
      ),
      (
        clearance, "1 um^3/min",
        ["1e-6 mL/min/1e6 cells", "1 um3/min", "1 µm³/min/cell", "1e-6 ml/min/10^6 cells"]
      ),
      (
        "tissues.lung_block.factors.tnfa.given.baseline", "0.01 ng/mL",
        ["10 pg/ml", "0.01 µg/L", "0.01 ng mL-1", "1 ng/dL"]
      ),
      (
        "survival.hazard_floor", "0.001 1/h",
        ["0.001 /h", "1e-3 h-1", "0.001 h⁻¹", "0.024 per day"]
      ),
    ] as [(String, String, [String])]
  )
  func sameValue(key: String, plain: String, printed: [String]) throws {
    let expected = try #require(try value(key, plain))
    for text in printed {
      let found = try #require(try value(key, text), "\(text)")
      #expect((found / expected - 1).magnitude < 1e-14, "\(text)")
    }
  }

  /// What cannot be read says what it is and what to write.
  @Test(arguments: [
    ("duration", "1,5 h", "has a decimal comma; write 1.5 h"),
    ("duration", "0,005 h", "has a decimal comma; write 0.005 h"),
    ("treatment.dose", "2,5 x 10^6 cells", "has a decimal comma; write 2.5 x 10^6 cells"),
    (
      "treatment.dose", "1,000 cells",
      "has a comma that may stand for thousands or for decimals; write 1000 cells or 1.000 cells"
    ),
    ("treatment.dose", "1.000.000 cells", "has dots between its thousands; write 1000000 cells"),
    (
      "treatment.dose", "2 x 10e6 cells",
      "multiplies by 10e6, which is 10^7; write 2e6 cells or 2e7 cells"
    ),
    (
      "treatment.dose", "2 x 106 cells",
      "multiplies by 106, perhaps 10^6 without its superscript; write 2e6 cells"
    ),
    (
      basal, "10 ng/106 cells/d",
      "has the unit '106', which may be 10^6 without its superscript; write 1e6"
    ),
    (
      "tissues.lung_block.factors.tnfa.given.baseline", "100 U/mL",
      "has the unit 'U', which is one of biological activity; divide by…"
    ),
    (
      "duration", "1 month",
      "has the unit 'month', which has no fixed length; write days, as in 30 d"
    ),
  ])
  func named(key: String, text: String, words: String) throws {
    let library = try ScratchLibrary()
    let said = library.diagnostics {
      try library.resolve(ScratchLibrary.text(), ["\(key)=\"\(text)\""])
    }
    let expected = "--set \(key)=\"\(text)\": \(key): found \"\(text)\", which \(words)"
    #expect(agree(said, [expected]), "\(said)")
  }

  /// What may mean two things is refused, as is a number without what is counted.
  @Test(arguments: [
    "2e6 cells kg", "2e6", "2e6 cells/", "2 M cells", "1-2 cells", "2e6 cells//kg",
    "2e6 cells/0 kg", "2 x 10e308 cells", "2 x 10e9223372036854775807 cells",
  ])
  func refused(dose: String) throws {
    let library = try ScratchLibrary()
    let said = library.diagnostics {
      try library.resolve(ScratchLibrary.text(), ["treatment.dose=\"\(dose)\""])
    }
    #expect(said.count == 1 && said[0].contains("expected a number of cells"), "\(said)")
  }

  /// Papers' units stand beside the program's.
  @Test func printedUnits() throws {
    let library = try ScratchLibrary()
    let resolved = try library.resolve(ScratchLibrary.text(), ["\(Self.basal)=0.01 pg/cell/d"])
    let catalogue = Catalogue(of: resolved)
    let basal = try #require(catalogue.parameters(named: Self.basal).first)
    #expect(basal.meanings[0].unit == "molecules/cell/s")
    #expect(basal.meanings[0].printed == ["pg/1e6 cells/24 h", "fmol/1e6 cells/24 h"])
    #expect(basal.meanings[0].inPrint("0.01 pg/cell/d") == "1e+04 pg/1e6 cells/24 h")
    #expect(basal.meanings[0].inPrint("6.02214076 molecules/cell/d") == "0.01 fmol/1e6 cells/24 h")
  }
}
