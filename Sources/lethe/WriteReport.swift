internal import ArgumentParser
internal import Foundation
internal import Records
internal import Reports
internal import Sweeps

/// `lethe report`: writes the report of a results folder or an archive, or a page that compares two folders.
struct WriteReport: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the report of a results folder, or one that compares two.")

  @Argument(
    help: "The results folder, what lethe export has made of one, or two folders to compare.",
    completion: .directory)
  var results: [String]

  @Option(
    help:
      "Megabytes of pictures and sounds in the page, \(Report.standardMediaBytes / 1_000_000) by default; it lists those beyond."
  )
  var media: Double?

  @Option(
    help: """
      The page, and nothing else then; by default report.html and its data in the folder, NAME.html of an archive, \
      comparison.html of two folders.
      """)
  var out: String?

  @Option(
    help: """
      Writes tables as LaTeX and CSV, charts as SVG, PDF and PNG, and methods with their bibliography into this folder, \
      and nothing else; needs rsvg-convert.
      """, completion: .directory)
  var paper: String?

  mutating func validate() throws {
    if let media, !(0...1000).contains(media) {
      throw ValidationError("--media: expected megabytes from 0 to 1000, found \(media)")
    }
    try requireName(out, "--out", "a file")
    try requireName(paper, "--paper", "a folder")
    guard paper == nil || (out == nil && media == nil && results.count < 2) else {
      throw ValidationError("--paper: expected one results folder, and neither --out nor --media")
    }
    guard (1...2).contains(results.count) else {
      throw ValidationError("expected one results folder or two, found \(results.count)")
    }
  }

  private var mediaBytes: Int { media.map { Int($0 * 1e6) } ?? Report.standardMediaBytes }

  func run() async throws {
    let sources = results.map { URL(fileURLWithPath: $0) }
    if sources.count == 2 {
      let page = URL(fileURLWithPath: out ?? "comparison.html")
      try Report.writeComparison(
        of: ResultsFolder(sources[0]), with: ResultsFolder(sources[1]), to: page,
        mediaBytes: mediaBytes)
      return print("comparison: \(page.path)")
    }
    guard results[0].hasSuffix(ResultsArchive.suffix) else {
      return try await write(ResultsFolder(sources[0]), page: out)
    }
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("lethe-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    try await ResultsArchive.unpack(sources[0], into: folder)
    let name = sources[0].lastPathComponent.dropLast(ResultsArchive.suffix.count)
    try await write(ResultsFolder(folder), page: out ?? "\(name).html")
  }

  /// Writes what a paper needs, a page alone, or the report with its data into the folder where neither is named.
  private func write(_ folder: ResultsFolder, page: String?) async throws {
    let report = try Report(of: folder)
    if let paper {
      let files = PaperFiles(paper: report.paper(), folder: URL(fileURLWithPath: paper))
      try await files.write()
      return print("paper: \(files.folder.path)")
    }
    if let page {
      try report.writePage(to: URL(fileURLWithPath: page), mediaBytes: mediaBytes)
    } else {
      try report.write(mediaBytes: mediaBytes)
    }
    print(report.summary())
    print("report: \(page ?? folder.report.path)")
  }
}
