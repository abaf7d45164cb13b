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
    let paths = listing.files.map(\.path)
    let sounds = paths.count(where: FileKind.sounds.contains)
    let images = paths.count { path in ImageFormats.all.contains { $0.isRead(path) } }
    switch (images > 0, sounds > 0) {
    case (true, false): return .images
    case (false, true): return .sounds
    case (true, true):
      throw DataError(
        file: path,
        problem: "expected images or sounds in the folder, found both: "
          + "\(counted(images, "file")) of images and \(sounds) of sounds; name a folder of one kind"
      )
    case (false, false):
      throw DataError(
        file: path,
        problem:
          "expected \(FileKind.pictures.name) or sounds such as .wav and .flac in the folder, found "
          + listing.others)
    }
  }
}
