/// A pattern over whole addresses: `*` stands for any characters, dots included, `?` for one,
/// `[abc]`, `[a-c]` and `[!abc]` for one of a set.
package struct Glob: Sendable {
  private enum Token: Sendable {
    case any
    case one
    case literal(Character)
    case set([ClosedRange<Character>], negated: Bool)

    func matches(_ character: Character) -> Bool {
      switch self {
      case .any, .one: true
      case .literal(let other): character == other
      case .set(let ranges, let negated): ranges.contains { $0.contains(character) } != negated
      }
    }
  }

  private let tokens: [Token]

  /// Parses a pattern; nil when a `[` has no `]` or a set is empty or runs backwards.
  package init?(_ pattern: String) {
    var tokens = [Token]()
    var rest = Substring(pattern)
    while let character = rest.popFirst() {
      switch character {
      case "*": tokens.append(.any)
      case "?": tokens.append(.one)
      case "[":
        guard let set = Glob.set(&rest) else { return nil }
        tokens.append(set)
      default: tokens.append(.literal(character))
      }
    }
    self.tokens = tokens
  }

  private static func set(_ rest: inout Substring) -> Token? {
    let negated = rest.first == "!"
    if negated { rest.removeFirst() }
    var ranges = [ClosedRange<Character>]()
    while let low = rest.popFirst() {
      if low == "]" { return ranges.isEmpty ? nil : .set(ranges, negated: negated) }
      guard rest.first == "-", rest.dropFirst().first.map({ $0 != "]" }) == true else {
        ranges.append(low...low)
        continue
      }
      rest.removeFirst()
      guard let high = rest.popFirst(), low <= high else { return nil }
      ranges.append(low...high)
    }
    return nil
  }

  /// True if the whole of `text` fits. The time is proportional to the product of both lengths.
  package func matches(_ text: String) -> Bool {
    // reached[i]: the first i tokens fit what was read so far.
    var reached = [Bool](repeating: false, count: tokens.count + 1)
    reached[0] = true
    skipStars(&reached)
    for character in text {
      var next = [Bool](repeating: false, count: tokens.count + 1)
      for (i, token) in tokens.enumerated() where reached[i] && token.matches(character) {
        if case .any = token { next[i] = true } else { next[i + 1] = true }
      }
      reached = next
      skipStars(&reached)
    }
    return reached[tokens.count]
  }

  private func skipStars(_ reached: inout [Bool]) {
    for (i, token) in tokens.enumerated() where reached[i] {
      if case .any = token { reached[i + 1] = true }
    }
  }
}
