internal import Glossary
internal import Scores
internal import Statistics

/// Membership: how well an attacker who has only the generated rows tells training rows from held-out ones, by their
/// distance to the nearest generated row. The value is the share of training rows that are found at a false alarm
/// in a hundred held-out ones; 0.01 is chance.
///
/// `low` and `high` are its 95% interval (Clopper–Pearson, at that threshold), `auc` is the probability that a training row is
/// nearer to a generated one than a held-out row is. Both sets are brought to one size.
///
/// Source: D. Chen et al. 2020, "GAN-Leaks", arXiv:1909.03935, §4.3 (the full black-box attack); N. Carlini et al. 2022,
/// "Membership inference attacks from first principles", arXiv:2112.03570, §3, for the form of the report.
struct Membership: Metric {
  let key = "membership"
  let meaning = Meaning(
    "Share of training examples that an attacker finds who sees only generated examples, at one false alarm in a hundred",
    .chen2020, .carlini2022)
  let aspect = MetricAspect.memorization
  let better: MetricDirection? = .lower
  let needsHoldout = true
  /// At least 100 held-out rows, one of which may be a false alarm.
  let needed = ExamplesNeeded(
    training: MembershipAttack.needed, holdout: MembershipAttack.needed)

  func score(_ sets: Comparison) throws -> Score {
    let (training, holdout) = sets.equalized(
      sets.training, try sets.requireHoldout(), stream: "metrics/membership")
    let members = try sets.nearestSquares(of: training, in: sets.generated)
    let others = try sets.nearestSquares(of: holdout, in: sets.generated)
    var score = MembershipAttack(members: members.map { -$0 }, others: others.map { -$0 }).score
    score.copiesP = nil
    if let pool = sets.pool {
      let near = pool.smallest(try sets.pooledSquaresToGenerated(pool))
      score.copiesP = MembershipAttack.p(
        members: near.training.map { -$0 }, others: near.holdout.map { -$0 })
    }
    return score
  }
}
