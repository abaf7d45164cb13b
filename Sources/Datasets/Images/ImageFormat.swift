internal import Media
/// A form in which images are stored: how files are recognised as such, and how the images in them are read.
///
/// A new one is a file with a type that conforms, a line in `ImageFormats.all`, and its tests. One whose files hold a
/// picture each is a `PictureFormat` instead.
protocol ImageFormat: Sendable {
  /// The files that are looked for in a folder; nil for a format of single files.
  var folderFiles: FileKind? { get }
  /// What errors call a file of the format, such as `IDX`; nil for a format that only folders are of.
  var fileName: String? { get }
  /// Whether a file of a folder, by its path there, is one to be read; those of `folderFiles` by default.
  func isRead(_ path: String) -> Bool
  /// Whether a file that is named by itself is of the format.
  ///
  /// - Parameter start: Its first bytes, six where there are so many.
  func recognizes(_ path: String, start: [UInt8]) -> Bool
  /// The shape that images have as they are stored, by headers alone.
  ///
  /// - Throws: `DataError` if a header cannot be read, or shapes differ that the request leaves open.
  func shape(of paths: [String], request: ImageRequest) throws -> ImageShape
  /// Reads all images into one block.
  ///
  /// - Parameter paths: At least one, in the order that examples get; one for a format of single files.
  /// - Throws: `DataError` for the first broken file, unless they are skipped; or if all are broken.
  func load(
    _ paths: [String], request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool
}

extension ImageFormat {
  var folderFiles: FileKind? { nil }
  var fileName: String? { nil }
  func isRead(_ path: String) -> Bool { folderFiles?.contains(path) == true }
  func recognizes(_ path: String, start: [UInt8]) -> Bool { false }
}

/// All formats of images.
enum ImageFormats {
  /// In the order in which errors name them and files are recognised.
  static let all: [any ImageFormat] = [
    PictureFolder(), NumpyImages(), IDXFile(), CIFARFile(),
  ]

  /// What errors say is expected in a folder.
  static var folders: String {
    all.compactMap { $0.folderFiles?.name }.joined(separator: " or ")
  }

  /// What errors say is expected where a file is named.
  static var files: String {
    let names = all.compactMap(\.fileName)
    return "a folder of \(FileKind.pictures.name), a "
      + names.dropLast().joined(separator: ", ") + " or \(names.last ?? "") file"
  }
}
