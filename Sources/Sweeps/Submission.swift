public import Records

/// Trials of a results folder that are in the hands of a scheduler.
public protocol Submission: Sendable {
  /// What the scheduler calls it, such as `job 17`.
  var name: String { get }
  /// Counts of its tasks that wait or run, by state; empty once all have ended.
  ///
  /// - Throws: What keeps the scheduler from answering.
  func tasks() async throws -> [String: Int]
  /// Takes what waits out of the queue, and tells what runs to stop with a checkpoint.
  func cancel(in results: ResultsFolder) async throws
}
