import Foundation
import Observations

/// Numbers and texts as bytes: a number as the eight bytes of its bits, so that none is rounded on the way to the store
/// and back, and a text with its length.
struct Packing {
  private(set) var data = Data()

  /// Adds a whole number.
  mutating func add(_ number: Int) {
    withUnsafeBytes(of: UInt64(bitPattern: Int64(number)).littleEndian) {
      data.append(contentsOf: $0)
    }
  }

  /// Adds a number.
  mutating func add(_ number: Double) { add(Int(bitPattern: UInt(number.bitPattern))) }

  /// Adds a number that may be missing.
  mutating func add(_ number: Double?) {
    data.append(number == nil ? 0 : 1)
    if let number { add(number) }
  }

  /// Adds a text that may be missing.
  mutating func add(_ text: String?) {
    data.append(text == nil ? 0 : 1)
    guard let text else { return }
    add(text.utf8.count)
    data.append(contentsOf: text.utf8)
  }

  /// Endpoints as bytes.
  static func pack(_ endpoints: [Endpoint]) -> Data {
    var packing = Packing()
    for endpoint in endpoints {
      packing.add(endpoint.name)
      packing.add(endpoint.value)
      packing.add(endpoint.unit)
      packing.add(endpoint.missing)
    }
    return packing.data
  }

  /// Readings as bytes.
  static func pack(_ readings: [Quantities.Reading]) -> Data {
    var packing = Packing()
    for reading in readings {
      packing.add(reading.time)
      packing.add(reading.site)
      packing.add(reading.quantity)
      packing.add(reading.value)
      packing.add(reading.unit)
      packing.add(reading.isDetected.map { $0 ? 1.0 : 0 })
    }
    return packing.data
  }
}

/// Reads what was packed; `nil` for bytes that say something else.
struct Unpacking {
  /// Thrown by bytes that end too early or are no text.
  private struct Damage: Error {}

  private var rest: Data.SubSequence

  private init(_ data: Data) { rest = data[...] }

  private mutating func take(_ count: Int) throws(Damage) -> Data.SubSequence {
    guard count >= 0, count <= rest.count else { throw Damage() }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  private mutating func integer() throws(Damage) -> Int {
    let bits = try take(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(Int64(bitPattern: bits))
  }

  private mutating func number() throws(Damage) -> Double {
    Double(bitPattern: UInt64(bitPattern: Int64(try integer())))
  }

  private mutating func isThere() throws(Damage) -> Bool { try take(1).first == 1 }

  private mutating func optionalNumber() throws(Damage) -> Double? {
    try isThere() ? try number() : nil
  }

  private mutating func text() throws(Damage) -> String? {
    guard try isThere() else { return nil }
    guard let text = String(data: try take(try integer()), encoding: .utf8) else { throw Damage() }
    return text
  }

  /// Endpoints of bytes.
  static func endpoints(_ data: Data) -> [Endpoint]? {
    var bytes = Unpacking(data)
    var endpoints: [Endpoint] = []
    do {
      while !bytes.rest.isEmpty {
        endpoints.append(
          Endpoint(
            name: try bytes.text() ?? "",
            value: try bytes.optionalNumber(),
            unit: try bytes.text() ?? "",
            missing: try bytes.text()
          )
        )
      }
      return endpoints
    } catch {
      return nil
    }
  }

  /// Readings of bytes.
  static func readings(_ data: Data) -> [Quantities.Reading]? {
    var bytes = Unpacking(data)
    var readings: [Quantities.Reading] = []
    do {
      while !bytes.rest.isEmpty {
        readings.append(
          Quantities.Reading(
            time: try bytes.number(),
            site: try bytes.text() ?? "",
            quantity: try bytes.text() ?? "",
            value: try bytes.optionalNumber(),
            unit: try bytes.text() ?? "",
            isDetected: try bytes.optionalNumber().map { $0 == 1 }
          )
        )
      }
      return readings
    } catch {
      return nil
    }
  }
}
