internal import Randomness

/// The patterns of signs, 1 and −1, that a permutation test gives the differences of its seeds.
struct SignPatterns {
  /// Number of patterns.
  let count: Int
  /// True where these are all there are, except for opposites, which have the same statistics: the first sign is 1.
  let areAll: Bool

  private let seeds: Int
  private let wordsEach: Int
  private let bits: [UInt32]

  /// Takes all patterns of up to `largest` seeds, and random ones for more.
  init(of seeds: Int, allUpTo largest: Int, otherwise random: Int, key: UInt64) {
    self.seeds = seeds
    areAll = seeds <= largest
    count = areAll ? 1 << max(0, seeds - 1) : random
    wordsEach = (seeds + 31) / 32
    bits = areAll ? [] : RandomStream("sign flips", seed: key).bits(count * wordsEach)
  }

  /// Calls a function with the number and the signs of each pattern.
  func forEach(_ body: (Int, [Double]) -> Void) {
    var signs = [Double](repeating: 1, count: seeds)
    for pattern in 0..<count {
      for index in signs.indices {
        let word = areAll ? UInt32(pattern) << 1 : bits[pattern * wordsEach + index / 32]
        signs[index] = word >> UInt32(index % 32) & 1 == 0 ? 1 : -1
      }
      body(pattern, signs)
    }
  }
}
