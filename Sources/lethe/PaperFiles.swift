internal import Complaints
internal import Files
internal import Foundation
internal import Processes
internal import Reports

/// Writes what a paper needs of a report into a folder, with each chart as SVG, PDF and PNG.
struct PaperFiles {
  /// Formats that librsvg makes of a chart, each with what it needs to be told.
  private static let formats = [
    ("pdf", [String]()), ("png", ["--zoom=2", "--background-color=white"]),
  ]
  private static let converter = SystemProgram("rsvg-convert", package: "librsvg2-bin")

  /// The parts of the paper.
  let paper: Paper
  /// The folder; it is made where it is missing.
  let folder: URL

  /// Writes all files.
  ///
  /// - Throws: `FileError`; `InputError` where charts cannot be converted.
  func write() async throws {
    try paper.write(to: folder)
    for chart in paper.charts {
      for (format, options) in Self.formats {
        try await convert(
          chart.svg, to: "\(chart.name).\(format)", ["--format=\(format)"] + options)
      }
    }
  }

  private func convert(_ svg: String, to name: String, _ options: [String]) async throws {
    let file = folder.appendingPathComponent(name)
    try await AtomicFile.write(to: file) { temporary in
      // Without a date of its own, the same chart gives the same bytes.
      try await Self.converter.run(
        options + ["--output=\(temporary.path)"], input: svg,
        variables: ["SOURCE_DATE_EPOCH": "0"], about: SourcePlace(file: file.path))
    }
  }
}
