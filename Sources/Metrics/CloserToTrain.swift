package import Glossary
package import Scores
internal import Glibc

/// The share of generated rows that are nearer to the training set than to the held-out set, both of one
/// size; a tie counts for the held-out set. It is about one half for an honest generator.
///
/// `p` is the two-sided probability that chance alone gives a share at least as far from one half.
///
/// Source: C. Meehan, K. Chaudhuri, S. Dasgupta 2020, "A non-parametric test to detect data-copying in
/// generative models", arXiv:2004.05675, §2, for the idea.
package struct CloserToTrain: Metric {
  /// `closer_to_train`.
  package let key = "closer_to_train"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Share of generated examples that are nearer to a training than to a held-out example, of equally many; one half is chance",
    .meehan2020)
  /// Memorisation.
  package let aspect = MetricAspect.memorization
  /// Lower is better.
  package let better: MetricDirection? = .lower
  /// The metric compares with held-out examples.
  package let needsHoldout = true

  /// Makes the metric.
  package init() {}

  /// Scores the sets; see `Metric`.
  package func score(_ sets: Comparison) throws -> Score {
    try sets.requireDifferentTrainingRows()
    let (training, holdout) = sets.equalized(
      sets.training, try sets.requireHoldout(), stream: "metrics/closer_to_train")
    var score = try score(sets, training, holdout)
    score.copiesP = try sets.copiesP { _ in true }
    return score
  }

  /// Computes the metric with given training and held-out sets.
  package func score(
    _ sets: Comparison, _ training: MeasuredSet, _ holdout: MeasuredSet
  ) throws -> Score {
    let toTraining = try sets.nearestSquares(of: sets.generated, in: training)
    let toHoldout = try sets.nearestSquares(of: sets.generated, in: holdout)
    let closer = zip(toTraining, toHoldout).count { $0 < $1 }
    let count = sets.generated.count
    return shareScore(
      closer, of: count,
      extra: ["p": Self.binomialP(closer, of: count), "rows": Double(training.count)])
  }

  /// The two-sided p-value of `successes` in `trials` of probability one half.
  package static func binomialP(_ successes: Int, of trials: Int) -> Double {
    let extreme = max(successes, trials - successes)
    let logChoices = { (k: Int) in
      lgamma(Double(trials + 1)) - lgamma(Double(k + 1)) - lgamma(Double(trials - k + 1))
    }
    let tail = (extreme...trials).reduce(0.0) { sum, k in
      sum + exp(logChoices(k) - Double(trials) * log(2))
    }
    return min(1, 2 * tail)
  }
}
