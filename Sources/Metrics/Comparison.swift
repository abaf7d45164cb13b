internal import Scores
internal import Synchronization

/// The sets that a metric looks at: training T, held-out P and generated G.
///
/// What is computed of the sets is kept, so that several metrics share it. Not to be used from two
/// threads at once; the work inside is shared among `threads` threads.
public final class Comparison {
  /// T.
  public let training: MeasuredSet
  /// P; nil when nothing was held out.
  public let holdout: MeasuredSet?
  /// G, or what takes its place in a control.
  public let generated: MeasuredSet
  /// The key of all random numbers.
  public let seed: UInt64
  /// Generated examples at most that are searched for shifted copies; nil for all.
  public let searched: Int?
  /// Threads that share the work; results do not depend on it.
  public let threads: Threads

  /// Brings sets together.
  ///
  /// - Precondition: All have features of one dimension, and at least one row.
  public init(
    training: MeasuredSet, holdout: MeasuredSet?, generated: MeasuredSet, seed: UInt64 = 0,
    searched: Int? = nil, threads: Threads = 1
  ) {
    let dimension = training.features.dimension
    precondition(
      [holdout, generated].allSatisfy { ($0?.features.dimension ?? dimension) == dimension },
      "sets of different dimensions")
    self.training = training
    self.holdout = holdout
    self.generated = generated
    self.seed = seed
    self.searched = searched
    self.threads = threads
  }

  /// P, for metrics that need it.
  ///
  /// - Throws: `Unavailable` when nothing was held out.
  public func requireHoldout() throws -> MeasuredSet {
    guard let holdout else { throw Unavailable("needs held-out examples") }
    return holdout
  }

  /// What was computed of some sets, or with random numbers, under a name; computed now if it was not. The latest
  /// of the sets keeps it, as it is the first to go.
  ///
  /// - Parameter sets: All that it depends on, in an order of their own.
  func remembered<Value>(
    _ name: String, of sets: MeasuredSet..., compute: () throws -> Value
  ) rethrows -> Value {
    let latest = sets.dropFirst().reduce(sets[0]) { $1.number > $0.number ? $1 : $0 }
    return try latest.remembered("\(name) of \(sets.map(\.number)) by \(seed)", compute)
  }
}

/// A set of examples with what was computed of it so far.
public final class MeasuredSet {
  private static let made = Atomic(0)

  /// The examples.
  public let examples: ExampleSet
  /// Counts sets in the order in which they were made; no two have one number.
  let number = made.add(1, ordering: .relaxed).newValue
  private var known: [String: Any] = [:]

  /// Begins with nothing computed.
  public init(_ examples: ExampleSet) {
    self.examples = examples
  }

  /// The feature vectors.
  public var features: FeatureMatrix { examples.features }
  /// Number of examples.
  public var count: Int { examples.count }

  /// Whether all rows are equal.
  var isConstant: Bool { remembered("is constant") { features.isConstant } }

  /// The value that was computed of this set alone under a name, computed now if it was not.
  func remembered<Value>(_ name: String, _ compute: () throws -> Value) rethrows -> Value {
    if let value = known[name] as? Value { return value }
    let value = try compute()
    known[name] = value
    return value
  }
}
