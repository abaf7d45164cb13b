/// A model or a dropout entry that cannot be built as asked.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  /// What is wrong: a setting's dotted path (`dropout.0.rate`) or a layer's address.
  public let what: String
  /// What would be right.
  public let expected: String
  /// What was given.
  public let found: String

  /// An error about `what`.
  public init(_ what: String, expected: String, found: String) {
    self.what = what
    self.expected = expected
    self.found = found
  }

  /// One line: `what: expected …, found …`.
  public var description: String { "\(what): expected \(expected), found \(found)" }

  /// Throws an error about `what` unless `condition` holds.
  package static func require(
    _ condition: Bool, _ what: @autoclosure () -> String, expected: @autoclosure () -> String,
    found: @autoclosure () -> String
  ) throws {
    if !condition { throw ModelError(what(), expected: expected(), found: found()) }
  }
}

/// The name among `names` that takes the fewest edits from `word`, when that is a plausible typo.
package func nearestName(to word: String, among names: [String]) -> String? {
  let scored = names.map { ($0, editDistance(Array(word), Array($0))) }
  guard let best = scored.min(by: { $0.1 < $1.1 }), best.1 <= max(2, best.0.count / 3) else {
    return nil
  }
  return best.0
}

/// Levenshtein's distance.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let substituted = diagonal + (x == y ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[b.count]
}
