import Body
import Simulation

/// Number, size and time of every dose of an arm, in words.
struct DoseWords: Sendable {
  let treatment: TreatmentSchema.Treatment
  /// Where it is given, and to whom.
  let setting: Experiment.Setting
  let host: Host
  /// Name of the product.
  let product: String
  /// Volume of the well, um³, where it is one.
  let volume: Double
  /// Whether anything is given: not where cells are switched off.
  let isGiven: Bool
  /// Parts alike of which one is simulated.
  let parts: Int

  /// One text per series of doses; one that says so where nothing is given.
  var sentences: [String] {
    guard isGiven, !treatment.doses.isEmpty else { return ["nothing"] }
    let first = treatment.question?.from ?? treatment.doses.count
    let sure = Array(treatment.doses[..<first])
    let asked = Array(treatment.doses[first...])
    return [sure, asked].enumerated().filter { !$0.element.isEmpty }.map { n, doses in
      (n == 1 ? condition : "") + series(doses)
    }
  }

  /// A series, as in `2 doses of 1e6 cells (5e7 cells/kg) of mouse-marrow-msc, intravenous, at 0 and 21 d, …`.
  private func series(_ doses: [Dose]) -> String {
    let isOne = doses.count == 1
    let number = setting == .culture ? "" : isOne ? "1 dose of " : "\(doses.count) doses of "
    let times = times(doses)
    let over = doses[0].duration
    let length = over >= 1 ? " over \(Words.times([over]))\(isOne ? "" : " each")" : ""
    return number + content(doses) + ", \(way(doses[0].route)), \(times)\(length)"
      + (treatment.content.part == .cells ? ", \(agents(doses))" : "")
  }

  /// What one of the doses holds.
  private func content(_ doses: [Dose]) -> String {
    let cells = span(doses.map(\.cells)) + (doses.allSatisfy { $0.cells == 1 } ? " cell" : " cells")
    let size = Double(doses.map(\.cells).reduce(0) { max($0, $1) })
    let relative =
      setting == .culture
      ? " (\(Words.number(size / volume * Unit.millilitre)) cells/mL)"
      : " (\(Words.number(size / host.bodyWeight * 1000)) cells/kg)"
    let all = cells + relative + " of \(product)"
    let content = treatment.content
    guard content.part != .cells else { return all }
    let counted = content.particles.map { particles in
      let part = particles * size / Double(treatment.doses.reduce(0.0) { $0 + Double($1.cells) })
      return "\(Words.number(part / Unit.particle)) vesicles"
    }
    let medium = "\(all) left in medium in \(Words.times([content.collected]))"
    switch content.part {
    case .cells: return all
    case .secretome: return "all that \(medium)" + (counted.map { ", with \($0)" } ?? "")
    case .soluble: return "what is soluble of all that \(medium)"
    case .vesicles: return counted.map { "\($0) of \(product)" } ?? "the vesicles that \(medium)"
    }
  }

  /// The route, with its organ where its name does not say that.
  private func way(_ route: Dose.Route) -> String {
    guard setting == .organism else { return "into the well" }
    let isNamed = RouteSchema.Name(rawValue: treatment.route)?.organ != nil
    guard let organ = route.entrance, !isNamed else { return treatment.route }
    return "\(treatment.route) (\(host.organs[organ].name))"
  }

  /// When they begin: each time of a few, the rhythm of many.
  private func times(_ doses: [Dose]) -> String {
    let starts = doses.map(\.start)
    guard starts.count > 8, let first = starts.first, let last = starts.last else {
      return "at \(Words.times(starts))"
    }
    return "every \(Words.times([starts[1] - first])), \(Words.times(from: first, to: last))"
  }

  private func agents(_ doses: [Dose]) -> String {
    let part = parts > 1 ? ", of which one of \(parts) parts is simulated" : ""
    if doses.allSatisfy({ $0.agents == $0.cells }) { return "followed cell by cell\(part)" }
    let each = doses.count > 1 ? " each" : ""
    return "followed by \(span(doses.map(\.agents))) agents\(each)\(part)"
  }

  /// The condition on which they are given.
  private var condition: String {
    guard let question = treatment.question else { return "" }
    let (low, high) = (Words.number(question.low * 100), Words.number(question.high * 100))
    return
      "where \(question.share.rawValue) of \(question.tissue) is \(low) to \(high) % at \(Words.times([question.time])), "
  }

  /// A number that may differ by one between doses.
  private func span(_ numbers: [UInt32]) -> String {
    let texts = [numbers.min(), numbers.max()].map { Words.number(Double($0 ?? 0)) }
    return texts[0] == texts[1] ? texts[0] : "\(texts[0]) or \(texts[1])"
  }
}

/// What the arms of a scenario are given, in words.
public struct GivenDoses: Sendable {
  /// The arms that are given the same.
  public let arms: [String]
  /// One text per series of doses.
  public let texts: [String]

  /// `given in a and b: 1 dose of …`; the arms are left out where there is one only.
  public func line(ofMany: Bool) -> String {
    "given\(ofMany ? " in \(Words.list(arms))" : ""): \(texts.joined(separator: "; then, "))"
  }
}
