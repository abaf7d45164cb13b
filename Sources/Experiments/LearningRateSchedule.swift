internal import Foundation

/// The change of learning rates over a training: a rise over the first steps, then a curve down to the last step.
public struct LearningRateSchedule: Sendable, Equatable {
  /// The curves after the rise.
  public enum Curve: String, Sendable, CaseIterable {
    /// The same rate at every step.
    case constant
    /// Half a cosine, from the rate down to 0 at the end.
    ///
    /// Source: Loshchilov & Hutter 2017, arXiv:1608.03983, eq. 5, without restarts.
    case cosine
    /// A straight line, from the rate down to 0 at the end.
    case linear
  }

  /// `schedule`.
  public let curve: Curve
  /// `warmup`.
  public let warmup: Int
  /// Number of steps of the training.
  public let steps: Int

  /// Reads `schedule` and `warmup`. The rise must end before the last step, so that some step has the full rate.
  init(_ keys: SectionReader, steps: Int) throws {
    curve = try keys.value(
      "schedule", .choice, default: .constant,
      says:
        "change of the learning rate after the warm-up: `constant`, or down to 0 at the last step along half a `cosine` or a `linear` slope"
    )
    warmup = try keys.value(
      "warmup",
      .integer(0...1_000_000_000).objecting {
        $0 < steps ? nil : ("fewer than the \(steps) steps of training", "\($0)")
      }, default: 0, says: "number of steps over which the learning rate rises to its full value")
    self.steps = steps
  }

  /// True where the rate of a step depends on the number of steps of the whole training.
  public var hasEnd: Bool { curve != .constant }

  /// The share of the full rate at a step, counted from 0.
  public func share(at step: Int) -> Double {
    if step < warmup { return Double(step + 1) / Double(warmup) }
    let done = Double(step - warmup) / Double(steps - warmup)
    switch curve {
    case .constant: return 1
    case .cosine: return (1 + cos(.pi * done)) / 2
    case .linear: return 1 - done
    }
  }
}
