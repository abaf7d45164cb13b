internal import Glossary
internal import Scores
internal import Statistics
internal import Randomness

/// Diversity by structural similarity: 1 − the mean MS-SSIM of random pairs of generated images.
///
/// The mean is over 1000 pairs of two different examples, or over every pair if there are no more. `spread`
/// is the standard error of that mean.
///
/// Source: A. Odena, C. Olah, J. Shlens 2017, "Conditional image synthesis with auxiliary classifier GANs",
/// arXiv:1610.09585, §4.2. See `MultiScaleSimilarity` for small images.
struct MSSSIMDiversity: Metric {
  let key = "ms_ssim_diversity"
  let meaning = Meaning(
    "One minus the mean structural similarity of pairs of generated images", .odena2017)
  let aspect = MetricAspect.diversity
  let better: MetricDirection? = .higher
  let needed = ExamplesNeeded(training: 1)
  private static let pairCount = 1000
  private static let pairsOfPiece = 8

  func score(_ sets: Comparison) throws -> Score {
    guard let raw = sets.generated.examples.raw else {
      throw Unavailable("needs images, not features alone")
    }
    guard raw.areImages else { throw Unavailable("is of images, not of sounds") }
    try Unavailable.require(raw.count, of: "generated", atLeast: 2)
    let moments = Moments(
      try Self.similarities(
        of: Self.pairs(of: raw.count, seed: sets.seed), in: raw, threads: sets.threads))
    return Score(
      1 - moments.mean, spread: moments.squaredErrorOfMean.squareRoot())
  }

  /// All pairs of different examples, or a random sample of them with replacement.
  private static func pairs(of count: Int, seed: UInt64) -> [(Int, Int)] {
    if count * (count - 1) / 2 <= pairCount {
      return (0..<count).flatMap { second in (0..<second).map { ($0, second) } }
    }
    let bits = RandomStream("metrics/ms_ssim", seed: seed).bits(2 * pairCount)
    return (0..<pairCount).map { pair in
      let first = Int(bits[2 * pair]) % count
      let step = 1 + Int(bits[2 * pair + 1]) % (count - 1)
      return (first, (first + step) % count)
    }
  }

  private static func similarities(
    of pairs: [(Int, Int)], in raw: RawExamples, threads: Threads
  ) throws -> [Double] {
    let similarity = MultiScaleSimilarity(shape: raw.shape)
    var found = [Double](repeating: 0, count: pairs.count)
    try found.withUnsafeMutableBufferPointer { found in
      try raw.values.withUnsafeBufferPointer { values in
        try inParallel(pieceCount(pairs.count, size: pairsOfPiece), threads: threads) { piece in
          for pair in rows(of: piece, size: pairsOfPiece, count: pairs.count) {
            func image(_ row: Int) -> UnsafeBufferPointer<Float> {
              UnsafeBufferPointer(rebasing: values[row * raw.size..<(row + 1) * raw.size])
            }
            found[pair] = similarity.similarity(image(pairs[pair].0), image(pairs[pair].1))
          }
        }
      }
    }
    return found
  }
}
