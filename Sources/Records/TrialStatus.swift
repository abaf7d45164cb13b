internal import Complaints
public import Foundation

/// The status of a trial: `status.json` in its folder.
public struct TrialStatus: Codable, Sendable, Equatable {
  /// The state of a trial, as the trial itself reports it.
  public enum State: String, Codable, Sendable {
    /// It is being trained, or was when its process was killed.
    case running
    /// All steps are done and all files are there.
    case finished
    /// It was stopped and can go on from its checkpoint.
    case interrupted
    /// It failed; `reason` says how.
    case failed
  }

  /// State of the trial.
  public var state: State
  /// Reason why it was interrupted or failed.
  public var reason: String?
  /// Number of steps done.
  public var step: Int
  /// Number of steps to do.
  public var steps: Int
  /// Step of the model that was best by `train.until`, and that is measured; nil without that rule.
  public var bestStep: Int?
  /// True where `train.until` has ended the training before its `steps`; nil otherwise.
  public var endedEarly: Bool?
  /// Time of its first start, in whole seconds like all times here.
  public var started: Date
  /// Time at which this status was written.
  public var updated: Date
  /// Time at which it was finished; nil before.
  public var finished: Date?
  /// Seconds of training and measuring, interruptions left out.
  public var seconds: Double
  /// The part of `seconds` that was spent on measuring.
  public var measuringSeconds: Double?
  /// The most memory its process ever held, in MB of 10⁶ bytes; nil while it runs.
  public var peakMemoryMegabytes: Double?
  /// Versions behind the steps after those of `earlier`; see `Provenance.versions`.
  public var versions: [String: String]
  /// Machine behind the steps after those of `earlier`; see `Provenance.machine`.
  public var machine: Provenance.Machine?
  /// Names of the forms in which its convolutions are computed, by their descriptions; nil where none has several.
  public var forms: [String: String]?
  /// Earlier stretches of steps with another provenance; nil where all steps have the same.
  public var earlier: [Stretch]?
  /// Hash of each of its data sets, by name; nil before the data were read.
  public var data: [String: String]?
  /// Hash of the measurements in `metrics.json`, see `Experiment.measuringHash`; nil until all of them have been made.
  public var measured: String?

  /// A stretch of steps with another provenance than the steps after it.
  public struct Stretch: Codable, Sendable, Equatable {
    /// Last step of the stretch.
    public var lastStep: Int
    /// Versions that made the steps.
    public var versions: [String: String]
    /// Machine that made the steps.
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
    case forms, earlier, data, measured
    case bestStep = "best_step"
    case endedEarly = "ended_early"
    case measuringSeconds = "measuring_seconds"
    case peakMemoryMegabytes = "peak_memory_mb"
  }

  /// Describes a trial. Times are rounded down to whole seconds.
  public init(
    state: State, reason: String? = nil, step: Int, steps: Int, bestStep: Int? = nil,
    endedEarly: Bool = false, started: Date, updated: Date, finished: Date? = nil, seconds: Double,
    measuringSeconds: Double? = nil,
    peakMemoryMegabytes: Double? = nil, madeBy: Provenance, forms: [String: String] = [:],
    earlier: [Stretch] = [], data: [String: String]? = nil, measured: String? = nil
  ) {
    self.state = state
    self.reason = reason
    self.step = step
    self.steps = steps
    self.bestStep = bestStep
    self.endedEarly = endedEarly ? true : nil
    self.started = wholeSeconds(started)
    self.updated = wholeSeconds(updated)
    self.finished = finished.map(wholeSeconds)
    self.seconds = seconds
    self.measuringSeconds = measuringSeconds
    self.peakMemoryMegabytes = peakMemoryMegabytes
    (versions, machine) = (madeBy.versions, madeBy.machine)
    self.forms = forms.isEmpty ? nil : forms
    self.earlier = earlier.isEmpty ? nil : earlier
    self.data = data
    self.measured = measured
  }

  /// Number of steps of the whole training, as far as it is known; at most `steps`.
  public var end: Int { endedEarly == true ? step : steps }

  /// Hash of each data set that its steps were made from; nil where that is not known, or no step was made.
  public var dataOfSteps: [String: String]? { step > 0 ? data : nil }

  /// Provenance of its last steps.
  public var madeBy: Provenance { Provenance(versions: versions, machine: machine) }

  /// Provenances of all its steps, in the order of the steps.
  public var allMadeBy: [Provenance] {
    (earlier ?? []).map { Provenance(versions: $0.versions, machine: $0.machine) } + [madeBy]
  }

  /// Makes the status of a trial that failed outside its own process, or before it could do anything.
  ///
  /// - Parameters:
  ///   - earlier: Its last status; nil where there is none.
  ///   - steps: Steps to do, used without an earlier status.
  ///   - madeBy: Provenance, used without an earlier status.
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
