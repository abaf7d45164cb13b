internal import Media

/// A format whose files hold one picture each, so that a folder of them is a set of images.
///
/// A new one is a file with a type that conforms, a line in `PictureFormats.all`, and its tests.
protocol PictureFormat: Sendable {
  /// What notes call it, such as `PNG`.
  var name: String { get }
  /// Endings of names, in small letters.
  var endings: [String] { get }
  /// The shape of a file's picture and whether its values need floats, by the header.
  func form(of path: String) throws -> PictureForm
  /// The picture of a file.
  func read(_ path: String) throws -> Raster
}

/// What the header of a picture says.
struct PictureForm {
  /// Extents of the picture.
  let shape: ImageShape
  /// Whether there is more in its values than 8 bits.
  let isFloat: Bool
}

/// All formats of pictures.
enum PictureFormats {
  static let all: [any PictureFormat] = [PNGPicture()]

  /// The format of a file, by the ending of its name; the first of all for others, which then say what they are.
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
