internal import Files
internal import Foundation
public import Records

/// A submission to Slurm, kept as `slurm/job.json` in the results folder.
public struct SlurmJob: Submission, Codable, Equatable {
  /// Identifier of the array over the trials.
  public let array: String
  /// Identifier of the job that writes the report.
  public let report: String
  /// Number of trials that were submitted.
  public let trials: Int

  /// `job`, and the identifier of the array.
  public var name: String { "job \(array)" }

  static func file(_ results: ResultsFolder) -> URL {
    results.slurmFolder.appendingPathComponent("job.json")
  }

  /// The last submission of a results folder; nil when there was none.
  ///
  /// - Throws: `InputError` for a file that is something else.
  public static func read(from results: ResultsFolder) throws -> SlurmJob? {
    try readJSON(SlurmJob.self, from: file(results), as: "a job of Slurm")
  }

  func write(to results: ResultsFolder) throws { try writeJSON(self, to: Self.file(results)) }

  /// Counts of the array's tasks in the queue, by state.
  ///
  /// - Throws: `SlurmError`.
  public func tasks() async throws -> [String: Int] { try await SlurmClient.tasks(of: array) }

  /// Takes both jobs out of the queue. Running trials are told to stop, and write a checkpoint.
  ///
  /// - Throws: `SlurmError`; `FileError`.
  public func cancel(in results: ResultsFolder) async throws {
    // A task that is told to stop would otherwise queue again.
    try AtomicFile.write(Data(), to: Self.cancelled(results))
    // The report would start once the array is gone.
    try await SlurmClient.cancel(report)
    try await SlurmClient.cancel("--state=PENDING", array)
    try await SlurmClient.cancel("--batch", "--signal=TERM", array)
  }

  /// The file that tells tasks not to queue again.
  static func cancelled(_ results: ResultsFolder) -> URL {
    results.slurmFolder.appendingPathComponent("cancelled")
  }
}
