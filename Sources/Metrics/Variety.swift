internal import Statistics
internal import MetricsKernels
internal import Randomness

/// How many different examples a set has, beside the training set: what tells a generator that makes a few examples
/// again and again, as one that was not trained does, from one of varied data or of data that vary little.
///
/// Two examples count as one when their features are no farther apart than half the median distance of a training
/// example to the nearest other one, of another group where there are groups. At most 500 random examples of either set
/// are looked at, one after another; one is different when it is not one with any that was different before it.
public struct Variety: Sendable, Equatable {
  /// Different examples among the generated ones that were looked at.
  public let generated: Int
  /// The same of training examples.
  public let training: Int
  /// Examples of either set that were looked at.
  public let examples: Int

  /// Examples that are looked at: more would not be more different where a generator has few latents.
  private static let limit = 500
  /// Fewer say nothing.
  private static let needed = 20
  /// A set with a smaller share of the training set's number has collapsed.
  private static let share = 0.1

  /// Counts.
  ///
  /// - Returns: Nil for fewer than 20 examples of either set.
  init?(of generated: ExampleSet, beside training: ExampleSet, seed: UInt64) {
    let count = min(Self.limit, generated.count, training.count)
    guard count >= Self.needed else { return nil }
    func part(_ set: ExampleSet) -> ExampleSet {
      // Groups or not: what belongs together is as different as it is.
      let rows = RandomStream("metrics/variety", seed: seed).permutation(set.count).prefix(count)
      return set.rows(rows.sorted())
    }
    let known = part(training)
    let reach = Self.squaredReach(of: known)
    self.generated = part(generated).features.differentRows(squaredReach: reach)
    self.training = known.features.differentRows(squaredReach: reach)
    examples = count
  }

  /// The square of the distance within which examples count as one; 0 where all are of one group.
  private static func squaredReach(of training: ExampleSet) -> Double {
    let set = training.distinct()
    var nearest = [Double](repeating: .infinity, count: set.count)
    for row in 0..<set.count {
      for other in 0..<row where set.groups.map({ $0[row] != $0[other] }) ?? true {
        let square = set.features.squaredDistance(row, other)
        nearest[row] = min(nearest[row], square)
        nearest[other] = min(nearest[other], square)
      }
    }
    let known = nearest.filter(\.isFinite)
    return known.isEmpty ? 0 : median(known) / 4
  }

  /// Whether a set has so few different examples that what is said of single ones means nothing.
  public var isCollapsed: Bool { Double(generated) < Self.share * Double(training) }

  /// The first thing to be said of such a set.
  public var text: String {
    "collapsed: \(generated) distinct sample\(generated == 1 ? "" : "s") in \(examples), where training examples have "
      + "\(training)"
  }
}

extension FeatureMatrix {
  /// The squared distance of two rows.
  fileprivate func squaredDistance(_ row: Int, _ other: Int) -> Double {
    values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return 0 }
      return lethe_squared_distance(
        start + row * dimension, start + other * dimension, Int64(dimension))
    }
  }

  /// How many rows are farther from all earlier ones that were counted than a reach.
  fileprivate func differentRows(squaredReach: Double) -> Int {
    var different: [Int] = []
    for row in 0..<count
    where !different.contains(where: { squaredDistance(row, $0) <= squaredReach }) {
      different.append(row)
    }
    return different.count
  }
}
