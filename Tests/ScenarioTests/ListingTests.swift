import Foundation
import Scenario
import Testing

@Suite("Listings of the library")
struct ListingTests {
  private func listing(_ texts: [String: String]) throws -> (Listing, ScratchLibrary) {
    let scratch = try ScratchLibrary()
    for (name, text) in texts { try scratch.write(Data(text.utf8), "library/regimens/\(name)") }
    let library = try Library(given: scratch.library, scenario: "", program: "")
    return (Listing(of: "regimens", in: library), scratch)
  }

  @Test(
    arguments: [
      ("# Twice a week. Two further sentences. Here.\nname: a\n", "Twice a week."),
      ("# Over two\n# lines of text.\n# Then more.\nname: a\n", "Over two lines of text."),
      (
        "# After Lee et al. 2009, i.v. into 1.5 mL.\nname: a\n",
        "After Lee et al. 2009, i.v. into 1.5 mL."
      ),
      ("# Does it help? Perhaps.\nname: a\n", "Does it help?"),
      ("# No full stop\n#\n# Another paragraph.\nname: a\n", "No full stop"),
      ("#\n## Marked twice.\nname: a\n", "Marked twice."),
      ("name: a\n# Not at the top.\n", ""),
      ("# A comment.\nname: a\nquestion: What for? And for whom?\n", "What for? And for whom?"),
      ("# Not\u{200B}seen.\nname: a\n", "Not\\u{200b}seen."),
    ]
  )
  func sayTheFirstSentence(text: String, sentence: String) throws {
    let (listing, _) = try listing(["a.yaml": text])
    #expect(listing.entries.map(\.name) == ["a"])
    #expect(listing.entries.map(\.sentence) == [sentence])
    #expect(listing.problems.isEmpty)
  }

  @Test func areSortedAndGoOnPastBrokenFiles() throws {
    let (listing, scratch) = try listing([
      "c.yaml": "# C.\nname: c\n", "a.yaml": "# A.\nname: a\n", "b.yaml": "# B.\nname: b\nx: [\n",
      "d.yaml": "- no\n", "notes.txt": "[",
    ])
    #expect(listing.entries.map(\.name) == ["a", "c"])
    #expect(
      agree(
        listing.problems.map { $0.description.replacing(scratch.library + "/", with: "") },
        [
          "regimens/b.yaml:4:1: is not YAML: …",
          "regimens/d.yaml:1:1: a file of the library is a mapping of keys to values",
        ]
      )
    )
  }

  @Test func aFolderThatIsNotThereHoldsNothing() throws {
    let (listing, _) = try listing([:])
    #expect(listing.entries.isEmpty && listing.problems.isEmpty)
  }
}
