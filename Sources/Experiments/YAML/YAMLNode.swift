internal import Complaints

/// A YAML document in which every node knows where it was written.
struct YAMLNode: Sendable {
  indirect enum Content: Sendable {
    case scalar(String, isQuoted: Bool)
    case list([YAMLNode])
    case mapping([Entry])
  }

  struct Entry: Sendable {
    var key: String
    /// The place where the key was written.
    var place: SourcePlace
    var value: YAMLNode
  }

  var content: Content
  var place: SourcePlace
  /// True if an override has put the node into the document.
  var isOverride = false
}

extension YAMLNode {
  /// Makes a node of a plain value, all of which was written at one place.
  init(_ value: YAMLValue, at place: SourcePlace) {
    let content: Content =
      switch value {
      case .text(let text): .scalar(text, isQuoted: value.flowText != text)
      case .null, .flag, .integer, .number: .scalar(value.flowText, isQuoted: false)
      case .list(let values): .list(values.map { YAMLNode($0, at: place) })
      case .mapping(let pairs):
        .mapping(
          pairs.map { Entry(key: $0.key, place: place, value: YAMLNode($0.value, at: place)) })
      }
    self.init(content: content, place: place)
  }

  /// True if everything in the node was written in the file, and nothing put in by an override.
  var isOfFile: Bool {
    guard !isOverride else { return false }
    return switch content {
    case .scalar: true
    case .list(let nodes): nodes.allSatisfy(\.isOfFile)
    case .mapping(let entries): entries.allSatisfy(\.value.isOfFile)
    }
  }

  /// Changes the node and all nodes in it.
  mutating func visit(_ change: (inout YAMLNode) -> Void) {
    change(&self)
    if case .list(let nodes) = content {
      content = .list(
        nodes.map { node in
          var node = node
          node.visit(change)
          return node
        })
    }
    mapEntries { $0.value.visit(change) }
  }

  /// Changes the entries of a mapping.
  mutating func mapEntries(_ change: (inout Entry) -> Void) {
    guard case .mapping(var entries) = content else { return }
    for index in entries.indices { change(&entries[index]) }
    content = .mapping(entries)
  }

  /// The node as a plain value; unquoted scalars become numbers and flags where they look like one.
  var value: YAMLValue {
    switch content {
    case .scalar(let text, true): .text(text)
    case .scalar(let text, false): Self.plainValue(text)
    case .list(let nodes): .list(nodes.map(\.value))
    case .mapping(let entries): .mapping(entries.map { .init($0.key, $0.value.value) })
    }
  }

  /// The text of a scalar, quoted or not; nil for `null`, lists and mappings.
  ///
  /// `off`, `none` and `no` are texts here, unlike in YAML 1.1.
  var text: String? {
    if case .scalar(let text, _) = content, !isNull { text } else { nil }
  }

  var isNull: Bool {
    if case .scalar(let text, false) = content { Self.plainValue(text) == .null } else { false }
  }

  /// True for a list, an empty one too.
  var isList: Bool { if case .list = content { true } else { false } }

  /// The items of a list; for any other node, the node itself.
  var items: [YAMLNode] { if case .list(let nodes) = content { nodes } else { [self] } }

  /// Describes the node in an error, as the value that was found.
  var found: String {
    switch content {
    case .scalar(let text, true): "the string " + Self.shortened(jsonQuoted(text))
    case .scalar(let text, false): isNull ? "nothing" : Self.shortened(text)
    case .list: Self.shortened("the list " + value.flowText)
    case .mapping: Self.shortened("the mapping " + value.flowText)
    }
  }

  /// Reads a scalar without quotes by the core schema of YAML 1.2, but with decimal numbers only.
  private static func plainValue(_ text: String) -> YAMLValue {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .flag(true)
    case "false", "False", "FALSE": return .flag(false)
    default: break
    }
    let digits = text.drop { $0 == "-" || $0 == "+" }
    let isDecimal = digits.first.map { $0.isASCII && ($0.isNumber || $0 == ".") } ?? false
    guard isDecimal, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else {
      return .text(text)
    }
    let hasLeadingZero = digits.count > 1 && digits.allSatisfy(\.isNumber) && digits.first == "0"
    if let integer = Int(text), !hasLeadingZero { return .integer(integer) }
    // A whole number beyond Int, or an octal of YAML 1.1, is not quietly turned into a Double.
    guard digits.contains(where: { !$0.isNumber }), let number = Double(text), number.isFinite
    else {
      return .text(text)
    }
    return .number(number)
  }

  private static func shortened(_ text: String) -> String {
    let line = text.prefix(60).split(whereSeparator: \.isNewline).joined(separator: " ")
    return text.count > 60 ? line + "…" : line
  }
}
