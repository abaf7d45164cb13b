internal import Complaints

/// Files of examples one by one, for what must know which file an example is of.
public struct ExampleFiles: Sendable {
  /// Paths of the files, ordered by their bytes.
  public let paths: [String]
  /// Files that cannot be opened because of their names.
  public let skipped: [SkippedFile]
  /// What is left out, a line each.
  public let notes: [String]
  private let load: @Sendable (String) throws -> Examples

  /// Lists PNG files.
  ///
  /// - Parameter request: Its source is a folder or a file; its size and channels say what examples are like.
  /// - Throws: `DataError` when there are none.
  public init(_ request: ImageRequest) throws {
    try request.validate()
    let files = try Self.files(request.source, of: .pictures, skipBroken: request.skipBroken)
    (paths, skipped, notes) = (files.paths, files.skipped, files.leftOut)
    load = { try PictureFolder().load([$0], request: request, progress: nil).examples() }
  }

  /// Lists sound files.
  ///
  /// - Parameter request: Its source is a folder or a file; its sample rate and length say what examples are
  ///   like.
  /// - Throws: `DataError` when there are none.
  public init(_ request: SoundRequest) throws {
    try request.validate()
    let files = try Self.files(request.source, of: .sounds, skipBroken: request.skipBroken)
    (paths, skipped, notes) = (files.paths, files.skipped, files.leftOut)
    load = { try SoundFiles.load([$0], request: request, progress: nil).examples() }
  }

  /// The example of an image, the windows of a sound; none for silence.
  ///
  /// - Throws: `DataError` if the file cannot be read.
  public func examples(of path: String) throws -> Examples { try load(path) }

  private static func files(
    _ source: ExampleSource, of kind: FileKind, skipBroken: Bool
  ) throws -> ExampleListing {
    guard case .path(let path) = source else {
      preconditionFailure("files one by one are of a folder or a file")
    }
    guard try isFolder(path, expected: "a file or folder of \(kind.name)") else {
      return ExampleListing(file: path)
    }
    let files = try ExampleListing(
      FolderListing(path), in: path, of: kind, skipBroken: skipBroken)
    guard !files.paths.isEmpty else {
      throw DataError(
        file: path, problem: "expected \(kind.name) in the folder, found none")
    }
    return files
  }
}
