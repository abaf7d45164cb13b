/// Work that was given up, as it was no longer wanted.
public struct Stopped: Error, Equatable {
  /// States it.
  public init() {}
}
