public import Scores

/// The results of all metrics of a run, each with its controls.
public struct MetricResults: Sendable {
  /// The sizes of the sets.
  public struct Sizes: Sendable, Equatable {
    /// Number of examples in each set.
    public var train, holdout, generated: Int
    /// Number of training examples that equal an earlier one; memorisation is scored without them.
    public var trainDuplicates: Int
    /// Number of held-out examples that equal a training example; memorisation is scored without them.
    public var holdoutInTraining: Int
    /// Features of each example.
    public var dimension: Int
    /// The numbers of different examples; nil where the sets are too small to tell.
    public var variety: Variety?
  }

  /// The sizes of the sets.
  public let sizes: Sizes
  /// One entry for each metric, in the order in which the metrics were given.
  public var entries: [MetricEntry]

  /// Scores sets of examples by some metrics, together with controls.
  ///
  /// - Parameters:
  ///   - metrics: Metrics to compute; all by default.
  ///   - controls: Controls to score; all by default.
  ///   - seed: The key of all random numbers.
  ///   - searched: Largest number of generated examples that are searched for shifted copies; nil for all.
  ///   - testsCopying: False to leave out the tests behind the words about memorisation.
  ///   - threads: Threads that share the work; no number depends on it.
  ///   - known: Earlier measurements of the same sets, as `progress` was given them; they are not made
  ///     again.
  ///   - shouldStop: Called again and again, also within a measurement; returns true to give the run up.
  ///   - progress: Called before each measurement, and at the end, with the measurement made last.
  /// - Throws: `Stopped`. The measurements that `progress` was given by then can be passed on as `known`.
  /// - Precondition: All sets have features of one dimension and at least one row.
  public init(
    training: ExampleSet, holdout: ExampleSet?, generated: ExampleSet,
    metrics: [any Metric] = MetricCatalogue.all, controls: [Control] = Control.allCases,
    seed: UInt64 = 0, searched: Int? = nil, testsCopying: Bool = true, threads: Int = 1,
    known: [MetricMeasurement] = [],
    shouldStop: () -> Bool = { false }, progress: (MetricProgress) -> Void = { _ in }
  ) throws {
    // Results that are cached with the sets may hold `shouldStop`, which must not outlive this closure: the
    // run is created and released within it.
    self = try withoutActuallyEscaping(shouldStop) { shouldStop in
      try Self(
        of: generated, beside: ReferenceSets(training: training, holdout: holdout),
        metrics: metrics, controls: controls, seed: seed, searched: searched,
        testsCopying: testsCopying, countsVariety: true,
        threads: Threads(threads, shouldStop: shouldStop),
        known: known, progress: progress)
    }
  }

  /// Scores a generated set beside sets that others were compared with before, whose controls may be known from then;
  /// the tests behind the words about memorisation, and the count of different examples, are left out.
  ///
  /// - Parameter threads: Threads that share the work; no number depends on it.
  /// - Precondition: All sets have features of one dimension and at least one row.
  public init(
    of generated: ExampleSet, beside reference: ReferenceSets, metrics: [any Metric],
    controls: [Control], seed: UInt64 = 0, threads: Int = 1
  ) throws {
    try self.init(
      of: generated, beside: reference, metrics: metrics, controls: controls, seed: seed,
      searched: nil, testsCopying: false, countsVariety: false, threads: Threads(threads),
      known: [],
      progress: { _ in })
  }

  private init(
    of generated: ExampleSet, beside reference: ReferenceSets, metrics: [any Metric],
    controls: [Control], seed: UInt64, searched: Int?, testsCopying: Bool,
    countsVariety: Bool, threads: Threads,
    known: [MetricMeasurement], progress: (MetricProgress) -> Void
  ) throws {
    let run = MetricRun(
      generated, beside: reference, seed: seed, searched: searched, testsCopying: testsCopying,
      threads: threads)
    let variety = countsVariety ? run.variety() : nil
    let measurements = try run.measurements(metrics, controls, known: known, progress: progress)
    sizes = Sizes(
      train: reference.all.count, holdout: reference.holdout?.count ?? 0,
      generated: generated.count,
      trainDuplicates: reference.all.count - reference.originals.count,
      holdoutInTraining: reference.holdoutInTraining,
      dimension: generated.features.dimension, variety: variety)
    entries = metrics.map { metric in
      MetricEntry(
        key: metric.key, aspect: metric.aspect, better: metric.better, measurements: measurements,
        withFewerRows: metric.withFewerRows,
        saysNothing: metric.looksAtSingleRows && variety?.isCollapsed == true)
    }
  }
}
