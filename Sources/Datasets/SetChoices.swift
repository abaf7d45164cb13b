/// How examples are divided into the sets of a data set.
public struct SetChoices: Sendable {
  /// Where the test set comes from.
  public enum Test: Sendable {
    /// There is no test set.
    case none
    /// A share of the examples.
    case share(Double)
    /// Examples of a source of their own, with classes from `ClassLabels` where the others have some.
    case source(ExampleSource, ClassLabels)

    /// The share of the examples that it takes.
    var share: Double { if case .share(let share) = self { share } else { 0 } }
  }

  /// Number of training examples to use; nil for all.
  public var limit: Int?
  /// Share of the examples kept from training, in 0..<1.
  public var holdout: Double
  /// The test set; none by default.
  public var test = Test.none
  /// True to keep the files of one folder in one set.
  public var keepsFolders = false
  /// True to count examples that are in two sets, instead of failing.
  public var allowsDuplicates = false

  /// Creates choices; see the properties.
  public init(limit: Int? = nil, holdout: Double = 0) {
    self.limit = limit
    self.holdout = holdout
  }
}
