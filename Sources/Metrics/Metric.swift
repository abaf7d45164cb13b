public import Glossary
public import Scores

/// A number that describes a generator's samples in relation to its training data.
///
/// A metric is a pure function of the sets it is given. Its controls are the same function of other sets;
/// see `Controls`.
public protocol Metric: Sendable {
  /// Its name in files and on the command line.
  var key: String { get }
  /// What it says of a generator, and its source.
  var meaning: Meaning { get }
  /// The question that it answers.
  var aspect: MetricAspect { get }
  /// The direction in which a better generator moves the value; nil where neither is better.
  var better: MetricDirection? { get }
  /// True where the metric compares with held-out examples.
  var needsHoldout: Bool { get }
  /// True where the metric looks at generated rows one by one. Such a metric says nothing about a set that
  /// repeats a few rows; see `Variety`.
  var looksAtSingleRows: Bool { get }

  /// True where equal training rows count once: where copies of them are counted, or distances among training rows say
  /// what is near, which is nothing where rows repeat.
  var leavesOutRepetitions: Bool { get }

  /// What fewer generated rows do to the value; see `MetricEntry.word`.
  var withFewerRows: SizeEffect { get }

  /// The numbers of examples that it needs for a meaningful value; see `ExamplesNeeded`.
  var needed: ExamplesNeeded { get }

  /// Scores `sets.generated`. Sets with fewer examples than `needed` are scored too, where a value can be
  /// computed.
  ///
  /// - Throws: `Unavailable` when the sets do not allow it; `Stopped`.
  func score(_ sets: Comparison) throws -> Score
}

extension Metric {
  /// False, unless a metric says otherwise.
  public var needsHoldout: Bool { false }
  /// True for metrics of memorisation, unless a metric says otherwise.
  public var looksAtSingleRows: Bool { aspect == .memorization }
  /// True for metrics of memorisation, unless a metric says otherwise.
  public var leavesOutRepetitions: Bool { aspect == .memorization }
  /// Worse, unless a metric says otherwise.
  public var withFewerRows: SizeEffect { .worse }
  /// 20 of each set, unless a metric says otherwise.
  public var needed: ExamplesNeeded { ExamplesNeeded() }
}

/// What fewer generated rows do to a metric's value.
public enum SizeEffect: Sendable {
  /// They make it worse or leave it as it is, as those of most metrics.
  case worse
  /// They make it better, as they reach farther from one to the next.
  case better
  /// They move it one way or the other.
  case either
}

/// The numbers of examples of each set that a metric needs for a meaningful value. 20 examples give a share
/// to within about 0.1; in a set of fewer than 50 rows, neighbourhoods are so large that they hold nearly
/// everything.
public struct ExamplesNeeded: Sendable, Equatable {
  /// Smallest number of rows whose neighbourhoods are meaningful.
  static let neighborhoods = 50

  /// Smallest number of examples of each set.
  public let training, holdout, generated: Int

  /// Creates a requirement; see the type.
  public init(training: Int = 20, holdout: Int = 20, generated: Int = 20) {
    (self.training, self.holdout, self.generated) = (training, holdout, generated)
  }

  /// Checks that no set is too small.
  ///
  /// - Throws: `Unavailable` naming a set that is too small.
  func check(_ sets: Comparison, needsHoldout: Bool) throws {
    let holdout = needsHoldout ? try sets.requireHoldout().count : nil
    let shortfall = shortfall(
      training: sets.training.count, holdout: holdout, generated: sets.generated.count)
    if let shortfall { throw shortfall }
  }

  /// A set that is too small; nil without one.
  ///
  /// - Parameter holdout: Number of held-out examples; nil where the metric does not compare with them.
  public func shortfall(training: Int, holdout: Int?, generated: Int) -> Unavailable? {
    let sets = [
      ("held-out", holdout ?? self.holdout, self.holdout), ("training", training, self.training),
      ("generated", generated, self.generated),
    ]
    return sets.first { $0.1 < $0.2 }.map { name, found, needed in
      .few(found, of: name, needed: needed)
    }
  }
}

extension Unavailable {
  /// Throws unless there are enough examples.
  static func require(_ found: Int, of set: String, atLeast needed: Int) throws {
    if found < needed { throw few(found, of: set, needed: needed) }
  }
}
