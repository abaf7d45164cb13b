internal import Complaints
internal import Datasets
internal import Experiments
internal import Metrics

/// Checks that there are enough examples for models which are trained only to measure another.
extension Experiment {
  /// Checks that at least a batch is left of the training set when one of its folds is left out.
  func checkFolds(of examples: Examples) throws {
    guard let folds = metrics.memorizationScore?.folds else { return }
    let left = examples.count - (examples.count + folds - 1) / folds
    guard folds <= examples.count, left >= train.batch else {
      let key = "metrics.memorization_score.folds"
      throw InputError(
        place(of: key), key: key,
        expected:
          "folds that leave a batch of \(train.batch) of \(examples.count) training examples",
        found: "\(folds)")
    }
  }

  /// Checks that references can be trained on one half of the held-out examples, and an attack made on the other.
  func checkReferences(of holdout: Examples) throws {
    guard metrics.calibratedMembership != nil else { return }
    let needed = 2 * max(train.batch, MembershipAttack.needed)
    guard holdout.count < needed else { return }
    let key = "metrics.membership_calibrated"
    throw InputError(
      place(of: key), key: key,
      expected:
        "at least \(needed) held-out examples: half of them to train references on, and a batch has "
        + "\(train.batch); half to attack, of which one in a hundred may be a false alarm",
      found: "\(holdout.count)")
  }
}
