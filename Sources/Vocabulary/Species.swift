/// A species, as far as its ligands and receptors differ.
public enum Species: String, Codable, Sendable, CaseIterable {
  case mouse, rat, human
}
