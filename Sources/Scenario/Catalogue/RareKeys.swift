extension Catalogue {
  /// A scenario with the keys that no scenario of the library gives, so that they are known nevertheless; it is not run.
  private static let rareKeys = """
    name: keys
    duration: 12 h
    reduced: 1
    clock: {fork_at: 6 h}
    host:
      preset: mouse
      organs: {muscle: {segments: 3e7}}
      excised: [thymus]
      leukocytes:
        types:
          nonclassical_monocyte: {becomes: {type: old_monocyte, rate: 0.1 1/d}}
          old_monocyte: {kind: resting_macrophage, becomes: {type: oldest_monocyte, rate: 0.1 1/d}, life: 1 d}
          oldest_monocyte: {kind: resting_macrophage, life: 1 d}
    observe:
      dim: {reads: viable, detection_limit: 10 cells, halving: 2 mm, depth: {lung: 5 mm}}
      dimmer: {reads: dna, detection_limit: 10 cells, halving: 1 mm, depth: {lung: 5 mm}}
      planar: {reads: viable, detection_limit: 10 cells, overlap: {lung: 0.1}}
      flat: {reads: dna, detection_limit: 10 cells, overlap: {lung: 0.2}}
      assay: {reads: dna, detection_limit: 10 cells, sample: {cells: 15000 cells, density: 1e9 cells/mL, genomes: 1}}
      other: {reads: dna, detection_limit: 10 cells, sample: {cells: 1000 cells, density: 1e8 cells/mL, genomes: 2}}
      third: {reads: dna, detection_limit: 10 cells, sample: {cells: 2000 cells, density: 2e8 cells/mL, genomes: 3}}
    product:
      preset: human-marrow-msc
      uptake: {tnfa: {clearance: 1 um^3/min}}
      secretion: {pge2: {folds: {answer: 2}, brakes: {tnfa: {half: 1 nM, weight: 0.5}}}}
      passage: 4
      frailty_variation: 0.5
      ligands: {p_selectin: 5, e_selectin: 2, vcam1: 0.1}
      axes:
        answer:
          raise: {tnfa: {half: 1 nM, lack: true, antagonist: {factor: tnfa, half: 1 nM}}}
          needs_all: true
          amplify: {tnfa: {half: 1 nM, fold: 2}}
          lower: {tnfa: {half: 1 nM, weight: 0.5}}
          hasten_decay: {tnfa: {half: 1 nM, weight: 0.1 1/h}}
          always: 0.1
          rate: 0.1 1/h
          memory: {rate: 0.1 1/h, gain: 0.1 1/h, loss: 0.1 1/h}
          half_passage: 8
      followers: {coat: {axis: answer, half_life: 12 h}}
      stress: {term: {damage: 0.01 1/h, signals: {tnfa: {half: 1 nM}}}}
      hazards: {coat: 0.001 1/h}
      shows: {pd_l1: coat, hla_i: answer}
      division: {rate: 0.01 1/h, needs: coat}
    formulation: {preset: hydrogel, block: block}
    treatment: {route: intramuscular, dose: {total: 1e3 cells}, agents: {each: 1e3}}
    factors:
      tnfa: {preset: tnfa, extraction: {liver: 0.1}, plasma_half_lives: {rat: 20 min}}
      pge2: pge2
    systemic:
      plasma: true
      pools: true
      perturbations:
        one: {cells: [neutrophil], places: [blood], share: 0.1, rate: 0.1 1/h, margin: 0.5, production: 0.5, at: 1 h, until: 2 h}
        other: {rate: 0.1 1/h, production: 0, places: [blood]}
        third: {rate: 0.1 1/h, margin: 0, places: [blood]}
      injections:
        one: {factor: tnfa, amount: 1 ng, at: 1 h, over: 1 h}
        other: {factor: tnfa, amount: 1 ng}
        third: {factor: tnfa, amount: 1 ng}
    kinds:
      macrophage:
        preset: macrophage
        uptake: {tnfa: {clearance: 1 um^3/min}}
        axes:
          fed:
            raise: {tnfa: {half: 1 nM}}
            needs_all: true
            amplify: {tnfa: {half: 1 nM, fold: 2}}
            lower: {tnfa: {half: 1 nM, weight: 0.5}}
            hasten_decay: {tnfa: {half: 1 nM, weight: 0.1 1/h}}
            always: 0.1
            triggered: 0.1
            rate: 0.1 1/h
            initial: 0.1
            memory: {rate: 0.1 1/h, gain: 0.1 1/h, loss: 0.1 1/h}
        followers: {lipid: {axis: fed, half_life: 12 h}}
        hazards: {lipid: 0.001 1/h}
        secretion: {pge2: {always: 1 molecules/cell/s, folds: {fed: 2}}}
        change: {into: other, needs: fed}
      other: {death: {rate: 0.01 1/h}}
      third:
        preset: macrophage
        axes: {fed: {raise: {tnfa: {half: 1 nM}}, lower: {tnfa: {half: 1 nM, weight: 0.5}}, rate: 0.1 1/h}}
        followers: {lipid: {axis: fed, half_life: 12 h}}
    tissues:
      block:
        organ: muscle
        voxels: 8 x 8 x 8
        spacing: 20 um
        factors: {tnfa: {initial: 0 nM, faces: {x_low: {permeability: 1 um/s}}}, pge2: {}}
        state:
          at_risk: {baseline: 0.1}
          repair: {scarring: 1e-5 1/min}
          recovery: 0.01 1/h
          stuns: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          injures: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          kills: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          recovers: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          heals: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          scars: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          dissolves: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          protects: {tnfa: {half: 1 nM, weight: 0.1}}
          regenerates: {tnfa: {half: 1 nM, fold: 2}}
          sprouts: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          prunes: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
          activates: {tnfa: {half: 1 nM, weight: 0.01 1/h}}
        cells: {macrophage: {density: 1e5 cells/mL}}
    record: {places: [body], every: 6 h, slices: none, fields: 6 h, cells: 6 h}
    endpoints:
      once: {of: tnfa_mean, in: block, at: 6 h, as: value, after: start, against: {at: 3 h, by: ratio}}
      long: {of: tnfa_mean, in: block, from: 1 h, to: 6 h, every: 1 h, as: time above, above: 1 ng/mL}
      even: {of: tnfa_mean, in: block, at: 6 h, after: start, against: {of: tnfa_max, in: block, by: percent}}

    """

  /// The records of that scenario; none where the library lacks what it names.
  static func rareRecords(_ library: Library) -> [Record] {
    guard
      let document = try? Document.read(yaml: rareKeys, file: "keys", layer: .scenario),
      let source = try? ScenarioSource(document, path: "", Loader(library: .success(library))),
      let scenario = try? source.resolved()
    else { return [] }
    return scenario.records
  }
}
