import Campaign
import Foundation
import Scenario
import Substrate
import Testing

/// A store that was damaged or left half made gives no other tables: it is refused, or what it lost is made again.
@Suite("Damaged stores")
struct StoreDamageTests {
  /// What came of a store that is used again.
  private enum Outcome: Equatable {
    case refused(StoreError.Cause)
    case made(again: Int)
  }

  private static func use(_ name: String, of bench: CampaignBench, _ sweep: Sweep) throws
    -> (outcome: Outcome, tables: [String: Data])
  {
    do {
      let store = try bench.store(name)
      let progress = try sweep.run(.whole, into: store, on: Workers(count: 1))
      let tables = try bench.tables(sweep, store, "tables-of-\(name)")
      return (.made(again: progress.all - progress.found), tables)
    } catch let error as StoreError {
      #expect(!error.description.contains("\n"))
      return (.refused(error.cause), [:])
    }
  }

  private static func flip(_ position: Int, of bytes: Data, to path: String) throws {
    var bytes = bytes
    bytes[position / 8] ^= 1 << (position % 8)
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  /// One bit that is flipped, in the head of the file, its pages or its log, changes no table.
  @Test(.timeLimit(.minutes(15)), arguments: [true, false]) func flippedBitsChangeNoTable(
    inLog: Bool
  )
    throws
  {
    let bench = try CampaignBench()
    let sweep = try bench.sweep()
    let path = "\(bench.directory)/whole.sqlite"
    var tables: [String: Data] = [:]
    var file = Data()
    var log = Data()
    do {
      let store = try bench.store("whole.sqlite")
      try sweep.run(.whole, into: store, on: Workers(count: 2))
      tables = try bench.tables(sweep, store, "tables")
      if !inLog { try store.release() }
      file = try Data(contentsOf: URL(fileURLWithPath: path))
      if inLog { log = try Data(contentsOf: URL(fileURLWithPath: path + "-wal")) }
    }
    let target = inLog ? log : file
    #expect(target.count > 4096)
    var outcomes: [Outcome] = []
    var seed: UInt64 = 11
    for n in 0..<120 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      // A third of them in what says how the file is laid out.
      let within = n % 3 == 0 ? min(target.count, 200) : target.count
      let position = Int(seed >> 33) % (within * 8)
      let name = "flipped-\(n).sqlite"
      let copy = "\(bench.directory)/\(name)"
      try Self.flip(position, of: target, to: inLog ? copy + "-wal" : copy)
      if inLog { try file.write(to: URL(fileURLWithPath: copy)) }
      let found = try Self.use(name, of: bench, sweep)
      if case .made = found.outcome {
        #expect(found.tables == tables, "bit \(position)")
      } else {
        #expect(found.outcome == .refused(.data), "bit \(position)")
      }
      outcomes.append(found.outcome)
    }
    #expect(outcomes.contains { if case .made(let again) = $0 { again > 0 } else { false } })
  }

  /// Every part of what is kept of a run is under a checksum: one changed by hand is made again, and no table is
  /// made of it.
  @Test func changedRunsAreMadeAgain() throws {
    let bench = try CampaignBench()
    let sweep = try bench.sweep()
    let path = "\(bench.directory)/store.sqlite"
    var tables: [String: Data] = [:]
    do {
      let store = try bench.store("store.sqlite")
      try sweep.run(.whole, into: store, on: Workers(count: 2))
      tables = try bench.tables(sweep, store, "tables")
      try store.release()
    }
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let word = Data("viable_half_life".utf8)
    let place = try #require(file.firstRange(of: word)).upperBound
    try Self.flip(place * 8, of: file, to: path)
    do {
      let store = try bench.store("store.sqlite")
      #expect(throws: StoreError.self) { try bench.tables(sweep, store, "none") }
    }
    let found = try Self.use("store.sqlite", of: bench, sweep)
    #expect(found.outcome == .made(again: 1))
    #expect(found.tables == tables)
  }

  /// A program that was killed while its file was made leaves a journal that is hot: the next one rolls it back.
  @Test func hotJournalsAreRolledBack() throws {
    let bench = try CampaignBench()
    let sweep = try bench.sweep()
    // A page that was begun, and a journal that says that the file was empty before: its mark, no pages kept, a
    // number of chance, 0 pages before, sectors of 512 and pages of 4096 bytes.
    let words: [UInt32] = [0xd9d5_05f9, 0x20a1_63d7, 0, 0x1234_5678, 0, 512, 4096]
    var journal = Data()
    for word in words {
      journal.append(contentsOf: (0..<4).map { UInt8(word >> (24 - 8 * $0) & 0xff) })
    }
    journal.append(Data(count: 512 - journal.count))
    var page = Data("SQLite format 3\0".utf8)
    page.append(contentsOf: [0x10, 0, 1, 1, 0, 64, 32, 32])
    page.append(Data(count: 4096 - page.count))
    for name in ["begun", "shard"] {
      try page.write(to: URL(fileURLWithPath: "\(bench.directory)/\(name).sqlite"))
      try journal.write(to: URL(fileURLWithPath: "\(bench.directory)/\(name).sqlite-journal"))
    }
    let store = try bench.store("begun.sqlite")
    #expect(try store.merge("\(bench.directory)/shard.sqlite") == 0)
    #expect(try sweep.run(.whole, into: store, on: Workers(count: 2)).found == 0)
  }
}
