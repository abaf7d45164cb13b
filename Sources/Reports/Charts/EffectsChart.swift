internal import Statistics

/// A forest plot of the criteria of several claims: a row each, grouped by claim. Effects stand in smallest effects of
/// interest from the bound of their criterion, those that the claim expects to the right.
struct EffectsChart {
  /// Distance from the bound at which effects and intervals are cut off.
  private static let limit = 6.0
  private static let width = 1000.0
  private static let titleHeight = 24.0
  private static let lineHeight = 15.0
  /// Distance between rows.
  private static let gap = 6.0
  private static let head = 54.0
  /// Numbers of characters that there is room for: in a claim's sentence, and in a line of a contrast.
  private static let room = (title: 108, label: 64)

  /// A claim's place, and those of its criteria.
  private struct Block {
    let claim: ClaimSummary
    let top: Double
    let rows: [(criterion: ClaimSummary.Criterion, lines: [String], top: Double)]
    let bottom: Double
  }

  private let blocks: [Block]
  private let plot = (left: 436.0, right: 848.0)
  private let x: Scale

  init(_ claims: [ClaimSummary]) {
    x = Scale(
      covering: [-Self.limit, Self.limit], from: plot.left + 14, to: plot.right - 14, margin: 0)
    blocks = claims.reduce(into: []) { blocks, claim in
      let top = blocks.last?.bottom ?? Self.head
      var bottom = top + Self.titleHeight
      let rows = claim.criteria.map { criterion in
        let lines = "\(criterion.contrast), \(criterion.expectation)"
          .onTwoLines(of: Self.room.label)
        defer { bottom += Double(lines.count) * Self.lineHeight + Self.gap }
        return (criterion, lines, bottom)
      }
      blocks.append(Block(claim: claim, top: top, rows: rows, bottom: bottom + 8))
    }
  }

  var svg: SVG {
    let bottom = blocks.last?.bottom ?? Self.head
    return SVG(
      width: Self.width, height: bottom + 50, title: "Effects of the criteria of all claims",
      description: blocks.map { block in
        "\(block.claim.says) \(block.claim.verdict.rawValue)"
      }.joined(separator: " "),
      content: [.group(legend)] + blocks.map(block) + [.group(axis(at: bottom))])
  }

  // MARK: Parts

  /// What the marks mean, and which side is which.
  private var legend: [Graphic] {
    var parts: [Graphic] = [
      .text(
        "Effects of the criteria, in smallest effects of interest", .init(16, 20), .start,
        style: "chart-title"),
      .text("◂ against the claim", .init(plot.left, 40), .start, style: "label"),
      .text("as the claim has it ▸", .init(plot.right, 40), .end, style: "label"),
    ]
    for (index, outcome) in [ContrastTest.Outcome.holds, .fails, .inconclusive].enumerated() {
      let place = 22 + 84 * Double(index)
      parts.append(mark(outcome, at: place, 36))
      parts.append(.text(outcome.rawValue, .init(place + 10, 40), .start, style: "label"))
    }
    return parts + [
      .marker(.diamond, .init(298, 36), size: 5, style: "hollow"),
      .text("published", .init(308, 40), .start, style: "label"),
    ]
  }

  private func block(_ block: Block) -> Graphic {
    let verdict = Self.words(block.claim.verdict)
    let parts: [Graphic] = [
      .line(.init(16, block.top), .init(Self.width - 16, block.top), style: "grid"),
      .text(
        block.claim.says.shortened(to: Self.room.title), .init(16, block.top + 17), .start,
        style: "chart-title"),
      .text(
        verdict.text, .init(plot.right + 12, block.top + 17), .start,
        style: "chart-title outcome \(verdict.style)"),
    ]
    return .group(parts + block.rows.map(row))
  }

  private func row(
    _ criterion: ClaimSummary.Criterion, _ lines: [String], _ top: Double
  ) -> Graphic {
    let middle = top + (Double(lines.count) * Self.lineHeight + Self.gap) / 2
    let outcome = Self.words(criterion.outcome)
    let labels = lines.enumerated().map { index, line in
      Graphic.text(
        line, .init(28, top + 14.5 + Double(index) * Self.lineHeight), .start, style: "label")
    }
    return .explained(
      "\(criterion.contrast) \(criterion.finding)", isFocusable: false,
      labels + place(criterion, from: top, lines: lines.count) + effect(criterion, at: middle) + [
        .text(
          outcome.text, .init(plot.right + 12, middle + 4), .start,
          style: "outcome \(outcome.style)")
      ])
  }

  /// The band of effects that are too small to matter, and the bound; empty where no smallest effect is stated.
  private func place(
    _ criterion: ClaimSummary.Criterion, from top: Double, lines: Int
  ) -> [Graphic] {
    guard criterion.smallest != nil else { return [] }
    let height = Double(lines) * Self.lineHeight + Self.gap
    return [
      .rectangle(.init(x(-1), top), width: x(1) - x(-1), height: height, style: "null-band"),
      .line(.init(x(0), top), .init(x(0), top + height), style: "axis"),
    ]
  }

  /// The interval, the mean and the published effect, or words where they have no place.
  private func effect(_ criterion: ClaimSummary.Criterion, at middle: Double) -> [Graphic] {
    guard criterion.smallest != nil else {
      return [
        .text(
          "no smallest effect stated", .init(x(0), middle + 4), .middle, style: "note")
      ]
    }
    var parts: [Graphic] = []
    if let mean = criterion.mean {
      let style = Self.words(criterion.outcome).style
      parts += interval(
        from: criterion.lower ?? mean, to: criterion.upper ?? mean, at: middle, style)
      parts.append(
        abs(mean) <= Self.limit
          ? mark(criterion.outcome, at: x(mean), middle)
          : .text(
            Wording.signed(mean), .init(x(mean < 0 ? -5.5 : 5.5), middle - 3),
            mean < 0 ? .start : .end, style: "note"))
    }
    if let published = criterion.published {
      parts.append(
        abs(published) <= Self.limit
          ? .marker(.diamond, .init(x(published), middle), size: 5, style: "hollow")
          : arrow(published, at: middle, "hollow"))
    }
    return parts
  }

  /// A line with an arrow at each end that goes on beyond the plot.
  private func interval(
    from low: Double, to high: Double, at middle: Double, _ style: String
  ) -> [Graphic] {
    let inside = [low, high].map { x(min(max($0, -Self.limit), Self.limit)) }
    var parts: [Graphic] = [
      .line(.init(inside[0], middle), .init(inside[1], middle), style: "interval \(style)")
    ]
    if low < -Self.limit { parts.append(arrow(low, at: middle, style)) }
    if high > Self.limit { parts.append(arrow(high, at: middle, style)) }
    return parts
  }

  /// An arrow at the edge of the plot, to what lies beyond.
  private func arrow(_ value: Double, at middle: Double, _ style: String) -> Graphic {
    let (tip, back) = value < 0 ? (plot.left + 2, 8.0) : (plot.right - 2, -8.0)
    return .path(
      [
        .init(tip + back, middle - 4.5), .init(tip, middle), .init(tip + back, middle + 4.5),
        .init(tip + back, middle - 4.5),
      ], style: style)
  }

  private func mark(
    _ outcome: ContrastTest.Outcome, at place: Double, _ middle: Double
  ) -> Graphic {
    switch outcome {
    case .holds:
      .marker(.triangle, .init(place, middle), size: 5, style: "center holds")
    case .fails:
      .path(
        [(-5.5, -4), (5.5, -4), (0, 6), (-5.5, -4)].map { .init(place + $0.0, middle + $0.1) },
        style: "center fails")
    case .inconclusive, .vacuous, .notTested:
      .marker(.circle, .init(place, middle), size: 4.2, style: "ring")
    }
  }

  private func axis(at bottom: Double) -> [Graphic] {
    let ticks = x.ticks.flatMap { tick in
      [
        Graphic.line(.init(x(tick.value), bottom), .init(x(tick.value), bottom + 4), style: "axis"),
        .text(tick.label, .init(x(tick.value), bottom + 17), .middle, style: "tick"),
      ]
    }
    return [.line(.init(plot.left, bottom), .init(plot.right, bottom), style: "axis")] + ticks + [
      .text(
        "mean and its 95% interval, as distances from the bound; grey: smaller than the smallest effect of interest",
        .init(plot.right, bottom + 37), .end, style: "label")
    ]
  }

  // MARK: Words

  private static func words(_ outcome: ContrastTest.Outcome) -> (text: String, style: String) {
    switch outcome {
    case .holds: ("▲ \(outcome.rawValue)", "holds")
    case .fails: ("▼ \(outcome.rawValue)", "fails")
    case .inconclusive, .vacuous, .notTested: ("○ \(outcome.rawValue)", "open")
    }
  }

  private static func words(_ verdict: ClaimVerdict) -> (text: String, style: String) {
    switch verdict {
    case .reproduced: ("▲ \(verdict.rawValue)", "holds")
    case .notReproduced: ("▼ \(verdict.rawValue)", "fails")
    case .inconclusive, .notTestable: ("○ \(verdict.rawValue)", "open")
    }
  }
}
