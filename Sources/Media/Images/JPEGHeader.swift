internal import Complaints

/// The header of a JPEG file: what its segments say of the picture before its pixels.
///
/// Source: ITU-T T.81, annex B.
package struct JPEGHeader: Sendable {
  /// Pixels in a row, as stored.
  let width: Int
  /// Rows, as stored.
  let height: Int
  /// True where the pixels are colours.
  let hasColor: Bool
  /// The way in which the picture is stored, by its EXIF data.
  let orientation: Orientation

  /// The extents of the upright picture.
  package var shape: ImageShape {
    let (rows, columns) = orientation.exchangesAxes ? (width, height) : (height, width)
    return ImageShape(height: rows, width: columns, channels: channels)
  }

  /// Channels of the picture.
  var channels: Int { hasColor ? 3 : 1 }

  /// True where the picture is not stored upright.
  package var isTurned: Bool { orientation != .upright }

  /// The bytes that every JPEG file starts with: the start of the image, and of a segment.
  package static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]
  private static let startCount = 2
  private static let exif = Array("Exif".utf8) + [0, 0]
  private static let applicationSegment1: UInt8 = 0xE1
  private static let applicationSegment14: UInt8 = 0xEE
  private static let startOfScan: UInt8 = 0xDA
  /// Most segments before the size. A file of nothing else would take minutes.
  private static let segmentLimit = 1 << 16

  /// Reads a header.
  ///
  /// - Parameters:
  ///   - byteCount: Size of the whole file.
  ///   - bytes: Reads some bytes of the file from an offset, fewer where it ends.
  /// - Throws: `DataError` if it is not the header of a JPEG file, the picture has too many pixels, in
  ///   itself or for the file, or it is of a kind that is not read.
  init(ofFileWith byteCount: Int, file: String, bytes: JPEGSegment.Reading) throws {
    try PictureFile.requireSignature(Self.signature, in: bytes(0, 8), of: "JPEG", file: file)
    var notes = Notes()
    let frame = try Self.frame(file, bytes) { try notes.add($0, bytes) }
    (width, height) = (frame.width, frame.height)
    hasColor = try frame.hasColor(adobe: notes.adobe, file: file)
    orientation = notes.orientation ?? .upright
    try frame.requireExtents(ofFileWith: byteCount, file: file)
  }

  /// What programs have written about the picture.
  private struct Notes {
    /// The orientation in the first segment of EXIF data.
    var orientation: Orientation?
    /// The segment in which Adobe's programs say how colours are stored.
    var adobe: [UInt8]?

    mutating func add(_ segment: JPEGSegment, _ bytes: JPEGSegment.Reading) throws {
      switch segment.marker {
      case JPEGHeader.applicationSegment1 where orientation == nil:
        let data = try segment.data(bytes)
        guard data.starts(with: JPEGHeader.exif) else { return }
        orientation = Orientation(tiff: Array(data.dropFirst(JPEGHeader.exif.count)))
      case JPEGHeader.applicationSegment14:
        let data = try segment.data(bytes)
        if data.has("Adobe", at: 0) { adobe = data }
      default: return
      }
    }
  }

  /// Finds the frame, and passes the segments before it on.
  private static func frame(
    _ file: String, _ bytes: JPEGSegment.Reading, others: (JPEGSegment) throws -> Void
  ) throws -> JPEGFrame {
    var offset = startCount
    for _ in 0..<segmentLimit {
      let segment = try JPEGSegment(at: offset, file: file, bytes: bytes)
      if JPEGFrame.isMarker(segment.marker) {
        return try JPEGFrame(segment.data(bytes), marker: segment.marker, file: file)
      }
      guard segment.marker != startOfScan else {
        throw DataError(file: file, problem: "damaged: expected the size before the pixels")
      }
      try others(segment)
      offset = segment.end
    }
    throw DataError(
      file: file, problem: "expected the size within the first \(segmentLimit) segments, found none"
    )
  }
}
