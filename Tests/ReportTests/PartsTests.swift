import Files
import Foundation
import Laws
import Report
import Scenario
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// JSON, tables and equations of reports.
@Suite("Parts of reports")
struct PartsTests {
  @Test func textOfJSONReadsBack() throws {
    let words = "a \"b\" \\ \n\t \u{1} </script> é \u{2028}"
    let json: JSON = [
      "words": .string(words), "list": [1, 2.5, true, .null], "none": .number(.nan),
    ]
    let text = json.text
    #expect(!text.contains("</"))
    let read = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(read?["words"] as? String == words)
    #expect((read?["list"] as? [Any])?.count == 4)
    #expect(read?["none"] is NSNull)
  }

  @Test func tablesReadBack() {
    let rows = [["a", "1"], ["b, \"c\"", ""], ["line\nbreak", " x "], ["NA", "é"]]
    let table = CSVTable(columns: ["name", "value"], rows: rows)
    let read = CSVTable(Array(table.text.utf8))
    #expect(read?.columns == ["name", "value"])
    #expect(read?.rows == rows)
    #expect(CSVTable(Array("a,b\n1\n".utf8)) == nil)
    #expect(CSVTable([]) == nil)
  }

  /// Every equation and symbol of the laws is known, and its elements are closed.
  @Test func equationsOfAllLawsAreMathML() throws {
    for (path, law) in LawSections.all {
      for text in [law.equation] + law.symbols.map(\.text) {
        let math = MathML.of(text, isBlock: true)
        #expect(!math.contains("<mtext>\\"), "\(path): \(math)")
        let parser = XMLParser(data: Data(math.utf8))
        #expect(parser.parse(), "\(path): \(math)")
      }
    }
    #expect(
      MathML.of(#"\frac{1}{K_T^2} \le x"#, isBlock: false)
        == "<math><mrow><mfrac><mrow><mn>1</mn></mrow><mrow><msubsup><mi>K</mi><mi>T</mi><mn>2</mn></msubsup></mrow></mfrac><mo>≤</mo><mi>x</mi></mrow></math>"
    )
  }

  /// The specification of a figure holds its data, with numbers read as such.
  @Test func specificationsHoldTheirData() {
    let figure = Figure(
      name: "f",
      title: "t",
      caption: "c",
      chart: ["mark": "point"],
      data: CSVTable(columns: ["arm", "mean", "low"], rows: [["a", "1", ""], ["b", "2e-3", ""]])
    )
    let format = figure.specification["data"]?["format"]
    #expect(format?["parse"]?["mean"] == "number")
    #expect(format?["parse"]?["arm"] == "string")
    #expect(figure.specification["data"]?["values"] == "arm,mean,low\na,1,\nb,2e-3,\n")
  }
}
