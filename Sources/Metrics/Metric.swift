public import Scores

/// A number that tells what a generator's samples are like, beside what it was trained on.
///
/// A metric is a pure function of the sets it is given. Its controls are the same function of other sets;
/// see `Controls`.
public protocol Metric: Sendable {
  /// Its name in files and on the command line.
  var key: String { get }
  /// What it is asked for.
  var aspect: MetricAspect { get }
  /// Which way a better generator moves it; nil where neither is better.
  var better: MetricDirection? { get }
  /// Whether it compares with held-out examples.
  var needsHoldout: Bool { get }
  /// Whether it looks at generated rows one by one, so that it says nothing of a set that is a few rows again and
  /// again; see `Variety`.
  var looksAtSingleRows: Bool { get }

  /// How many examples it needs to say anything; see `ExamplesNeeded`.
  var needed: ExamplesNeeded { get }

  /// Scores `sets.generated`, also where there are fewer than `needed`, as far as they can be computed with.
  ///
  /// - Throws: `Unavailable` when the sets do not allow it; `Stopped`.
  func score(_ sets: Comparison) throws -> Score
}

extension Metric {
  /// No, unless a metric says otherwise.
  public var needsHoldout: Bool { false }
  /// Those of memorisation, unless a metric says otherwise.
  public var looksAtSingleRows: Bool { aspect == .memorization }
  /// 20 of each set, unless a metric says otherwise.
  public var needed: ExamplesNeeded { ExamplesNeeded() }
}

/// How many examples of each set a metric needs to say anything: of 20 a share is known within a tenth or so, and where
/// neighbourhoods of a set's rows are looked at, those of fewer than 50 are so large that they hold nearly everything.
public struct ExamplesNeeded: Sendable, Equatable {
  /// Rows of which neighbourhoods mean something.
  static let neighborhoods = 50

  /// Of each set.
  public let training, holdout, generated: Int

  /// Names numbers; see the type.
  public init(training: Int = 20, holdout: Int = 20, generated: Int = 20) {
    (self.training, self.holdout, self.generated) = (training, holdout, generated)
  }

  /// - Throws: `Unavailable` naming a set that is too small.
  func check(_ sets: Comparison, needsHoldout: Bool) throws {
    if needsHoldout {
      let holdout = try sets.requireHoldout()
      try Unavailable.require(holdout.count, of: "held-out", atLeast: self.holdout)
    }
    try Unavailable.require(sets.training.count, of: "training", atLeast: training)
    try Unavailable.require(sets.generated.count, of: "generated", atLeast: generated)
  }
}

extension Unavailable {
  /// Throws unless there are enough examples.
  static func require(_ found: Int, of set: String, atLeast needed: Int) throws {
    if found < needed { throw few(found, of: set, needed: needed) }
  }
}
