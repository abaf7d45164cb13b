public import Records

/// Trials of a results folder that were handed to a scheduler.
public protocol Submission: Sendable {
  /// The scheduler's name for them, such as `job 17`.
  var name: String { get }
  /// Counts of its tasks that wait or run, by state; empty once all have ended.
  ///
  /// - Throws: Errors of asking the scheduler.
  func tasks() async throws -> [String: Int]
  /// Removes waiting trials from the queue, and tells running ones to stop with a checkpoint.
  func cancel(in results: ResultsFolder) async throws
}
