internal import Glossary
internal import Scores
internal import Statistics
internal import Randomness

/// The Fréchet distance of two Gaussians with the sets' means and covariances.
///
/// ‖μ₁ − μ₂‖² + tr Σ₁ + tr Σ₂ − 2·tr (Σ₁^½ Σ₂ Σ₁^½)^½. With Σ = RᵀR the last trace is the sum of the
/// singular values of R₁R₂ᵀ, which avoids the loss of digits in a squared matrix.
///
/// Source: M. Heusel et al. 2017, "GANs trained by a two time-scale update rule converge to a local Nash
/// equilibrium", arXiv:1706.08500, §3; D. C. Dowson, B. V. Landau 1982.
struct FrechetDistance: Metric {
  let key = "frechet_distance"
  let meaning = Meaning(
    "Distance of two normal distributions that are fitted to the features of generated and training examples",
    .heusel2017)
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .lower
  /// Examples per feature below which the score warns of bias.
  private static let rowsOfFeature = 10
  /// Number of random halves of a set from which its spread is estimated.
  private static let halves = 8
  /// Largest number of features for which halves are scored; with more they take too long.
  private static let featuresOfHalves = 256

  func score(_ sets: Comparison) throws -> Score {
    try sets.remembered("frechet distance", of: sets.generated, sets.training) {
      try measured(sets)
    }
  }

  private func measured(_ sets: Comparison) throws -> Score {
    let training = try sets.training.gaussian(named: "training")
    let value = try distance(training, sets.generated.gaussian())
    let dimension = sets.training.features.dimension
    let smallest = min(sets.training.count, sets.generated.count)
    let isBiased = smallest < Self.rowsOfFeature * dimension
    return Score(
      value, spread: try spread(sets, training),
      warning: isBiased
        ? "\(smallest) examples for \(dimension) features: far above 0 even for equal distributions"
        : nil)
  }

  /// The standard deviation over random halves of the generated set, which is at least that of the whole
  /// set; nil where it is not known.
  private func spread(_ sets: Comparison, _ training: Gaussian) throws -> Double? {
    let set = sets.generated
    guard set.count >= 4, set.features.dimension <= Self.featuresOfHalves else { return nil }
    let random = RandomStream("metrics/frechet_distance", seed: sets.seed)
    let distances = try (0..<Self.halves).map { half in
      try sets.threads.check()
      let rows = random.permutation(set.count, step: UInt64(half)).prefix(set.count / 2)
      return try distance(training, Gaussian(set.features.rows(Array(rows))))
    }
    return (Moments(distances).squaredErrorOfMean * Double(Self.halves)).squareRoot()
  }

  private func distance(_ a: Gaussian, _ b: Gaussian) throws -> Double {
    let shift = zip(a.mean, b.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let shared = try a.factor.timesTranspose(of: b.factor).singularValues().reduce(0, +)
    // For equal sets only rounding is left, which may be negative.
    return max(0, shift + a.trace + b.trace - 2 * shared)
  }
}

/// Mean and covariance of a set, the covariance as a matrix R with Σ = RᵀR.
private struct Gaussian {
  let mean: [Double]
  let trace: Double
  let factor: FeatureMatrix

  init(_ features: FeatureMatrix) throws {
    mean = features.mean
    let centered = features.centered(at: mean)
    let scale = 1 / Double(features.count - 1).squareRoot()
    factor = FeatureMatrix(
      computed: try centered.triangularFactor().values.map { $0 * scale },
      dimension: features.dimension)
    trace = centered.values.reduce(0) { $0 + $1 * $1 } / Double(features.count - 1)
  }
}

extension MeasuredSet {
  fileprivate func gaussian(named name: String = "generated") throws -> Gaussian {
    try Unavailable.require(count, of: name, atLeast: 2)
    return try remembered("gaussian") { try Gaussian(features) }
  }
}
