internal import Complaints
internal import Yams

extension YAMLNode {
  /// The largest number of nodes, more than any experiment needs. A few aliases of aliases can stand for billions.
  private static let largestCount = 100_000

  /// Parses one YAML document.
  ///
  /// - Parameters:
  ///   - text: The document.
  ///   - place: The file, or the `--set` option whose value the text is.
  ///   - hasLines: True to give nodes their lines in the text; false to give all of them `place`.
  /// - Returns: Nil when there is nothing but white space and comments.
  static func parse(_ text: String, at place: SourcePlace, hasLines: Bool) throws -> YAMLNode? {
    func at(_ line: Int?) -> SourcePlace {
      hasLines ? SourcePlace(file: place.file, line: line) : place
    }
    do {
      guard let node = try Yams.compose(yaml: text) else { return nil }
      var conversion = Conversion(remaining: largestCount, at: at)
      return try conversion.convert(node)
    } catch let error as YamlError {
      throw describe(error, in: text, at: at)
    }
  }

  /// Copies the tree of Yams, in which aliases share nodes, into `YAMLNode`s.
  private struct Conversion {
    var remaining: Int
    let at: (Int?) -> SourcePlace

    mutating func convert(_ node: Node) throws -> YAMLNode {
      let place = at(node.mark?.line)
      remaining -= 1
      guard remaining > 0 else {
        throw InputError(
          place, "more than \(YAMLNode.largestCount) values once aliases are followed")
      }
      switch node {
      case .scalar(let scalar):
        let isQuoted = scalar.style != .plain
        try check(scalar.tag, allowed: isQuoted ? [.implicit, .str] : [.implicit], at: place)
        return YAMLNode(content: .scalar(scalar.string, isQuoted: isQuoted), place: place)
      case .sequence(let sequence):
        try check(sequence.tag, allowed: [.implicit], at: place)
        return YAMLNode(content: .list(try sequence.map { try convert($0) }), place: place)
      case .mapping(let mapping):
        try check(mapping.tag, allowed: [.implicit], at: place)
        return YAMLNode(content: .mapping(try mapping.map { try entry($0, $1) }), place: place)
      case .alias:
        throw InputError(place, "an alias that names nothing")
      }
    }

    private mutating func entry(_ key: Node, _ value: Node) throws -> Entry {
      guard case .scalar(let scalar) = key else {
        throw InputError(at(key.mark?.line), "a list or mapping cannot be a key")
      }
      if scalar.string == "<<", scalar.style == .plain {
        throw InputError(
          at(key.mark?.line), "merge keys (<<) are not supported: write the keys out")
      }
      return Entry(key: scalar.string, place: at(key.mark?.line), value: try convert(value))
    }

    private func check(_ tag: Tag, allowed: [Tag.Name], at place: SourcePlace) throws {
      guard allowed.contains(where: { $0.rawValue == tag.rawValue }) else {
        throw InputError(place, "YAML tags are not supported, found \(tag.rawValue)")
      }
    }
  }
}

// MARK: Errors

private func describe(
  _ error: YamlError, in text: String, at place: (Int?) -> SourcePlace
) -> InputError {
  switch error {
  case .scanner(let context, let problem, let mark, _),
    .parser(let context, let problem, let mark, _),
    .composer(let context, let problem, let mark, _):
    if problem == "but found another document" {
      return InputError(place(mark.line), "expected one YAML document, found a second one")
    }
    let during = context.map { " (\($0.text))" } ?? ""
    return InputError(
      place(mark.line), "not valid YAML: \(problem)\(during)" + hint(text, mark.line))
  case .reader(let problem, let offset, let value, _):
    let line = text.utf8.prefix(offset ?? 0).count { $0 == UInt8(ascii: "\n") } + 1
    let character = " (U+" + String(value, radix: 16, uppercase: true) + ")"
    return InputError(place(line), "not valid YAML: \(problem)\(character)")
  case .duplicatedKeysInMapping(let duplicates, let context):
    let keys = duplicates.joined(separator: ", ")
    return InputError(place(context.mark.line), "the key \(keys) is given twice (first here)")
  default:
    return InputError(place(nil), "not valid YAML: \(error)")
  }
}

/// The usual cause of a syntax error in a line (counted from 1), to be added to the error; empty where none is known.
private func hint(_ text: String, _ line: Int) -> String {
  let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  guard lines.indices.contains(line - 1) else { return "" }
  let content = lines[line - 1]
  if content.prefix(while: \.isWhitespace).contains("\t") {
    return "; YAML is indented with spaces, not tabs"
  }
  if content.hasPrefix("*") || [": *", "- *", "[*", ", *"].contains(where: content.contains) {
    return "; a value that starts with * needs quotes: \"*\""
  }
  return ""
}
