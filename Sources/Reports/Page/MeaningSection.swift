internal import Foundation
internal import Glossary
internal import Records
internal import Scores

/// What each metric of the report says, the direction in which it gets better, and its papers.
struct MeaningSection {
  let figures: Figures

  var html: String {
    let known = figures.keys.compactMap { key in
      figures.glossary.metrics[key].map { (key: key, meaning: $0) }
    }
    guard !known.isEmpty else { return "" }
    let rows = known.map { key, meaning -> String in
      let cells = [
        "<th scope=\"row\">\(escaped(key))</th>",
        "<td>\(figures.readings[key]?.aspect.rawValue ?? "")</td>",
        "<td>\(direction(key))</td>", "<td class=\"words\">\(escaped(meaning.text)).</td>",
        "<td class=\"words\">\(meaning.sources.map(Self.link).joined(separator: "; "))</td>",
      ]
      return "<tr>\(cells.joined())</tr>"
    }
    let heads = ["metric", "of", "better", "what it says", "source"]
      .map { "<th scope=\"col\">\($0)</th>" }.joined()
    return HTML.section(
      "meanings", "What the metrics say",
      html:
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Meanings of the metrics\"><table>"
        + "<caption>Point at a metric anywhere on this page to see its meaning</caption>"
        + "<thead><tr>\(heads)</tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>"
        + Self.terms(known.map { ($0.key, "\($0.meaning.text). Better: \(direction($0.key)).") }))
  }

  private func direction(_ key: String) -> String {
    figures.higherIsBetter(key).map { $0 ? "higher" : "lower" } ?? "neither"
  }

  private static func link(_ source: Citation) -> String {
    let text = escaped(source.short)
    return source.address.map { "<a href=\"\($0)\">\(text)</a>" } ?? text
  }

  /// Meanings by keys, for the page's script.
  private static func terms(_ terms: [(String, String)]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let table = Dictionary(terms, uniquingKeysWith: { first, _ in first })
    let json = (try? encoder.encode(table)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    // No text may end the element.
    return
      "<script type=\"application/json\" id=\"terms\">\(json.replacing("<", with: "\\u003c"))</script>"
  }
}
