import Foundation
import Reports
import Statistics

/// Compares two ways of training by a number of each run: by the test itself, and as a table of verdicts.
func compareRuns() throws {
  let plain = [31.2, 29.8, 33.0, 30.4, 32.1, 31.0]
  let dropout = [28.9, 27.5, 30.8, 28.8, 29.3, 29.1]
  let comparison = PairedComparison(zip(dropout, plain).map { $0 - $1 }, higherIsBetter: false)
  expect(comparison.signFlipP == 2.0 / 64, "p of 2 in 64 sign flips")
  expect(comparison.verdict(correctedP: comparison.signFlipP) == .better, "the verdict better")

  let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv")
  defer { try? FileManager.default.removeItem(at: file) }
  let rows = plain.indices.flatMap { ["none,\($0),\(plain[$0])", "dropout,\($0),\(dropout[$0])"] }
  try (["arm,seed,fid"] + rows).joined(separator: "\n")
    .write(to: file, atomically: true, encoding: .utf8)
  let verdicts = try TableVerdicts(
    of: RunsTable(reading: file.path), arm: "arm", seed: "seed", metric: "fid",
    higherIsBetter: false)
  expect(verdicts.summary.contains("dropout: fid better"), "a summary that says the same")
}
