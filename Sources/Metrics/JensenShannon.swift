internal import Glossary
internal import Scores

/// Jensen–Shannon divergence, in nats, of the shares of training and generated rows in the cells of NDB.
///
/// Source: E. Richardson, Y. Weiss 2018, "On GANs and GMMs", arXiv:1805.12462, §3.
struct JensenShannon: Metric {
  let key = "js"
  let meaning = Meaning(
    "Divergence of the shares of training and of generated examples in regions of the training set, in nats",
    .richardson2018)
  let aspect = MetricAspect.diversity
  let better: MetricDirection? = .lower

  func score(_ sets: Comparison) throws -> Score {
    let proportions = try sets.cellProportions()
    return Score(proportions.jensenShannon, spread: proportions.spreadOfJensenShannon)
  }
}
