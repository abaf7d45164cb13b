internal import Files
internal import Foundation

/// What has become of a trial, seen from outside.
public enum TrialState: String, Sendable, CaseIterable, Codable {
  /// Not started.
  case waiting
  /// A process is at it.
  case running
  /// Stopped or killed, or not measured as it is to be; it goes on from its checkpoint.
  case interrupted
  /// Its last attempt went wrong.
  case failed
  /// Done.
  case finished
}

/// What the files of a trial say of it.
public struct TrialReading: Sendable {
  /// What has become of it.
  public let state: TrialState
  /// Nil when there is no status, or a broken one.
  public let status: TrialStatus?
  /// What is wrong with its files, in words; such a trial is due again.
  public let problem: String?
}

extension TrialFolder {
  /// Reads what has become of the trial. One that says it is running, with no process at it, was killed.
  ///
  /// - Parameter goal: What it must have done; nil where only the trial itself knows.
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
      if let status, let goal, status.step != goal.steps || status.measured != goal.measured {
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

  /// What keeps `metrics.json` from being read; nil where nothing does.
  private func problemWithMetrics() -> String? {
    guard let data = try? Data(contentsOf: metrics) else {
      return "\(metrics.path): the file is missing"
    }
    let isDocument = (try? JSONSerialization.jsonObject(with: data)) is [String: Any]
    return isDocument
      ? nil : "\(metrics.path): expected the metrics of a trial, found something else"
  }
}
