import Files
import Simulation
import Vocabulary

/// A file of `frames/`: one grid of one model at one time in full, all factors or all cells.
///
///     8 bytes     "STROMAFR"
///     4 bytes     length of the header, little-endian
///     header      JSON in UTF-8: `FrameFile.Header`
///     columns     one after the other, 4 bytes a number, little-endian: of factors all voxels, x fastest; of cells of each type
///                 their identities as whole numbers, then each column
///     32 bytes    SHA-256 of all before
public struct FrameFile: Sendable, Equatable {
  /// How the names of the files end.
  public static let suffix = ".frame"
  private static let mark = "STROMAFR"

  /// What the bytes are.
  public struct Header: Codable, Sendable, Equatable {
    /// Name of the run, arm, number of the replicate, and name of the grid.
    public let run: String, arm: String, replicate: Int, site: String
    /// Time, h, and what is kept.
    public let time: Double, part: Frame.Part
    /// Voxels along x, y and z, and edge of a voxel, um.
    public let voxels: [Int], spacing: Double
    /// The factors, and the types of cells.
    public let fields: [Column], populations: [Population]

    /// A column.
    public struct Column: Codable, Sendable, Equatable {
      /// Name and unit.
      public let name: String, unit: String
    }

    /// The cells of a type.
    public struct Population: Codable, Sendable, Equatable {
      /// Name, number of cells, and the columns after the identities.
      public let name: String, count: Int, columns: [Column]
    }
  }

  /// What it is of.
  public let run: String, arm: String, replicate: Int
  /// The grid.
  public let frame: Frame

  /// A frame of a model.
  public init(run: String, arm: String, replicate: Int, _ frame: Frame) {
    self.run = run
    self.arm = arm
    self.replicate = replicate
    self.frame = frame
  }

  /// The whole file.
  ///
  /// - Throws: where the header cannot be written as JSON, which is a bug.
  public func file() throws -> [UInt8] {
    func columns(_ columns: [Frame.Column]) -> [Header.Column] {
      columns.map { .init(name: $0.name, unit: $0.unit) }
    }
    let header = Header(
      run: run,
      arm: arm,
      replicate: replicate,
      site: frame.site,
      time: frame.time / 60,
      part: frame.part,
      voxels: [frame.shape.nx, frame.shape.ny, frame.shape.nz],
      spacing: frame.shape.spacing,
      fields: columns(frame.fields),
      populations: frame.populations.map {
        .init(name: $0.name, count: $0.identities.count, columns: columns($0.columns))
      }
    )
    var bytes: [UInt8] = []
    for column in frame.fields { bytes.append(numbers: column.values) }
    for population in frame.populations {
      bytes.append(numbers: population.identities)
      for column in population.columns { bytes.append(numbers: column.values) }
    }
    return try HeadedFile.bytes(mark: Self.mark, header: header, bytes, isSealed: true)
  }

  /// Reads a file; `nil` where there is none, or where it is no whole frame.
  public init?(path: String) {
    guard let file = HeadedFile.read(path, mark: Self.mark, as: Header.self, isSealed: true),
      let frame = Frame(file.header, file.body)
    else { return nil }
    self.init(
      run: file.header.run,
      arm: file.header.arm,
      replicate: file.header.replicate,
      frame
    )
  }
}

extension Frame {
  /// The frame that a header describes; `nil` where the bytes are not as many as it says.
  fileprivate init?(_ header: FrameFile.Header, _ body: ArraySlice<UInt8>) {
    let most = 1 << 20
    guard header.voxels.count == 3, header.voxels.allSatisfy({ (1...most).contains($0) }),
      header.spacing > 0, header.spacing.isFinite, header.time.isFinite
    else { return nil }
    let voxels = header.voxels.reduce(1.0) { $0 * Double($1) }
    let numbers = header.populations.reduce(voxels * Double(header.fields.count)) {
      $0 + Double($1.count) * Double($1.columns.count + 1)
    }
    guard header.populations.allSatisfy({ $0.count >= 0 }), 4 * numbers == Double(body.count)
    else { return nil }
    var rest = body
    func columns(_ columns: [FrameFile.Header.Column], _ count: Int) -> [Column] {
      columns.map {
        Column($0.name, unit: $0.unit, rest.takeNumbers(count).map(Float.init(bitPattern:)))
      }
    }
    self.init(
      header.part,
      site: header.site,
      time: header.time * 60,
      shape: GridShape(
        nx: header.voxels[0],
        ny: header.voxels[1],
        nz: header.voxels[2],
        spacing: header.spacing
      ),
      fields: columns(header.fields, Int(voxels)),
      populations: header.populations.map { population in
        Population(
          name: population.name,
          identities: rest.takeNumbers(population.count),
          columns: columns(population.columns, population.count)
        )
      }
    )
  }
}

extension [UInt8] {
  /// Adds numbers of four bytes, little-endian.
  mutating func append(numbers: [UInt32]) {
    numbers.map(\.littleEndian).withUnsafeBytes { append(contentsOf: $0) }
  }

  /// Adds numbers of four bytes, little-endian.
  mutating func append(numbers: [Float]) { append(numbers: numbers.map(\.bitPattern)) }
}

extension ArraySlice<UInt8> {
  /// Takes numbers of four bytes, little-endian, from the start.
  fileprivate mutating func takeNumbers(_ count: Int) -> [UInt32] {
    let bytes = prefix(4 * count)
    removeFirst(4 * count)
    return [UInt32](unsafeUninitializedCapacity: count) { numbers, initialized in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(numbers).copyMemory(from: $0) }
      for i in 0..<count { numbers[i] = UInt32(littleEndian: numbers[i]) }
      initialized = count
    }
  }
}
