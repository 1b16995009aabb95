extension Catalogue {
  /// A part of a scenario or campaign that holds keys and has no value of its own.
  public struct Block: Sendable {
    /// Its key.
    public let key: String
    /// What it says.
    public let meaning: String
    /// An example of it, as it stands in a scenario such as those of the documentation.
    public let example: String
    /// Whether it belongs to campaigns.
    public let isOfCampaign: Bool

    /// Whether its example needs no other file and no other blocks than those of an organism.
    var stands: Bool { !["culture", "medium", "trial", "calibration", "scenarios"].contains(key) }

    /// The blocks of scenarios, then those of campaigns.
    public static let all = scenario + campaign

    private init(_ key: String, _ meaning: String, _ example: String, ofCampaign: Bool = false) {
      self.key = key
      self.meaning = meaning
      self.example = example
      isOfCampaign = ofCampaign
    }

    private static let scenario = [
      Block(
        "notes",
        "notes that are meant",
        "notes: {accept: {few_agents: \"a share is read, to 2 %\"}}"
      ),
      Block(
        "clock",
        "steps of the run and times of observation",
        "clock: {cell_step: 10 min, output_every: 6 h}"
      ),
      Block(
        "host",
        "who is treated: species, weight, blood flow, immunity, organs",
        "host: {preset: mouse, body_weight: 25 g}"
      ),
      Block(
        "product",
        "the cells that are given",
        "product: {preset: human-marrow-msc, handling: thawed}"
      ),
      Block(
        "treatment",
        "route, dose and times of giving",
        "treatment: {route: intravenous, dose: 1e6 cells, at: 12 h}"
      ),
      Block(
        "systemic",
        "what joins the organs: factors that plasma carries between them",
        "systemic: {plasma: true, tissue_share: 30 %}"
      ),
      Block(
        "formulation",
        "what cells or factors are put into tissue in",
        "formulation: {preset: hydrogel, matrix: 20 %}\ntreatment: {route: intramuscular, dose: 1e5 cells}"
      ),
      Block(
        "label",
        "the label that the cells carry",
        "label: {preset: in111, leak: 0.01 1/h}"
      ),
      Block(
        "observe",
        "modalities by which a laboratory counts cells",
        "observe: [bli, qpcr]"
      ),
      Block(
        "factors",
        "diffusing factors that the scenario carries",
        "factors: [tnfa, pge2, il10]"
      ),
      Block(
        "kinds",
        "kinds of host cells that grids may hold",
        "kinds: {macrophage: {preset: macrophage, speed: 2 um/min}}"
      ),
      Block(
        "tissues",
        "grids of tissue",
        "tissues: {knee: arthritic-joint}"
      ),
      Block(
        "culture",
        "a well in place of a host",
        "culture: {species: human}"
      ),
      Block(
        "medium",
        "what fresh medium of a culture holds",
        "medium: rpmi"
      ),
      Block(
        "endpoints",
        "endpoints beside those of every run",
        "endpoints: {late_survival: {read: survival_1_d, after: last dose}}"
      ),
      Block(
        "record",
        "places and times that the long tables hold",
        "record: {places: [body, lung], every: 12 h, fields: 12 h}"
      ),
      Block(
        "transport",
        "accuracy of diffusing factors",
        "transport: {tolerance: 0.005}"
      ),
      Block(
        "vessels",
        "how the blood of an organ becomes a number of microvessels",
        "vessels: {capillary_share: 30 %}"
      ),
      Block(
        "arrest",
        "law of arrest in microvessels",
        "arrest: {half_ratio: 1.1}"
      ),
      Block(
        "residence",
        "law of release and of crossing the wall of a vessel",
        "residence: {extravasation: 0.01 1/h}"
      ),
      Block(
        "survival",
        "law of damage and death",
        "survival: {damage_relaxation: 0.02 1/h}"
      ),
      Block(
        "killing",
        "law of killing by the host's cells",
        "killing: {onset: 10 d}"
      ),
      Block(
        "licensing",
        "law of licensing by cytokines",
        "licensing: {naive_rate: 0.2 1/h}"
      ),
      Block(
        "crawling",
        "law of crawling in tissue",
        "crawling: {speed: 0.2 um/min}"
      ),
      Block(
        "remains",
        "law of what is left of dead cells",
        "remains: {dna_half_life: 6 h}"
      ),
      Block(
        "clot",
        "law of clot about arrested cells",
        "clot: {threshold: 0.5}"
      ),
      Block(
        "embolism",
        "law of pressure before the lung, and of death by embolism",
        "embolism: {lethal_gain: 3}"
      ),
      Block(
        "differentiation",
        "law of differentiation",
        "differentiation: {onset: 14 d}"
      ),
      Block(
        "contact",
        "law of contact between cells",
        "contact: {resting: 0.3}"
      ),
      Block(
        "repair",
        "law of injury and healing of tissue",
        "repair: {regeneration: 0.01 1/h}"
      ),
      Block(
        "stress",
        "damage that each organ leads to",
        "stress: {blood: 0.1 1/h, lung: {lumen: 0.2 1/h}}"
      ),
      Block(
        "filling",
        "how fast damage builds up in each place, relative to survival.damage_relaxation",
        "filling: {blood: 2, lung: {lumen: 5}}"
      ),
      Block(
        "arms",
        "arms of the scenario, each with the values that differ; a cell has the same random numbers in all of them",
        "arms: {fresh: {}, thawed: {product: {handling: thawed}}}"
      ),
    ]

    private static let campaign = [
      Block(
        "notes",
        "notes that are accepted beside those of the scenario",
        "notes: {accept: {few_agents: \"a share is read, to 2 %\"}}",
        ofCampaign: true
      ),
      Block(
        "vary",
        "what varies, by path, and the law of its values",
        "vary: {stress.lung.lumen: range, treatment.dose: {uniform: [1e5 cells, 1e6 cells], whole: true}}",
        ofCampaign: true
      ),
      Block(
        "design",
        "how the points lie among the values",
        "design: {method: latin-hypercube, points: 16}",
        ofCampaign: true
      ),
      Block(
        "trial",
        "what is asked of virtual patients",
        "trial: {control: placebo, endpoint: survival_1_d}",
        ofCampaign: true
      ),
      Block(
        "calibration",
        "what is fitted, to which data",
        "calibration: {method: abc, data: FILE.csv}",
        ofCampaign: true
      ),
      Block(
        "scenarios",
        "scenarios of a campaign that is fitted to several, each with its data, arms and changes",
        "scenarios: {NAME: {scenario: FILE.yaml, data: FILE.csv}}",
        ofCampaign: true
      ),
    ]
  }
}
