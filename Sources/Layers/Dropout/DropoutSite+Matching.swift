internal import Complaints

extension [DropoutSite] {
  /// The sites whose addresses match a glob.
  ///
  /// - Parameter key: The key that an error names.
  /// - Throws: `ModelError` when the pattern is not a valid glob.
  package func matching(_ pattern: String, _ key: String) throws -> [DropoutSite] {
    guard let glob = Glob(pattern) else {
      throw ModelError(key, expected: "a closing ] and an ascending set", found: pattern)
    }
    return filter { glob.matches($0.address) }
  }
}
