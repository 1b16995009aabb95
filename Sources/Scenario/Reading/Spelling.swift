/// How names are written by others.
///
/// A name of a scenario is written in one way: in lower case, Greek letters as Latin ones, without what separates its
/// parts in print. Another spelling is an error that names this one.
enum Spelling {
  /// A word by its letters and digits alone: `IFN-γ`, `IFN-gamma` and `ifng` are one.
  static func plain(_ word: String) -> String {
    var text = word.lowercased()
    for (name, letter) in greek where text.contains(name) {
      text = text.replacing(name, with: letter)
    }
    return String(
      text.compactMap { character -> Character? in
        if let digit = digits[character] { return digit }
        return character.isLetter || character.isNumber ? character : nil
      }
    )
  }

  /// The names that are meant by a word, of those known.
  static func meant(by word: String, among known: [String]) -> [String] {
    let plain = plain(word)
    guard !plain.isEmpty else { return [] }
    let alike = known.filter { Self.plain($0) == plain }
    return alike.isEmpty ? known.filter { others[$0]?.contains(plain) == true } : alike
  }

  private static let greek = [
    ("alpha", "a"), ("beta", "b"), ("gamma", "g"), ("delta", "d"), ("kappa", "k"), ("α", "a"),
    ("β", "b"), ("γ", "g"), ("δ", "d"), ("κ", "k"),
  ]

  private static let digits: [Character: Character] = [
    "₀": "0", "₁": "1", "₂": "2", "₃": "3", "₄": "4", "₅": "5", "₆": "6", "₇": "7", "₈": "8",
    "₉": "9",
  ]

  /// Other names of factors, routes, hosts, kinds of cells, products and tissues.
  private static let others: [String: Set<String>] = [
    "ifng": ["interferon γ"],
    "tnfa": ["TNF", "tumour necrosis factor α", "tumor necrosis factor α"],
    "il1b": ["IL-1", "interleukin 1β"], "il6": ["interleukin 6"], "il10": ["interleukin 10"],
    "il1ra": ["IL-1RN", "interleukin 1 receptor antagonist", "anakinra"],
    "tgfb1": ["TGF-β", "transforming growth factor β", "transforming growth factor β1"],
    "pge2": ["prostaglandin E2"], "vegf": ["VEGF-A", "vascular endothelial growth factor"],
    "hgf": ["hepatocyte growth factor"], "cxcl12": ["SDF-1", "SDF-1α", "stromal derived factor 1"],
    "ccl2": ["MCP-1", "monocyte chemoattractant protein 1"], "chi3l1": ["YKL-40"],
    "tsg6": ["TNFAIP6"], "stc1": ["stanniocalcin 1"], "nitric_oxide": ["NO"], "oxygen": ["O2"],
    "glucose": ["D-glucose", "dextrose"], "lactate": ["lactic acid"],
    "tryptophan": ["L-tryptophan", "Trp"], "kynurenine": ["L-kynurenine", "Kyn"],
    "ros": ["reactive oxygen species"],
    "ev": ["EVs", "vesicles", "extracellular vesicles", "exosomes"],
    "ciclosporin": ["cyclosporin", "cyclosporine", "ciclosporin A", "cyclosporin A"],
    "intravenous": ["i.v.", "intravenously", "tail vein", "vein", "infusion"],
    "intra-articular": ["joint", "knee"],
    "intra-arterial": ["i.a.", "intraarterially"], "intracoronary": ["i.c."],
    "intraperitoneal": ["i.p.", "intraperitoneally"],
    "intramuscular": ["i.m.", "intramuscularly"], "subcutaneous": ["s.c.", "subcutaneously"],
    "intramyocardial": ["transendocardial", "epicardial"],
    "intratissue": ["local", "locally", "intralesional", "perilesional"],
    "human": ["humans", "man", "patient", "patients", "Homo sapiens"],
    "mouse": ["mice", "murine", "Mus musculus", "C57BL/6", "C57BL/6J", "BALB/c"],
    "rat": ["rats", "Rattus norvegicus", "Sprague-Dawley", "Wistar"],
    "mouse-athymic": ["nude", "nude mouse", "nu/nu", "athymic"],
    "mouse-nod-scid": ["NOD/SCID", "NOD.SCID"], "mouse-scid": ["SCID"], "mouse-nod": ["NOD"],
    "cd4": ["CD4+", "CD4 T cell", "CD4+ T cells", "helper T cell", "T helper cell"],
    "cd8": ["CD8+", "CD8 T cell", "CD8+ T cells", "cytotoxic T cell", "CTL"],
    "treg": ["regulatory T cell", "regulatory T cells", "tregs"],
    "nk": ["NK cell", "NK cells", "natural killer", "natural killer cells"],
    "b_cell": ["B cells", "B lymphocyte"], "macrophage": ["macrophages"],
    "neutrophil": ["neutrophils", "PMN"], "dendritic": ["DC", "dendritic cell", "dendritic cells"],
    "human-marrow-msc": ["BM-MSC", "hBM-MSC", "bone marrow MSC", "human bone marrow MSC"],
    "human-adipose-msc": ["AD-MSC", "ASC", "ADSC", "adipose MSC"],
    "human-umbilical-cord-msc": ["UC-MSC", "umbilical cord MSC", "Wharton's jelly MSC"],
    "rat-marrow-msc": ["rat MSC", "rat bone marrow MSC", "rBM-MSC"],
    "mouse-marrow-msc": ["mouse MSC", "mouse bone marrow MSC", "mBM-MSC"],
    "arthritic-joint": [
      "arthritis", "arthritic", "rheumatoid arthritis", "rheumatoid joint", "inflamed joint",
      "collagen-induced arthritis", "adjuvant arthritis",
    ],
    "osteoarthritic-joint": ["osteoarthritis", "OA"],
    "endotoxin-lung": ["ARDS", "LPS", "acute lung injury", "injured lung"],
    "bacterial-lung": ["pneumonia"], "gvhd-gut": ["GvHD"],
    "infarct": ["myocardial infarction", "infarction", "infarcted heart"],
    "cirrhotic-liver": ["cirrhosis"], "ischaemic-muscle": ["limb ischaemia", "ischemic muscle"],
    "injured-muscle": ["wound", "wounded muscle"],
    "lung-tumour": ["lung tumor", "lung metastasis"],
    "skin-tumour": ["skin tumor", "flank tumour"],
    "allogeneic": ["allogenic"], "xenogeneic": ["xenogenic"],
    "thawed": ["cryopreserved", "frozen"],
  ].mapValues { Set($0.map(plain)) }
}
