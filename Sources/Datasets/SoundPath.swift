/// What kind of sounds a path holds.
enum SoundPath {
  /// Sound files, sorted by path.
  case files([String])
  case numpy

  /// Endings of the names that are taken for sounds in a folder.
  static let extensions = [
    "aif", "aifc", "aiff", "au", "caf", "flac", "mp3", "oga", "ogg", "opus", "rf64", "snd", "voc",
    "w64", "wav", "wave",
  ]

  /// Recognises a folder by the names in it, and a file by its first bytes.
  ///
  /// - Throws: `DataError` if there is nothing, or nothing that can be read.
  init(_ path: String) throws {
    if try isFolder(path, expected: "a file or folder of sounds") {
      self = .files(try Self.sounds(in: path))
    } else {
      let start = try InputFile(path: path).bytes(upTo: NumpyHeader.magic.count)
      let isArray = start.starts(with: NumpyHeader.magic) || path.hasSuffix(".npy")
      self = isArray ? .numpy : .files([path])
    }
  }

  /// Whether a file is taken for a sound by its name.
  static func isSound(_ name: String) -> Bool {
    let name = name.lowercased()
    return extensions.contains { name.hasSuffix("." + $0) }
  }

  private static func sounds(in path: String) throws -> [String] {
    let entries = try folderEntries(path)
    let sounds = entries.filter(isSound)
    guard !sounds.isEmpty else {
      let found =
        entries.isEmpty ? "an empty folder" : "\(entries.count) files and folders of other kinds"
      throw DataError(
        file: path,
        problem: "expected sounds in the folder, files that end in "
          + extensions.map { "." + $0 }.joined(separator: " ") + "; found \(found)")
    }
    return sounds.map { joinedPath(path, $0) }.sorted()
  }
}
