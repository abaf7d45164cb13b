import Foundation
import Records
import Reports
import Testing

/// Metrics of each class on the page of a model that is told of classes.
@Suite struct ClassSectionTests {
  @Test func classesHaveTheMeansOfTheirSeeds() throws {
    let made = try MadeResults(seeds: 2) { rate, _ in 0.5 + rate }
    #expect(try !page(made).contains("By class"))
    for trial in made.results.trials() {
      let seed = trial.url.path.contains("-s0-") ? 0 : 1
      let ofClass =
        "\"class_coverage\": {\"value\": 0.5, \"aspect\": \"diversity\", \"better\": \"higher\", "
        + "\"by_class\": {\"10\": \(0.25 + 0.5 * Double(seed)), \"9\": 0.125}, \"null_by_class\": {\"9\": 0.875}},"
      let text = try String(contentsOf: trial.metrics, encoding: .utf8)
        .replacing("\"values\": {", with: "\"values\": {" + ofClass)
      try Data(text.utf8).write(to: trial.metrics)
    }
    let rows = try page(made).matches(of: /<tr><th scope="row">none<\/th>(.*?)<\/tr>/)
      .map { $0.1.replacing(/<[^>]*>/, with: " ").split(separator: " ").joined(separator: " ") }
    #expect(rows.contains("9 0.125 0.875") && rows.contains("10 0.500 –"), "\(rows)")
    // By number, not by letter.
    let places = ["9 0.125 0.875", "10 0.500 –"].compactMap(rows.firstIndex)
    #expect(places == places.sorted())
  }

  private func page(_ made: MadeResults) throws -> String {
    try Report(reading: made.results).write()
    return try String(contentsOf: made.results.report, encoding: .utf8)
  }
}
