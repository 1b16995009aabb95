import Agents
import Body
import Fields
import Laws
import Substrate
import Vocabulary

/// Laws with which cells are followed without a host, to be compared with closed forms.
///
/// The numbers, per minute, in nM and um, are assumed for the comparison alone: none describes a cell, and no prediction rests on
/// them.
enum VerificationLaws {
  /// Damage relaxes at 0.03/h, complement takes a tenth in the first hour.
  static let survival = Survival {
    $0.damageRelaxation = 0.03 / 60
    $0.floor = 1e-4 / 60
    $0.inflammatoryStress = 0.02 / 60
    $0.starvationStress = 0.1 / 60
    $0.tnf = Hill(halfSaturation: 1)
    $0.ifn = Hill(halfSaturation: 1)
    $0.oxygen = Hill(halfSaturation: 2000)
    $0.glucose = Hill(halfSaturation: 5e5)
    $0.bloodLoss = 0.1
  }
  /// No cell leaves where it is.
  static let residence = Residence { $0.activatedFold = 1 }
  /// Axes of an hour to a day.
  static let licensing = Licensing {
    $0.naiveRate = 0.06 / 60
    $0.memoryRate = 0.6 / 60
    $0.decay = 0.06 / 60
    $0.memoryGain = 0.037 / 60
    $0.memoryLoss = 0.001 / 60
    $0.proteinHalfLife = 720
    $0.thawRecovery = 420
    $0.ifn = Hill(halfSaturation: 0.06)
    $0.tnf = Hill(halfSaturation: 0.058)
    $0.il1b = Hill(halfSaturation: 0.006)
    $0.synergy = 3
  }
  /// Cells of 20 um that carry CXCR4.
  static let product = Product(
    name: "p",
    species: .mouse,
    condition: Product.Condition(handling: .fresh, viability: 1, damage: 0),
    traits: Product.Traits(
      diameter: 20,
      diameterVariation: 0,
      receptorFraction: 1,
      potencyVariation: 0
    )
  )

  /// A factor that stays as it is laid.
  static func factor(_ name: String) -> Factor {
    Factor(name: name, molarMass: 1e4, diffusivity: 0, decay: 0, activity: [:])
  }

  /// What clocks need of a step.
  static func life(_ number: Int, _ length: DamageStep, _ chance: Chance) -> LifeStep {
    LifeStep(
      survival,
      residence,
      killing: 0,
      number: UInt32(number),
      length: length,
      chance: chance,
      lastEntry: 0,
      entry: { _ in 0 },
      weight: { _ in 1 }
    )
  }

  /// Host cells of some kinds alone on a grid, that live step by step.
  struct Dish {
    /// The cells.
    var hosts: HostPopulations
    private var fields: FieldsOfNothing
    private var number: UInt32 = 0
    private let chance: Chance

    /// A dish with a number of triggered cells of a kind.
    init(_ kind: HostKind, _ count: Int, seed: UInt64) {
      let shape = GridShape(nx: 3, ny: 3, nz: 3, spacing: 20)
      chance = Chance(seed: seed, replicate: 1)
      fields = FieldsOfNothing(shape)
      hosts = HostPopulations([kind], triggered: [1], on: shape, fields.stack.factors, first: 0)
      hosts.seed(count, of: 0, height: nil, chance)
    }

    /// Takes the cells through a step (min).
    mutating func live(_ time: Double, on workers: Workers) {
      let step = HostStep(number: number, time: time, chance: chance)
      hosts.live(step, &fields.stack, &fields.contacts, using: workers)
      number += 1
    }
  }
}
