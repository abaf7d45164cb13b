package import Experiments

/// A key of a drafted experiment file, with the reason for its value.
package struct DraftKey: Sendable, Equatable {
  /// The dotted key, such as `train.steps`.
  package let name: String
  /// The value.
  package let value: YAMLValue
  /// The reason, as the comment above the key has it: one sentence or two, without a full stop at the end.
  package let reason: String

  /// Pairs a key with its value and the reason for it.
  init(_ name: String, _ value: YAMLValue, _ reason: String) {
    (self.name, self.value, self.reason) = (name, value, reason)
  }
}

extension [DraftKey] {
  /// The keys as YAML, in their order: keys of one section follow one another, each below its reason.
  ///
  /// `train.steps` and `train.batch` become
  /// ```
  /// train:
  ///   # reason
  ///   steps: 2000
  ///   # reason
  ///   batch: 16
  /// ```
  func text() -> String {
    var lines: [String] = []
    var open: [Substring] = []
    for key in self {
      let parts = key.name.split(separator: ".")
      let sections = parts.dropLast()
      let shared = zip(open, sections).prefix { $0 == $1 }.count
      for (depth, section) in sections.enumerated().dropFirst(shared) {
        lines.append(Self.indent(depth) + "\(section):")
      }
      open = [Substring](sections)
      let indent = Self.indent(sections.count)
      lines += comment(key.reason, indent: indent)
      lines.append(indent + "\(parts[parts.count - 1]): \(key.value.flowText)")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }
}

/// A text as lines of a comment of at most 100 columns.
///
/// - Parameter text: Words between single spaces.
func comment(_ text: String, indent: String = "") -> [String] {
  var lines: [String] = []
  var line = indent + "#"
  for word in text.split(separator: " ") {
    if line.count + 1 + word.count > 100, line != indent + "#" {
      lines.append(line)
      line = indent + "#"
    }
    line += " " + word
  }
  return lines + [line]
}
