import Foundation
import Records
import Testing

@Suite struct LogLineTests {
  private func read(_ text: String) -> LogLine? { LogLine(reading: Data(text.utf8)) }

  @Test func whatIsWrittenIsRead() throws {
    let values: [(name: String, value: Double)] = [
      ("z", 0.1), ("a \"b\"\n", 1e-30), ("loss", .infinity), ("d", -.infinity), ("n", 3),
    ]
    let line = try #require(read(LogLine(step: 7, values).text))
    #expect(line.step == 7)
    #expect(line.values.map(\.name) == values.map(\.name))
    #expect(line.values.map(\.value) == values.map(\.value))
    #expect(line["n"] == 3 && line["m"] == nil)
    let broken = try #require(read(LogLine(step: 8, [("loss", .nan)]).text))
    #expect(broken["loss"]?.isNaN == true)
  }

  /// The order is right even where a name is part of another, or is also the text of a number.
  @Test func theOrderIsThatOfTheLine() throws {
    let line = try #require(read(#"{"x": "NaN", "d_loss": 1, "loss": 2, "NaN": 3, "step": 4}"#))
    #expect(line.values.map(\.name) == ["x", "d_loss", "loss", "NaN"])
  }

  @Test func whatIsNoNumberIsLeftOut() throws {
    let line = try #require(read(#"{"step":1,"a":"b","c":null,"d":[1],"e":{"f":1},"g":2}"#))
    #expect(line.values.map(\.name) == ["g"])
  }

  @Test(arguments: ["", "{", "[]", "{\"loss\":1}", "{\"step\":1.5}", "{\"step\":\"NaN\"}"])
  func linesThatAreNone(_ text: String) { #expect(read(text) == nil) }

  @Test func namesOfRates() {
    #expect(
      LogName.site(ofRate: LogName.rate(of: "generator.1.post_act")) == "generator.1.post_act")
    for name in ["rate", "rates/a", "loss", "", "a/rate/b"] {
      #expect(LogName.site(ofRate: name) == nil)
    }
  }
}
