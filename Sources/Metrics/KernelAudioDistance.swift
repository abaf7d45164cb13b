internal import Glossary
internal import MetricsKernels
internal import Scores

/// Kernel audio distance: 100 times the squared maximum mean discrepancy with a Gaussian kernel, whose width is the median
/// distance of two training rows. Of sounds, and of features whose origin is not known.
///
/// The estimate is the unbiased U-statistic over all rows, so that it can be negative. `squared_mmd` is without the factor.
///
/// Source: Y. Chung et al. 2025, "KAD: no more FAD! An effective and efficient evaluation metric for audio generation",
/// arXiv:2502.15602, §3.
struct KernelAudioDistance: Metric {
  let key = "kernel_audio_distance"
  let meaning = Meaning(
    "Squared distance of the mean features of generated and training sounds under a Gaussian kernel, times 100",
    .chung2025)
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .lower
  private static let factor = 100.0

  func score(_ sets: Comparison) throws -> Score {
    if sets.generated.examples.raw?.areImages == true {
      throw Unavailable("is of sounds, not images")
    }
    let (training, generated) = (sets.training, sets.generated)
    try Unavailable.require(training.count, of: "training", atLeast: 2)
    try Unavailable.require(generated.count, of: "generated", atLeast: 2)
    let width = try sets.kernelWidth()
    let scale = 1 / (2 * width * width)
    func sum(_ a: MeasuredSet, _ b: MeasuredSet) throws -> Double {
      let isOwn = a === b
      return try PairProducts(a.features, b.features, moved: true, threads: sets.threads)
        .sum(squares: true, isTriangular: isOwn) { _, _, squares in
          // The first distance is that of the row to itself.
          let skipped = isOwn ? 1 : 0
          return lethe_sum_of_decays(
            squares.baseAddress?.advanced(by: skipped), scale, Int64(squares.count - skipped))
        }
    }
    func ofPairs(_ set: MeasuredSet) throws -> Double {
      try set.remembered("mean Gaussian kernel of width \(width)") {
        try sum(set, set) / (Double(set.count) * Double(set.count - 1) / 2)
      }
    }
    let sizes = (Double(training.count), Double(generated.count))
    let across = try sum(generated, training) / (sizes.0 * sizes.1)
    let squared = try ofPairs(training) + ofPairs(generated) - 2 * across
    let moment = sets.centeredMoment("Gaussian kernel of width \(width)") {
      $0.gaussianKernel(with: $0, width: width)
    }
    return Score(
      Self.factor * squared,
      spread: Self.factor * (2 * moment).squareRoot() * (1 / sizes.0 + 1 / sizes.1),
      extra: ["squared_mmd": squared, "bandwidth": width])
  }
}
