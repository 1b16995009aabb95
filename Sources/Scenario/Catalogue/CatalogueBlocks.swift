extension Catalogue {
  /// A part of a scenario or campaign that holds keys and has no value of its own.
  public struct Block: Sendable {
    /// Its key.
    public let key: String
    /// What it says.
    public let meaning: String
    /// How it is written, in words or as an example in one line.
    public let takes: String
    /// Whether it belongs to campaigns.
    public let isOfCampaign: Bool

    /// The blocks of scenarios, then those of campaigns.
    public static let all = scenario + campaign

    private init(_ key: String, _ meaning: String, _ takes: String, ofCampaign: Bool = false) {
      self.key = key
      self.meaning = meaning
      self.takes = takes
      isOfCampaign = ofCampaign
    }

    private static let scenario = [
      Block("notes", "notes that are meant", "accept: {NOTE: reason}"),
      Block("clock", "steps of the run and times of observation", "cell_step: 5 min"),
      Block(
        "host",
        "who is treated: species, weight, blood flow, immunity, organs",
        "a preset, as in mouse"
      ),
      Block("product", "the cells that are given", "a preset, as in human-marrow-msc"),
      Block("treatment", "route, dose and times of giving", "route: intravenous, dose: 1e6 cells"),
      Block(
        "formulation",
        "what cells or factors are put into tissue in",
        "a preset, as in hydrogel"
      ),
      Block("label", "the label that the cells carry", "a preset, as in in111"),
      Block(
        "observe",
        "modalities by which a laboratory counts cells",
        "a list of presets, as in [bli, qpcr]"
      ),
      Block(
        "factors",
        "diffusing factors that the scenario carries",
        "a list of presets, as in [tnfa, oxygen]"
      ),
      Block(
        "kinds",
        "kinds of host cells that grids may hold",
        "a list of presets, as in [macrophage, neutrophil]"
      ),
      Block(
        "tissues",
        "grids of tissue",
        "a preset for each, as in {knee: arthritic-joint}, or NAME: {organ: lung, voxels: 8 x 8 x 8, spacing: 40 um}"
      ),
      Block("culture", "a well in place of a host", "species: human"),
      Block("medium", "what fresh medium of a culture holds", "a preset, as in rpmi"),
      Block(
        "endpoints",
        "endpoints beside those of every run",
        "NAME: {read: survival_1_d, after: last dose}"
      ),
      Block(
        "record",
        "places and times that the long tables hold",
        "places: [body, lung], every: 6 h"
      ),
      Block("transport", "accuracy of diffusing factors", "tolerance: 0.01"),
      Block(
        "vessels",
        "how the blood of an organ becomes a number of microvessels",
        "keys and values"
      ),
      Block("arrest", "law of arrest in microvessels", "keys and values"),
      Block("residence", "law of release and of crossing the wall of a vessel", "keys and values"),
      Block("survival", "law of damage and death", "keys and values"),
      Block("killing", "law of killing by the host's cells", "keys and values"),
      Block("licensing", "law of licensing by cytokines", "keys and values"),
      Block("crawling", "law of crawling in tissue", "keys and values"),
      Block("remains", "law of what is left of dead cells", "keys and values"),
      Block("differentiation", "law of differentiation", "keys and values"),
      Block("contact", "law of contact between cells", "keys and values"),
      Block("repair", "law of injury and healing of tissue", "keys and values"),
      Block(
        "stress",
        "damage that each organ leads to",
        "ORGAN: {lumen: 0.12 1/h, tissue: 0.08 1/h}"
      ),
      Block(
        "arms",
        "arms of the scenario, each with the values that differ; a cell has the same random numbers in all of them",
        "NAME: {product: {handling: thawed}}, or NAME: {} for an arm without changes"
      ),
    ]

    private static let campaign = [
      Block(
        "notes",
        "notes that are accepted beside those of the scenario",
        "accept: {NOTE: reason}",
        ofCampaign: true
      ),
      Block(
        "vary",
        "what varies, by path, and the law of its values",
        "PATH: {uniform: [1 h, 3 h]}, or PATH: range",
        ofCampaign: true
      ),
      Block(
        "design",
        "how the points lie among the values",
        "method: sobol, points: 64",
        ofCampaign: true
      ),
      Block(
        "trial",
        "what is asked of virtual patients",
        "control: placebo, endpoint: survival_1_d",
        ofCampaign: true
      ),
      Block(
        "calibration",
        "what is fitted, to which data",
        "method: abc, data: FILE.csv",
        ofCampaign: true
      ),
      Block(
        "scenarios",
        "scenarios of a campaign that is fitted to several, each with its data, arms and changes",
        "NAME: {scenario: FILE.yaml, data: FILE.csv}",
        ofCampaign: true
      ),
    ]
  }
}
