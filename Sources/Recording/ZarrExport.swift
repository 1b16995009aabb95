import Files
import Simulation
import Vocabulary

/// Frames as Zarr stores, for Python: the factors of a grid as an image of OME-Zarr 0.5 (napari), with axes time, channel, z, y
/// and x, and its cells as AnnData (scanpy, squidpy), a row for each cell at each time.
///
/// Sources: OME-NGFF 0.5 (ngff.openmicroscopy.org/0.5); AnnData, on-disk format (anndata.readthedocs.io).
public struct ZarrExport {
  private let directory: OutputDirectory
  private var images: [String: Image] = [:]
  private var tables: [String: Table] = [:]

  /// An export into a directory.
  public init(into directory: OutputDirectory) { self.directory = directory }

  /// Writes a frame; those of a grid come in order of time.
  ///
  /// - Throws: `OutputError` where the system refuses.
  public mutating func add(_ file: FrameFile) throws {
    let name = file.folderName
    switch file.frame.part {
    case .fields:
      let image = try images[name] ?? Image("\(name).ome.zarr", file, in: directory)
      images[name] = try image.adding(file.frame)
    case .cells:
      var table = try tables[name] ?? Table("\(name).anndata.zarr", file, in: directory)
      try table.add(file.frame)
      tables[name] = table
    }
  }

  /// Writes what is known at the end only.
  ///
  /// - Throws: `OutputError` where the system refuses.
  public func finish() throws {
    for image in images.values { try image.finish() }
    for var table in tables.values { try table.finish() }
  }

  /// What a store says of the run it came from.
  private static func origin(_ file: FrameFile) -> [JSON.Member] {
    [
      .init(key: "run", value: .string(file.run)), .init(key: "arm", value: .string(file.arm)),
      .init(key: "replicate", value: .number(Double(file.replicate))),
      .init(key: "site", value: .string(file.frame.site)),
    ]
  }

  private static func texts(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }

  private static func numbers(_ values: [Double]) -> JSON { .array(values.map(JSON.number)) }

  // MARK: - Factors

  /// An image of five axes: one chunk for each factor at each time.
  private struct Image {
    private let directory: OutputDirectory, path: String, first: FrameFile
    private let group: ZarrGroup
    private var times: [Double] = []

    init(_ path: String, _ file: FrameFile, in directory: OutputDirectory) throws {
      self.path = path
      self.directory = directory
      first = file
      group = try ZarrGroup(path, in: directory, attributes: .object([]))
    }

    /// The image with a frame more.
    func adding(_ frame: Frame) throws -> Image {
      var image = self
      for (channel, field) in frame.fields.enumerated() {
        let bytes = field.values.map(\.bitPattern).littleEndianBytes
        try group.chunk(of: "0", at: [times.count, channel, 0, 0, 0], bytes)
      }
      image.times.append(frame.time / 60)
      return image
    }

    func finish() throws {
      let shape = first.frame.shape
      let voxels = [shape.nz, shape.ny, shape.nx]
      try group.array(
        "0",
        .float32,
        shape: [times.count, first.frame.fields.count] + voxels,
        chunk: [1, 1] + voxels,
        dimensions: ["t", "c", "z", "y", "x"],
        attributes: .object([])
      )
      _ = try ZarrGroup(path, in: directory, attributes: attributes)
    }

    private var attributes: JSON {
      func axis(_ name: String, _ type: String, _ unit: String?) -> JSON {
        let members = [("name", name), ("type", type)] + (unit.map { [("unit", $0)] } ?? [])
        return .object(members.map { .init(key: $0.0, value: .string($0.1)) })
      }
      let h = first.frame.shape.spacing
      let between = times.count > 1 ? times[1] - times[0] : 1
      func transformation(_ type: String, _ values: [Double]) -> JSON {
        .object([
          .init(key: "type", value: .string(type)),
          .init(key: type, value: ZarrExport.numbers(values)),
        ])
      }
      let dataset = JSON.object([
        .init(key: "path", value: .string("0")),
        .init(
          key: "coordinateTransformations",
          value: .array([
            transformation("scale", [between, 1, h, h, h]),
            // Voxels are placed by their centres.
            transformation("translation", [times.first ?? 0, 0, h / 2, h / 2, h / 2]),
          ])
        ),
      ])
      let multiscale = JSON.object([
        .init(key: "name", value: .string(first.folderName)),
        .init(
          key: "axes",
          value: .array([
            axis("t", "time", "hour"), axis("c", "channel", nil), axis("z", "space", "micrometer"),
            axis("y", "space", "micrometer"), axis("x", "space", "micrometer"),
          ])
        ),
        .init(key: "datasets", value: .array([dataset])),
      ])
      let ome = JSON.object([
        .init(key: "version", value: .string("0.5")),
        .init(key: "multiscales", value: .array([multiscale])),
      ])
      let fields = first.frame.fields
      return .object([
        .init(key: "ome", value: ome),
        .init(
          key: "stroma",
          value: .object(
            ZarrExport.origin(first) + [
              .init(key: "factors", value: ZarrExport.texts(fields.map(\.name))),
              .init(key: "units", value: ZarrExport.texts(fields.map(\.unit))),
              .init(key: "times_h", value: ZarrExport.numbers(times)),
            ]
          )
        ),
      ])
    }
  }

  // MARK: - Cells

  /// A table of cells: type, identity and time of each in `obs`, what it carries in `X`, its place in `obsm/spatial`, um.
  private struct Table {
    private let root: ZarrGroup, obs: ZarrGroup, obsm: ZarrGroup, type: ZarrGroup
    private let types: [String], variables: [(name: String, unit: String)]
    private var index: ZarrColumn, codes: ZarrColumn, identity: ZarrColumn, time: ZarrColumn
    private var x: ZarrColumn, spatial: ZarrColumn

    init(_ path: String, _ file: FrameFile, in directory: OutputDirectory) throws {
      let populations = file.frame.populations
      types = populations.map(\.name)
      var variables: [(name: String, unit: String)] = []
      for column in populations.flatMap({ $0.columns.dropFirst(3) })
      where !variables.contains(where: { $0.name == column.name }) {
        variables.append((column.name, column.unit))
      }
      self.variables = variables
      root = try ZarrGroup(path, in: directory, attributes: Table.encoding("anndata", "0.1.0"))
      obs = try root.group(
        "obs",
        attributes: Table.frame(columns: ["type", "identity", "time_h"])
      )
      obsm = try root.group("obsm", attributes: Table.encoding("dict", "0.1.0"))
      type = try obs.group(
        "type",
        attributes: Table.encoding(
          "categorical",
          "0.2.0",
          [.init(key: "ordered", value: .bool(false))]
        )
      )
      let uns = try root.group("uns", attributes: Table.encoding("dict", "0.1.0"))
      for member in ZarrExport.origin(file) {
        let text = if case .string(let text) = member.value { text } else { member.value.text }
        var column = ZarrColumn(member.key, .string, in: uns)
        try column.append(text)
        try column.finish(attributes: Table.encoding("string-array", "0.2.0"))
      }
      index = ZarrColumn("_index", .string, in: obs)
      codes = ZarrColumn("codes", .int32, in: type)
      identity = ZarrColumn("identity", .uint32, in: obs)
      time = ZarrColumn("time_h", .float64, in: obs)
      x = ZarrColumn("X", .float32, width: variables.count, in: root)
      spatial = ZarrColumn("spatial", .float32, width: 3, in: obsm)
    }

    mutating func add(_ frame: Frame) throws {
      let hours = frame.time / 60
      let at = [hours.bitPattern].littleEndianBytes
      for (code, population) in frame.populations.enumerated() {
        let carried = variables.map { variable in
          population.columns.first { $0.name == variable.name }?.values
        }
        let places = population.columns.prefix(3).map(\.values)
        for (i, cell) in population.identities.enumerated() {
          try index.append("\(population.name)-\(cell)@\(CSV.number(hours))")
          try codes.append([Int32(code)].littleEndianBytes)
          try identity.append([cell].littleEndianBytes)
          try time.append(at)
          try x.append(carried.map { ($0?[i] ?? .nan).bitPattern }.littleEndianBytes)
          try spatial.append(places.map { $0[i].bitPattern }.littleEndianBytes)
        }
      }
    }

    mutating func finish() throws {
      let array = Table.encoding("array", "0.2.0")
      try index.finish(attributes: Table.encoding("string-array", "0.2.0"))
      try codes.finish(attributes: array)
      try identity.finish(attributes: array)
      try time.finish(attributes: array)
      try x.finish(attributes: array)
      try spatial.finish(attributes: array)
      try Table.write(types, "categories", in: type)
      let variable = try root.group("var", attributes: Table.frame(columns: ["unit"]))
      try Table.write(variables.map(\.name), "_index", in: variable)
      try Table.write(variables.map(\.unit), "unit", in: variable)
    }

    private static func write(_ texts: [String], _ name: String, in group: ZarrGroup) throws {
      var column = ZarrColumn(name, .string, in: group)
      for text in texts { try column.append(text) }
      try column.finish(attributes: encoding("string-array", "0.2.0"))
    }

    private static func encoding(_ type: String, _ version: String, _ more: [JSON.Member] = [])
      -> JSON
    {
      .object(
        [
          .init(key: "encoding-type", value: .string(type)),
          .init(key: "encoding-version", value: .string(version)),
        ] + more
      )
    }

    private static func frame(columns: [String]) -> JSON {
      encoding(
        "dataframe",
        "0.2.0",
        [
          .init(key: "_index", value: .string("_index")),
          .init(key: "column-order", value: ZarrExport.texts(columns)),
        ]
      )
    }
  }
}
