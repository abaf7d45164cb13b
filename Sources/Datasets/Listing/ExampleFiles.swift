internal import Complaints

/// Files of examples, loaded one by one for callers that must know which file an example comes from.
public struct ExampleFiles: Sendable {
  /// Paths of the files, ordered by their bytes.
  public let paths: [String]
  /// Files that cannot be opened, since their names are not UTF-8.
  public let skipped: [SkippedFile]
  /// Remarks on what is left out, a line each.
  public let notes: [String]
  private let load: @Sendable (String) throws -> Examples

  /// Lists files of pictures.
  ///
  /// - Parameter request: A request for a folder or a file; its size and channels are those of the
  ///   examples.
  /// - Throws: `DataError` if there are none, or the request is not valid; `FileError` if the folder cannot
  ///   be read.
  public init(_ request: ImageRequest) throws {
    try request.validate()
    let files = try Self.files(request.source, of: .pictures, skipBroken: request.skipBroken)
    (paths, skipped, notes) = (files.paths, files.skipped, files.leftOut)
    load = { try PictureFolder().load([$0], request: request, progress: nil).examples() }
  }

  /// Lists sound files.
  ///
  /// - Parameter request: A request for a folder or a file; its sample rate and length are those of the
  ///   examples.
  /// - Throws: `DataError` if there are none, or the request is not valid; `FileError` if the folder cannot
  ///   be read.
  public init(_ request: SoundRequest) throws {
    try request.validate()
    let files = try Self.files(request.source, of: .sounds, skipBroken: request.skipBroken)
    (paths, skipped, notes) = (files.paths, files.skipped, files.leftOut)
    load = { try SoundFiles.load([$0], request: request, progress: nil).examples() }
  }

  /// Loads a file: the example of a picture, or the windows of a sound, of which silent ones are left out.
  ///
  /// - Throws: `DataError` or `FileError` if the file cannot be read.
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
