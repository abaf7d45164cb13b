public import Foundation

/// What has become of a trial: `status.json` in its folder.
public struct TrialStatus: Codable, Sendable, Equatable {
  /// How far a trial is.
  public enum State: String, Codable, Sendable {
    /// It is being trained, or was when its process was killed.
    case running
    /// All steps are done and all files are there.
    case finished
    /// It was stopped and can go on from its checkpoint.
    case interrupted
    /// It went wrong; `reason` says how.
    case failed
  }

  /// How far the trial is.
  public var state: State
  /// Why it was interrupted or failed.
  public var reason: String?
  /// Steps done.
  public var step: Int
  /// Steps to do.
  public var steps: Int
  /// When it was first started, in whole seconds as all times here.
  public var started: Date
  /// When this was written.
  public var updated: Date
  /// When its last step was done.
  public var finished: Date?
  /// Seconds of training, interruptions left out.
  public var seconds: Double
  /// The most memory its process ever held, in MB of 10⁶ bytes; nil while it runs.
  public var peakMemoryMegabytes: Double?
  /// Versions by name; `lethe` always, and the libraries that the numbers depend on.
  public var versions: [String: String]

  private enum CodingKeys: String, CodingKey {
    case state, reason, step, steps, started, updated, finished, seconds, versions
    case peakMemoryMegabytes = "peak_memory_mb"
  }

  /// Describes a trial. Times are rounded down to whole seconds.
  public init(
    state: State, reason: String? = nil, step: Int, steps: Int, started: Date, updated: Date,
    finished: Date? = nil, seconds: Double, peakMemoryMegabytes: Double? = nil,
    versions: [String: String]
  ) {
    self.state = state
    self.reason = reason
    self.step = step
    self.steps = steps
    self.started = wholeSeconds(started)
    self.updated = wholeSeconds(updated)
    self.finished = finished.map(wholeSeconds)
    self.seconds = seconds
    self.peakMemoryMegabytes = peakMemoryMegabytes
    self.versions = versions
  }

  /// Writes `status.json`: keys in alphabetical order, times as ISO 8601 in UTC.
  ///
  /// - Throws: `FileError`.
  public func write(to url: URL) throws {
    try writeJSON(self, to: url)
  }

  /// Reads `status.json`.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: `InputError` if the file is not a status; `FileError` if it cannot be read.
  public static func read(from url: URL) throws -> TrialStatus? {
    try readJSON(TrialStatus.self, from: url, as: "the status of a trial")
  }
}

private func wholeSeconds(_ date: Date) -> Date {
  Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
}
