/// Which program a file of a run is of.
///
/// One number, `Model.revision`, is recorded in checkpoints, stores, unfinished runs, manifests and resolved scenarios.
/// Whatever changes the results of a run or the layout of such a file raises it, and a file of another number is refused.
public struct Revision: Sendable, Equatable {
  /// The number.
  public let number: Int

  /// That of this program.
  public static let current = Revision(Model.revision)
  /// Version of this program.
  public static let program = "0.2.0"

  /// Version 0.1.0 numbered the layout of each kind of file on its own, up to 5, and resolved scenarios not at all; all of
  /// its files are of revision 1.
  private static let firstOfAll = 10

  /// The revision of a file by the number that it carries; `nil` where it carries none.
  public init(_ number: Int?) {
    self.number = number.map { $0 < Self.firstOfAll ? 1 : $0 } ?? 1
  }

  /// The number and the version, as in `revision 1 (stroma 0.1.0)`.
  public var words: String {
    let version =
      switch number {
      case 1: "stroma 0.1.0"
      case Model.revision: "stroma \(Self.program)"
      case ..<Model.revision: "an earlier stroma"
      default: "a later stroma"
      }
    return "revision \(number) (\(version))"
  }

  /// Why this program does not take a file of this revision.
  ///
  /// - Parameter file: what the file is, as in `a.checkpoint is a checkpoint`.
  /// - Returns: a sentence; `nil` where it takes it.
  public func refusal(_ file: String) -> String? {
    guard self != .current else { return nil }
    return "\(file) of \(words); this program is of \(Revision.current.words) and takes no other"
  }
}
