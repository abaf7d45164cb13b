internal import Experiments
internal import Records
internal import Statistics

/// A chart of a claim's criteria, one row each: every seed's contrast, their mean with its interval, the range that the
/// claim expects, and the effect that the source reports.
struct ClaimChart {
  private static let width = 560.0
  private static let rowHeight = 78.0
  private let claim: ClaimFigures
  private let rows: [(criterion: ClaimFigures.Criterion, test: ContrastTest)]
  private let plot = (left: 16.0, right: 544.0)

  init(_ claim: ClaimFigures) {
    self.claim = claim
    rows = claim.criteria.compactMap { criterion in criterion.test.map { (criterion, $0) } }
  }

  /// The picture; nil when no criterion could be tested.
  var svg: SVG? {
    guard !rows.isEmpty else { return nil }
    let description = rows.map { "\($0.criterion.contrast) is \($0.criterion.finding)" }
    return SVG(
      width: Self.width, height: Self.rowHeight * Double(rows.count) + 6,
      title: "\(claim.claim.says) \(claim.verdict.rawValue)",
      description: description.joined(separator: "; "),
      content: rows.enumerated().map { .group(row($0, $1.criterion, $1.test)) })
  }

  private func row(
    _ index: Int, _ criterion: ClaimFigures.Criterion, _ test: ContrastTest
  ) -> [Graphic] {
    let top = Double(index) * Self.rowHeight
    let (middle, base) = (top + 40, top + 56)
    let interval = test.interval.map { [$0.lower, $0.upper] } ?? []
    let x = Scale(
      covering: test.contrasts + interval + test.expectation.bounds + [0]
        + [criterion.published].compactMap(\.self), from: plot.left, to: plot.right)
    var parts = expected(test.expectation, x, from: top + 22, to: base)
    parts.append(.line(.init(plot.left, base), .init(plot.right, base), style: "axis"))
    for tick in x.ticks {
      parts.append(.line(.init(x(tick.value), base), .init(x(tick.value), base + 4), style: "axis"))
      parts.append(.text(tick.label, .init(x(tick.value), base + 16), .middle, style: "tick"))
    }
    parts.append(.line(.init(x(0), top + 22), .init(x(0), base), style: "control-line"))
    parts += test.contrasts.map {
      .marker(.circle, .init(x($0), middle), size: 3, style: "seed series-0")
    }
    if let interval = test.interval {
      parts.append(
        .line(
          .init(x(interval.lower), middle), .init(x(interval.upper), middle),
          style: "interval series-0"))
    }
    parts.append(
      .marker(.diamond, .init(x(test.mean), middle), size: 5, style: "center series-0")
    )
    if let published = criterion.published {
      parts.append(.marker(.diamond, .init(x(published), middle), size: 6, style: "hollow"))
    }
    parts.append(
      .text(
        "\(criterion.contrast.shortened(to: 78)): \(criterion.outcome.rawValue)",
        .init(plot.left, top + 15), .start, style: "label"))
    return parts
  }

  /// A shaded band over the range in which the claim expects the contrast.
  private func expected(
    _ expectation: ContrastTest.Expectation, _ x: Scale, from top: Double, to base: Double
  ) -> [Graphic] {
    let (low, high) =
      switch expectation {
      case .above(let bound): (x(bound), plot.right)
      case .below(let bound): (plot.left, x(bound))
      case .within(let bound): (x(-bound), x(bound))
      }
    return [
      .rectangle(
        .init(low, top), width: max(0, high - low), height: base - top, style: "null-band")
    ]
  }
}
