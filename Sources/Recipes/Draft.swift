internal import Complaints
package import Datasets
internal import Experiments
internal import Specification
internal import Statistics

/// An experiment file for data that were found: a small GAN, and a first ablation of dropout in its discriminator.
/// Every key has the reason for its value above it.
package struct Draft: Sendable {
  /// The file.
  package let text: String
  /// What was found at the path of the data, in a few words.
  package let found: String
  /// What the experiment is, in a few words.
  package let plan: String

  /// Drafts an experiment.
  ///
  /// - Parameters:
  ///   - name: Name of the experiment.
  ///   - survey: What was found.
  ///   - path: Path of the data as the user gave it.
  ///   - relative: The same path, starting at the folder of the file.
  /// - Throws: `DataError` if there are too few examples.
  package init(name: String, _ survey: DataSurvey, at path: String, relative: String) throws {
    let examples = try ChosenExamples(survey, path: path)
    let (arms, seeds) = (Recipe.rates.count + 1, Self.seeds)
    found = examples.found
    plan = "a GAN of \(examples.size), \(arms) arms × \(seeds) seeds: \(arms * seeds) trials"
    let question =
      "Does dropout in the discriminator make a small GAN of these "
      + "\(counted(examples.count, examples.noun)) more diverse, and does it keep it from copying them?"
    let origin =
      "A first experiment by `lethe new`, for \(found). \(arms * seeds) trials; `lethe check` says how long "
      + "they take."
    let heading = comment(question) + ["#"] + comment(origin) + [""]
    let title = DraftKey(
      "name", .text(name), "the name of the results folder too, results/\(name)")
    let keys =
      [title] + Self.data(examples, relative) + examples.recipe.keys(for: examples)
      + Self.ablation + Self.metrics(examples)
    text = heading.map { $0 + "\n" }.joined() + keys.text()
  }

  private static func data(_ examples: ChosenExamples, _ path: String) -> [DraftKey] {
    let kind =
      examples.kind == .audio
      ? [DraftKey("data.kind", .text(examples.kind.rawValue), "sounds, not images")] : []
    return kind + [
      DraftKey(
        "data.path", .text(path), "\(examples.found); the path starts at the folder of this file")
    ] + examples.keys + [
      DraftKey("data.holdout", .number(examples.holdout), holdoutReason(examples))
    ]
  }

  private static func holdoutReason(_ examples: ChosenExamples) -> String {
    guard examples.holdout > 0 else {
      return
        "nothing is kept from training: whole files would be, and \(examples.sources) of them are too few"
    }
    let whole = examples.sources < examples.count ? ", whole files at a time" : ""
    return
      "the share that is kept from training\(whole): the metrics compare samples with these, to tell "
      + "copying from learning, and need about 20 at least"
  }

  // MARK: The ablation

  /// The fewest seeds that find a difference of two standard deviations in most cases.
  private static let seeds =
    (SeedPower.seedsNeeded...20).first { seeds in
      let effect = SmallestEffect.standardDeviations(seeds: seeds, comparisons: comparisons)
      return effect.map { $0 <= 2 } ?? false
    } ?? 20
  /// Arms with dropout, each compared in both primary metrics.
  private static let comparisons = 2 * Recipe.rates.count

  private static var ablation: [DraftKey] {
    [
      DraftKey(
        "ablation.placements.none", .null,
        "the arm without dropout, with which the others are compared"),
      DraftKey(
        "ablation.placements.discriminator", .text("discriminator.*.post_act"),
        "after every activation of the discriminator, which otherwise learns few examples by heart; `lethe "
          + "check` lists all places"),
      DraftKey(
        "ablation.rates", .list(Recipe.rates.map { .number($0) }),
        "a little and a lot: an arm for each, beside the one without"),
      DraftKey(
        "ablation.seeds", .integer(seeds),
        "trials of each arm: the fewest with which \(comparisons) comparisons (\(Recipe.rates.count) arms × 2 primary "
          + "metrics) find a mean difference of two standard deviations of a seed's difference in 80% of cases"
      ),
    ]
  }

  private static func metrics(_ examples: ChosenExamples) -> [DraftKey] {
    let features =
      examples.kind == .audio
      ? [
        DraftKey(
          "metrics.features", .text("logmel"),
          "distances between spectrograms, as waveforms that sound alike can be far apart")
      ] : []
    let memorization =
      examples.holdout > 0
      ? DraftKey(
        "metrics.primary.memorization", .text("closer_to_train"),
        "the share of samples that are nearer to training examples than to held-out ones: a half, unless it copies"
      )
      : DraftKey(
        "metrics.primary.memorization", .text("authenticity"),
        "the share of samples that are no copies, which is told without held-out examples")
    return features + [
      DraftKey(
        "metrics.samples", .integer(examples.recipe.samples),
        "samples that are drawn and measured of each trial; more make the metrics steadier, and slower"
      ),
      DraftKey(
        "metrics.primary.diversity", .text("recall"),
        "the share of training examples that samples come near to"),
      memorization,
    ]
  }
}
