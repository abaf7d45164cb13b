/// What a user chooses or happens to have, and the number and quality of examples, which are not to move a metric.
///
/// Source: arXiv:2505.22450, §4: the sizes of samples, and outliers in the data.
enum ChoiceChecks {
  static let all = [
    generatedSize, seed, size, outliersInTraining, duplicatesInTraining,
  ]

  static let generatedSize = Scenario(
    "size of G", .hyperparameters, Question.all(expecting: .steady)
  ) { draw, _ in [draw.honest] + [0.5, 0.25].map(draw.fewerGenerated) }

  static let seed = Scenario("seed", .hyperparameters, Question.all(expecting: .same)) { draw, _ in
    let sets = draw.honest
    return [sets]
      + (1...3).map { seed in
        Sets(
          "seed \(seed)", training: sets.training, holdout: sets.holdout,
          generated: sets.generated, seed: UInt64(seed))
      }
  }

  static let size = Scenario("size of all sets", .data, Question.all(expecting: .steady)) {
    draw, _ in
    [draw.honest, draw.fewer(0.5)]
  }

  static let outliersInTraining = Scenario(
    "outliers in T", .data, Question.all(expecting: .steady)
  ) { draw, _ in [draw.honest, try draw.outliersInTraining(0.01)] }

  static let duplicatesInTraining = Scenario(
    "duplicates in T", .data, Question.all(expecting: .steady)
  ) { draw, _ in [draw.honest, draw.duplicatesInTraining(0.2)] }
}
