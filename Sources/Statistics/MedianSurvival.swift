internal import Foundation

/// The median time until an event of several trials, of which some are only known to be longer, by the curve of Kaplan and
/// Meier.
///
/// Source: E. Kaplan, P. Meier 1958, JASA 53, 457–481; R. Brookmeyer, J. Crowley 1982, Biometrics 38, 29–41, for the interval,
/// with log(−log S) as in J. Klein, M. Moeschberger 2003, Survival Analysis, §4.5.
public struct MedianSurvival: Sendable, Equatable {
  /// The first time at which half of the trials or more have had the event; nil where fewer have.
  public let median: Double?
  /// The ends of its 95% interval; nil where they lie beyond what was looked at.
  public let lower, upper: Double?
  /// Number of trials, and of those that had the event.
  public let trials, events: Int

  /// Estimates the median.
  public init(_ trials: [SurvivalTime]) {
    self.trials = trials.count
    events = trials.count(where: \.isEvent)
    let points = Self.curve(of: trials)
    func first(_ share: (CurvePoint) -> Double) -> Double? {
      points.first { share($0) <= 0.5 + 1e-12 }?.time
    }
    median = first(\.share)
    lower = first { $0.bound(-1) }
    upper = first { $0.bound(1) }
  }

  /// The share without the event after each event time, with the sum of Greenwood's formula.
  private static func curve(of trials: [SurvivalTime]) -> [CurvePoint] {
    var (share, error) = (1.0, 0.0)
    return Set(trials.lazy.filter(\.isEvent).map(\.time)).sorted().map { time in
      let events = Double(trials.count { $0.isEvent && $0.time == time })
      let left = Double(trials.count { $0.time >= time })
      share *= 1 - events / left
      error += left > events ? events / (left * (left - events)) : 0
      return CurvePoint(time: time, share: share, error: error)
    }
  }
}

/// A step of the curve of Kaplan and Meier.
private struct CurvePoint {
  /// Standard deviations that hold 95% of a normal distribution.
  private static let deviations = Normal.quantile(0.975)

  let time: Double
  /// Share without the event.
  let share: Double
  /// Variance of the logarithm of the share.
  let error: Double

  /// An end of the share's 95% interval, on the scale of log(−log S).
  ///
  /// - Parameter side: −1 for the lower end, 1 for the upper one.
  func bound(_ side: Double) -> Double {
    guard share > 0, share < 1 else { return share }
    let deviation = error.squareRoot() / abs(log(share))
    return pow(share, exp(-side * Self.deviations * deviation))
  }
}
