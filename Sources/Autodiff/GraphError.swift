/// A graph that cannot be built or that a pass has broken.
public struct GraphError: Error, Equatable, CustomStringConvertible {
  /// The layer (scope) in which the operation was being added; empty at top level.
  public let scope: String
  /// The operation's name.
  public let operation: String
  /// The inputs or parameters that the operation needs.
  public let expected: String
  /// The inputs or parameters that it was given.
  public let found: String

  /// Creates an error from its parts; see the properties.
  package init(scope: String = "", operation: String, expected: String, found: String) {
    self.scope = scope
    self.operation = operation
    self.expected = expected
    self.found = found
  }

  /// One line: `layer: operation: expected …, found …`.
  public var description: String {
    (scope.isEmpty ? "" : scope + ": ") + "\(operation): expected \(expected), found \(found)"
  }

  /// The same error, which also names the pass that made the graph.
  package func after(_ pass: String) -> GraphError {
    GraphError(
      scope: scope, operation: "after \(pass), \(operation)", expected: expected, found: found)
  }

  func inScope(_ scope: String) -> GraphError {
    GraphError(scope: scope, operation: operation, expected: expected, found: found)
  }
}
