import ArgumentParser
import Campaign
import Files
import Foundation
import Recording

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract:
      "Shows a run while it is at work: living cells over time and by site, factors, time left.",
    discussion: """
      In a terminal the view is drawn anew every second until the run ends; elsewhere a line is printed every ten seconds. Of a
      run that has ended the last view is shown.

      stroma watch results/mouse-iv
      """
  )

  @Argument(help: "Directory of the run.", completion: .directory)
  var directory: String

  @Flag(help: "Show the view once, and end.")
  var once = false

  func run() throws {
    let isTerminal = isatty(STDOUT_FILENO) == 1
    while isAtWork {
      if let content = LiveFile.Content(in: directory) {
        if once || isTerminal {
          let view = LiveView(content).text
          // From the first place of the screen, with what was there before removed.
          try Terminal.show(isTerminal && !once ? "\u{1B}[H\u{1B}[2J\(view)" : view)
        } else {
          try Terminal.show(LiveView(content).line + "\n")
        }
      }
      if once { return }
      sleep(isTerminal ? 1 : 10)
    }
    let isUnfinished = FileManager.default.fileExists(atPath: "\(directory)/\(Unfinished.file)")
    if let content = ended ?? LiveFile.Content(in: directory) {
      try Terminal.show(LiveView(content).text)
    } else if !isUnfinished {
      let isCampaign = FileManager.default.fileExists(atPath: "\(directory)/\(CampaignFiles.store)")
      Terminal.say(
        isCampaign
          ? "\(directory) is a campaign; its runs are too short to be watched, and 'stroma sweep' shows how many are done"
          : "there is no run in \(directory)"
      )
      throw ExitCode(EX_NOINPUT)
    }
    if isUnfinished {
      Terminal.say("the run was stopped before its end; continue with: stroma resume \(directory)")
    }
  }

  /// Whether a run is at work in the directory.
  private var isAtWork: Bool {
    FileManager.default.fileExists(atPath: "\(directory)/\(Unfinished.file)")
      && OutputDirectory.isInUse(directory)
  }

  /// What a run came to that is at work no longer, from its tables; `nil` where there are none.
  private var ended: LiveFile.Content? {
    guard let table = CSVTable(path: "\(directory)/\(TimeseriesRecorder.file)"),
      let first = table.rows.first,
      let columns = Columns(table)
    else { return nil }
    var content = LiveFile.Content()
    content.arm = first[columns.arm]
    (content.done, content.models, content.finished) = (1, 1, 1)
    // The first arm in which a cell of the product lives.
    let alive = table.rows.first {
      $0[columns.quantity] == "viable_cells" && (Double($0[columns.value]) ?? 0) > 0
    }
    content.arm = alive?[columns.arm] ?? content.arm
    let own = table.rows.filter {
      $0[columns.arm] == content.arm && $0[columns.replicate] == first[columns.replicate]
    }
    let grids = Set(own.filter { $0[columns.quantity].hasSuffix("_mean") }.map { $0[columns.site] })
    let last = own.last?[columns.time]
    for row in own {
      guard let hours = Double(row[columns.time]), let value = Double(row[columns.value]) else {
        continue
      }
      let (site, quantity) = (row[columns.site], row[columns.quantity])
      if quantity == "viable_cells", ["body", "well"].contains(site) {
        content.times.append(hours)
        content.alive.append(Int(clamping: value))
      }
      guard row[columns.time] == last else { continue }
      content.hours = hours
      if quantity == "viable_cells", site != "body", !grids.contains(site), value > 0 {
        content.cells.append(.init(site: site, factor: nil, amount: value))
      } else if quantity.hasSuffix("_mean") {
        let factor = String(quantity.dropLast("_mean".count))
        content.factors.append(.init(site: site, factor: factor, amount: value))
      }
    }
    content.cells.sort { ($0.amount, $1.site) > ($1.amount, $0.site) }
    content.duration = content.hours
    return content
  }

  private struct Columns {
    let arm: Int, replicate: Int, time: Int, site: Int, quantity: Int, value: Int

    init?(_ table: CSVTable) {
      let names = ["arm", "replicate", "time_h", "site", "quantity", "value"]
      let found = names.compactMap { table.position(of: $0) }
      guard found.count == names.count else { return nil }
      (arm, replicate, time, site, quantity, value) = (
        found[0], found[1], found[2], found[3], found[4], found[5]
      )
    }
  }
}

/// A run at work as text.
struct LiveView {
  private let content: LiveFile.Content
  private static let width = 30, mostRows = 12

  init(_ content: LiveFile.Content) { self.content = content }

  /// How far it is, on one line.
  var line: String {
    let share = Int(clamping: 100 * content.done)
    let alive = content.alive.last.map { ", \($0) cells alive" } ?? ""
    let models =
      content.models > 1 ? ", \(content.finished) of \(content.models) runs done" : ""
    let left =
      content.done > 0.02 && content.done < 1
      ? ", about \(Int(clamping: (content.seconds * (1 - content.done) / content.done).rounded(.up))) s left"
      : ""
    return
      "\(content.arm): \(CSV.number(content.hours, digits: 4)) of \(CSV.number(content.duration, digits: 4)) h, \(share) %\(alive)\(models)\(left)"
  }

  /// All of it.
  var text: String {
    var text = line + "\n\n"
    if let most = content.alive.max(), most > 0 {
      text += "living cells, logarithmic, to \(most)\n\(spark(to: Double(most)))\n\n"
    }
    if let most = content.cells.first?.amount {
      text += "living cells by site, logarithmic\n"
      for amount in content.cells.prefix(Self.mostRows) {
        text += bar(
          amount.site,
          Self.logarithm(amount.amount) / Self.logarithm(most),
          amount.amount
        )
      }
      text += "\n"
    }
    if !content.factors.isEmpty {
      text += "mean concentrations (nM), each site against its largest\n"
      for amount in content.factors.prefix(2 * Self.mostRows) {
        let most = content.factors.filter { $0.site == amount.site }.map(\.amount).max() ?? 0
        let name = "\(amount.site) \(amount.factor ?? "")"
        text += bar(name, most > 0 ? amount.amount / most : 0, amount.amount)
      }
    }
    return text
  }

  private static func logarithm(_ cells: Double) -> Double { Foundation.log1p(cells) }

  private func bar(_ name: String, _ share: Double, _ amount: Double) -> String {
    let length = Int(clamping: (share * Double(Self.width)).rounded())
    let full = String(repeating: "█", count: max(0, min(Self.width, length)))
    return "  \(name.padding(toLength: 24, withPad: " ", startingAt: 0)) "
      + full.padding(toLength: Self.width, withPad: " ", startingAt: 0)
      + " \(CSV.number(amount, digits: 3))\n"
  }

  /// Living cells over time as blocks of eight heights.
  private func spark(to most: Double) -> String {
    let blocks = Array(" ▁▂▃▄▅▆▇█")
    let columns = min(60, content.alive.count)
    return String(
      (0..<columns).map { n -> Character in
        let cells = Double(content.alive[n * (content.alive.count - 1) / max(1, columns - 1)])
        let height = Self.logarithm(cells) / Self.logarithm(most) * Double(blocks.count - 1)
        return blocks[max(0, min(blocks.count - 1, Int(clamping: height.rounded(.up))))]
      }
    )
  }
}

extension Int {
  /// The whole number below a number, or the nearest that there is; 0 for none.
  fileprivate init(clamping value: Double) {
    self = value.isNaN ? 0 : Int(exactly: value.rounded(.down)) ?? (value > 0 ? .max : .min)
  }
}
