public import Scores
internal import Foundation

/// The probabilities that a classifier gives to examples whose classes are known.
public struct Predictions: Sendable {
  /// Probabilities of the classes, shape [N, K].
  public let probabilities: [Double]
  /// The true class of each example.
  public let labels: [Int]
  /// Number of classes, K.
  public let classes: Int

  /// Pairs probabilities with labels.
  ///
  /// - Throws: `Unavailable` for a probability that is not finite.
  /// - Precondition: There are as many rows as labels.
  public init(
    _ probabilities: [Double], labels: [Int], classes: Int
  ) throws(Unavailable) {
    precondition(probabilities.count == labels.count * classes, "a row of probabilities an example")
    if let bad = probabilities.firstIndex(where: { !$0.isFinite }) {
      throw Unavailable("a probability of example \(bad / classes) is \(probabilities[bad])")
    }
    (self.probabilities, self.labels, self.classes) = (probabilities, labels, classes)
  }

  /// Number of examples.
  public var count: Int { labels.count }

  /// The probability of a class for an example.
  public func probability(_ example: Int, _ label: Int) -> Double {
    probabilities[example * classes + label]
  }

  /// The likeliest class of an example; the first one on ties.
  public func prediction(_ example: Int) -> Int {
    (1..<classes).reduce(0) { probability(example, $1) > probability(example, $0) ? $1 : $0 }
  }

  /// True where the likeliest class is the true one.
  public func isRight(_ example: Int) -> Bool { prediction(example) == labels[example] }

  /// The entropy of the probabilities of an example, in nats.
  public func entropy(_ example: Int) -> Double {
    -(0..<classes).reduce(0) { sum, label in
      let p = probability(example, label)
      return p > 0 ? sum + p * log(p) : sum
    }
  }
}
