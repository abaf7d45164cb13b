/// The version this build reports.
public enum Version {
  /// Semantic version of the program.
  public static let current = "0.1.0"
}
