internal import Metrics
internal import Records
internal import Scores
internal import Statistics

/// Cheap metrics of a generator's samples while it trains, each with its null. Distances among the data, and nulls,
/// which do not depend on the generator, are computed once.
///
/// Neighbourhoods are those of at most 1,000 random examples of each set. Memorised samples are looked for among all
/// training examples, as a copy of any of them counts.
final class QuickComparison {
  /// Number of samples that are compared.
  static let samples = 256
  /// Largest number of training or held-out examples whose neighbourhoods are looked at.
  private static let limit = 1000
  private static let ofNeighborhoods = metrics([
    "precision", "recall", "coverage", "authenticity", "closer_to_train", "nn_ratio",
  ])
  private static let ofCopies = metrics([LogName.memorizedShare])

  private let few, all: ReferenceSets
  /// The held-out examples in the place of training ones; nil without any.
  private let held: ReferenceSets?
  private let seed: UInt64
  private let threads: Int
  private var nulls: [(name: String, value: Double)]?

  /// Prepares the data.
  init(training: ExampleSet, holdout: ExampleSet?, seed: UInt64, threads: Int) {
    func part(_ set: ExampleSet) -> ExampleSet {
      set.sample(Self.limit, stream: "metrics/quick", seed: seed)
    }
    few = ReferenceSets(training: part(training), holdout: holdout.map(part))
    all = ReferenceSets(training: training, holdout: holdout)
    held = holdout.map { ReferenceSets(training: part($0), holdout: nil) }
    (self.seed, self.threads) = (seed, threads)
  }

  /// The values of samples, and their nulls.
  func values(_ generated: ExampleSet) throws -> [(name: String, value: Double)] {
    let near = try entries(Self.ofNeighborhoods, of: generated, beside: few)
    let copies = try entries(Self.ofCopies, of: generated, beside: all)
    let unseen = try criterion("coverage", generated)
    let nulls = try self.nulls ?? makeNulls(near)
    self.nulls = nulls
    let values = (near + copies).compactMap { entry in
      entry.value.map { (name: entry.key, value: $0.value) }
    }
    let ofHoldout = unseen?.value.map { (name: LogName.holdoutCoverage, value: $0.value) }
    return values + [ofHoldout].compactMap(\.self) + nulls
  }

  /// A metric of samples with held-out examples in the place of the training set, which models are told apart by; nil
  /// without held-out examples.
  func criterion(_ key: String, _ generated: ExampleSet) throws -> MetricEntry? {
    try held.flatMap { try entries(Self.metrics([key]), of: generated, beside: $0).first }
  }

  /// The memorised share of samples; 0 where there are too few training examples for it.
  func memorizedShare(_ generated: ExampleSet) throws -> Double {
    try entries(Self.ofCopies, of: generated, beside: all).first?.value?.value ?? 0
  }

  private static func metrics(_ keys: Set<String>) -> [any Metric] {
    MetricCatalogue.all.filter { keys.contains($0.key) }
  }

  private func entries(
    _ metrics: [any Metric], of generated: ExampleSet, beside reference: ReferenceSets
  ) throws -> [MetricEntry] {
    // The null of the first comparison serves all others.
    let controls: [Control] = nulls == nil && reference === few ? [.null] : []
    return try MetricResults(
      of: generated, beside: reference, metrics: metrics, controls: controls, seed: seed,
      threads: threads
    ).entries
  }

  /// The nulls of the first comparison's entries and of the memorised share, whose null is of all held-out examples
  /// that are no training examples. Its 97.5% point is that of as many samples as are compared, at the highest rate
  /// that the held-out examples leave open (the upper end of its 95% interval).
  private func makeNulls(_ near: [MetricEntry]) throws -> [(name: String, value: Double)] {
    let nulls = near.compactMap { entry in
      entry.controls[.null].map { (name: LogName.null(of: entry.key), value: $0.value) }
    }
    guard let unseen = all.unseenHoldout,
      let share = try entries(Self.ofCopies, of: unseen, beside: all).first?.value?.value
    else { return nulls }
    let found = Int((share * Double(unseen.count)).rounded())
    let most = Binomial.quantile(
      0.975, share: Interval(ofShare: found, of: unseen.count).upper, of: Self.samples)
    return nulls + [
      (LogName.null(of: LogName.memorizedShare), share),
      (LogName.memorizedShareNullHigh, Double(most) / Double(Self.samples)),
    ]
  }
}
