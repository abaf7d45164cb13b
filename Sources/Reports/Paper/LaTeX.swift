internal import Foundation

/// Text and tables as LaTeX, for pdflatex with the packages booktabs and longtable.
enum LaTeX {
  /// Commands for characters that mean something to TeX, or that its fonts lack.
  private static let commands: [Character: String] = [
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "$": "\\$", "&": "\\&", "#": "\\#",
    "%": "\\%",
    "_": "\\_", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "<": "\\textless{}",
    ">": "\\textgreater{}", "|": "\\textbar{}", "\"": "\\textquotedbl{}",
    "'": "\\textquotesingle{}",
    "`": "\\textasciigrave{}", "−": "$-$", "×": "$\\times$", "±": "$\\pm$", "≤": "$\\leq$",
    "≥": "$\\geq$",
    "…": "\\dots{}", "–": "--", "—": "---", "→": "$\\rightarrow$", "½": "\\textonehalf{}",
  ]

  /// The commands as a JSON object, for the page's script.
  static var commandsAsJSON: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let table = Dictionary(
      commands.map { (String($0), $1) }, uniquingKeysWith: { first, _ in first })
    let json = (try? encoder.encode(table)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    return json.replacing("<", with: "\\u003c")
  }

  /// A text that TeX sets as it stands: `a_b < 5%` becomes `a\_b \textless{} 5\%`. Control characters become spaces, and a
  /// character that pdflatex's fonts lack its number, such as `[U+4E2D]`.
  static func escaped(_ text: String) -> String {
    text.map { character in
      if let command = commands[character] { return command }
      return character.unicodeScalars.map(scalar).joined()
    }.joined()
  }

  private static func scalar(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 32..<127, 0xA1...0x17F: String(scalar)
    case 0..<32, 127: " "
    default: "[U+\(String(scalar.value, radix: 16, uppercase: true))]"
    }
  }

  /// A table over as many pages as it needs. Columns of numbers are set flush right.
  ///
  /// - Parameter label: Name for `\ref`.
  static func table(
    _ caption: String, label: String, _ headings: [String], _ rows: [[HTML.Cell]]
  ) -> String {
    let columns = headings.indices.map { column in
      rows.contains { $0[column].sort != nil } ? "r" : "l"
    }
    let head = headings.map(escaped).joined(separator: " & ")
    let body = rows.map { row in
      row.map(cell).joined(separator: " & ") + " \\\\"
    }
    return """
      \\begin{longtable}{\(columns.joined())}
      \\caption{\(escaped(caption))}\\label{\(label)} \\\\
      \\toprule
      \(head) \\\\
      \\midrule
      \\endfirsthead
      \\toprule
      \(head) \\\\
      \\midrule
      \\endhead
      \\bottomrule
      \\endlastfoot
      \(body.joined(separator: "\n"))
      \\end{longtable}

      """
  }

  /// A cell; numbers have minus signs for hyphens.
  private static func cell(_ cell: HTML.Cell) -> String {
    escaped(cell.sort == nil ? cell.text : cell.text.replacing("-", with: "−"))
  }

  /// References to papers: `~\cite{a,b}`; empty without any.
  static func cite(_ keys: [String]) -> String {
    keys.isEmpty ? "" : "~\\cite{\(keys.joined(separator: ","))}"
  }
}
