internal import Complaints
internal import Files
internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Records
internal import Evaluation
internal import Training
internal import Trials

/// `lethe detect`: scores files with a detector or classifier.
struct Detect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Score files with a detector or classifier, as CSV.")

  @Argument(
    help: "The checkpoint of a detector or classifier.",
    completion: .file(extensions: ["safetensors"]))
  var checkpoint: String

  @Argument(help: "A folder of images or sounds, or one file.", completion: .directory)
  var folder: String

  @OptionGroup var machine: ThreadOptions

  @Option(help: "The CSV file; standard output by default.")
  var out: String?

  @Flag(help: "Leave out files that cannot be read.")
  var skipBroken = false

  mutating func validate() throws { try requireName(out, "--out", "a file") }

  func run() throws {
    try machine.checkMemory()
    let classifier = try Classifier(
      checkpoint: URL(fileURLWithPath: checkpoint), threads: machine.threads)
    let files = try classifier.files(in: folder, skipBroken: skipBroken)
    for file in files.skipped { Console.log("skipped \(file.file): \(file.problem)") }
    for note in files.notes { Console.log("note: \(note)") }
    var rows = [classifier.columns]
    for start in stride(from: 0, to: files.paths.count, by: Self.chunk) {
      let read = try files.paths[start..<min(files.paths.count, start + Self.chunk)]
        .compactMap { path in try examples(of: path, in: files).map { (path, $0) } }
      let cells = try classifier.cells(of: read.map(\.1))
      rows += zip(read, cells).map { [$0.0] + $1 }
      Console.progress("\(start)/\(files.paths.count) files")
    }
    Console.endProgress()
    let text = rows.map { CSV.row($0) + "\n" }.joined()
    guard let out else { return print(text, terminator: "") }
    try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: out))
    print(out)
  }

  /// Number of files that are read and scored at a time.
  private static let chunk = 256

  /// Reads the examples of a file.
  ///
  /// - Returns: Nil for a broken file that `--skip-broken` leaves out.
  private func examples(of path: String, in files: ExampleFiles) throws -> Examples? {
    do {
      return try files.examples(of: path)
    } catch {
      guard skipBroken, let skipped = SkippedFile(error) else { throw error }
      Console.log("skipped \(skipped.file): \(skipped.problem)")
      return nil
    }
  }
}
