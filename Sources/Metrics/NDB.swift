internal import Glossary
internal import Scores

/// Number of statistically different bins, as a share: the share of k-means cells of the training set in
/// which the proportions of generated and training rows differ at the 5% level. Chance alone makes 5% of
/// the cells differ.
///
/// Source: E. Richardson, Y. Weiss 2018, "On GANs and GMMs", arXiv:1805.12462, §3.
struct NDB: Metric {
  let key = "ndb"
  let meaning = Meaning(
    "Share of regions of the training set with significantly more or fewer generated examples; chance gives 5%",
    .richardson2018)
  let aspect = MetricAspect.diversity
  let better: MetricDirection? = .lower

  func score(_ sets: Comparison) throws -> Score {
    let proportions = try sets.cellProportions()
    let (differing, used) = proportions.differing
    return shareScore(differing, of: used, extra: ["cells": Double(proportions.first.count)])
  }
}
