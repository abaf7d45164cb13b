internal import Foundation

/// Elements of a page. Arguments called `html` are elements already; all others are texts and are escaped.
enum HTML {
  /// A section with a heading for the page's menu; empty without content.
  static func section(_ id: String, _ heading: String, html: String) -> String {
    html.isEmpty
      ? ""
      : "<section id=\"\(id)\" aria-labelledby=\"\(id)-heading\"><h2 id=\"\(id)-heading\">"
        + "\(escaped(heading))</h2>\(html)</section>\n"
  }

  static func paragraph(_ text: String, style: String = "") -> String {
    "<p\(style.isEmpty ? "" : " class=\"\(style)\"")>\(escaped(text))</p>"
  }

  /// A table that a reader can sort by any column.
  static func table(
    _ caption: String, _ headings: [String], rows: [[Cell]], isSortable: Bool = true
  ) -> String {
    let head = headings.map { heading in
      isSortable
        ? "<th scope=\"col\" aria-sort=\"none\"><button type=\"button\">\(escaped(heading))</button></th>"
        : "<th scope=\"col\">\(escaped(heading))</th>"
    }
    let body = rows.map { row in
      "<tr>"
        + row.enumerated().map { index, cell in
          let tag = index == 0 ? "th scope=\"row\"" : "td"
          let sort = cell.sort.map { " data-sort=\"\(String(format: "%.6g", $0))\"" } ?? ""
          let style = cell.style.isEmpty ? "" : " class=\"\(cell.style)\""
          let term = cell.term.map { " data-term=\"\(escaped($0))\"" } ?? ""
          return "<\(tag)\(sort)\(style)\(term)>\(escaped(cell.text))</\(index == 0 ? "th" : "td")>"
        }.joined() + "</tr>"
    }
    return
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(escaped(caption))\">"
      + "<table\(isSortable ? " class=\"sortable\"" : "")><caption>\(escaped(caption))</caption>"
      + "<thead><tr>\(head.joined())</tr></thead>\n<tbody>\(body.joined(separator: "\n"))</tbody></table></div>"
  }

  /// A cell of a table.
  struct Cell {
    var text: String
    /// Sort key; the text when nil.
    var sort: Double?
    var style = ""
    /// A metric's key, whose meaning the cell shows when pointed at; nil without one.
    var term: String?

    /// A metric's key.
    static func metric(_ key: String) -> Cell { Cell(text: key, term: key) }

    static func text(_ text: String, style: String = "") -> Cell { Cell(text: text, style: style) }

    static func count(_ count: Int) -> Cell {
      Cell(text: "\(count)", sort: Double(count), style: "number")
    }

    /// A number, or a dash where there is none.
    static func number(_ value: Double?) -> Cell {
      guard let value, value.isFinite else { return Cell(text: "–", style: "number") }
      return Cell(text: shortNumber(value), sort: value, style: "number")
    }
  }

  /// Charts side by side; empty without any.
  static func charts(_ charts: [SVG]) -> String {
    charts.isEmpty ? "" : "<div class=\"charts\">\(charts.map(\.text).joined())</div>"
  }

  /// A picture with a caption below.
  static func figure(html: String, caption: String, attributes: String = "") -> String {
    "<figure\(attributes)>\(html)<figcaption>\(escaped(caption))</figcaption></figure>"
  }

  /// A part that is folded until a reader opens it.
  static func details(_ summary: String, html: String) -> String {
    "<details><summary>\(escaped(summary))</summary>\(html)</details>"
  }
}
