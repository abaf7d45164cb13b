internal import Randomness

/// The sign-flip permutation test of paired differences: under no effect each could as well have the other
/// sign.
///
/// Source: Fisher 1935, The Design of Experiments, §21.
public enum SignFlip {
  /// Up to this many differences all patterns of signs are tried.
  static let exactLimit = 16
  /// Patterns that are drawn for more.
  static let randomPatterns = 100_000

  /// The two-sided p of their mean: exact up to 16 differences, else (hits + 1)/(100,000 + 1) of random
  /// patterns.
  ///
  /// - Returns: Nil without differences, or with some that are not finite.
  public static func p(_ differences: [Double], seed: UInt64 = 0) -> Double? {
    guard !differences.isEmpty, differences.allSatisfy(\.isFinite) else { return nil }
    let sum = abs(differences.reduce(0, +))
    // Sums of the same numbers in other signs may differ in their last digits.
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
