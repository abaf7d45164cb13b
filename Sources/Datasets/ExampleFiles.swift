/// Files of examples one by one, for what must know which file an example is of.
public struct ExampleFiles: Sendable {
  /// Paths of the files, sorted.
  public let paths: [String]
  private let load: @Sendable (String) throws -> Examples

  /// Lists PNG files.
  ///
  /// - Parameter request: Its source is a folder or a file; its size and channels say what examples are like.
  /// - Throws: `DataError` when there are none.
  public init(_ request: ImageRequest) throws {
    try request.validate()
    paths = try Self.paths(request.source, name: request.name, of: ".png files") { path in
      path.lowercased().hasSuffix(".png")
    }
    load = { try PNGFolder.load([$0], request: request, progress: nil).examples() }
  }

  /// Lists sound files.
  ///
  /// - Parameter request: Its source is a folder or a file; its sample rate and length say what examples are
  ///   like.
  /// - Throws: `DataError` when there are none.
  public init(_ request: SoundRequest) throws {
    try request.validate()
    paths = try Self.paths(request.source, name: request.name, of: "sounds", SoundPath.isSound)
    load = { try SoundFiles.load([$0], request: request, progress: nil).examples() }
  }

  /// The example of an image, the windows of a sound; none for silence.
  ///
  /// - Throws: `DataError` if the file cannot be read.
  public func examples(of path: String) throws -> Examples { try load(path) }

  private static func paths(
    _ source: ExampleSource, name: String, of kind: String, _ isExample: (String) -> Bool
  ) throws -> [String] {
    guard case .path(let path) = source else { return [] }
    guard try isFolder(path, expected: "a file or folder of \(kind)") else { return [path] }
    let entries = try folderEntries(path).filter(isExample)
    guard !entries.isEmpty else {
      throw DataError(file: path, problem: "expected \(kind) in the folder, found none")
    }
    return entries.map { joinedPath(path, $0) }.sorted()
  }
}
