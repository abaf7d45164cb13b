internal import Experiments
internal import Records
internal import Statistics

/// A chart of one metric over the dropout rate: a line for each placement, a dot for each seed, intervals, and the
/// scores of the controls.
package struct ResponseChart {
  /// Width of the picture, in units of its view box.
  package static let width = 560.0
  static let height = 330.0
  private let content: Content
  private let x: Scale
  private let y: Scale
  private let slotWidth = 74.0
  private let plot: (left: Double, right: Double, top: Double, bottom: Double)

  /// Lays a chart out.
  ///
  /// - Parameter panels: Charts of the same metric that it is to share the vertical axis with.
  package init(_ content: Content, beside panels: [Content] = []) {
    self.content = content
    let panels = [content] + panels
    // The scale includes a control only where that does not squeeze everything else together.
    var values = panels.flatMap(\.extent)
    for panel in panels {
      for ends in [panel.null.map { [$0.lowerBound, $0.upperBound] }, panel.copies.map { [$0] }] {
        if let ends, Self.fits(ends, into: values) { values += ends }
      }
    }
    let (top, bottom) = (30.0, 274.0)
    y = Scale(covering: values, from: bottom, to: top)
    plot = (left: y.leftOfPlot, right: 546, top: top, bottom: bottom)
    let right = plot.right - slotWidth * Double(content.others.count)
    x = Scale(
      covering: [0] + content.places.map(\.value), from: plot.left, to: right, margin: 0.08)
  }

  /// Returns true where `ends` lie at most 1.5 times the range of `values` outside that range.
  private static func fits(_ ends: [Double], into values: [Double]) -> Bool {
    guard let low = values.min(), let high = values.max() else { return true }
    let span = 1.5 * (high - low)
    return ends.allSatisfy { $0 >= low - span && $0 <= high + span }
  }

  /// The picture.
  package var svg: SVG {
    SVG(
      width: Self.width, height: Self.height, title: title, description: description,
      content: [.group(bands), .group(axes)] + [content.control].compactMap(\.self).map(control)
        + content.lines.map(line) + content.others.indices.map(other))
  }

  private var title: String {
    "\(content.metric) by \(content.axisName)" + (content.cell.isEmpty ? "" : ", \(content.cell)")
  }

  private var description: String {
    let points = content.lines.flatMap { line in line.points.map { (line.name, $0) } }
    let texts =
      [content.control].compactMap(\.self).map {
        "\(content.controlName ?? "without dropout") \(shortNumber($0.center))"
      }
      + points.map { name, point in
        "\(name.isEmpty ? "" : name + " ")at \(content.axisName) \(content.label(of: point.rate)) "
          + shortNumber(point.center)
      }
      + content.others.flatMap { line in
        line.points.map { "\(line.name) \(shortNumber($0.center))" }
      }
    return "Means over seeds: " + texts.joined(separator: "; ")
  }

  // MARK: Parts

  private var bands: [Graphic] {
    var parts: [Graphic] = []
    if let null = content.null {
      let range =
        "held-out examples score \(shortNumber(null.lowerBound)) to \(shortNumber(null.upperBound))"
      parts.append(
        .explained(
          range, isFocusable: false,
          band(null, "held-out \(shortNumber((null.lowerBound + null.upperBound) / 2))")))
    }
    if let copies = content.copies {
      parts.append(
        .explained(
          "copies of training examples score \(shortNumber(copies))", isFocusable: false,
          level(copies, "copies \(shortNumber(copies))")))
    }
    return parts
  }

  /// A band with its name, or, where the scale does not cover the band, only the name at the edge of the plot.
  private func band(_ range: ClosedRange<Double>, _ name: String) -> [Graphic] {
    guard y.values.contains(range.lowerBound), y.values.contains(range.upperBound) else {
      return [beyond(range.lowerBound, name, at: plot.right - 4, .end)]
    }
    let top = y(range.upperBound)
    return [
      .rectangle(
        .init(plot.left, top), width: plot.right - plot.left,
        height: max(2, y(range.lowerBound) - top), style: "null-band"),
      .text(name, .init(plot.right - 4, top - 3), .end, style: "note"),
    ]
  }

  private func level(_ value: Double, _ name: String) -> [Graphic] {
    guard y.values.contains(value) else {
      return [beyond(value, name, at: plot.left + 4, .start)]
    }
    return [
      .line(.init(plot.left, y(value)), .init(plot.right, y(value)), style: "copies-line"),
      .text(name, .init(plot.left + 4, y(value) - 3), .start, style: "note"),
    ]
  }

  private func beyond(
    _ value: Double, _ name: String, at place: Double, _ anchor: Graphic.Anchor
  ) -> Graphic {
    let isAbove = value > y.values.upperBound
    return .text(
      "\(isAbove ? "↑" : "↓") \(name)", .init(place, isAbove ? plot.top + 10 : plot.bottom - 5),
      anchor,
      style: "note")
  }

  private var axes: [Graphic] {
    var parts: [Graphic] = []
    for tick in y.ticks {
      parts.append(
        .line(.init(plot.left, y(tick.value)), .init(plot.right, y(tick.value)), style: "grid"))
      parts.append(
        .text(
          tick.label, .init(plot.left - Scale.labelDistance, y(tick.value) + 4), .end, style: "tick"
        ))
    }
    parts.append(
      .line(.init(plot.left, plot.bottom), .init(plot.right, plot.bottom), style: "axis"))
    if !content.lines.isEmpty {
      for place in labelled {
        parts.append(
          .text(place.label, .init(x(place.value), plot.bottom + 18), .middle, style: "tick"))
      }
      parts.append(
        .text(
          content.axis == .rates ? "dropout rate" : content.axisName,
          .init((x.start + x.end) / 2, plot.bottom + 38), .middle, style: "label"))
    } else if content.control != nil {
      parts.append(.text("none", .init(x(0), plot.bottom + 18), .middle, style: "tick"))
    }
    let heading = Graphic.text(title, .init(plot.left, 16), .start, style: "chart-title")
    parts.append(
      content.meaning.map { .explained($0, isFocusable: false, [heading]) } ?? heading)
    return parts
  }

  /// Places that get a label: those that leave room for it and for the label before.
  private var labelled: [(value: Double, label: String)] {
    content.places.reduce(into: []) { kept, place in
      let room = max(30, 3.5 * Double(place.label.count + (kept.last?.label.count ?? 0) + 2))
      if let last = kept.last, x(place.value) - x(last.value) < room { return }
      kept.append(place)
    }
  }

  private func control(_ point: Point) -> Graphic {
    let height = y(point.center)
    return .arm(
      point.arm,
      [
        .line(.init(plot.left, height), .init(plot.right, height), style: "control-line"),
        .text(
          content.controlName ?? "no dropout", .init(x(0) + 14, height - 4), .start, style: "note"),
        dots(point, at: x(0), .circle, style: "control"),
      ])
  }

  private func line(_ line: Line) -> Graphic {
    let style = "series-\(line.index % 8)"
    let marker = Graphic.Marker.allCases[line.index % Graphic.Marker.allCases.count]
    // Points of different lines at the same rate stand side by side.
    let shift =
      (Double(content.lines.firstIndex(of: line) ?? 0)
        - Double(content.lines.count - 1) / 2) * 7
    let places = line.points.map { Graphic.Point(x($0.rate) + shift, y($0.center)) }
    return .group(
      [.connection(places, of: line.points.map(\.arm), style: "curve \(style)")]
        + zip(line.points, places).map { dots($0, at: $1.x, marker, style: style) })
  }

  private func other(_ index: Int) -> Graphic {
    let line = content.others[index]
    let place = plot.right - slotWidth * (Double(content.others.count - index) - 0.5)
    let style = "series-\(line.index % 8)"
    let marker = Graphic.Marker.allCases[line.index % Graphic.Marker.allCases.count]
    return .arm(
      line.points.first?.arm ?? line.name,
      [
        .text(
          String(line.name.prefix(14)), .init(place, plot.bottom + 18), .middle, style: "tick")
      ] + line.points.map { dots($0, at: place, marker, style: style) })
  }

  /// Draws a faint dot for each seed, and the mean over them with its interval.
  private func dots(
    _ point: Point, at place: Double, _ marker: Graphic.Marker, style: String
  ) -> Graphic {
    let seeds = point.values.map { value in
      Graphic.explained(
        "\(point.arm): \(shortNumber(value))", isFocusable: false,
        [.marker(.circle, .init(place + 5, y(value)), size: 2.4, style: "seed \(style)")])
    }
    var center: [Graphic] = []
    if let interval = point.interval {
      center.append(
        .line(
          .init(place, y(interval.lower)), .init(place, y(interval.upper)),
          style: "interval \(style)"))
    }
    center.append(.marker(marker, .init(place, y(point.center)), size: 5, style: "center \(style)"))
    let range = point.interval.map { " (95% \(shortNumber($0.lower)) to \(shortNumber($0.upper)))" }
    return .arm(
      point.arm,
      seeds + [
        .explained(
          "\(point.arm): \(shortNumber(point.center))\(range ?? ""), \(point.values.count) seeds",
          isFocusable: true, center)
      ])
  }
}
