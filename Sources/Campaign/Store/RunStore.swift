import Foundation
import GRDB
import Simulation
import Synchronization

/// Why a store of runs could not be used: one sentence for the user.
public struct StoreError: Error, CustomStringConvertible {
  /// The sentence.
  public let description: String
  /// Whether the file is another than the program can use, instead of the system refusing.
  public let isData: Bool
}

/// What is kept of a run.
public struct RunRecord: Sendable, Equatable {
  /// What the run is a function of, as a hash.
  public var key: String
  /// Why it failed; `nil` where it did not.
  public var error: String?
  /// Its endpoints: a line `name,value,unit` each, without value where the run does not tell.
  public var endpoints: String
  /// Its time series and what a laboratory observed, as rows of CSV without heading; `nil` where they are not kept.
  public var timeseries: String?, observations: String
  /// Time the model took, s.
  public var seconds: Double
}

/// The runs of a campaign, or of a shard of it, in one file of SQLite; what is in it survives whatever ends the
/// program or the machine.
///
/// Runs are found by what they are a function of, so a store knows nothing of designs: a run is made once, whatever
/// campaign asks for it. What is added waits until half a second of work has come together, then all of it is
/// written in one transaction and synced.
public final class RunStore: Sendable {
  /// Largest work of models (s) that may be lost when the program is killed.
  public static let patience = 0.5
  /// What marks the file: "Stro", and the version of its tables.
  private static let mark: Int32 = 0x5374_726F
  private static let version: Int32 = 1

  /// The file.
  public let path: String
  private let queue: DatabaseQueue
  private let waiting = Mutex<(records: [RunRecord], seconds: Double)>(([], 0))
  /// The runs that were added since the store was opened empty, and whether their time series is kept; `nil` where
  /// it was not empty.
  private let own = Mutex<[String: Bool]?>(nil)

  /// Opens a store, or makes one.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - isReadOnly: whether nothing is to be written.
  /// - Throws: `StoreError` for a file that is no store, is in use or cannot be read or written.
  public init(_ path: String, isReadOnly: Bool = false) throws(StoreError) {
    self.path = path
    try Self.check(path)
    var configuration = Configuration()
    configuration.readonly = isReadOnly
    configuration.busyMode = .timeout(2)
    configuration.prepareDatabase { database in
      guard !isReadOnly else { return }
      // Locked for good, the log needs no memory that is shared, so that it holds on file systems of a cluster too.
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      guard !isReadOnly else { return }
      try queue.write { database in
        try database.execute(sql: "PRAGMA application_id = \(Self.mark)")
        try database.execute(sql: "PRAGMA user_version = \(Self.version)")
        try database.execute(
          sql: """
            CREATE TABLE IF NOT EXISTS runs (
              key TEXT PRIMARY KEY NOT NULL, error TEXT, endpoints TEXT NOT NULL, timeseries TEXT,
              observations TEXT NOT NULL, seconds REAL NOT NULL
            ) WITHOUT ROWID
            """
        )
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw Self.explain(error, path)
    }
    if try count() == 0 { own.withLock { $0 = [:] } }
  }

  /// Checks that a file that is there is a store, before anything of it is touched.
  private static func check(_ path: String) throws(StoreError) {
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
      size > 0
    else { return }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(2)
    do {
      let (mark, version, tables) = try DatabaseQueue(path: path, configuration: configuration).read
      {
        database in
        (
          try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
          try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
          try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0
        )
      }
      // A program that was killed before it marked its file has left an empty one.
      guard mark == Self.mark || mark == 0 && version == 0 && tables == 0 else {
        throw StoreError(description: "\(path) is no store of runs", isData: true)
      }
      guard mark == 0 || version == Self.version else {
        throw StoreError(
          description:
            "\(path) is a store of version \(version); this program reads version \(Self.version)",
          isData: true
        )
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw explain(error, path)
    }
  }

  private static func explain(_ error: any Error, _ path: String) -> StoreError {
    guard let error = error as? DatabaseError else {
      return StoreError(description: "cannot use the store \(path): \(error)", isData: false)
    }
    switch error.resultCode {
    case .SQLITE_FULL:
      return StoreError(
        description:
          "the disk of \(path) is full; what was done before is kept: make room and go on with the same command",
        isData: false
      )
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StoreError(
        description:
          "the store \(path) is in use by another process; wait for it, or choose another --out",
        isData: false
      )
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      return StoreError(description: "\(path) is no store of runs, or damaged", isData: true)
    default:
      return StoreError(
        description: "cannot use the store \(path): \(error.message ?? "\(error.resultCode)")",
        isData: false
      )
    }
  }

  private func reading<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    do {
      return try queue.read(body)
    } catch {
      throw Self.explain(error, path)
    }
  }

  /// Which of some runs are in the store: those that failed, and those whose time series is kept where they are
  /// wanted.
  public func known(_ keys: [String], withTimeseries: Bool) throws(StoreError) -> Set<String> {
    // What was made since the store was empty need not be looked for on disk.
    let found = own.withLock { own -> [String]? in
      own.map { own in keys.filter { key in own[key].map { $0 || !withTimeseries } ?? false } }
    }
    if let found { return Set(found) }
    return try reading { database in
      let statement = try database.cachedStatement(
        sql: "SELECT timeseries IS NULL AND error IS NULL FROM runs WHERE key = ?"
      )
      var known = waiting.withLock { waiting in
        Set(
          waiting.records.filter { $0.timeseries != nil || $0.error != nil || !withTimeseries }
            .map(\.key)
        ).intersection(keys)
      }
      for key in keys where !known.contains(key) {
        guard let lacks = try Bool.fetchOne(statement, arguments: [key]) else { continue }
        if !(lacks && withTimeseries) { known.insert(key) }
      }
      return known
    }
  }

  /// A run; `nil` where it is not in the store.
  public func run(_ key: String) throws(StoreError) -> RunRecord? {
    let record = waiting.withLock { waiting in waiting.records.first { $0.key == key } }
    if let record { return record }
    return try reading { try Self.fetch(key, withRows: true, $0) }
  }

  /// Runs by their keys, with the rows that are kept of them or without; `nil` for one that is not in the store.
  ///
  /// What waits is written first.
  public func runs(_ keys: [String], withRows: Bool) throws(StoreError) -> [RunRecord?] {
    try flush()
    return try reading { database in
      try keys.map { try Self.fetch($0, withRows: withRows, database) }
    }
  }

  private static func fetch(_ key: String, withRows: Bool, _ database: Database) throws
    -> RunRecord?
  {
    let rows = withRows ? "timeseries, observations" : "NULL, ''"
    let statement = try database.cachedStatement(
      sql: "SELECT error, endpoints, \(rows), seconds FROM runs WHERE key = ?"
    )
    return try Row.fetchOne(statement, arguments: [key]).map { row in
      RunRecord(
        key: key,
        error: row[0],
        endpoints: row[1],
        timeseries: row[2],
        observations: row[3],
        seconds: row[4]
      )
    }
  }

  /// Number of runs in the store.
  public func count() throws(StoreError) -> Int {
    try reading { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM runs") ?? 0 }
  }

  /// Adds runs; they are safe once enough work has come together, or `flush` was called.
  ///
  /// - Throws: `StoreError` where they cannot be written; they still wait then.
  public func add(_ records: [RunRecord]) throws(StoreError) {
    own.withLock { own in
      for record in records { own?[record.key] = record.timeseries != nil || record.error != nil }
    }
    let isDue = waiting.withLock { waiting in
      waiting.records += records
      waiting.seconds += records.reduce(0) { $0 + $1.seconds }
      return waiting.seconds >= Self.patience || waiting.records.count >= 512
    }
    if isDue { try flush() }
  }

  /// Writes all that waits.
  ///
  /// - Throws: `StoreError` where it cannot be written; it still waits then.
  public func flush() throws(StoreError) {
    let records = waiting.withLock { waiting in
      defer { waiting = ([], 0) }
      return waiting.records
    }
    guard !records.isEmpty else { return }
    do {
      try queue.write { database in
        let statement = try database.cachedStatement(
          sql: "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?)"
        )
        for record in records {
          try statement.execute(arguments: [
            record.key, record.error, record.endpoints, record.timeseries, record.observations,
            record.seconds,
          ])
        }
      }
    } catch {
      waiting.withLock { $0.records = records + $0.records }
      throw Self.explain(error, path)
    }
  }

  /// Removes the runs that failed, so that they are made anew.
  public func forgetFailures() throws(StoreError) {
    own.withLock { $0 = nil }
    do {
      try queue.write { try $0.execute(sql: "DELETE FROM runs WHERE error IS NOT NULL") }
    } catch {
      throw Self.explain(error, path)
    }
  }

  /// Takes over the runs of another store that are not in this one.
  ///
  /// - Throws: `StoreError` where one of the two cannot be used.
  public func merge(_ other: String) throws(StoreError) {
    // Opened for itself first, so that what is wrong with it is said of it.
    _ = try RunStore(other, isReadOnly: true)
    own.withLock { $0 = nil }
    do {
      try queue.writeWithoutTransaction { database in
        try database.execute(sql: "ATTACH DATABASE ? AS shard", arguments: [other])
        defer { try? database.execute(sql: "DETACH DATABASE shard") }
        try database.inTransaction {
          // A run with its time series is more than one without, and either more than one that failed.
          try database.execute(
            sql: """
              INSERT OR REPLACE INTO runs SELECT * FROM shard.runs AS new WHERE NOT EXISTS (
                SELECT 1 FROM runs AS old WHERE old.key = new.key
                AND (new.error IS NOT NULL
                  OR old.error IS NULL AND (old.timeseries IS NOT NULL OR new.timeseries IS NULL)))
              """
          )
          return .commit
        }
      }
    } catch {
      throw Self.explain(error, path)
    }
  }
}
