import Foundation
import Scenario
import Science
import Simulation
import Testing

@Suite("Hosts")
struct HostTests {
  static let mouse = "tutorials/mouse-iv.yaml"

  @Test func flowsAndVolumesClose() throws {
    let host = try Scenarios.load(Self.mouse).experiments[0].host
    let fed = host.organs.filter { $0.supply == .arterial }.reduce(0) { $0 + $1.flow }
    #expect((fed / host.cardiacOutput - 1).magnitude < 0.01)
    let volume = host.organs.reduce(0) { $0 + $1.volume } + host.venousBlood + host.arterialBlood
    #expect((volume / 20e12 - 1).magnitude < 0.01)
  }

  /// Volumes scale with weight, flows with weight to the 3/4.
  @Test func sizesScaleWithWeight() throws {
    let a = try Scenarios.load(Self.mouse).experiments[0].host
    let b = try Scenarios.load(Self.mouse, ["host.body_weight=40g"]).experiments[0].host
    for (x, y) in zip(a.organs, b.organs) {
      #expect((y.volume / x.volume - 2).magnitude < 1e-12)
      #expect((y.flow / x.flow - Foundation.pow(2, 0.75)).magnitude < 1e-12)
    }
    #expect((b.cardiacOutput / a.cardiacOutput - Foundation.pow(2, 0.75)).magnitude < 1e-12)
  }
}
