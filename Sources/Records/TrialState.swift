/// What has become of a trial, seen from outside.
public enum TrialState: String, Sendable, CaseIterable, Codable {
  /// Not started.
  case waiting
  /// A process is at it.
  case running
  /// Stopped or killed; it goes on from its checkpoint.
  case interrupted
  /// Its last attempt went wrong.
  case failed
  /// Done.
  case finished
}

extension TrialFolder {
  /// What has become of the trial. One that says it is running, with no process at it, was killed.
  ///
  /// - Throws: `InputError` for a status file that is none.
  public func state() throws -> TrialState {
    switch try TrialStatus.read(from: status)?.state {
    case .finished: .finished
    case .failed: .failed
    case .interrupted: .interrupted
    case .running: FolderLock.isHeld(url) ? .running : .interrupted
    case nil: FolderLock.isHeld(url) ? .running : .waiting
    }
  }
}
