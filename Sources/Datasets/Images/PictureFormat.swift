internal import Complaints
internal import Media

/// A format whose files hold one picture each, so that a folder of them is a set of images.
///
/// To add a format, write a file with a type that conforms, a line in `PictureFormats.all`, and tests.
protocol PictureFormat: Sendable {
  /// Name in notes, such as `PNG`.
  var name: String { get }
  /// Endings of file names, in small letters.
  var endings: [String] { get }
  /// Bytes that every file of the format starts with.
  var signature: [UInt8] { get }
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
  /// True where the picture is not stored upright, and is turned when it is read.
  var isTurned = false
}

/// All formats of pictures.
enum PictureFormats {
  static let all: [any PictureFormat] = [PNGPicture(), JPEGPicture()]

  /// The format of a file, by the ending of its name. Other files get the first format, whose reader then
  /// reports what they are.
  static func of(_ path: String) -> any PictureFormat {
    all.first { $0.endings.contains(ending(of: path)) } ?? all[0]
  }

  /// The format of a file, by its first bytes; nil for a file of another kind, or an empty one.
  static func of(start: [UInt8]) -> (any PictureFormat)? {
    guard !start.isEmpty else { return nil }
    return all.first { start.starts(with: $0.signature.prefix(start.count)) }
  }
}

extension FileKind {
  /// Files of one picture each.
  static let pictures = FileKind(
    name: alternatives(PictureFormats.all.flatMap(\.endings).map { "." + $0 }) + " files",
    endings: PictureFormats.all.flatMap(\.endings),
    noun: alternatives(PictureFormats.all.map(\.name)),
    nouns: alternatives(PictureFormats.all.map(\.name)))
}
