internal import ArgumentParser
internal import Foundation
internal import Records
internal import Sweeps

/// `lethe export`: packs a results folder into one file, from which `lethe report` writes its page elsewhere.
struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Pack a results folder, without checkpoints, into one file that lethe report reads.")

  @Argument(help: "The results folder.", completion: .directory)
  var results: String

  @Option(help: "The file; NAME.tar.gz by default, by the name of the experiment.")
  var out: String?

  mutating func validate() throws {
    try requireName(out, "--out", "a file")
    if let out, !out.hasSuffix(ResultsArchive.suffix) {
      throw ValidationError(
        "--out: expected a name that ends with \(ResultsArchive.suffix), found \(out)")
    }
  }

  func run() async throws {
    let folder = ResultsFolder(URL(fileURLWithPath: results, isDirectory: true))
    let plan = try SweepRecord(of: folder)
    let file = out ?? plan.name + ResultsArchive.suffix
    for path in try await ResultsArchive.write(folder, to: URL(fileURLWithPath: file)) {
      Console.log("note: \(path) is too large to go along")
    }
    print(file)
  }
}
