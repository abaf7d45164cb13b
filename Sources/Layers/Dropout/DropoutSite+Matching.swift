internal import Complaints

extension [DropoutSite] {
  /// The sites whose addresses fit a pattern.
  ///
  /// - Parameter key: What an error names.
  /// - Throws: `ModelError` when the pattern is none.
  package func matching(_ pattern: String, _ key: String) throws -> [DropoutSite] {
    guard let glob = Glob(pattern) else {
      throw ModelError(key, expected: "a closing ] and an ascending set", found: pattern)
    }
    return filter { glob.matches($0.address) }
  }
}
