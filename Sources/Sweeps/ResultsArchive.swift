internal import Complaints
internal import Files
public import Foundation
internal import Processes
public import Records

/// An archive of a results folder from which its report can be made elsewhere: the records of every trial and what a
/// report shows of its samples, without checkpoints. It is a `.tar.gz`.
public enum ResultsArchive {
  /// The end of an archive's name.
  public static let suffix = ".tar.gz"
  /// Largest picture or sound that goes along, in bytes.
  private static let largestMedia = 1_000_000
  /// Number of separate samples of each trial that go along.
  private static let samples = 8
  private static let media = ["png", "wav"]

  /// Writes the archive. Its bytes depend on nothing but the files.
  ///
  /// - Returns: Pictures and sounds that are too large to go along, by their paths in the results folder.
  /// - Throws: `FileError`; `InputError` where there is no `tar`, or it fails.
  public static func write(_ results: ResultsFolder, to file: URL) async throws -> [String] {
    let root = results.url.standardizedFileURL
    let all = [results.experiment, results.sweep].map(\.lastPathComponent) + ofTrials(in: results)
    let there = all.filter { size(root.appendingPathComponent($0)) != nil }
    let isLarge = { (path: String) in
      media.contains(where: path.hasSuffix)
        && size(root.appendingPathComponent(path)) ?? 0 > largestMedia
    }
    let names = there.filter { !isLarge($0) }
    try await AtomicFile.write(to: file) { temporary in
      try await tar(
        [
          "--create", "--gzip", "--file=\(temporary.path)", "--directory=\(root.path)",
          "--format=gnu",
          "--owner=0", "--group=0", "--numeric-owner", "--mode=go-w", "--mtime=@0", "--null",
          "--files-from=-",
        ], input: names.map { $0 + "\0" }.joined(), about: file)
    }
    return there.filter(isLarge)
  }

  /// Unpacks an archive into a folder, which is made.
  ///
  /// - Throws: `InputError` for a file that is no such archive; `FileError`.
  public static func unpack(_ file: URL, into folder: URL) async throws {
    try createFolder(folder)
    try await tar(
      [
        "--extract", "--gzip", "--file=\(file.path)", "--directory=\(folder.path)",
        "--no-same-owner",
      ],
      input: "", about: file)
  }

  /// Paths of what goes along of the trials, whatever its size.
  private static func ofTrials(in results: ResultsFolder) -> [String] {
    results.trials().flatMap { trial in
      let sheets = files(in: trial.samplesFolder).filter { media.contains($0.pathExtension) }
      let kept = trial.keptSteps().flatMap { files(in: trial.kept(step: $0).url) }
      let own = (files(in: trial.url) + kept).filter { $0.pathExtension != "safetensors" }
      let chosen =
        own + sheets.suffix(1) + files(in: trial.finalSamplesFolder).prefix(samples)
      let start = results.url.standardizedFileURL.path.count + 1
      return chosen.map { String($0.standardizedFileURL.path.dropFirst(start)) }
    }
  }

  /// The files of a folder but those in its folders and hidden ones, in the order of their names.
  private static func files(in folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map(folder.appendingPathComponent)
      .filter { size($0) != nil }
  }

  /// The size of a regular file in bytes; nil for anything else.
  private static func size(_ file: URL) -> Int? {
    var status = stat()
    guard stat(file.path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  private static func tar(_ arguments: [String], input: String, about file: URL) async throws {
    try await SystemProgram("tar", package: "tar").run(
      arguments, input: input, about: SourcePlace(file: file.path))
  }
}
