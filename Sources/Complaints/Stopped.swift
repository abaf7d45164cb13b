/// The error of work that was given up because nobody wanted it any more.
public struct Stopped: Error, Equatable {
  /// Makes the error, which has no details.
  public init() {}
}
