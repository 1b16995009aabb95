import Body
import Vocabulary

/// The keys of one modality of `observe`.
enum ModalitySchema {
  /// What the cells carry, as far as it could be read.
  enum Carried {
    /// A label of a name.
    case label(String)
    /// None: the scenario gives none, or takes place in a well.
    case none, noneInAWell
    /// A label that could not be read, and was reported.
    case unread
  }

  static func read(
    _ name: String,
    _ section: Section,
    _ carried: Carried,
    _ list: Section
  ) -> Modality {
    let quantity: Modality.Quantity = section.choice(
      "reads",
      "what it reads: viable cells, donor dna (living cells and corpses) or label"
    )
    var counts = Modality.Counts.corrected
    if quantity == .label {
      check(name, section, carried, list)
      counts = section.choice(
        "counts",
        default: .corrected,
        source: "by custom",
        "whether counts are corrected for physical decay or reported as decayed"
      )
    }
    var modality = Modality(
      name: name,
      quantity: quantity,
      counts: counts,
      limit: section.quantity(
        "detection_limit",
        .cells,
        allowed: "0 to 1e12 cells",
        "cells at one place above which it tells them from none"
      ),
      noise: section.quantity(
        "noise",
        .fraction,
        default: "0",
        allowed: "0 to 10",
        source: "by definition: none unless asked for",
        "coefficient of variation of its readings"
      ),
      background: section.quantity(
        "background",
        .cells,
        default: "0 cells",
        allowed: "0 to 1e12 cells",
        source: "by definition: none unless asked for",
        "standard deviation of what it reads where there are no cells"
      )
    )
    optics(section, of: &modality)
    if quantity == .dna, section.has("sample") {
      modality.sample = section.section("sample", sample)
    }
    if quantity == .dna { section.skip("sample") }
    return modality
  }

  /// Reads what tissue does to a signal on its way, and what an image counts to an organ.
  private static func optics(_ section: Section, of modality: inout Modality) {
    if section.has("halving") {
      modality.halving = section.quantity(
        "halving",
        .length,
        allowed: "1 to 1e6 um",
        "depth of tissue in which its signal falls by half"
      )
      modality.depth = section.numbers("depth", of: OrganVocabulary.names + ["blood"]) {
        $0.quantity(
          $1,
          .length,
          allowed: "0 to 1e6 um",
          "depth of the organ, or of blood, below the detector"
        )
      }
    } else if section.has("depth") {
      section.report("depth", "takes a 'halving', the depth in which the signal falls by half")
    }
    section.skip("halving")
    section.skip("depth")
    modality.overlap = section.numbers("overlap", of: OrganVocabulary.names) {
      $0.quantity(
        $1,
        .fraction,
        allowed: "0 to 1",
        "share of what is in blood and carcass that a planar image counts to the organ"
      )
    }
  }

  /// Reads the DNA that goes into a reaction.
  private static func sample(_ section: Section) -> Modality.Sample {
    Modality.Sample(
      cells: section.quantity(
        "cells",
        .cells,
        allowed: "1 to 1e9 cells",
        "cells whose DNA goes into a reaction"
      ),
      density: section.quantity(
        "density",
        .density,
        allowed: "1e6 to 1e10 cells/mL",
        "cells of an organ per volume"
      ),
      genomes: section.quantity(
        "genomes",
        .number,
        allowed: "1e-6 to 1e6",
        "genomes of the donor in a reaction from which on they are detected"
      )
    )
  }

  /// Reports a label that the cells do not carry, where the scenario names the modality.
  private static func check(
    _ modality: String,
    _ section: Section,
    _ carried: Carried,
    _ list: Section
  ) {
    let (label, isRead) = section.reading.whole {
      section.text("label", "name of the label that it reads")
    }
    guard isRead else { return }
    let others = "observe by what reads viable cells or dna"
    let found: String
    switch carried {
    case .label(label), .unread: return
    case .label(let other):
      found = "the cells carry \"\(other)\"; give them a 'label' of that name, or \(others)"
    case .none: found = "the cells carry none; give them a 'label' of that name, or \(others)"
    case .noneInAWell: found = "cells in a well carry none; \(others)"
    }
    list.report(key: modality, "reads the label \"\(label)\", and \(found)")
  }
}
