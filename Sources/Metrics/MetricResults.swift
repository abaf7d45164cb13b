public import Scores

/// What the metrics have found, each with its controls.
public struct MetricResults: Sendable {
  /// Numbers of examples.
  public struct Sizes: Sendable, Equatable {
    /// Examples compared.
    public var train, holdout, generated: Int
    /// Training examples that equal an earlier one; memorisation is scored without them.
    public var trainDuplicates: Int
    /// Features of an example.
    public var dimension: Int
    /// How many of the examples are different; nil where there are too few to say.
    public var variety: Variety?
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
  ///   - searched: Generated examples at most that are searched for shifted copies; nil for all.
  ///   - threads: Threads that share the work; no number depends on it.
  ///   - known: What was measured of the same sets before, as `progress` gave it; it is not measured again.
  ///   - shouldStop: Asked again and again, also while a metric is being measured; true gives up.
  ///   - progress: Called before each measurement and at the end, with the last one.
  /// - Throws: `Stopped`. What `progress` was given by then is all that is known.
  /// - Precondition: All sets have features of one dimension and at least one row.
  public init(
    training: ExampleSet, holdout: ExampleSet?, generated: ExampleSet,
    metrics: [any Metric] = MetricCatalogue.all, controls: [Control] = Control.allCases,
    seed: UInt64 = 0, searched: Int? = nil, threads: Int = 1, known: [MetricMeasurement] = [],
    shouldStop: () -> Bool = { false }, progress: (MetricProgress) -> Void = { _ in }
  ) throws {
    // What is computed of the sets may hold on to `shouldStop`, so that it does not outlive the closure.
    let (trainDuplicates, variety, measurements) = try withoutActuallyEscaping(shouldStop) {
      shouldStop in
      let run = MetricRun(
        training, holdout, generated, seed: seed, searched: searched,
        threads: Threads(threads, shouldStop: shouldStop))
      return (
        run.trainDuplicates, run.variety(),
        try run.measurements(metrics, controls, known: known, progress: progress)
      )
    }
    sizes = Sizes(
      train: training.count, holdout: holdout?.count ?? 0, generated: generated.count,
      trainDuplicates: trainDuplicates, dimension: training.features.dimension,
      variety: variety)
    entries = metrics.map { metric in
      MetricEntry(
        key: metric.key, aspect: metric.aspect, better: metric.better, measurements: measurements,
        saysNothing: metric.looksAtSingleRows && variety?.isCollapsed == true)
    }
  }
}
