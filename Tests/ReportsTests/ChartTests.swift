import Reports
import Statistics
import Testing

@Suite struct ChartTests {
  @Test func ticksAreRoundNumbers() {
    #expect(
      Scale(covering: [0, 1], from: 0, to: 100, margin: 0).ticks.map(\.label) == [
        "0.0", "0.2", "0.4", "0.6", "0.8", "1.0",
      ])
    #expect(
      Scale(covering: [-30, 1250], from: 0, to: 1, margin: 0).ticks.map(\.value) == [0, 500, 1000])
    let flat = Scale(covering: [0.25], from: 0, to: 1)
    #expect(flat.ticks.count >= 2 && flat(0.25) == 0.5)
    #expect(Scale(covering: [], from: 0, to: 1).ticks.count >= 2)
  }

  /// For any range, tick labels state the right values, differ from each other, and have room.
  @Test(arguments: [
    [0, 0], [0.25, 0.25], [-3, -3], [1e-7, 1e-7], [6e7, 6e7], [1e100, 1e100], [1e-300, 1e-300],
    [0, 1e-9], [0.123456, 0.1234561], [123_456, 123_457], [-1e-8, 2e-8], [1e99, 1e100],
    [-1e100, 1e100], [0.9985, 0.999], [1e6, 3e6], [99_999, 100_001], [-2e-12, -1e-12],
  ])
  func labelsAreTrueAndHaveRoom(_ ends: [Double]) {
    let scale = Scale(covering: ends, from: 0, to: 100)
    #expect(ends.allSatisfy { (0...100).contains(scale($0)) })
    let ticks = scale.ticks
    #expect((2...7).contains(ticks.count))
    #expect(Set(ticks.map(\.label)).count == ticks.count)
    for tick in ticks {
      let said = Double(tick.label)
      #expect(
        said.map { abs($0 - tick.value) <= 1e-9 * abs(tick.value) } == true,
        "\(tick.label) at \(tick.value)")
    }
    let longest = Double(ticks.map(\.label.count).max() ?? 0)
    #expect(scale.leftOfPlot >= 6.7 * longest + Scale.labelDistance)
  }

  @Test func numbersAreShort() {
    #expect(
      [0, 0.12345, 1.2345, 12.345, 1234.5, 1e-7, -3e6].map(shortNumber) == [
        "0.000", "0.123", "1.23", "12.3", "1234", "1.00e-07", "-3.00e+06",
      ])
    #expect(shortNumber(.nan) == "–" && shortNumber(-2e-17) == "0.000")
  }

  @Test func svgIsTextOfItsShapes() {
    let svg = SVG(
      width: 10, height: 5.25, title: "a < b", description: "",
      content: [
        .line(.init(0, 0), .init(10, 2.04), style: "axis"),
        .explained("x", isFocusable: true, [.marker(.circle, .init(1, 2), size: 3, style: "dot")]),
        .text("5 & 6", .init(1, 1), .end, style: "tick"),
      ])
    #expect(
      svg.text
        == "<svg class=\"chart\" viewBox=\"0 0 10 5.3\" role=\"img\" aria-label=\"a &lt; b\"><title>a &lt; b</title>"
        + "<desc></desc><line class=\"axis\" x1=\"0\" y1=\"0\" x2=\"10\" y2=\"2\"/>"
        + "<g class=\"tip\" tabindex=\"0\" role=\"img\" aria-label=\"x\"><title>x</title>"
        + "<circle class=\"dot\" cx=\"1\" cy=\"2\" r=\"3\"/></g>"
        + "<text class=\"tick\" x=\"1\" y=\"1\" text-anchor=\"end\">5 &amp; 6</text></svg>")
  }

  /// A chart with all of its parts, and a control far away that is only named.
  /// Candidates stand evenly spaced in the order of their values, whatever these are.
  @Test func candidatesStandInTheirOrder() {
    var content = ResponseChart.Content(metric: "cross_entropy", cell: "l2")
    content.axis = .values(of: "loss.l2", ["1e-05", "0.001", "[64, 128]"])
    content.lines = [
      .init(
        name: "",
        index: 0,
        points: [0, 1, 2].map {
          .init(arm: "loss.l2 \($0)", rate: $0, values: [1 + $0], center: 1 + $0, interval: nil)
        })
    ]
    let text = ResponseChart(content).svg.text
    #expect(text.contains("cross_entropy by loss.l2, l2"))
    #expect(text.contains("at loss.l2 0.001 2.00"))
    for label in [">1e-05<", ">0.001<", ">[64, 128]<", ">loss.l2<"] {
      #expect(text.contains(label), "\(label)")
    }
    #expect(!text.contains("dropout rate"))
  }

  @Test func aResponseChartShowsSeedsIntervalsAndControls() {
    var content = ResponseChart.Content(metric: "recall", cell: "data.limit 500")
    content.control = .init(
      arm: "none", rate: 0, values: [0.2, 0.3], center: 0.25, interval: Interval(0.2, 0.3))
    content.lines = [
      .init(
        name: "generator", index: 0,
        points: [
          .init(arm: "g-0.1", rate: 0.1, values: [0.2, 0.4], center: 0.3, interval: nil),
          .init(
            arm: "g-0.5", rate: 0.5, values: [0.1, 0.1], center: 0.1, interval: Interval(0.05, 0.15)
          ),
        ])
    ]
    content.others = [
      .init(
        name: "l2", index: 1,
        points: [.init(arm: "l2", rate: 0, values: [0.3], center: 0.3, interval: nil)])
    ]
    content.null = 0.35...0.38
    content.copies = 5
    let text = ResponseChart(content).svg.text
    #expect(text.contains("aria-label=\"recall by rate, data.limit 500\""))
    #expect(
      text.contains(
        "without dropout 0.250; generator at rate 0.1 0.300; generator at rate 0.5 0.100; l2 0.300")
    )
    #expect(text.matches(of: /class="seed series-0"/).count == 4)
    #expect(text.matches(of: /class="seed control"/).count == 2)
    #expect(text.matches(of: /class="interval series-0"/).count == 1)
    #expect(text.contains("class=\"null-band\"") && text.contains("held-out 0.365"))
    #expect(text.contains("↑ copies 5.00") && !text.contains("class=\"copies-line\""))
    content.controlName = "base"
    #expect(ResponseChart(content).svg.text.contains("Means over seeds: base 0.250; "))
    #expect(text.contains("g-0.5: 0.100 (95% 0.050 to 0.150), 2 seeds"))
    // No coordinate is outside the picture.
    let places = text.matches(of: /(?:cx|x1|x2)="(-?[0-9.]+)"/).compactMap { Double($0.1) }
    #expect(places.allSatisfy { $0 >= 0 && $0 <= ResponseChart.width })
  }

  /// Labels begin inside the picture, even where all values of an arm are equal.
  @Test(arguments: [0, 0.0000006, 1, -123_456_789, 1e-30])
  func labelsOfEqualValuesAreWhole(_ value: Double) {
    var content = ResponseChart.Content(metric: "recall", cell: "")
    content.control = .init(
      arm: "none", rate: 0, values: [value, value], center: value, interval: Interval(value, value))
    let text = ResponseChart(content).svg.text
    let labels = text.matches(
      of: /<text class="tick" x="([0-9.]+)" y="[0-9.]+" text-anchor="end">([^<]*)</)
    #expect(labels.count >= 2)
    for label in labels {
      #expect((Double(label.1) ?? 0) >= 6.7 * Double(label.2.count), "\(label.2)")
    }
  }
}
