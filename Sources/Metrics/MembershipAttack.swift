public import Scores
internal import Statistics

/// The success of an attack that tells training examples from held-out ones by a number that is higher for those that it
/// takes for training examples.
public struct MembershipAttack {
  /// The share of false alarms that is allowed.
  private static let falseAlarms = 0.01

  /// Smallest number of examples of either kind: one in a hundred may be a false alarm.
  public static let needed = 100

  private let members, others: [Double]

  /// Collects the numbers of training examples and of held-out ones.
  ///
  /// - Precondition: There is at least one of each.
  public init(members: [Double], others: [Double]) {
    (self.members, self.others) = (members, others)
  }

  /// The share of training examples above all but a hundredth of the held-out ones, with its 95% interval as `low` and
  /// `high`, and the area under the curve as `auc`. The spread is of the share and of the threshold.
  public var score: Score {
    let allowed = Int(Self.falseAlarms * Double(others.count))
    let threshold = others.sorted(by: >)[min(allowed, others.count - 1)]
    let found = members.count { $0 > threshold }
    let share = shareScore(found, of: members.count)
    let alarms = shareScore(others.count { $0 > threshold }, of: others.count)
    let interval = Interval(ofShare: found, of: members.count)
    let spreads = [share.spread, alarms.spread].compactMap(\.self)
    var score = Score(
      share.value, spread: spreads.reduce(0) { $0 + $1 * $1 }.squareRoot(),
      extra: [
        "low": interval.lower, "high": interval.upper,
        "auc": AreaUnderCurve.area(members, over: others).area,
      ])
    score.copiesP = Self.p(members: members, others: others)
    return score
  }

  /// The probability that as many training examples are among the 2% with the largest numbers, where the model knows
  /// nothing of which are which. Of equal numbers, those of held-out examples come first, so that ties are no sign.
  static func p(members: [Double], others: [Double]) -> Double {
    let all = (members.map { ($0, true) } + others.map { ($0, false) })
      .sorted { $0.0 == $1.0 ? !$0.1 && $1.1 : $0.0 > $1.0 }
    let count = Int((2 * falseAlarms * Double(all.count)).rounded(.up))
    let found = all.prefix(count).count { $0.1 }
    return LabelTest.hypergeometricTail(
      found, drawn: count, of: all.count, marked: members.count)
  }
}
