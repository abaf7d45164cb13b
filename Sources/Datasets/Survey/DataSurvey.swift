internal import Complaints
internal import Files
internal import Media

/// What a path holds, as headers tell it; no example is decoded.
public struct DataSurvey: Sendable {
  /// The examples, by their kind.
  public enum Content: Sendable {
    case images(StoredImages)
    case sounds(StoredSounds)
    /// An array of sounds of one length in samples, whose sample rate is not known.
    case soundArray(count: Int, length: Int)
  }

  /// The examples.
  public let content: Content
  /// Remarks on what is left out, a line each.
  public let notes: [String]

  /// Reads the headers of everything at a path that may be an experiment's data.
  ///
  /// - Parameter progress: Called as headers of sounds are read; those of some formats do not tell the length.
  /// - Throws: `DataError` if there is nothing, no examples, or examples of two kinds, if the path is a
  ///   results folder, or if a header is broken; `FileError` if a file cannot be read.
  public init(_ path: String, progress: LoadProgress? = nil) throws {
    try Self.refuseResults(path)
    (content, notes) = try Self.content(of: path, progress)
  }

  private static func content(
    of path: String, _ progress: LoadProgress?
  ) throws -> (Content, [String]) {
    let kind = try MediaKind.of(path)
    if kind == .array, let (count, length) = try NumpyFile.soundShape(path) {
      return (.soundArray(count: count, length: length), [])
    }
    if kind == .sounds, let files = try SoundPath(path).files {
      return (.sounds(try StoredSounds(files.paths, progress: progress)), files.leftOut)
    }
    let files = try ImageFiles(path)
    return (.images(try StoredImages(files)), files.listing.leftOut)
  }

  private static func refuseResults(_ path: String) throws {
    guard try isFolder(path, expected: "a file or folder of images or sounds") else { return }
    let entries = try folderEntries(Array(path.utf8), named: path)
    let names = Set(entries.map { String(decoding: $0.name, as: UTF8.self) })
    guard ResultsMarks.are(among: names) else { return }
    throw DataError(
      file: path,
      problem:
        "expected images or sounds, found a results folder, whose files were made by trainings")
  }
}
