internal import Foundation
public import Specification

extension DropoutSchedule {
  /// The rate at a step.
  ///
  /// - Parameters:
  ///   - step: Steps done before this one.
  ///   - rate: The entry's rate.
  public func rate(at step: Int, of rate: Double) -> Float {
    switch self {
    // The probability of an adaptive rate is in the graph: see `AdaptiveProbability`.
    case .constant, .adaptive: Float(rate)
    case .early(let cutoff): step < cutoff ? Float(rate) : 0
    case .late(let cutoff): step < cutoff ? 0 : Float(rate)
    case .curriculum(let cutoff): Float(rate * (1 - exp(-10 * (Double(step) / Double(cutoff)))))
    case .linear(let cutoff): Float(rate * max(0, 1 - Double(step) / Double(cutoff)))
    }
  }
}

/// An input of the graph that holds a site's rate and is set before each step.
public struct ScheduledRate: Hashable, Sendable {
  /// The input's name, `rate/<site>`; its shape is [].
  public let input: String
  let schedule: DropoutSchedule
  let rate: Double

  /// The value to set for a step.
  public func value(at step: Int) -> Float { schedule.rate(at: step, of: rate) }
}
