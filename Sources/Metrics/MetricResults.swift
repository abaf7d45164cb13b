/// What the metrics have found, each with its controls.
public struct MetricResults: Sendable {
  /// Numbers of examples.
  public struct Sizes: Sendable, Equatable, Encodable {
    /// Examples compared.
    public var train, holdout, generated: Int
    /// Training examples that equal an earlier one; memorisation is scored without them.
    public var trainDuplicates: Int
    /// Features of an example.
    public var dimension: Int

    private enum CodingKeys: String, CodingKey {
      case train, holdout, generated, dimension
      case trainDuplicates = "train_duplicates"
    }
  }

  /// How many examples there were.
  public let sizes: Sizes
  /// A metric each, in the order of the catalogue.
  public var entries: [MetricEntry]

  /// Scores sets of examples by some metrics, with all controls.
  ///
  /// - Parameters:
  ///   - metrics: Which; all by default.
  ///   - controls: Which controls are wanted.
  ///   - seed: The key of all random numbers.
  ///   - threads: Threads that share the work; no number depends on it.
  ///   - progress: Is given the metrics done and all there are, each control counting as one.
  /// - Precondition: All sets have finite features of one dimension and at least one row.
  public init(
    training: ExampleSet, holdout: ExampleSet?, generated: ExampleSet,
    metrics: [any Metric] = MetricCatalogue.all, controls: [Control] = Control.allCases,
    seed: UInt64 = 0, threads: Int = 1, progress: ((Int, Int) -> Void)? = nil
  ) {
    let all = MeasuredSet(training)
    let distinct = training.distinct()
    let originals = distinct.count == training.count ? all : MeasuredSet(distinct)
    sizes = Sizes(
      train: training.count, holdout: holdout?.count ?? 0, generated: generated.count,
      trainDuplicates: training.count - distinct.count, dimension: training.features.dimension)
    entries = metrics.map { MetricEntry($0) }
    let total = metrics.count * (controls.count + 1)
    var done = 0
    let (made, held) = (MeasuredSet(generated), holdout.map(MeasuredSet.init))
    let makers = Controls(
      training: originals, holdout: held, generated: generated, seed: seed, threads: threads)
    // One set in the place of the generated one after the other, so that what is known of only one is kept.
    for role in [nil] + controls.map(Optional.some) {
      let whole = role.map { makers.sets(for: $0) } ?? (generated: made, holdout: held)
      // Metrics that look at held-out examples cannot be given the same ones as generated.
      let divided = role == .null ? makers.halvesOfHoldout() : whole
      for index in metrics.indices {
        if let sets = metrics[index].needsHoldout ? divided : whole {
          let isMemorization = metrics[index].aspect == .memorization
          let comparison = Comparison(
            training: isMemorization ? originals : all, holdout: sets.holdout,
            generated: sets.generated, seed: seed, threads: threads)
          entries[index].record(role, metrics[index], comparison)
        }
        done += 1
        progress?(done, total)
      }
    }
  }
}

extension ExampleSet {
  /// The rows without those that equal an earlier one.
  func distinct() -> ExampleSet {
    var seen: Set<ArraySlice<Double>> = []
    let dimension = features.dimension
    let kept = (0..<count).filter { row in
      seen.insert(features.values[row * dimension..<(row + 1) * dimension]).inserted
    }
    return kept.count == count ? self : rows(kept)
  }
}
