internal import Foundation

/// Parts of a Markdown text.
enum Markdown {
  /// A text on one line with its special characters escaped: `a*b` becomes `a\*b`.
  static func text(_ text: String) -> String {
    text.map { character in
      if character.isNewline { return " " }
      return "\\`*_[]<>|&~$!#".contains(character) ? "\\\(character)" : "\(character)"
    }.joined()
  }

  /// A text as code, fenced by one backtick more than it has in a row.
  static func code(_ text: String) -> String {
    let runs = text.matches(of: /`+/).map(\.0.count).max() ?? 0
    let fence = String(repeating: "`", count: runs + 1)
    // A backtick at an end would join the fence.
    let space = text.hasPrefix("`") || text.hasSuffix("`") ? " " : ""
    let line = String(text.map { $0.isNewline ? " " : $0 }).replacing("|", with: "\\|")
    return fence + space + line + space + fence
  }

  static func link(_ text: String, to path: String) -> String {
    "[\(Self.text(text))](\(address(path)))"
  }

  static func picture(_ text: String, at path: String) -> String { "!" + link(text, to: path) }

  /// A table of cells that are Markdown already.
  static func table(_ headings: [String], rows: [[String]]) -> String {
    ([headings, headings.map { _ in "---" }] + rows)
      .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  /// Percent-encodes the relative path of a file.
  private static func address(_ path: String) -> String {
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: "()*~!$&'"))
    return path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path
  }
}
