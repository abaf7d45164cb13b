internal import Complaints
internal import Media
/// A file format of images: how its files are recognised, and how the images in them are read.
///
/// To add a format, write a file with a type that conforms, a line in `ImageFormats.all`, and tests. A
/// format whose files hold one picture each is a `PictureFormat` instead.
protocol ImageFormat: Sendable {
  /// Kind of the files to look for in a folder; nil for a format of single files.
  var folderFiles: FileKind? { get }
  /// Name of the format's files in errors, such as `IDX`; nil for a format that is read from folders only.
  var fileName: String? { get }
  /// True where the files tell the class of each image; false by default.
  var holdsClasses: Bool { get }
  /// True for a file of a folder that is to be read, by its path there; by default for those of
  /// `folderFiles`.
  func isRead(_ path: String) -> Bool
  /// True for a file of the format that is named by itself.
  ///
  /// - Parameter start: First six bytes of the file, or all bytes of a shorter one.
  func recognizes(_ path: String, start: [UInt8]) -> Bool
  /// The shapes of the images in files, from headers alone, each with the number of images that have it.
  ///
  /// - Throws: `DataError` or `FileError` if a header cannot be read.
  func shapes(of paths: [String]) throws -> [(shape: ImageShape, count: Int)]
  /// The shape of the images, from headers alone. Formats of one picture per file take what the request
  /// says, and the rest from the files; others ignore the request.
  ///
  /// - Throws: `DataError` or `FileError` if a header cannot be read; `DataError` if shapes differ that the
  ///   request leaves open.
  func shape(of paths: [String], request: ImageRequest) throws -> ImageShape
  /// Reads all images into one block.
  ///
  /// - Parameter paths: Paths of the files, at least one, or exactly one for a format of single files;
  ///   examples follow their order.
  /// - Throws: The error of the first broken file, unless they are skipped; `DataError` if all are broken.
  func load(
    _ paths: [String], request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool
}

extension ImageFormat {
  var folderFiles: FileKind? { nil }
  var fileName: String? { nil }
  var holdsClasses: Bool { false }
  func isRead(_ path: String) -> Bool { folderFiles?.contains(path) == true }
  func recognizes(_ path: String, start: [UInt8]) -> Bool { false }

  /// The shape of a file whose images have one, whatever is asked for.
  func shape(of paths: [String], request: ImageRequest) throws -> ImageShape {
    try shapes(of: paths)[0].shape
  }
}

/// All formats of images.
enum ImageFormats {
  /// The formats, in the order in which errors name them and files are recognised.
  static let all: [any ImageFormat] = [
    PictureFolder(), NumpyImages(), IDXFile(), CIFARFile(),
  ]

  /// Text for errors about a folder: what it was expected to hold.
  static var folders: String {
    all.compactMap { $0.folderFiles?.name }.joined(separator: " or ")
  }

  /// Text for errors about a file: what was expected instead.
  static var files: String {
    let names = alternatives(all.compactMap(\.fileName))
    return "a folder of \(FileKind.pictures.name), a \(names) file"
  }
}
