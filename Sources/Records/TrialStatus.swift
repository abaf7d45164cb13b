internal import Complaints
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
  /// Seconds of training and measuring, interruptions left out.
  public var seconds: Double
  /// The part of `seconds` that went into measuring what was trained.
  public var measuringSeconds: Double?
  /// The most memory its process ever held, in MB of 10⁶ bytes; nil while it runs.
  public var peakMemoryMegabytes: Double?
  /// See `Provenance.versions`; as of the steps after those of `earlier`.
  public var versions: [String: String]
  /// See `Provenance.machine`; as of the steps after those of `earlier`.
  public var machine: Provenance.Machine?
  /// The first steps, where they were made by something else; nil where all were made alike.
  public var earlier: [Stretch]?
  /// The hash of each set of its data, by the set's name; nil before they were read.
  public var data: [String: String]?
  /// What `metrics.json` holds: see `Experiment.measuringHash`; nil until all of it has been measured.
  public var measured: String?

  /// Steps that were made by something else than those after them.
  public struct Stretch: Codable, Sendable, Equatable {
    /// The last of them.
    public var lastStep: Int
    /// What they were made by.
    public var versions: [String: String]
    /// What they were made on.
    public var machine: Provenance.Machine?

    /// Pairs the last step with what made it.
    public init(lastStep: Int, madeBy: Provenance) {
      self.lastStep = lastStep
      (versions, machine) = (madeBy.versions, madeBy.machine)
    }

    private enum CodingKeys: String, CodingKey {
      case versions, machine
      case lastStep = "last_step"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case state, reason, step, steps, started, updated, finished, seconds, versions, machine
    case earlier, data, measured
    case measuringSeconds = "measuring_seconds"
    case peakMemoryMegabytes = "peak_memory_mb"
  }

  /// Describes a trial. Times are rounded down to whole seconds.
  public init(
    state: State, reason: String? = nil, step: Int, steps: Int, started: Date, updated: Date,
    finished: Date? = nil, seconds: Double, measuringSeconds: Double? = nil,
    peakMemoryMegabytes: Double? = nil, madeBy: Provenance, earlier: [Stretch] = [],
    data: [String: String]? = nil, measured: String? = nil
  ) {
    self.state = state
    self.reason = reason
    self.step = step
    self.steps = steps
    self.started = wholeSeconds(started)
    self.updated = wholeSeconds(updated)
    self.finished = finished.map(wholeSeconds)
    self.seconds = seconds
    self.measuringSeconds = measuringSeconds
    self.peakMemoryMegabytes = peakMemoryMegabytes
    (versions, machine) = (madeBy.versions, madeBy.machine)
    self.earlier = earlier.isEmpty ? nil : earlier
    self.data = data
    self.measured = measured
  }

  /// What its last steps were made by.
  public var madeBy: Provenance { Provenance(versions: versions, machine: machine) }

  /// What all its steps were made by, in their order.
  public var allMadeBy: [Provenance] {
    (earlier ?? []).map { Provenance(versions: $0.versions, machine: $0.machine) } + [madeBy]
  }

  /// The status of a trial that went wrong outside its own process, or before it could do anything.
  ///
  /// - Parameters:
  ///   - earlier: What was known of it before.
  ///   - steps: To be done, where nothing was known.
  ///   - madeBy: As `steps`.
  public static func failure(
    _ reason: String, after earlier: TrialStatus?, steps: Int = 0,
    madeBy: Provenance = Provenance(versions: [:], machine: nil)
  ) -> TrialStatus {
    var status =
      earlier
      ?? TrialStatus(
        state: .failed, step: 0, steps: steps, started: Date(), updated: Date(), seconds: 0,
        madeBy: madeBy)
    (status.state, status.reason, status.updated) = (.failed, reason, wholeSeconds(Date()))
    (status.finished, status.measured) = (nil, nil)
    return status
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
    let status = try readJSON(TrialStatus.self, from: url, as: "the status of a trial")
    let numbers = [
      ("step", status.map { Double($0.step) }), ("steps", status.map { Double($0.steps) }),
      ("seconds", status?.seconds), ("peak_memory_mb", status?.peakMemoryMegabytes),
    ]
    for (key, number) in numbers {
      guard let number, !(0...1e18).contains(number) else { continue }
      throw InputError(
        SourcePlace(file: url.path), key: key, expected: "a number from 0 to 1e18",
        found: "\(number)")
    }
    return status
  }
}

private func wholeSeconds(_ date: Date) -> Date {
  Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
}
