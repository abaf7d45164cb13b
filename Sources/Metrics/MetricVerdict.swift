/// What a value says beside its controls; the raw values are the words of tables.
package enum MetricVerdict: String, Sendable {
  /// Nothing.
  case none = ""
  /// There is no value.
  case noValue = "no value"
  /// There is nothing to compare with.
  case noControl = "no control"
  /// The test of copying finds copies.
  case copies
  /// It does, and the value is worse than that of copies of training examples.
  case beyondCopies = "beyond copies"
  /// The test would not have found 5% copies.
  case uninformative
  /// Farther from the training set than held-out examples.
  case farther = "farther than held-out"
  /// As held-out examples are.
  case alike = "as held-out"
  /// Better than a null of fewer examples.
  case alikeOrBetter = "as held-out or better"
  /// Worse than a null of fewer examples, which makes the metric better.
  case alikeOrWorse = "as held-out or worse"
  /// Beside a null of fewer examples, which may move the metric either way.
  case otherSize = "null is smaller"
  /// Better, or worse, than held-out examples.
  case better = "better than held-out"
  case worse = "worse than held-out"
  /// Of a metric without a better direction: a smaller, or larger, value than that of held-out examples.
  case below = "below held-out"
  case above = "above held-out"
}
