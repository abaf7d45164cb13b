internal import Scores
internal import Statistics

/// Feature likelihood divergence: how badly Gaussians around the generated rows, fitted to the training set,
/// explain held-out rows, above a baseline of training rows explaining training rows. In percent of a nat a
/// feature. Of more than 10,000 training or generated rows a random sample is used.
///
/// Source: M. Jiralerspong et al. 2023, "Feature likelihood divergence: evaluating the generalization of
/// generative models using samples", arXiv:2302.04440, §3.
struct FLD: Metric {
  let key = "fld"
  let aspect = MetricAspect.fidelity
  let better: MetricDirection? = .lower
  let needsHoldout = true

  func score(_ sets: Comparison) throws -> Score {
    let likelihoods = try sets.featureLikelihoods()
    let baselines = try sets.baselineLikelihoods()
    let baseline = Statistics.mean(baselines)
    // Held-out rows are the same in both fits, so that only their differences vary.
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
  /// Of each held-out and training row, over D.
  let holdout, training: [Double]
  /// Steps of the fit.
  let epochs: Int
  /// Says when not all rows were used.
  let warning: String?
}

extension Comparison {
  /// A fit takes time and memory in proportion to the product of two sets.
  private static let mixtureLimit = 10_000

  /// The rows of a set that a fit uses.
  private func fitted(_ set: MeasuredSet) -> FeatureMatrix {
    set.examples.sample(Self.mixtureLimit, stream: "metrics/fld", seed: seed).features
  }

  /// The likelihoods of held-out and training rows, all sets standardised by the held-out rows.
  func featureLikelihoods() throws -> FeatureLikelihoods {
    let holdout = try requireHoldout()
    try Unavailable.require(holdout.count, of: "held-out", atLeast: 2)
    try requireDifferentTrainingRows()
    return try remembered("likelihoods", of: generated, holdout, training) {
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
  }

  /// The held-out rows' values under a mixture around every other training row, fitted to the rows between.
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

/// Brings features to mean 0 and deviation 1 of some set; features that are constant there are only moved. Refuses
/// what then is too large.
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
