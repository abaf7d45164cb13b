internal import Glossary
internal import Scores
internal import Statistics

/// Generalisation gap of the feature likelihood divergence: how much better the mixture around the
/// generated rows explains training rows than held-out ones, in hundredths of a nat per feature. Positive
/// where training rows were copied.
///
/// Source: M. Jiralerspong et al. 2023, "Feature likelihood divergence: evaluating the generalization of
/// generative models using samples", arXiv:2302.04440, §4.
struct FLDGap: Metric {
  let key = "fld_gap"
  let meaning = Meaning(
    "How much better generated examples explain training than held-out ones, by their likelihoods under Gaussians around the generated ones; positive where training examples are copied",
    .jiralerspong2023)
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower
  let needsHoldout = true

  func score(_ sets: Comparison) throws -> Score {
    let likelihoods = try sets.featureLikelihoods()
    let (holdout, training) = (Moments(likelihoods.holdout), Moments(likelihoods.training))
    return Score(
      100 * (holdout.mean - training.mean),
      spread: 100
        * (holdout.squaredErrorOfMean + training.squaredErrorOfMean).squareRoot())
  }
}
