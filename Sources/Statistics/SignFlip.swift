internal import Randomness

/// The sign-flip permutation test of paired differences: without an effect, each difference is as likely to
/// have the opposite sign.
///
/// Source: Fisher 1935, The Design of Experiments, §21.
public enum SignFlip {
  /// Largest number of differences for which all patterns of signs are tried.
  static let exactLimit = 16
  /// Number of random patterns that are drawn for more differences.
  static let randomPatterns = 100_000

  /// The two-sided p of the mean difference: exact up to 16 differences, else (hits + 1)/(100,000 + 1) over
  /// random patterns. For example, 3 differences of one sign give 2/2³ = 0.25.
  ///
  /// - Returns: Nil without differences, or with some that are not finite.
  public static func p(_ differences: [Double], seed: UInt64 = 0) -> Double? {
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
    let sum = abs(differences.reduce(0, +))
    // Allows for rounding: sums of the same numbers with other signs may differ in their last digits.
    let limit = sum - 1e-12 * differences.reduce(0) { $0 + abs($1) }
    guard differences.count > exactLimit else { return exact(differences, limit) }
    let words = (differences.count + 31) / 32
    let bits = RandomStream("sign flips", seed: seed).bits(randomPatterns * words)
    let hits = (0..<randomPatterns).count { pattern in
      var total = 0.0
      for (index, difference) in differences.enumerated() {
        let bit = bits[pattern * words + index / 32] >> UInt32(index % 32) & 1
        total += bit == 0 ? difference : -difference
      }
      return abs(total) >= limit
    }
    return Double(hits + 1) / Double(randomPatterns + 1)
  }

  private static func exact(_ differences: [Double], _ limit: Double) -> Double {
    let patterns = 1 << differences.count
    let hits = (0..<patterns).count { pattern in
      var total = 0.0
      for (index, difference) in differences.enumerated() {
        total += pattern >> index & 1 == 0 ? difference : -difference
      }
      return abs(total) >= limit
    }
    return Double(hits) / Double(patterns)
  }
}
