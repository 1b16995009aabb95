import Files
import Foundation
import Recording

extension SlicesFile {
  /// The slices as JSON for a page, and what was left out to fit, in words.
  func json(atMost most: Int) -> (text: String, words: String) {
    var stride = 1
    func bytes(_ stride: Int) -> Int {
      header.grids.reduce(0) { $0 + (($1.times.count + stride - 1) / stride) * $1.bytesPerTime }
    }
    while bytes(stride) > most, header.grids.contains(where: { $0.times.count > stride }) {
      stride *= 2
    }
    let hasArms = Set(header.grids.map(\.arm)).count > 1
    var kept: [UInt8] = []
    let grids = header.grids.map { grid -> JSON in
      // Counted from the end: the last time is shown first.
      let steps = grid.times.indices.filter { (grid.times.count - 1 - $0).isMultiple(of: stride) }
      let start = kept.count
      for step in steps {
        let first = grid.start + step * grid.bytesPerTime
        kept += self.bytes[first..<first + grid.bytesPerTime]
      }
      return [
        "site": .string(grid.site),
        "title": .string(hasArms ? "\(grid.arm), \(grid.site)" : grid.site),
        "start": .number(Double(start)), "times": .array(steps.map { .number(grid.times[$0]) }),
        "planes": .array(
          grid.planes.map { plane in
            [
              "name": .string(plane.name), "width": .number(Double(plane.width)),
              "height": .number(Double(plane.height)),
              "step": .number(grid.spacing * Double(grid.shrink)),
            ]
          }
        ),
        "channels": .array(
          grid.channels.enumerated().map { c, channel in
            [
              "title": .string(channel.name), "unit": .string(channel.unit),
              "ranges": .array(
                steps.map { .array(grid.ranges[$0][c].map { .number(Double($0)) }) }
              ),
            ]
          }
        ),
      ]
    }
    let json: JSON = [
      "grids": .array(grids), "bytes": .string(Data(kept).base64EncodedString()),
    ]
    let words =
      stride > 1
      ? " One time of \(stride) is shown, for the size of this page; \(Self.name) has all." : ""
    return (json.text, words)
  }
}
