internal import ArgumentParser
internal import Datasets
internal import Foundation
internal import Records
internal import Training

/// `lethe detect`: what a detector or classifier says of files.
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
    let classifier = try Classifier(
      checkpoint: URL(fileURLWithPath: checkpoint), threads: machine.threads)
    let files = try classifier.files(in: folder)
    var rows = [classifier.columns]
    for (number, path) in files.paths.enumerated() {
      do {
        rows.append([path] + (try classifier.cells(of: path, in: files)))
      } catch let error as DataError where skipBroken {
        Console.log("skipped \(error.file): \(error.problem)")
      }
      Console.progress("\(number + 1)/\(files.paths.count) files")
    }
    Console.endProgress()
    let text = rows.map { CSV.row($0) + "\n" }.joined()
    guard let out else { return print(text, terminator: "") }
    try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: out))
    print(out)
  }
}
