public import Media
internal import Files
internal import Complaints

/// The kind of examples that a path holds.
public enum MediaKind: Sendable, Equatable {
  /// A `.npy` file: feature vectors, images or sounds.
  case array
  case images
  case sounds

  /// Recognises a folder by the names in it, a file by its name and first bytes.
  ///
  /// - Throws: `DataError` if there is nothing, or nothing of a known kind; `FileError` if it cannot be
  ///   read.
  public static func of(_ path: String) throws -> MediaKind {
    if try isFolder(path, expected: "a file or folder of images or sounds") {
      return try ofFolder(path)
    }
    if FileKind.sounds.contains(path) { return .sounds }
    return try ImageFiles(path).format is NumpyImages ? .array : .images
  }

  private static func ofFolder(_ path: String) throws -> MediaKind {
    let listing = try FolderListing(path)
    func has(_ kind: FileKind) -> Bool { listing.files.contains { kind.contains($0.path) } }
    let hasSounds = has(.sounds)
    let hasImages = ImageFormats.all.compactMap(\.folderFiles).contains(where: has)
    switch (hasImages, hasSounds) {
    case (true, false): return .images
    case (false, true): return .sounds
    case (true, true):
      throw DataError(
        file: path, problem: "expected images or sounds in the folder, found both")
    case (false, false):
      throw DataError(
        file: path,
        problem:
          "expected \(FileKind.pictures.name) or sounds such as .wav and .flac in the folder, found "
          + listing.others)
    }
  }
}

extension SoundFile {
  /// Sample rate in hertz, and length in samples, of a sound file or of the first one in a folder.
  ///
  /// - Throws: `DataError` or `FileError` if it cannot be read.
  public static func properties(of path: String) throws -> (sampleRateHz: Int, length: Int) {
    guard case .files(let files) = try SoundPath(path), let first = files.paths.first else {
      throw DataError(file: path, problem: "expected sound files, found an array")
    }
    let reader = try SoundReader.open(first)
    return (reader.sampleRateHz, try SoundDecoder.frameCount(reader))
  }
}

extension NumpyFile {
  /// The extents of an array, outermost first.
  ///
  /// - Throws: `DataError` or `FileError` if the header cannot be read.
  public static func shape(_ path: String) throws -> [Int] {
    let file = try FileReader(path)
    return try NumpyHeader(file, accepting: [.uint8, .int16, .float32, .float64]).shape
  }
}
