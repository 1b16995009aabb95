import Foundation

/// What a YAML file is, by its keys and its place.
enum FileKind: Equatable {
  case scenario
  /// A campaign, which has a design or is fitted.
  case campaign(isFitted: Bool)
  /// A preset, in a folder of a library, or published rows, wherever they stand.
  case preset(folder: String)

  /// What a file is; `nil` where that cannot be told.
  init?(_ document: Document, path: String) {
    let folder = URL(fileURLWithPath: path).standardizedFileURL.deletingLastPathComponent()
    if document["rows"] != nil {
      self = .preset(folder: PresetFolders.rows)
    } else if document["scenario"] != nil || document["design"] != nil || document["vary"] != nil {
      self = .campaign(isFitted: document["calibration"] != nil)
    } else if Self.folders[folder.lastPathComponent] != nil,
      FileManager.default.fileExists(atPath: folder.deletingLastPathComponent().path + "/hosts")
    {
      self = .preset(folder: folder.lastPathComponent)
    } else if ["treatment", "product", "host", "culture"].contains(where: { document[$0] != nil }) {
      self = .scenario
    } else {
      return nil
    }
  }

  /// The folders of presets, with the key of a scenario that names them.
  static let folders: [String: String] = {
    let keys =
      PresetFolders.presets.map { ($0.1, $0.0) } + PresetFolders.lists.map { ($0.folder, $0.key) }
      + [("overlays", "host"), ("modifications", "product")]
    return Dictionary(keys, uniquingKeysWith: { first, _ in first })
  }()

  /// The error if a scenario is expected and the file is something else.
  func problem(asScenario path: String) -> String? {
    switch self {
    case .scenario: return nil
    case .campaign(let isFitted):
      return isFitted
        ? "is a campaign that is fitted to data; the command is: stroma calibrate \(path)"
        : "is a campaign; the command is: stroma sweep \(path)"
    case .preset(folder: PresetFolders.rows):
      return "is a file of published rows; the command is: stroma validate \(path)"
    case .preset(let folder):
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      let key = Self.folders[folder] ?? folder
      let isListed = PresetFolders.lists.contains { $0.folder == folder }
      let isOverlay = folder == "overlays" || folder == "modifications"
      let use =
        isOverlay
        ? "\(key): {preset: NAME, overlays: [\(name)]}" : "\(key): \(isListed ? "[\(name)]" : name)"
      return "is not a scenario but a preset of '\(folder)'; a scenario refers to it, as in \(use)"
    }
  }

  /// The error if a campaign is expected and the file is something else.
  func problem(asCampaign path: String) -> String? {
    switch self {
    case .campaign: nil
    case .scenario: "is a scenario, not a campaign; the command is: stroma run \(path)"
    case .preset: problem(asScenario: path)?.replacing("not a scenario", with: "not a campaign")
    }
  }

  /// The error if published rows are expected and the file is something else.
  func problem(asRows path: String) -> String? {
    switch self {
    case .preset(folder: PresetFolders.rows): nil
    case .scenario:
      "is a scenario, not a file of published rows; the command is: stroma run \(path)"
    case .campaign: problem(asScenario: path)
    case .preset:
      problem(asScenario: path)?.replacing("not a scenario", with: "not a file of published rows")
    }
  }
}
