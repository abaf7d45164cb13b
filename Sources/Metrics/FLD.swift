internal import Glossary
internal import Scores
internal import Statistics

/// Feature likelihood divergence: the negative log-likelihood of held-out rows under Gaussians around the
/// generated rows, minus the same under Gaussians around training rows (the baseline). The variances are
/// fitted to training rows. In hundredths of a nat per feature. With more than 10,000 training or generated
/// rows, a random sample is used.
///
/// Source: M. Jiralerspong et al. 2023, "Feature likelihood divergence: evaluating the generalization of
/// generative models using samples", arXiv:2302.04440, §3.
struct FLD: Metric {
  let key = "fld"
  let meaning = Meaning(
    "How unlikely held-out examples are under a mixture of Gaussians around the generated ones, which loses by copies as well as by poor samples",
    .jiralerspong2023)
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .lower
  let leavesOutRepetitions = true
  let needsHoldout = true

  func score(_ sets: Comparison) throws -> Score {
    let likelihoods = try sets.featureLikelihoods()
    let baselines = try sets.baselineLikelihoods()
    let baseline = Statistics.mean(baselines)
    // Both fits score the same held-out rows, so that only the differences count for the spread.
    let differences = zip(likelihoods.holdout, baselines).map { $0 - $1 }
    return Score(
      100 * (Statistics.mean(likelihoods.holdout) - baseline),
      spread: 100 * Moments(differences).squaredErrorOfMean.squareRoot(),
      extra: ["baseline": baseline, "epochs": Double(likelihoods.epochs)],
      warning: likelihoods.warning)
  }
}

/// Negative log-likelihoods under the mixture around the generated rows.
struct FeatureLikelihoods {
  /// One value for each held-out and each fitted training row, divided by D.
  let holdout, training: [Double]
  /// Number of steps of the fit.
  let epochs: Int
  /// Warns when not all rows were used; nil otherwise.
  let warning: String?
}

extension Comparison {
  /// Largest number of rows of a set in a fit, whose time and memory grow with the product of two sets'
  /// sizes.
  private static let mixtureLimit = 10_000

  /// The largest mean negative log-likelihood of held-out rows per feature that means anything: they lie a thousand
  /// deviations from every Gaussian, whose deviations have shrunk to nothing as all centres are training rows.
  private static let largestLikelihood = 1e6

  /// The rows of a set that a fit uses: all, or a random sample of a larger set.
  private func fitted(_ set: MeasuredSet) -> FeatureMatrix {
    set.examples.sample(Self.mixtureLimit, stream: "metrics/fld", seed: seed).features
  }

  /// The negative log-likelihoods of held-out and training rows, all sets standardised by the held-out
  /// rows.
  func featureLikelihoods() throws -> FeatureLikelihoods {
    let holdout = try requireHoldout()
    try Unavailable.require(holdout.count, of: "held-out", atLeast: 2)
    try requireDifferentTrainingRows()
    let likelihoods: FeatureLikelihoods = try remembered(
      "likelihoods", of: generated, holdout, training
    ) {
      let scale = Standardization(holdout.features)
      let data = try scale(fitted(training))
      let mixture = try GaussianMixture(
        centers: scale(fitted(generated)), data: data, threads: threads)
      let isPart = max(training.count, generated.count) > Self.mixtureLimit
      return try FeatureLikelihoods(
        holdout: mixture.negativeLogLikelihoods(of: scale(holdout.features)),
        training: mixture.negativeLogLikelihoods(of: data), epochs: mixture.epochs,
        warning: isPart ? "of \(Self.mixtureLimit) random rows of larger sets" : nil)
    }
    guard Statistics.mean(likelihoods.holdout) < Self.largestLikelihood else {
      throw Unavailable.unbounded
    }
    return likelihoods
  }

  /// The negative log-likelihoods of held-out rows under a mixture around every second training row, fitted
  /// to the training rows between.
  func baselineLikelihoods() throws -> [Double] {
    let holdout = try requireHoldout()
    try Unavailable.require(training.count, of: "training", atLeast: 2)
    return try remembered("baseline", of: holdout, training) {
      let scale = Standardization(holdout.features)
      let data = try scale(fitted(training))
      let mixture = try GaussianMixture(
        centers: data.rows(Array(stride(from: 0, to: data.count, by: 2))),
        data: data.rows(Array(stride(from: 1, to: data.count, by: 2))), threads: threads)
      return try mixture.negativeLogLikelihoods(of: scale(holdout.features))
    }
  }
}

/// Standardises features to mean 0 and standard deviation 1 over some set; features that are constant in
/// that set are only shifted. Throws where a result is too large.
private struct Standardization {
  private let mean, deviation: [Double]

  init(_ features: FeatureMatrix) {
    let mean = features.mean
    var sums = [Double](repeating: 0, count: features.dimension)
    features.centered(at: mean).forEachRow { row in
      for column in row.indices { sums[column] += row[column] * row[column] }
    }
    self.mean = mean
    deviation = sums.map { $0 > 0 ? ($0 / Double(features.count - 1)).squareRoot() : 1 }
  }

  func callAsFunction(_ features: FeatureMatrix) throws(Unavailable) -> FeatureMatrix {
    var values: [Double] = []
    values.reserveCapacity(features.values.count)
    features.forEachRow { row in
      for column in row.indices { values.append((row[column] - mean[column]) / deviation[column]) }
    }
    do {
      return try FeatureMatrix(values, dimension: features.dimension)
    } catch {
      throw Unavailable(
        "feature \(error.column) hardly varies among held-out rows, and elsewhere by "
          + "\(error.value) of their deviations")
    }
  }
}
