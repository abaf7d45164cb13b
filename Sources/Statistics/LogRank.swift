internal import Foundation
internal import Randomness

/// The time until an event of one trial, or until it was last looked at without the event.
public struct SurvivalTime: Sendable, Equatable {
  /// The time of the event, or the last time at which it had not happened.
  public let time: Double
  /// True where the event has happened at `time`, false where it may happen later (right-censored).
  public let isEvent: Bool

  /// Describes a trial; see the properties.
  public init(_ time: Double, isEvent: Bool) { (self.time, self.isEvent) = (time, isEvent) }
}

/// The log-rank test of two arms' times until an event, of which some are only known to be longer: whether the event comes
/// at the same rate in both.
///
/// Source: N. Mantel 1966, Cancer Chemotherapy Reports 50, 163–170; G. Neuhaus 1993, Annals of Statistics 21, 1760–1779, for the permutation form.
public enum LogRank {
  /// Largest number of ways to divide the trials between two arms for which all are tried.
  private static let exactLimit = 100_000.0
  /// Number of random divisions that are drawn where there are more.
  private static let randomDivisions = 100_000

  /// The two-sided p: the share of all divisions of the trials into arms of these sizes whose statistic is as large. Where
  /// there are more than 100,000, that of as many random ones with the observed one. For example, events at 1, 2, 3 beside events
  /// at 4, 5, 6 give 2/20 = 0.1, the smallest p that three seeds an arm allow.
  ///
  /// - Returns: Nil where an arm has no trials, or no trial has the event.
  public static func p(_ a: [SurvivalTime], _ b: [SurvivalTime], seed: UInt64 = 0) -> Double? {
    let all = a + b
    guard !a.isEmpty, !b.isEmpty, all.contains(where: \.isEvent) else { return nil }
    let scores = scores(of: all)
    let observed = abs(a.indices.reduce(0) { $0 + scores[$1] })
    let limit = observed - 1e-9 * Double(all.count)
    var (hits, count) = (0, 0)
    func visit(_ sum: Double) {
      count += 1
      if abs(sum) >= limit { hits += 1 }
    }
    if divisions(all.count, a.count) <= exactLimit {
      forEachSum(of: scores, choosing: a.count, visit)
    } else {
      visit(observed)
      for draw in 0..<randomDivisions {
        let order = RandomStream("statistics/log-rank/\(draw)", seed: seed).permutation(all.count)
        visit(order.prefix(a.count).reduce(0) { $0 + scores[$1] })
      }
    }
    return Double(hits) / Double(count)
  }

  /// The log-rank score of each trial, whose sum over an arm is observed less expected events: 1 for an event, less the
  /// sum, over event times up to the trial's, of events among those still looked at. They add to 0.
  static func scores(of trials: [SurvivalTime]) -> [Double] {
    let times = Set(trials.lazy.filter(\.isEvent).map(\.time)).sorted()
    let hazards = times.map { time in
      let events = trials.count { $0.isEvent && $0.time == time }
      return Double(events) / Double(trials.count { $0.time >= time })
    }
    return trials.map { trial in
      let expected = zip(times, hazards).reduce(0) { $0 + ($1.0 <= trial.time ? $1.1 : 0) }
      return (trial.isEvent ? 1 : 0) - expected
    }
  }

  /// The number of ways to choose k of n.
  private static func divisions(_ n: Int, _ k: Int) -> Double {
    (0..<min(k, n - k)).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }
  }

  /// Calls a function with the sum of every choice of k numbers.
  private static func forEachSum(
    of numbers: [Double], choosing k: Int, _ visit: (Double) -> Void
  ) {
    func extend(_ start: Int, _ left: Int, _ sum: Double) {
      guard left > 0 else { return visit(sum) }
      for index in start...(numbers.count - left) {
        extend(index + 1, left - 1, sum + numbers[index])
      }
    }
    extend(0, k, 0)
  }
}
