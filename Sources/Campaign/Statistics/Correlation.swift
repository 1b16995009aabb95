/// The correlation of two lists of numbers.
enum Correlation {
  /// Pearson's, of numbers of one length; 0 where either does not vary.
  static func of(_ x: [Double], _ y: [Double]) -> Double {
    let n = Double(x.count)
    let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(x, y) {
      xx += (x - mx) * (x - mx)
      yy += (y - my) * (y - my)
      xy += (x - mx) * (y - my)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
  }
}
