public import Scores
internal import Statistics

/// The share of planted canaries that come back: whose nearest generated example is nearer than that of each of many
/// canaries which were drawn alike and never planted.
///
/// To a generator that has not seen which were planted, the others are as good, so that one of them is nearest to
/// something generated with probability n/(n + m), and a given planted one comes back with 1/(m + 1), where n are
/// planted and m are not. That holds for any space and any generator, however bad. Rank 1 among canaries that were not
/// planted is the largest exposure that there is.
///
/// `low` and `high` are the 95% interval of the share (Clopper–Pearson), `by_repeats` has the shares of canaries of
/// each number of repeats, `distance_by_repeats` the median distance to the nearest generated example as a share of the
/// controls' median.
///
/// Source: N. Carlini et al. 2019, "The secret sharer", arXiv:1802.08232, §4.2, for the rank among canaries not
/// planted.
public struct CanaryTest {
  /// Number of canaries that are not planted: chance brings one in a thousand back.
  public static let controls = 999

  private let distances: [Double]
  private let repeats: [Int]
  private let controls: [Double]

  /// Collects distances of canaries to the nearest generated example.
  ///
  /// - Parameters:
  ///   - distances: Of planted canaries.
  ///   - repeats: Number of repeats of each of them.
  ///   - controls: Distances of canaries that are not planted.
  /// - Precondition: There is at least one of each kind, and as many repeats as distances.
  public init(_ distances: [Double], repeats: [Int], controls: [Double]) {
    precondition(distances.count == repeats.count && !distances.isEmpty && !controls.isEmpty)
    (self.distances, self.repeats, self.controls) = (distances, repeats, controls)
  }

  /// The share with its further numbers, and as `copies_p` the probability that the nearest of all canaries are planted
  /// ones as often in a row.
  public var score: Score {
    let threshold = controls.min() ?? 0
    let back = distances.count { $0 < threshold }
    let interval = Interval(ofShare: back, of: distances.count)
    var score = shareScore(
      back, of: distances.count, extra: ["low": interval.lower, "high": interval.upper])
    score.copiesP = LabelTest.hypergeometricTail(
      back, drawn: back, of: distances.count + controls.count, marked: distances.count)
    let usual = median(controls)
    for number in Set(repeats) {
      let own = zip(distances, repeats).filter { $0.1 == number }.map(\.0)
      score.extraTables["by_repeats", default: [:]]["\(number)"] =
        Double(own.count { $0 < threshold }) / Double(own.count)
      score.extraTables["distance_by_repeats", default: [:]]["\(number)"] = median(own) / usual
    }
    return score
  }
}
