internal import ArgumentParser
internal import Foundation
internal import Records
internal import Reports

/// `lethe report`: writes the report of a results folder, or a page that compares two of them.
struct WriteReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a results folder, or one that compares two.")

  @Argument(help: "The results folder, or two to compare.", completion: .directory)
  var results: [String]

  @Option(help: "Megabytes of pictures and sounds in the page; it lists those beyond.")
  var media = Double(Report.standardMediaBytes) / 1e6

  @Option(help: "The page that compares two; comparison.html by default.")
  var out: String?

  mutating func validate() throws {
    guard (0...1000).contains(media) else {
      throw ValidationError("--media: expected megabytes from 0 to 1000, found \(media)")
    }
    try requireName(out, "--out", "a file")
    if out != nil, results.count != 2 {
      throw ValidationError("--out: expected two results folders to compare, found one")
    }
    guard (1...2).contains(results.count) else {
      throw ValidationError("expected one results folder or two, found \(results.count)")
    }
  }

  func run() throws {
    let mediaBytes = Int(media * 1e6)
    let folders = results.map { ResultsFolder(URL(fileURLWithPath: $0, isDirectory: true)) }
    if folders.count == 2 {
      let page = URL(fileURLWithPath: out ?? "comparison.html")
      try Report.writeComparison(of: folders[0], with: folders[1], to: page, mediaBytes: mediaBytes)
      return print("comparison: \(page.path)")
    }
    let made = try Report(reading: folders[0])
    try made.write(mediaBytes: mediaBytes)
    print(made.summary())
    print("report: \(folders[0].report.path)")
  }
}
