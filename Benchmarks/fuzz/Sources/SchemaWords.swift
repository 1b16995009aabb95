import Files
import Foundation

@testable import Scenario

/// The words of the schema as a dictionary of libFuzzer: keys, choices, presets, units and numbers at the ends of what numbers
/// can be.
enum SchemaWords {
  private static let words = [
    "preset: ", "value: ", "range: ", "source: assumed", "overlays: ", "arms: ", "each: ",
    "total: ",
    "1e308", "1e300", "1e-310", "4.9e-324", "-1", "0", "1e-300", "1e18", "1e19",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615", "4294967295", "4294967296", "2147483648", "nan", "inf", "-inf", "1e6",
    "0.1", "1 x 10^", "10e9223372036854775807", "x 10e", "x 10^", "^-6", "×", "⁻¹", "·", "µ",
    " per ",
    " %", " cells", " cells/kg", " cells/mL", " g", " kg", " um", " mm", " h", " d", " min", " 1/h",
    " nM",
    " ng/mL", " pg/cell/d", " kDa", " um^2/s", " mL/min", "=", "={", "}", "[", "]", "{}", "[]",
    ", ", ": ",
    "\\x0A", "\\x0A  ", "\\x0A    ", "- ", "&a ", "*a", "<<: ", "!!int ", "|\\x0A", ">\\x0A",
    "\\\"", "'", "#", "~",
    "null", "true", "false", "---", "STROMAFR", "STROMASL", "STROMAFR\\x00\\x00\\x00\\x00",
    "PK\\x01\\x02",
    "PK\\x03\\x04", "PK\\x05\\x06", "\\xEF\\xBB\\xBF", "endpoint,", "time_h", "value (",
    "control_time_d", ">", "<", "ND",
    "of", "3 x 3 x 3",
  ]

  /// Greatest length of a word of libFuzzer.
  private static let most = 60

  static func write(to file: String) throws {
    let library = try Library(given: Bench.library, scenario: "", program: "")
    var found: Set<String> = []
    let kinds: [KeySchema.Kind] =
      [.scenario, .campaign] + KeySchema.folders.map { .preset(folder: $0) }
    for kind in kinds { collect(KeySchema(of: kind, in: library).json, &found) }
    for folder in KeySchema.folders { found.formUnion(library.names(in: folder)) }
    let plain = found.filter { word in
      (1...most).contains(word.utf8.count)
        && word.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }
    }
    let lines = (plain.sorted() + words.map(escaped)).map { "\"\($0)\"\n" }
    try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: file))
  }

  /// A word whose bytes beyond ASCII are written in hexadecimal digits.
  private static func escaped(_ word: String) -> String {
    word.utf8.map { $0 < 0x80 ? String(Unicode.Scalar($0)) : "\\x" + String($0, radix: 16) }
      .joined()
  }

  /// The keys and choices of a schema.
  private static func collect(_ json: JSON, _ words: inout Set<String>) {
    switch json {
    case .object(let members):
      for member in members {
        if member.key == "properties", case .object(let keys) = member.value {
          words.formUnion(keys.map(\.key))
        }
        if ["enum", "const", "examples"].contains(member.key) { strings(member.value, &words) }
        collect(member.value, &words)
      }
    case .array(let items): for item in items { collect(item, &words) }
    default: break
    }
  }

  private static func strings(_ json: JSON, _ words: inout Set<String>) {
    switch json {
    case .string(let word): words.insert(word)
    case .array(let items): for item in items { strings(item, &words) }
    default: break
    }
  }
}
