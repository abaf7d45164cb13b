package import Glossary
package import Scores
internal import Statistics

/// The median over training rows of the distance to the nearest held-out row, divided by the distance to
/// the nearest generated row, with both sets of one size. It is about 1 for an honest generator, and large
/// where training rows were copied.
///
/// A training row that a held-out row equals has ratio 0, or 1 if a generated row equals it too.
///
/// Source: G. van den Burg, C. Williams 2021, "On memorization in probabilistic deep generative models",
/// arXiv:2106.03216, §2.
package struct NearestNeighborRatio: Metric {
  /// `nn_ratio`.
  package let key = "nn_ratio"
  /// Meaning in words, and source.
  package let meaning = Meaning(
    "Median over training examples of the distance to the nearest held-out example, over that to the nearest generated one; about 1 without copying",
    .vandenburg2021)
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
    let (holdout, generated) = sets.equalized(
      try sets.requireHoldout(), sets.generated, stream: "metrics/nn_ratio")
    var score = try score(sets, holdout, generated)
    if let pool = sets.pool {
      let near = pool.smallest(try sets.pooledSquaresToGenerated(pool))
      score.copiesP = LabelTest.p(of: near.training, below: near.holdout)
    }
    return score
  }

  /// Computes the metric with given held-out and generated sets.
  package func score(
    _ sets: Comparison, _ holdout: MeasuredSet, _ generated: MeasuredSet
  ) throws -> Score {
    let toHoldout = try sets.nearestSquares(of: sets.training, in: holdout)
    let toGenerated = try sets.nearestSquares(of: sets.training, in: generated)
    let ratios = zip(toHoldout, toGenerated).map { held, made in
      held == made ? 1 : (held / made).squareRoot()
    }
    let median = Statistics.median(ratios)
    guard median.isFinite else {
      throw Unavailable.unbounded
    }
    return Score(median, spread: Self.errorOfMedian(ratios))
  }

  /// The standard error of the median, as half the difference of the order statistics that are one standard
  /// deviation of ranks above and below it; nil where that is not finite.
  ///
  /// Source: Z. Chen 1985; ranks n/2 ± √n/2 bound the median with probability 68%.
  private static func errorOfMedian(_ ratios: [Double]) -> Double? {
    let sorted = ratios.sorted()
    let (middle, reach) = (Double(sorted.count) / 2, Double(sorted.count).squareRoot() / 2)
    let low = max(0, Int((middle - reach).rounded(.down)))
    let high = min(sorted.count - 1, Int((middle + reach).rounded(.up)))
    let error = (sorted[high] - sorted[low]) / 2
    return error.isFinite ? error : nil
  }
}
