import Body
import Foundation
import Scenario
import Simulation
import Testing

@Suite("Hosts")
struct HostTests {
  static let mouse = "tutorials/mouse-iv.yaml"

  /// Arterial flows add up to the cardiac output in every host, with any overlay.
  @Test(arguments: [
    "mouse", "mouse-athymic", "mouse-scid", "mouse-nod", "mouse-nod-scid", "rat", "human",
    "{preset: human, overlays: [cirrhosis]}",
  ])
  func flowsClose(host: String) throws {
    let scenario = try Scenarios.load(
      "validation/lee-2009-mouse-iv.yaml",
      [
        "host=\(host)",
        "treatment.relation=\(host.contains("human") ? "allogeneic" : "xenogeneic")",
      ]
    )
    let body = scenario.experiments[0].host
    let fed = body.organs.filter { $0.supply == .arterial }.reduce(0) { $0 + $1.flow }
    #expect((fed / body.cardiacOutput - 1).magnitude < 0.02)
  }

  @Test func volumesOfTheMouseClose() throws {
    let host = try Scenarios.load(Self.mouse).experiments[0].host
    let solid = host.organs.filter { $0.supply != .cavity }
    let volume = solid.reduce(0) { $0 + $1.volume } + host.venousBlood + host.arterialBlood
    #expect((volume / 20e12 - 1).magnitude < 0.01)
  }

  /// Volumes scale with weight, flows with weight to the 3/4.
  @Test func sizesScaleWithWeight() throws {
    let a = try Scenarios.load(Self.mouse).experiments[0].host
    let b = try Scenarios.load(Self.mouse, ["host.body_weight=40g"]).experiments[0].host
    for (x, y) in zip(a.organs, b.organs) where x.supply != .cavity {
      #expect((y.volume / x.volume - 2).magnitude < 1e-12)
      #expect((y.flow / x.flow - Foundation.pow(2, 0.75)).magnitude < 1e-12)
    }
    #expect((b.cardiacOutput / a.cardiacOutput - Foundation.pow(2, 0.75)).magnitude < 1e-12)
  }
}
