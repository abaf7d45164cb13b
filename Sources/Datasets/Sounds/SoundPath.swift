internal import Media
internal import Files
internal import Complaints

/// The sounds at a path, found but not read.
enum SoundPath {
  case files(ExampleListing)
  case numpy

  /// Endings of the file names that are taken for sounds in a folder.
  static let extensions = [
    "aif", "aifc", "aiff", "au", "caf", "flac", "mp3", "oga", "ogg", "opus", "rf64", "snd", "voc",
    "w64", "wav", "wave",
  ]

  /// Recognises a folder by the names in it, and a file by its name and first bytes.
  ///
  /// - Throws: `DataError` if there is nothing, or no sound in the folder; `FileError` if it cannot be
  ///   read.
  init(_ path: String, skipBroken: Bool = false) throws {
    if try isFolder(path, expected: "a file or folder of sounds") {
      self = .files(try Self.sounds(in: path, skipBroken))
    } else {
      let start = try FileReader(path).bytes(upTo: NumpyHeader.magic.count)
      let isArray = start.starts(with: NumpyHeader.magic) || path.hasSuffix(".npy")
      self = isArray ? .numpy : .files(ExampleListing(file: path))
    }
  }

  /// The sound files; nil for an array.
  var files: ExampleListing? {
    if case .files(let files) = self { files } else { nil }
  }

  private static func sounds(in path: String, _ skipBroken: Bool) throws -> ExampleListing {
    let listing = try FolderListing(path)
    let sounds = try ExampleListing(listing, in: path, of: .sounds, skipBroken: skipBroken)
    guard !sounds.paths.isEmpty || !sounds.skipped.isEmpty else {
      throw DataError(
        file: path,
        problem: "expected sounds in the folder, files that end in "
          + extensions.map { "." + $0 }.joined(separator: " ") + "; found \(listing.others)")
    }
    return sounds
  }
}

extension FileKind {
  /// Sound files, by the endings in `SoundPath.extensions`.
  static let sounds = FileKind(
    name: "sounds", endings: SoundPath.extensions, noun: "a sound", nouns: "sounds")
}
