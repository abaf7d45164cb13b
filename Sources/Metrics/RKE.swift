package import Glossary
package import Scores
internal import MetricsKernels

/// Rényi kernel entropy of order 2, as a number of modes: n²/Σ k(x, y)² with a Gaussian kernel k.
///
/// k = exp(−d²/2σ²) with σ the median distance of two training rows, so that all sets are compared at one
/// scale.
///
/// Source: M. Jalali, C. T. Li, F. Farnia 2023, "An information-theoretic evaluation of generative models
/// in learning multi-modal distributions", NeurIPS 2023, §4.
package struct RKE: Metric {
  /// `rke`.
  package let key = "rke"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Effective number of modes of the generated set, by the Rényi entropy of order 2 of a Gaussian kernel",
    .jalali2023)
  /// Diversity.
  package let aspect = MetricAspect.diversity
  /// Higher is better.
  package let better: MetricDirection? = .higher

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try Unavailable.require(sets.training.count, of: "training", atLeast: 2)
    let bandwidth = try sets.kernelWidth()
    return Score(
      try Self.modes(sets.generated.features, bandwidth: bandwidth, threads: sets.threads),
      extra: ["bandwidth": bandwidth])
  }

  /// The number of modes of a set at a bandwidth.
  package static func modes(_ features: FeatureMatrix, bandwidth: Double, threads: Threads) throws
    -> Double
  {
    let products = PairProducts(features, features, moved: true, threads: threads)
    let scale = 1 / (bandwidth * bandwidth)
    let pairs = try products.sum(squares: true, isTriangular: true) { _, _, squares in
      // The first distance is that of the row to itself.
      lethe_sum_of_decays(squares.baseAddress?.advanced(by: 1), scale, Int64(squares.count - 1))
    }
    let count = Double(features.count)
    return count * count / (count + 2 * pairs)
  }
}

extension Comparison {
  /// The width of Gaussian kernels: the median distance of two training rows, so that all sets are compared at one scale.
  ///
  /// - Throws: `Unavailable` when that is 0; `Stopped`.
  func kernelWidth() throws -> Double {
    let width = try training.pairDistance(at: 0.5, threads: threads)
    guard width > 0 else {
      throw Unavailable("half of the training pairs are at distance 0: the kernel has no width")
    }
    return width
  }
}

extension MeasuredSet {
  /// A quantile of the distances of all pairs of rows.
  func pairDistance(at share: Double, threads: Threads) throws -> Double {
    try remembered("pair distance at \(share)") {
      try remembered("pair distances") { try PairQuantile(features, threads: threads) }.distance(
        at: share)
    }
  }
}
