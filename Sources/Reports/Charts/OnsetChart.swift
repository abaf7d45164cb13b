internal import Experiments
internal import Statistics

/// A heat map of when memorisation begins, by rate and another key: a panel a placement, a row a rate, a column a
/// value. The stronger the colour, the earlier.
struct OnsetChart {
  /// Opacities of the scale, from the latest onset to the earliest. Text stays readable on all of them.
  static let shades = [0.06, 0.12, 0.18, 0.24, 0.3, 0.36, 0.43, 0.5]

  private static let leastWidth = 560.0
  private static let left = 64.0
  private static let right = 14.0
  private static let head = 28.0
  private static let cell = (width: 98.0, height: 38.0)
  /// Heights above a panel's cells, and below them.
  private static let around = (top: 40.0, bottom: 14.0)
  private static let foot = 40.0

  private let map: OnsetMap
  private let width: Double

  init(_ map: OnsetMap) {
    self.map = map
    let columns = map.panels.map(\.values.count).max() ?? 0
    width = max(Self.leastWidth, Self.left + Double(columns) * Self.cell.width + Self.right)
  }

  var svg: SVG {
    let tops = map.panels.reduce(into: [Self.head]) { $0.append(($0.last ?? 0) + height($1)) }
    let bottom = tops.last ?? Self.head
    return SVG(
      width: width, height: bottom + Self.foot, title: "onset by rate and \(map.key)",
      description: map.panels.map { panel in
        "\(panel.name): " + panel.cells.map { "\($0.arm) \($0.text)" }.joined(separator: ", ")
      }.joined(separator: "; "),
      content: [
        .text(
          "onset of memorisation, in steps; below it the final memorised share", .init(16, 18),
          .start, style: "chart-title")
      ] + zip(map.panels, tops).map(panel) + [.group(legend(at: bottom))])
  }

  private func height(_ panel: OnsetMap.Panel) -> Double {
    Self.around.top + Double(panel.rates.count) * Self.cell.height + Self.around.bottom
  }

  private func panel(_ panel: OnsetMap.Panel, at top: Double) -> Graphic {
    let (first, values, rates) = (top + Self.around.top, panel.values, panel.rates)
    var parts: [Graphic] = [
      .text("\(panel.name), by \(map.key)", .init(Self.left, top + 16), .start, style: "label"),
      .text("rate", .init(Self.left - 8, first - 6), .end, style: "tick"),
    ]
    for (column, value) in values.enumerated() {
      let middle = Self.left + (Double(column) + 0.5) * Self.cell.width
      parts.append(
        .text(value.shortened(to: 14), .init(middle, first - 6), .middle, style: "tick"))
    }
    for (row, rate) in rates.enumerated() {
      let middle = first + (Double(row) + 0.5) * Self.cell.height
      parts.append(.text(rate.plain, .init(Self.left - 8, middle + 4), .end, style: "tick"))
    }
    return .group(
      parts
        + panel.cells.map { cell in
          self.cell(
            cell, column: values.firstIndex(of: cell.value) ?? 0,
            row: rates.firstIndex(of: cell.rate) ?? 0, below: first)
        })
  }

  private func cell(
    _ cell: OnsetMap.Cell, column: Int, row: Int, below top: Double
  ) -> Graphic {
    let corner = Graphic.Point(
      Self.left + Double(column) * Self.cell.width, top + Double(row) * Self.cell.height)
    let middle = corner.x + Self.cell.width / 2
    let share = cell.finalShare.map(shortNumber) ?? "–"
    return .explained(
      "\(cell.arm): onset \(cell.text), final memorised share \(share)", isFocusable: true,
      [
        .rectangle(
          .init(corner.x + 1, corner.y + 1), width: Self.cell.width - 2,
          height: Self.cell.height - 2, style: style(of: cell.onset.median)),
        .text(cell.text, .init(middle, corner.y + 16), .middle, style: "cell"),
        .text(share, .init(middle, corner.y + 30), .middle, style: "cell"),
      ])
  }

  private func style(of median: Double?) -> String {
    guard let median, let range = map.range else { return "never" }
    let span = range.upperBound - range.lowerBound
    let earliness = span > 0 ? (range.upperBound - median) / span : 0.5
    return "shade-\(min(Self.shades.count - 1, Int(earliness * Double(Self.shades.count))))"
  }

  /// The scale from the earliest onset to the latest, and what the cells without one look like.
  private func legend(at top: Double) -> [Graphic] {
    var parts: [Graphic] = []
    var place = Self.left
    if let range = map.range {
      let first = range.lowerBound.plain
      parts.append(.text(first, .init(place - 8, top + 17), .end, style: "tick"))
      for index in Self.shades.indices.reversed() {
        parts.append(
          .rectangle(.init(place, top + 6), width: 20, height: 14, style: "shade-\(index)"))
        place += 20
      }
      parts.append(
        .text(range.upperBound.plain, .init(place + 8, top + 17), .start, style: "tick"))
      place += 60
    }
    return parts + [
      .rectangle(.init(place, top + 6), width: 20, height: 14, style: "never"),
      .text(
        "not begun in most seeds", .init(place + 28, top + 17), .start,
        style: "tick"),
    ]
  }
}
