/// The sign-flip permutation test of paired differences: without an effect, the differences of a seed are as likely to
/// have the opposite sign.
///
/// Source: Fisher 1935, The Design of Experiments, §21.
public enum SignFlip {
  /// Largest number of seeds for which all patterns of signs are tried.
  private static let exactLimit = 16
  /// Number of random patterns that are drawn for more seeds.
  private static let randomPatterns = 100_000

  /// The two-sided p of the mean difference: exact up to 16 differences, else (hits + 1)/(100,000 + 1) over
  /// random patterns. For example, 3 differences of one sign give 2/2³ = 0.25.
  ///
  /// - Returns: Nil without differences, or with some that are not finite.
  public static func p(_ differences: [Double], seed: UInt64 = 0) -> Double? {
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
    return stepDown([differences], key: seed)[0]
  }

  /// The p values of several comparisons that share seeds, corrected for being several: the step-down max-T test. The
  /// signs of a seed are flipped for all comparisons at once, so that the correction is for as many independent
  /// comparisons as there are. For example, two comparisons of the same differences count as one.
  ///
  /// The statistic is |Σd|/√Σd², of which Student's t is an increasing function. From 17 seeds on, patterns are drawn as
  /// for one comparison.
  ///
  /// - Parameter comparisons: The differences of each comparison by seed, all finite.
  /// - Returns: The p values in the order given, with 2/2ⁿ as the smallest that n seeds allow for any number of them.
  ///
  /// Source: Westfall and Young 1993, Resampling-Based Multiple Testing, algorithm 4.1.
  public static func stepDown(_ comparisons: [[Int: Double]]) -> [Double] {
    let seeds = Set(comparisons.flatMap(\.keys)).sorted()
    // A seed without a value adds nothing to either sum.
    return stepDown(comparisons.map { comparison in seeds.map { comparison[$0] ?? 0 } }, key: 0)
  }

  private static func stepDown(_ comparisons: [[Double]], key: UInt64) -> [Double] {
    let seeds = comparisons.first?.count ?? 0
    let scaled = comparisons.map(ofUnitLength)
    let observed = scaled.map { abs($0.reduce(0, +)) }
    let order = observed.indices.sorted { observed[$0] > observed[$1] }
    let rows = order.map { scaled[$0] }
    let limits = order.map { observed[$0] - rounding * Double(seeds) }
    let patterns = SignPatterns(
      of: seeds, allUpTo: exactLimit, otherwise: randomPatterns, key: key)
    var hits = [Int](repeating: 0, count: rows.count)
    patterns.forEach { _, signs in
      var highest = 0.0
      for place in rows.indices.reversed() {
        highest = max(highest, statistic(rows[place], signs))
        if highest >= limits[place] { hits[place] += 1 }
      }
    }
    // The observed signs are one more pattern where patterns are drawn.
    let added = patterns.areAll ? 0 : 1
    var corrected = observed
    var highest = 0.0
    for (place, index) in order.enumerated() {
      highest = max(highest, Double(hits[place] + added) / Double(patterns.count + added))
      corrected[index] = highest
    }
    return corrected
  }

  /// How far statistics of the same numbers with other signs may differ by rounding, for each seed.
  static let rounding = 1e-12

  /// Differences divided by the root of the sum of their squares; as they are where all are 0.
  static func ofUnitLength(_ differences: [Double]) -> [Double] {
    let length = differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length > 0 ? differences.map { $0 / length } : differences
  }

  /// The statistic of differences of unit length with other signs.
  static func statistic(_ differences: [Double], _ signs: [Double]) -> Double {
    var sum = 0.0
    for index in differences.indices { sum += signs[index] * differences[index] }
    return abs(sum)
  }
}
