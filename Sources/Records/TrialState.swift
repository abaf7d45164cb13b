internal import Files
internal import Foundation

/// The state of a trial, as other processes see it.
public enum TrialState: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  /// Not started.
  case waiting
  /// A process is working on it.
  case running
  /// Stopped or killed, or short of its goal; it continues from its checkpoint.
  case interrupted
  /// Its last attempt failed.
  case failed
  /// Its goal is reached and its metrics can be read.
  case finished

  /// Number of trials in each state, states without any included.
  public static func counts(of states: some Sequence<TrialState>) -> [TrialState: Int] {
    let none = Dictionary(uniqueKeysWithValues: allCases.map { ($0, 0) })
    return states.reduce(into: none) { $0[$1, default: 0] += 1 }
  }
}

/// The state of a trial, as read from its files.
public struct TrialReading: Sendable {
  /// The trial's state.
  public let state: TrialState
  /// The trial's status; nil when there is none, or a broken one.
  public let status: TrialStatus?
  /// Fault in its files, in words; nil without one. A trial with a fault is run again.
  public let problem: String?
}

extension TrialFolder {
  /// Reads the state of the trial. A trial whose status is `running`, but whose folder no process has
  /// locked, was killed and counts as interrupted.
  ///
  /// - Parameter goal: Goal of the trial; nil where only the trial itself knows it.
  public func read(goal: TrialGoal? = nil) -> TrialReading {
    let status: TrialStatus?
    do {
      status = try TrialStatus.read(from: self.status)
    } catch {
      return TrialReading(
        state: FolderLock.isHeld(url) ? .running : .waiting, status: nil, problem: "\(error)")
    }
    func reading(_ state: TrialState, _ problem: String? = nil) -> TrialReading {
      TrialReading(state: state, status: status, problem: problem)
    }
    switch status?.state {
    case .finished:
      if let status, let goal, !status.reaches(goal) {
        return reading(.interrupted)
      }
      let problem = problemWithMetrics()
      return reading(problem == nil ? .finished : .interrupted, problem)
    case .failed: return reading(.failed)
    case .interrupted: return reading(.interrupted)
    case .running: return reading(FolderLock.isHeld(url) ? .running : .interrupted)
    case nil: return reading(FolderLock.isHeld(url) ? .running : .waiting)
    }
  }

  /// Reason why `metrics.json` cannot be read; nil where it can.
  private func problemWithMetrics() -> String? {
    do {
      let document = try MetricsDocument.read(from: metrics)
      return document == nil ? "\(metrics.path): the file is missing" : nil
    } catch {
      return "\(error)"
    }
  }
}
