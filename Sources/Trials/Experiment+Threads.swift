public import Experiments
internal import Foundation

extension Experiment {
  /// Threads of a trial: those that were asked for, else those of the file, else those that it was started with, else all cores.
  ///
  /// - Parameters:
  ///   - asked: The number given on the command line.
  ///   - recorded: The number that the trial was started with.
  public func threads(asked: Int?, recorded: Int? = nil) -> Int {
    asked ?? train.threads ?? recorded ?? ProcessInfo.processInfo.activeProcessorCount
  }
}
