import Fields
import Laws
import Substrate
import Vocabulary

/// The share of a tissue that gives a factor.
public enum TissueShare: String, Codable, Sendable, CaseIterable {
  case viable, injured, scar, tumour
}

/// What the tissue of a voxel gives to a factor.
///
///     source = q x
///
/// | symbol | property | unit | source |
/// |---|---|---|---|
/// | q | `amount` | nM/min | of the tissue and factor |
/// | x | `origin` | 1 | share of the voxel |
public struct TissueOutput: Sendable {
  /// Position of the factor in the stack.
  public var factor: Int
  /// What is given where the share is 1, nM/min.
  public var amount: Double
  /// The share that gives.
  public var origin: TissueShare

  /// An output of an amount (nM/min per unit of a share) to a factor.
  public init(factor: Int, amount: Double, from origin: TissueShare) {
    self.factor = factor
    self.amount = amount
    self.origin = origin
  }
}

extension TissueMatter {
  /// Adds what the tissue gives to the voxels, in the order of the outputs; a tumour that is not there
  /// gives nothing.
  ///
  /// - Parameters:
  ///   - outputs: what is given.
  ///   - share: what part of the time to the next step of each factor this is, by position.
  ///   - fields: where, on the grid of the tissue.
  ///   - workers: cores that share the voxels; the result does not depend on them.
  public mutating func give(
    _ outputs: [TissueOutput],
    share: [Double],
    _ fields: inout FieldStack,
    using workers: Workers
  ) {
    precondition(fields.shape.count == count, "fields of another grid")
    withSlabs { columns in
      fields.withSlabs { slabs in
        workers.forEach(Self.pieces(columns.count)) { piece in
          let voxels = Self.voxels(of: piece, in: columns.count)
          let rows = columns.rows(voxels)
          for output in outputs where output.origin != .tumour || rows.tumour != nil {
            let amount = SIMD4<Float>.constant(output.amount * share[output.factor])
            slabs.source.fourLanes(
              from: output.factor * columns.count + voxels.lowerBound,
              count: voxels.count
            ).add { amount * rows.share(output.origin, $0, isLast: $1) }
          }
        }
      }
    }
  }

  /// Lets perfused vessels exchange factors with blood.
  ///
  ///     dc/dt = k ρ (c_blood − c)
  ///
  /// - Parameters:
  ///   - exchanges: position of the factor, k (1/min at the vessel density of healthy tissue; oxygen 6,
  ///     assumed 1.2–120: resting muscle 4.5, heart 120) and c_blood (nM).
  ///   - share: what part of the time to the next step of each factor this is, by position.
  ///   - fields: where, on the grid of the tissue.
  ///   - workers: cores that share the voxels; the result does not depend on them.
  public mutating func perfuse(
    _ exchanges: [(factor: Int, rate: Double, blood: Double)],
    share: [Double],
    _ fields: inout FieldStack,
    using workers: Workers
  ) {
    precondition(fields.shape.count == count, "fields of another grid")
    withSlabs { columns in
      fields.withSlabs { slabs in
        workers.forEach(Self.pieces(columns.count)) { piece in
          let voxels = Self.voxels(of: piece, in: columns.count)
          let vessels = columns.rows(voxels).vessels
          for (factor, rate, blood) in exchanges {
            let start = factor * columns.count + voxels.lowerBound
            let loss = SIMD4<Float>.constant(rate * share[factor])
            slabs.sink.fourLanes(from: start, count: voxels.count).add {
              loss * vessels.read($0, isLast: $1)
            }
            let gain = SIMD4<Float>.constant(rate * blood * share[factor])
            slabs.source.fourLanes(from: start, count: voxels.count).add {
              gain * vessels.read($0, isLast: $1)
            }
          }
        }
      }
    }
  }
}

extension TissueRows {
  @inline(__always)
  fileprivate func share(_ share: TissueShare, _ position: Int, isLast: Bool) -> SIMD4<Float> {
    let shares = read(position, isLast: isLast)
    return switch share {
    case .viable: shares.viable
    case .injured: shares.injured
    case .scar: shares.scar
    case .tumour: shares.tumour
    }
  }
}

extension FourLanes {
  /// Adds to every number the value for its position.
  @inline(__always)
  fileprivate func add(_ numbers: (_ position: Int, _ isLast: Bool) -> SIMD4<Float>) {
    for position in stride(from: 0, to: whole, by: 4) {
      write(position, read(position) + numbers(position, false))
    }
    if whole < count {
      write(whole, read(whole, isLast: true) + numbers(whole, true), isLast: true)
    }
  }
}
