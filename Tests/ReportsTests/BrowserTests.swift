import Foundation
import Glossary
import Records
import Reports
import Testing

/// The programs that this suite needs; `make test` installs them.
private enum BrowserTools {
  /// Paths of Chromium and Node; nil where either is missing.
  static let found: (chromium: URL, node: URL)? = {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    func find(_ name: String) -> URL? {
      folders.map { URL(fileURLWithPath: "\($0)/\(name)") }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }
    return find("chromium").flatMap { chromium in find("node").map { (chromium, $0) } }
  }()
}

/// Checks of reports in a browser; see `Browser/check.mjs`.
@Suite(.enabled(if: BrowserTools.found != nil)) struct BrowserTests {
  private struct Seen: Decodable {
    let pictures, broken, withoutText, charts, sorted, external: Int
    let phoneOverflow: Int
    let rises, falls, filtered, tooltip, headingsInOrder, landmarks: Bool
    /// What the controls of the page do; see `check.mjs`.
    let explains, choosesMetric, hidesArm, choosesSeed, showsSeeds, smooths, enlarges, plays: Bool
    /// Names of the files that the first chart and the first table are saved as, and their first characters.
    let saved: [String: String]
    let ariaSort: String
    let problems: [String]
  }

  private func look(at results: ResultsFolder) throws -> Seen {
    let tools = try #require(BrowserTools.found)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Browser/check.mjs")
    let process = Process()
    let pipe = Pipe()
    process.executableURL = tools.node
    process.arguments = [script.path, tools.chromium.path, results.report.path]
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return try JSONDecoder().decode(Seen.self, from: output)
  }

  @Test func aReaderFindsEverything() throws {
    let made = try MadeResults(
      cells: 2, picture: onePixel,
      logged: { rate, _, step in
        step % 100 > 0
          ? ""
          : ",\"memorized_share\":\(step < 900 + Int(3000 * rate) ? 0 : 0.5),\"memorized_share.null_high\":0.1"
      }
    ) { rate, seed in
      rate == 0.1 && seed == 3 ? nil : 0.3 + rate / 5 + Double(seed % 3) / 50
    }
    let glossary = Glossary(metrics: ["recall": Meaning("What is <covered>", .kynkaanniemi2019)])
    try Report(reading: made.results) { _ in glossary }.write()
    let seen = try look(at: made.results)
    #expect(seen.problems.isEmpty, "\(seen.problems)")
    // Pictures are real examples, nearest pairs for each of eight arms, and a sheet for each of the 62 trials that ended well;
    // charts are two metrics in two cells, two losses, the memorised share, and its onsets.
    #expect(seen.pictures == 1 + 8 + 62 && seen.broken == 0 && seen.withoutText == 0)
    #expect(seen.charts == 8 && seen.external == 0)
    #expect(seen.sorted == 24 && seen.rises && seen.falls && seen.ariaSort == "ascending")
    #expect(seen.filtered && seen.tooltip)
    #expect(seen.headingsInOrder && seen.landmarks)
    #expect(seen.explains && seen.choosesMetric && seen.hidesArm && seen.choosesSeed)
    #expect(seen.showsSeeds && seen.smooths && seen.enlarges && seen.plays)
    let chart = "recall-by-rate-data-limit-100"
    #expect(
      Set(seen.saved.keys.map { $0.split(separator: ".").last }) == ["svg", "png", "csv", "tex"])
    #expect(seen.saved[chart + ".svg"]?.hasPrefix("<svg ") == true)
    #expect(seen.saved[chart + ".png"]?.hasPrefix("\u{FFFD}PNG") == true)
    #expect(seen.saved.values.contains { $0.hasPrefix("arm,metric,of,mean,") })
    #expect(seen.saved.values.contains { $0.hasPrefix("\\begin{tabular}{lll") })
    #expect(seen.phoneOverflow <= 0)
  }
}
