internal import Media

/// A format whose files hold one picture each, so that a folder of them is a set of images.
///
/// To add a format, write a file with a type that conforms, a line in `PictureFormats.all`, and tests.
protocol PictureFormat: Sendable {
  /// Name in notes, such as `PNG`.
  var name: String { get }
  /// Endings of file names, in small letters.
  var endings: [String] { get }
  /// Reads the header of a file for its picture's shape and precision.
  func form(of path: String) throws -> PictureForm
  /// Reads the picture of a file.
  func read(_ path: String) throws -> Raster
}

/// Shape and precision of a picture, from its header.
struct PictureForm {
  /// Extents of the picture.
  let shape: ImageShape
  /// True where values have more than 8 bits and become floats.
  let isFloat: Bool
}

/// All formats of pictures.
enum PictureFormats {
  static let all: [any PictureFormat] = [PNGPicture()]

  /// The format of a file, by the ending of its name. Other files get the first format, whose reader then
  /// reports what they are.
  static func of(_ path: String) -> any PictureFormat {
    all.first { $0.endings.contains(ending(of: path)) } ?? all[0]
  }
}

extension FileKind {
  /// Files of one picture each.
  static let pictures = FileKind(
    name: PictureFormats.all.flatMap(\.endings).map { "." + $0 }.joined(separator: " or ")
      + " files",
    endings: PictureFormats.all.flatMap(\.endings),
    noun: PictureFormats.all.map(\.name).joined(separator: " or "),
    nouns: PictureFormats.all.map(\.name).joined(separator: " or "))
}
