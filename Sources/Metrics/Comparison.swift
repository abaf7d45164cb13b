internal import Scores
internal import Synchronization

/// The sets that a metric compares: training T, held-out P and generated G.
///
/// Results computed from the sets are cached, so that several metrics share them. Must not be used from two
/// threads at once; the work inside is shared among `threads` threads.
public final class Comparison {
  /// The training set T.
  public let training: MeasuredSet
  /// The held-out set P; nil when nothing was held out.
  public let holdout: MeasuredSet?
  /// The generated set G, or the set that a control puts in its place.
  public let generated: MeasuredSet
  /// The training and held-out rows as a test of copying takes them; nil where nothing is tested.
  let pool: MembershipPool?
  /// The key of all random numbers.
  public let seed: UInt64
  /// Largest number of generated examples that are searched for shifted copies; nil for all.
  public let searched: Int?
  /// Threads that share the work; results do not depend on it.
  public let threads: Threads

  /// Creates a comparison of sets.
  ///
  /// - Precondition: All have features of one dimension, and at least one row.
  public convenience init(
    training: MeasuredSet, holdout: MeasuredSet?, generated: MeasuredSet, seed: UInt64 = 0,
    searched: Int? = nil, threads: Threads = 1
  ) {
    self.init(
      training: training, holdout: holdout, generated: generated, pool: nil, seed: seed,
      searched: searched, threads: threads)
  }

  /// Creates a comparison of sets with a test of copying.
  init(
    training: MeasuredSet, holdout: MeasuredSet?, generated: MeasuredSet, pool: MembershipPool?,
    seed: UInt64, searched: Int?, threads: Threads
  ) {
    let dimension = training.features.dimension
    precondition(
      [holdout, generated].allSatisfy { ($0?.features.dimension ?? dimension) == dimension },
      "sets of different dimensions")
    self.training = training
    self.holdout = holdout
    self.generated = generated
    self.pool = pool
    self.seed = seed
    self.searched = searched
    self.threads = threads
  }

  /// The held-out set P, for metrics that need it.
  ///
  /// - Throws: `Unavailable` when nothing was held out.
  public func requireHoldout() throws -> MeasuredSet {
    guard let holdout else { throw Unavailable("needs held-out examples") }
    return holdout
  }

  /// The cached value under a name, for these sets and the seed; computed on the first call. The set that
  /// was made last keeps it, as it is the first to be released.
  ///
  /// - Parameter sets: All sets that the value depends on, at least one; their order counts.
  func remembered<Value>(
    _ name: String, of sets: MeasuredSet..., compute: () throws -> Value
  ) rethrows -> Value {
    let latest = sets.dropFirst().reduce(sets[0]) { $1.number > $0.number ? $1 : $0 }
    return try latest.remembered("\(name) of \(sets.map(\.number)) by \(seed)", compute)
  }
}

/// A set of examples with a cache of what was computed from it.
public final class MeasuredSet {
  private static let made = Atomic(0)

  /// The examples.
  public let examples: ExampleSet
  /// Serial number in the order of creation, unique to this set.
  let number = made.add(1, ordering: .relaxed).newValue
  private var known: [String: Any] = [:]

  /// Creates a set with an empty cache.
  public init(_ examples: ExampleSet) {
    self.examples = examples
  }

  /// The feature vectors.
  public var features: FeatureMatrix { examples.features }
  /// Number of examples.
  public var count: Int { examples.count }

  /// True where all rows are equal.
  var isConstant: Bool { remembered("is constant") { features.isConstant } }

  /// The cached value under a name; nil without one.
  func recalled<Value>(_ name: String) -> Value? { known[name] as? Value }

  /// Caches a value under a name, in the place of an earlier one.
  func keep<Value>(_ value: Value, as name: String) { known[name] = value }

  /// The cached value under a name, which depends on this set alone; computed on the first call.
  func remembered<Value>(_ name: String, _ compute: () throws -> Value) rethrows -> Value {
    if let value: Value = recalled(name) { return value }
    let value = try compute()
    keep(value, as: name)
    return value
  }
}
