import Files
import Simulation
import Vocabulary

/// Frames as files of VTK's XML formats, for ParaView and VisIt: a grid as ImageData with a value per voxel, the cells of a type
/// as PolyData with a point per cell, and for each a collection that gives the time of every file, h.
///
/// Source: Kitware, VTK XML Formats (docs.vtk.org).
public struct VTKExport {
  private let directory: OutputDirectory
  /// Files by collection, in order of time.
  private var collections: [String: [(time: Double, file: String)]] = [:]

  /// An export into a directory.
  public init(into directory: OutputDirectory) { self.directory = directory }

  /// Writes a frame.
  ///
  /// - Throws: `OutputError` where the system refuses.
  public mutating func add(_ file: FrameFile) throws {
    let folder = file.folderName
    _ = try directory.folder(folder)
    let frame = file.frame
    switch frame.part {
    case .fields: try add(Self.image(frame), to: "\(folder)/fields", ending: "vti", at: frame.time)
    case .cells:
      for population in frame.populations {
        let collection = "\(folder)/cells-\(FrameFile.safe(population.name))"
        try add(Self.points(population), to: collection, ending: "vtp", at: frame.time)
      }
    }
  }

  /// Writes the collections.
  ///
  /// - Throws: `OutputError` where the system refuses.
  public func finish() throws {
    for (name, files) in collections {
      let sets = files.map { file in
        let own = file.file.split(separator: "/").last ?? ""
        return "<DataSet timestep=\"\(CSV.number(file.time / 60))\" part=\"0\" file=\"\(own)\"/>\n"
      }
      let text =
        "<VTKFile type=\"Collection\" version=\"1.0\" byte_order=\"LittleEndian\">\n<Collection>\n"
        + sets.joined() + "</Collection>\n</VTKFile>\n"
      try directory.write("\(name).pvd", text)
    }
  }

  private mutating func add(_ bytes: [UInt8], to name: String, ending: String, at time: Double)
    throws
  {
    let count = collections[name, default: []].count + 1
    let number = String(repeating: "0", count: max(0, 4 - String(count).count)) + String(count)
    let file = "\(name)-\(number).\(ending)"
    try directory.write(file, bytes)
    collections[name, default: []].append((time, file))
  }

  // MARK: - The formats

  /// A grid: voxel values belong to cells of the format, x fastest.
  static func image(_ frame: Frame) -> [UInt8] {
    let shape = frame.shape
    let extent = "0 \(shape.nx) 0 \(shape.ny) 0 \(shape.nz)"
    let spacing = CSV.number(shape.spacing)
    var arrays = Arrays()
    for field in frame.fields { arrays.add(field) }
    return arrays.file(
      type: "ImageData",
      "<ImageData WholeExtent=\"\(extent)\" Origin=\"0 0 0\" Spacing=\"\(spacing) \(spacing) \(spacing)\"><Piece Extent=\"\(extent)\">\n<PointData/>\n<CellData>\n\(arrays.elements)</CellData>\n</Piece></ImageData>\n"
    )
  }

  /// Cells of a type, each a point.
  static func points(_ population: Frame.Population) -> [UInt8] {
    let count = population.identities.count
    let places = population.columns.prefix(3).map(\.values)
    var data = Arrays()
    data.add("identity", type: "UInt32", population.identities.littleEndianBytes)
    for column in population.columns.dropFirst(3) { data.add(column) }
    let pointData = data.elements
    data.elements = ""
    let interleaved = (0..<count).flatMap { i in places.map { $0[i] } }
    data.add(
      "places",
      type: "Float32",
      components: 3,
      interleaved.map(\.bitPattern).littleEndianBytes
    )
    let points = data.elements
    data.elements = ""
    data.add("connectivity", type: "Int64", (0..<Int64(count)).map { $0 }.littleEndianBytes)
    data.add("offsets", type: "Int64", (0..<Int64(count)).map { $0 + 1 }.littleEndianBytes)
    return data.file(
      type: "PolyData",
      "<PolyData><Piece NumberOfPoints=\"\(count)\" NumberOfVerts=\"\(count)\" NumberOfLines=\"0\" NumberOfStrips=\"0\" NumberOfPolys=\"0\">\n<PointData>\n\(pointData)</PointData>\n<CellData/>\n<Points>\n\(points)</Points>\n<Verts>\n\(data.elements)</Verts>\n</Piece></PolyData>\n"
    )
  }

  /// Arrays whose bytes follow the XML, each after its length.
  private struct Arrays {
    /// The elements that describe them.
    var elements = ""
    private var bytes: [UInt8] = []

    mutating func add(_ column: Frame.Column) {
      let name = column.unit.isEmpty ? column.name : "\(column.name) (\(column.unit))"
      add(name, type: "Float32", column.values.map(\.bitPattern).littleEndianBytes)
    }

    mutating func add(_ name: String, type: String, components: Int = 1, _ values: [UInt8]) {
      elements +=
        "<DataArray type=\"\(type)\" Name=\"\(name)\" NumberOfComponents=\"\(components)\" format=\"appended\" offset=\"\(bytes.count)\"/>\n"
      bytes += [UInt64(values.count)].littleEndianBytes + values
    }

    func file(type: String, _ body: String) -> [UInt8] {
      let start =
        "<?xml version=\"1.0\"?>\n<VTKFile type=\"\(type)\" version=\"1.0\" byte_order=\"LittleEndian\" header_type=\"UInt64\">\n"
        + body + "<AppendedData encoding=\"raw\">\n_"
      return Array(start.utf8) + bytes + Array("\n</AppendedData>\n</VTKFile>\n".utf8)
    }
  }
}

extension FrameFile {
  /// Name of the folder of what is exported of its grid: arm, replicate and grid.
  var folderName: String { "\(Self.safe(arm))-\(replicate)-\(Self.safe(frame.site))" }

  /// A name as part of a file's name.
  static func safe(_ name: String) -> String {
    String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "_" })
  }
}

extension Array where Element: FixedWidthInteger {
  /// The numbers as bytes, little-endian.
  var littleEndianBytes: [UInt8] { map(\.littleEndian).withUnsafeBytes { Array<UInt8>($0) } }
}
