import Files
import Foundation
import GRDB
import Observations
import Simulation
import Synchronization

/// Why a store of runs could not be used: one sentence for the user.
public struct StoreError: Error, CustomStringConvertible {
  /// What refuses.
  public enum Cause: Sendable {
    /// The system.
    case system
    /// Another process that uses the file.
    case inUse
    /// The file, which is another than the program can use.
    case data
    /// A link to elsewhere, which is not followed.
    case link
  }

  /// The sentence.
  public let description: String
  /// What refuses.
  public let cause: Cause
}

/// What is kept of a run.
public struct RunRecord: Sendable, Equatable {
  /// What the run is a function of, as a hash.
  public var key: String
  /// Why it failed; `nil` where it did not.
  public var error: String?
  /// Its endpoints, those that compare arms not compared yet.
  public var endpoints: [Endpoint]
  /// Its time series; `nil` where it is not kept.
  public var timeseries: [Quantities.Reading]?
  /// What a laboratory observed, and what else a calibration reads.
  public var observations: [Quantities.Reading]
  /// Time the model took, s.
  public var seconds: Double

  /// A run with what is kept of it.
  public init(
    key: String,
    error: String?,
    endpoints: [Endpoint],
    timeseries: [Quantities.Reading]?,
    observations: [Quantities.Reading],
    seconds: Double
  ) {
    self.key = key
    self.error = error
    self.endpoints = endpoints
    self.timeseries = timeseries
    self.observations = observations
    self.seconds = seconds
  }
}

/// A run as written in the file.
private struct PackedRun {
  let key: String, error: String?
  let endpoints: Data, timeseries: Data?, observations: Data
  let seconds: Double

  /// Of what the run is.
  var checksum: Int64 {
    var sum = Checksum()
    sum.add(key)
    sum.add(error)
    sum.add(endpoints)
    sum.add(seconds)
    return Int64(bitPattern: sum.value)
  }

  /// Of its rows, which are not always read.
  var rowsChecksum: Int64 {
    var sum = Checksum()
    sum.add(key)
    sum.add(timeseries)
    sum.add(observations)
    return Int64(bitPattern: sum.value)
  }
}

extension RunRecord {
  /// It as written in the file.
  fileprivate var packed: PackedRun {
    PackedRun(
      key: key,
      error: error,
      endpoints: Packing.pack(endpoints),
      timeseries: timeseries.map { Packing.pack($0) },
      observations: Packing.pack(observations),
      seconds: seconds
    )
  }

  /// A run that is in the file; `nil` where its bytes say something else.
  fileprivate init?(_ packed: PackedRun) {
    guard let endpoints = Unpacking.endpoints(packed.endpoints),
      let observations = Unpacking.readings(packed.observations)
    else { return nil }
    var timeseries: [Quantities.Reading]?
    if let data = packed.timeseries {
      timeseries = Unpacking.readings(data)
      if timeseries == nil { return nil }
    }
    self.init(
      key: packed.key,
      error: packed.error,
      endpoints: endpoints,
      timeseries: timeseries,
      observations: observations,
      seconds: packed.seconds
    )
  }
}

/// The runs of a campaign, or of a shard of it, in one file of SQLite; what is in it survives whatever ends the
/// program or the machine.
///
/// Runs are found by what they are a function of, so a store is independent of designs: a run is made once, whatever
/// campaign asks for it. What is added waits until half a second of work has come together, then all of it is
/// written in one transaction and synced.
///
/// Each run has two checksums, of what it is and of its rows. A run that was damaged is none: it is made again where
/// it is requested, and an error where tables are made of it.
public final class RunStore: Sendable {
  /// Largest work of models (s) that may be lost when the program is killed.
  public static let patience = 0.5
  /// Time to wait for a file that another process uses, s.
  private static let wait = 2.0
  /// Runs that are taken over in one transaction.
  private static let batch = 256
  /// What marks the file: "Stro", and the revision of the program.
  private static let mark: Int32 = 0x5374_726F
  private static let version = Int32(Model.revision)

  /// The file.
  public let path: String
  private let queue: DatabaseQueue
  private let waiting = Mutex<(records: [RunRecord], seconds: Double)>(([], 0))
  /// The runs that were added since the store was opened empty, and whether their time series is kept; `nil` where
  /// it was not empty.
  private let own = Mutex<[String: Bool]?>(nil)

  /// Opens a store, or makes one.
  ///
  /// - Parameter path: the file.
  /// - Throws: `StoreError` for a file that is no store, is in use or cannot be read or written.
  public init(_ path: String) throws(StoreError) {
    self.path = path
    try Self.check(path)
    var configuration = Configuration()
    configuration.busyMode = .timeout(Self.wait)
    configuration.prepareDatabase { database in
      // Locked for good, the log needs no memory that is shared, so that it holds on file systems of a cluster too.
      try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try database.execute(sql: "PRAGMA journal_mode = WAL")
      try database.execute(sql: "PRAGMA synchronous = FULL")
    }
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { database in
        try database.execute(sql: "PRAGMA application_id = \(Self.mark)")
        try database.execute(sql: "PRAGMA user_version = \(Self.version)")
        try database.execute(
          sql: """
            CREATE TABLE IF NOT EXISTS runs (
              key TEXT PRIMARY KEY NOT NULL, error TEXT, endpoints BLOB NOT NULL, timeseries BLOB,
              observations BLOB NOT NULL, seconds REAL NOT NULL, checksum INTEGER NOT NULL,
              rows_checksum INTEGER NOT NULL
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
    var status = stat()
    if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
      throw StoreError(
        description: "\(path) is a link, which is not followed; remove it",
        cause: .link
      )
    }
    if let kind = InputFile.kind(at: path) {
      throw StoreError(description: "\(path) is \(kind), not a file", cause: .data)
    }
    guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
      size > 0
    else { return }
    try recover(path)
    // The marks stand in the header of the file (https://www.sqlite.org/fileformat.html, 1.3); where they do, it need
    // not be opened twice.
    if let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 100),
      head.count == 100, number(head, at: 68) == mark, number(head, at: 60) == version
    {
      return
    }
    _ = try reader(of: path)
  }

  /// Takes back what a program was writing to a file when it was killed, which only a writer can.
  private static func recover(_ path: String) throws(StoreError) {
    let journal = try? FileManager.default.attributesOfItem(atPath: path + "-journal")
    guard let size = journal?[.size] as? Int, size > 0 else { return }
    var configuration = Configuration()
    configuration.busyMode = .timeout(wait)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.write { _ = try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM sqlite_master") }
    } catch {
      throw explain(error, path)
    }
  }

  private static func number(_ head: Data, at offset: Int) -> Int32 {
    head[head.startIndex + offset..<head.startIndex + offset + 4].reduce(0) { $0 << 8 | Int32($1) }
  }

  /// A store that is only read; several may be at a time.
  private static func reader(of path: String) throws(StoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(wait)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      let (mark, version, tables) = try queue.read { database in
        (
          try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0,
          try Int32.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
          try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") ?? 0
        )
      }
      // A program that was killed before it marked its file has left an empty one.
      guard mark == Self.mark || mark == 0 && version == 0 && tables == 0 else {
        throw StoreError(description: "\(path) is not a store of runs", cause: .data)
      }
      if mark != 0, let refusal = Revision(Int(version)).refusal("\(path) is a store of runs") {
        throw StoreError(description: refusal, cause: .data)
      }
      return queue
    } catch let error as StoreError {
      throw error
    } catch {
      throw explain(error, path)
    }
  }

  private static func explain(_ error: any Error, _ path: String) -> StoreError {
    guard let error = error as? DatabaseError else { return damaged(path) }
    switch error.resultCode {
    case .SQLITE_FULL:
      return StoreError(
        description:
          "the disk of \(path) is full; completed runs are kept: free some space and repeat the command",
        cause: .system
      )
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return StoreError(
        description:
          "another run is at work: the store \(path) is in use by another process; wait for it, or choose another --out",
        cause: .inUse
      )
    case .SQLITE_READONLY where access(path, W_OK) == 0: return damaged(path)
    case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_READONLY,
      .SQLITE_NOLFS, .SQLITE_NOMEM:
      return StoreError(
        description: "cannot use the store \(path): \(error.message ?? "\(error.resultCode)")",
        cause: .system
      )
    default: return damaged(path)
    }
  }

  private static func damaged(_ path: String) -> StoreError {
    StoreError(
      description: "\(path) is not a store of runs, or is damaged; remove it to repeat its runs",
      cause: .data
    )
  }

  private func reading<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
    do {
      return try queue.read(body)
    } catch let error as StoreError {
      throw error
    } catch {
      throw Self.explain(error, path)
    }
  }

  /// Which of some runs are whole in the store: those that failed, and those whose time series is kept where they
  /// are wanted.
  public func known(_ keys: [String], withTimeseries: Bool) throws(StoreError) -> Set<String> {
    // What was made since the store was empty need not be looked for on disk.
    let found = own.withLock { own -> [String]? in
      own.map { own in keys.filter { key in own[key].map { $0 || !withTimeseries } ?? false } }
    }
    if let found { return Set(found) }
    return try reading { database in
      var known = waiting.withLock { waiting in
        Set(
          waiting.records.filter { $0.timeseries != nil || $0.error != nil || !withTimeseries }
            .map(\.key)
        ).intersection(keys)
      }
      for key in keys where !known.contains(key) {
        guard let run = try Self.fetch(key, withRows: true, database), run.isWhole else { continue }
        if run.record.timeseries != nil || run.record.error != nil || !withTimeseries {
          known.insert(key)
        }
      }
      return known
    }
  }

  /// A run; `nil` where it is not in the store.
  ///
  /// - Throws: `StoreError` where the store cannot be read, or the run is damaged.
  public func run(_ key: String) throws(StoreError) -> RunRecord? {
    let record = waiting.withLock { waiting in waiting.records.first { $0.key == key } }
    if let record { return record }
    return try reading { try whole(Self.fetch(key, withRows: true, $0)) }
  }

  /// Runs by their keys, with the rows that are kept of them or without; `nil` for one that is not in the store.
  ///
  /// What waits is written first.
  ///
  /// - Throws: `StoreError` where the store cannot be used, or one of them is damaged.
  public func runs(_ keys: [String], withRows: Bool) throws(StoreError) -> [RunRecord?] {
    try flush()
    return try reading { database in
      try keys.map { try whole(Self.fetch($0, withRows: withRows, database)) }
    }
  }

  /// A run as it is read, and whether its checksums hold; one that is damaged may have nothing in it.
  private typealias Fetched = (record: RunRecord, isWhole: Bool)

  private static func fetch(_ key: String, withRows: Bool, _ database: Database) throws -> Fetched?
  {
    let rows = withRows ? "timeseries, observations" : "NULL, x''"
    let statement = try database.cachedStatement(
      sql:
        "SELECT error, endpoints, seconds, checksum, \(rows), rows_checksum FROM runs WHERE key = ?"
    )
    return try Row.fetchOne(statement, arguments: [key]).map { row in
      // What is damaged may be of any type.
      func text(_ column: Int) -> String? { String.fromDatabaseValue(row[column]) }
      func data(_ column: Int) -> Data? { Data.fromDatabaseValue(row[column]) }
      func sum(_ column: Int) -> Int64? { Int64.fromDatabaseValue(row[column]) }
      let packed = PackedRun(
        key: key,
        error: text(0),
        endpoints: data(1) ?? Data(),
        timeseries: data(4),
        observations: data(5) ?? Data(),
        seconds: Double.fromDatabaseValue(row[2]) ?? 0
      )
      let isWhole =
        sum(3) == packed.checksum && (!withRows || sum(6) == packed.rowsChecksum)
      if isWhole, let record = RunRecord(packed) { return (record, true) }
      return (
        RunRecord(
          key: key,
          error: nil,
          endpoints: [],
          timeseries: nil,
          observations: [],
          seconds: 0
        ), false
      )
    }
  }

  /// A run that was fetched, which may not be damaged.
  private func whole(_ run: Fetched?) throws -> RunRecord? {
    guard let run else { return nil }
    guard run.isWhole else {
      throw StoreError(
        description:
          "a run in the store \(path) is damaged: its checksum does not hold; the command that made it makes it again",
        cause: .data
      )
    }
    return run.record
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
    do {
      // What waits is taken inside the queue: who finds a run no longer waiting reads after it was written.
      try queue.writeWithoutTransaction { database in
        let (records, seconds) = waiting.withLock { waiting in
          defer { waiting = ([], 0) }
          return waiting
        }
        guard !records.isEmpty else { return }
        do {
          try database.inTransaction {
            let statement = try database.cachedStatement(
              sql: "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            )
            for record in records { try statement.execute(arguments: Self.arguments(record)) }
            return .commit
          }
        } catch {
          waiting.withLock { $0 = (records + $0.records, seconds + $0.seconds) }
          throw error
        }
      }
    } catch {
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

  /// Takes over the runs of another store that are not in this one; those that are damaged are left.
  ///
  /// - Parameters:
  ///   - other: the file of the other store.
  ///   - keys: the runs that are wanted; without them all.
  /// - Returns: how many were taken over.
  /// - Throws: `StoreError` where one of the two cannot be used.
  @discardableResult
  public func merge(_ other: String, only keys: [String]? = nil) throws(StoreError) -> Int {
    guard FileManager.default.fileExists(atPath: other) else { return 0 }
    try Self.recover(other)
    let source = try Self.reader(of: other)
    var count = 0
    do {
      try source.read { database in
        // A program that was killed at its start has left a store without runs.
        guard try database.tableExists("runs") else { return }
        let wanted = try keys ?? String.fetchAll(database, sql: "SELECT key FROM runs")
        for start in stride(from: 0, to: wanted.count, by: Self.batch) {
          let part = wanted[start..<min(start + Self.batch, wanted.count)]
          let found = try part.compactMap { try Self.fetch($0, withRows: true, database) }
          count += try take(found.filter(\.isWhole).map(\.record))
        }
      }
    } catch let error as StoreError {
      throw error
    } catch {
      throw Self.explain(error, other)
    }
    if count > 0 { own.withLock { $0 = nil } }
    return count
  }

  /// Adds runs of another store where they are more than what is here.
  ///
  /// - Returns: how many were.
  private func take(_ records: [RunRecord]) throws(StoreError) -> Int {
    do {
      return try queue.write { database in
        // A run with its time series is more than one without, and either more than one that failed.
        let statement = try database.cachedStatement(
          sql: """
            INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET
              error = excluded.error, endpoints = excluded.endpoints, timeseries = excluded.timeseries,
              observations = excluded.observations, seconds = excluded.seconds, checksum = excluded.checksum,
              rows_checksum = excluded.rows_checksum
            WHERE excluded.error IS NULL
              AND (runs.error IS NOT NULL OR runs.timeseries IS NULL AND excluded.timeseries IS NOT NULL)
            """
        )
        let forget = try database.cachedStatement(sql: "DELETE FROM runs WHERE key = ?")
        return try records.reduce(0) { count, record in
          let own = try Self.fetch(record.key, withRows: true, database)
          if own?.isWhole == false { try forget.execute(arguments: [record.key]) }
          try statement.execute(arguments: Self.arguments(record))
          return count + database.changesCount
        }
      }
    } catch {
      throw Self.explain(error, path)
    }
  }

  private static func arguments(_ record: RunRecord) -> StatementArguments {
    let packed = record.packed
    return [
      packed.key, packed.error, packed.endpoints, packed.timeseries, packed.observations,
      packed.seconds, packed.checksum, packed.rowsChecksum,
    ]
  }

  /// Leaves the file whole and by itself, and its lock, so that several may read it at a time and it can be carried
  /// away.
  ///
  /// - Throws: `StoreError` where it cannot be written; nothing is lost then.
  public func release() throws(StoreError) {
    try flush()
    do {
      try queue.writeWithoutTransaction { database in
        _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
        _ = try String.fetchOne(database, sql: "PRAGMA locking_mode = NORMAL")
        // The lock is given up after the next time that something is read.
        _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master")
      }
    } catch {
      throw Self.explain(error, path)
    }
  }
}
