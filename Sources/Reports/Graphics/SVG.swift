internal import Experiments
internal import Foundation
internal import Records

/// A drawing as SVG. Styles are names of CSS classes, so that the page decides on colours.
package struct SVG {
  let width, height: Double
  /// Texts for readers who cannot see the picture.
  let title, description: String
  let content: [Graphic]

  /// Puts a picture together; see the properties.
  package init(
    width: Double, height: Double, title: String, description: String, content: [Graphic]
  ) {
    (self.width, self.height, self.title) = (width, height, title)
    (self.description, self.content) = (description, content)
  }

  /// The `<svg>` element, which takes its size from the page.
  package var text: String {
    "<svg class=\"chart\" viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" "
      + "aria-label=\"\(escaped(title))\"><title>\(escaped(title))</title>"
      + "<desc>\(escaped(description))</desc>\(content.map(element).joined())</svg>"
  }

  /// The picture as a separate file, in the colours that charts have on a light page.
  package var standalone: String {
    let style = "<style>\(standaloneChartStyle)</style>"
    return text.replacing(
      "<svg class=\"chart\"", with: "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\"",
      maxReplacements: 1
    ).replacing("<title>", with: style + "<title>", maxReplacements: 1)
  }

  private func element(_ graphic: Graphic) -> String {
    switch graphic {
    case .line(let a, let b, let style):
      "<line class=\"\(style)\" x1=\"\(number(a.x))\" y1=\"\(number(a.y))\" x2=\"\(number(b.x))\" "
        + "y2=\"\(number(b.y))\"/>"
    case .path(let points, let style): polyline(points, style)
    case .connection(let points, let arms, let style):
      polyline(points, style, " data-arms=\"\(escaped(arms.joined(separator: "\n")))\"")
    case .arm(let name, let content):
      "<g data-arm=\"\(escaped(name))\">\(content.map(element).joined())</g>"
    case .rectangle(let corner, let width, let height, let style):
      "<rect class=\"\(style)\" x=\"\(number(corner.x))\" y=\"\(number(corner.y))\" "
        + "width=\"\(number(width))\" height=\"\(number(height))\"/>"
    case .marker(let marker, let place, let size, let style): mark(marker, place, size, style)
    case .text(let text, let place, let anchor, let style):
      "<text class=\"\(style)\" x=\"\(number(place.x))\" y=\"\(number(place.y))\" "
        + "text-anchor=\"\(anchor.rawValue)\">\(escaped(text))</text>"
    case .explained(let text, let isFocusable, let content):
      "<g class=\"tip\""
        + (isFocusable ? " tabindex=\"0\" role=\"img\" aria-label=\"\(escaped(text))\"" : "")
        + "><title>\(escaped(text))</title>\(content.map(element).joined())</g>"
    case .group(let content): "<g>\(content.map(element).joined())</g>"
    }
  }

  private func polyline(
    _ points: [Graphic.Point], _ style: String, _ attributes: String = ""
  ) -> String {
    let places = points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
    return "<polyline class=\"\(style)\" points=\"\(places)\"\(attributes)/>"
  }

  private func mark(
    _ marker: Graphic.Marker, _ place: Graphic.Point, _ size: Double, _ style: String
  ) -> String {
    let (x, y) = (place.x, place.y)
    func polygon(_ corners: [(Double, Double)]) -> String {
      let points = corners.map { "\(number(x + $0.0 * size)),\(number(y + $0.1 * size))" }
      return "<polygon class=\"\(style)\" points=\"\(points.joined(separator: " "))\"/>"
    }
    switch marker {
    case .circle:
      return
        "<circle class=\"\(style)\" cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(size))\"/>"
    case .square: return polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
    case .triangle: return polygon([(0, -1.2), (1.1, 0.8), (-1.1, 0.8)])
    case .diamond: return polygon([(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)])
    }
  }

  /// Writes a coordinate, rounded to a tenth.
  private func number(_ value: Double) -> String {
    ((value * 10).rounded() / 10).plain
  }
}

/// Escapes a text for HTML and SVG, attributes included: `a<b` becomes `a&lt;b`.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text.unicodeScalars {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    // Neither format allows control characters other than these.
    case "\t", "\n": result.unicodeScalars.append(character)
    case _ where character.value < 32 || character.value == 127: result += "�"
    default: result.unicodeScalars.append(character)
    }
  }
  return result
}
