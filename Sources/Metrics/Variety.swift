internal import Statistics
internal import Randomness

/// The number of different examples in a generated set, beside that in the training set. It detects a
/// generator that repeats a few examples, as an untrained one does; where the data vary little themselves,
/// so does the training set.
///
/// Two examples count as the same when their features are no farther apart than half the median distance of
/// a training example to its nearest other one, of another group where there are groups. At most 500 random
/// examples of each set are examined in turn; one is different when it is not the same as any different one
/// before it.
public struct Variety: Sendable, Equatable {
  /// Number of different examples among the generated ones examined.
  public let generated: Int
  /// Number of different examples among the training ones examined.
  public let training: Int
  /// Number of examples examined in each set.
  public let examples: Int

  /// Largest number of examples examined in each set; the time grows with its square.
  private static let limit = 500
  /// Smallest number of examples that allows a statement.
  private static let needed = 20
  /// A set is collapsed when its number of different examples is below this share of the training set's.
  private static let share = 0.1

  /// Counts the different examples of both sets.
  ///
  /// - Returns: Nil for fewer than 20 examples of either set.
  init?(of generated: ExampleSet, beside training: ExampleSet, seed: UInt64) {
    let count = min(Self.limit, generated.count, training.count)
    guard count >= Self.needed else { return nil }
    func part(_ set: ExampleSet) -> ExampleSet {
      // Takes single rows, not whole groups, as it does not matter here that rows depend on each other.
      let rows = RandomStream("metrics/variety", seed: seed).permutation(set.count).prefix(count)
      return set.rows(rows.sorted())
    }
    let known = part(training)
    let reach = Self.squaredReach(of: known)
    self.generated = part(generated).features.differentRows(squaredReach: reach)
    self.training = known.features.differentRows(squaredReach: reach)
    examples = count
  }

  /// The square of the distance within which examples count as the same; 0 where all are of one group.
  private static func squaredReach(of training: ExampleSet) -> Double {
    let set = training.distinct()
    var nearest = [Double](repeating: .infinity, count: set.count)
    for row in 0..<set.count {
      for other in 0..<row where set.groups.map({ $0[row] != $0[other] }) ?? true {
        let square = set.features.squaredDistance(row, to: other, of: set.features)
        nearest[row] = min(nearest[row], square)
        nearest[other] = min(nearest[other], square)
      }
    }
    let known = nearest.filter(\.isFinite)
    return known.isEmpty ? 0 : median(known) / 4
  }

  /// True where the generated set has so few different examples that scores of single ones mean nothing.
  public var isCollapsed: Bool { Double(generated) < Self.share * Double(training) }

  /// A sentence that says how collapsed the set is, to be shown first.
  public var text: String {
    "collapsed: \(generated) distinct sample\(generated == 1 ? "" : "s") in \(examples), where training examples have "
      + "\(training)"
  }
}

extension FeatureMatrix {
  /// Number of rows that are farther than a reach from all rows counted before.
  fileprivate func differentRows(squaredReach: Double) -> Int {
    var different: [Int] = []
    for row in 0..<count
    where !different.contains(where: { squaredDistance(row, to: $0, of: self) <= squaredReach }) {
      different.append(row)
    }
    return different.count
  }
}
