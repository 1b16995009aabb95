/// An endpoint of every run that has what it reads: an entry of a file of `Scenarios/endpoints/`.
///
/// In its name and words TISSUE, KIND, MODALITY and ORGAN (one that is injected into) stand for names of the scenario:
/// it is read for each of them. PLACE stands for where it is read.
public struct EndpointPattern: Sendable, Equatable {
  /// What it reads.
  public enum Content: Sendable, Equatable {
    /// A quantity; what is read at the body or the well has an empty place.
    case quantity(QuantityEndpoint)
    /// What the program computes by a method of its own.
    case computed(Computed)
  }

  /// A number that no statistic of a quantity is.
  public enum Computed: String, Sendable, CaseIterable {
    /// Cells that an agent stands for.
    case cellsPerAgent = "cells per agent"
    /// Time in which living cells halve once all of a dose has entered.
    case viableHalfLife = "half-life of the living"
    /// Whether the host knows the cells by the time it meets them again.
    case sensitised = "sensitisation"
    /// Cells of all doses that were not refused.
    case cellsGiven = "cells given"
    /// Share of cells that is expected to come through the lung at the first pass.
    case lungFirstPass = "first pass of the lung"
    /// Donor DNA in six organs a day after the dose.
    case dnaOfSixOrgans = "DNA of six organs"
    /// Injury of a tissue over that at the start.
    case injuredFold = "injury over that at the start"
  }

  /// Its name.
  public var name: String
  /// What it is, what a scenario has where it is read, and why it has no value where its quantity has none.
  public var meaning: String, needs: String, missing: String?
  /// Whether the answer of a run shows it where the scenario defines no endpoint.
  public var isHeadline: Bool
  /// What it reads.
  public var content: Content
  /// Tissue of what is computed of one.
  package var tissue = ""
  /// What stands in its name for names of the scenario.
  package private(set) var placeholders: [Placeholder]

  /// An endpoint of a name.
  public init(
    name: String,
    meaning: String,
    needs: String,
    missing: String?,
    isHeadline: Bool = false,
    _ content: Content
  ) {
    self.name = name
    self.isHeadline = isHeadline
    self.meaning = meaning
    self.needs = needs
    self.missing = missing
    self.content = content
    placeholders = Placeholder.allCases.filter { name.contains($0.rawValue) }
    tissue = placeholders.contains(.tissue) ? Placeholder.tissue.rawValue : ""
  }

  /// A name of the scenario that it is read for.
  package enum Placeholder: String, CaseIterable {
    case tissue = "TISSUE"
    case kind = "KIND"
    case modality = "MODALITY"
    case organ = "ORGAN"
  }

  /// It with a name of the scenario in place of a placeholder.
  package func replacing(_ placeholder: Placeholder, with name: String) -> EndpointPattern {
    let word = placeholder.rawValue
    var pattern = self
    pattern.placeholders.removeAll { $0 == placeholder }
    func replace(_ text: inout String) { text = text.replacing(word, with: name) }
    replace(&pattern.name)
    replace(&pattern.meaning)
    replace(&pattern.tissue)
    pattern.missing = missing?.replacing(word, with: name)
    if case .quantity(let quantity) = content {
      pattern.content = .quantity(quantity.renamed { $0.replacing(word, with: name) })
    }
    return pattern
  }

  /// Whether a name is one that a name with placeholders stands for.
  package static func fits(_ name: String, _ pattern: String) -> Bool {
    let fixed = Placeholder.allCases.reduce(pattern) { $0.replacing($1.rawValue, with: "*") }
      .split(separator: "*", omittingEmptySubsequences: false)
    guard fixed.count > 1, name.hasPrefix(fixed[0]), name.hasSuffix(fixed[fixed.count - 1]) else {
      return name == pattern
    }
    return name.count >= fixed.reduce(0) { $0 + $1.count } + fixed.count - 1
  }
}

/// The endpoints that every run tells, where it has what they read.
public struct EndpointPatterns: Sendable {
  /// By file, in order.
  public let files: [[EndpointPattern]]
  /// What the files say, as a hash; empty for none.
  public let identity: String
  /// The endpoints for some names of a scenario, by placeholder, so that runs with these names need not expand them.
  package var expansion: (names: [[String]], patterns: [EndpointPattern])?

  /// Endpoints by file.
  public init(_ files: [[EndpointPattern]], identity: String) {
    self.files = files
    self.identity = identity
  }

  /// None.
  public static let none = EndpointPatterns([], identity: "")

  /// What a scenario has where the endpoint of a name is read; `nil` for a name that none has.
  public func needs(of name: String) -> String? {
    let all = files.joined()
    return (all.first { $0.name == name } ?? all.first { EndpointPattern.fits(name, $0.name) })?
      .needs
  }
}
