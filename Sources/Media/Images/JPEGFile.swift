internal import CJPEG
internal import Complaints
internal import Files

/// Reads JPEG pictures, grey or in colour, through libjpeg-turbo.
package enum JPEGFile {
  /// Reads a file's header alone.
  ///
  /// - Throws: `DataError` if the file is not a JPEG, has too many pixels, or is of a kind that is not read;
  ///   `FileError` if it cannot be read.
  package static func header(_ path: String) throws -> JPEGHeader {
    let file = try FileReader(path)
    return try JPEGHeader(ofFileWith: file.size, file: path) { offset, count in
      try file.bytes(at: offset, upTo: count)
    }
  }

  /// Reads a picture; see `decode`.
  ///
  /// - Throws: `DataError` if the file is not a whole JPEG; `FileError` if it cannot be read.
  package static func read(_ path: String) throws -> Raster {
    try decode(PictureFile.bytes(of: path), file: path)
  }

  /// Decodes the bytes of a JPEG file, and turns the picture upright as its EXIF data say.
  ///
  /// Colour profiles are ignored, and so is what follows the picture in the file, such as a preview. EXIF
  /// data that are damaged say nothing. All other damage is an error: pixels that are not there would be grey.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: Name of the file in errors.
  /// - Returns: Bytes of shape [H, W, 1] for grey files, [H, W, 3] for YCbCr and RGB.
  /// - Throws: `DataError` if it is not a whole JPEG, has too many pixels, or is CMYK or of another kind that
  ///   is not read.
  package static func decode(_ bytes: [UInt8], file: String) throws -> Raster {
    let header = try JPEGHeader(ofFileWith: bytes.count, file: file) { offset, count in
      let start = min(offset, bytes.count)
      return Array(bytes[start..<min(bytes.count, start + count)])
    }
    let (width, height, channels) = (header.width, header.height, header.channels)
    let pixels = try [UInt8](unsafeUninitializedCapacity: width * height * channels) {
      buffer, count in
      try fill(buffer, width: width, height: height, channels: channels, from: bytes, file: file)
      count = width * height * channels
    }
    return Raster(height: height, width: width, channels: channels, samples: .bytes(pixels))
      .upright(from: header.orientation)
  }

  private static func fill(
    _ pixels: UnsafeMutableBufferPointer<UInt8>, width: Int, height: Int, channels: Int,
    from bytes: [UInt8], file: String
  ) throws {
    var message = [CChar](repeating: 0, count: Int(JMSG_LENGTH_MAX))
    let result = lethe_jpeg_decode(
      bytes, bytes.count, Int32(width), Int32(height), Int32(channels), pixels.baseAddress, &message
    )
    guard result != lethe_jpeg_whole else { return }
    let found = String(
      decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let isShortage = result == lethe_jpeg_no_memory
    throw DataError(
      file: file, problem: isShortage ? found : "damaged or truncated: \(found)",
      isShortage: isShortage)
  }
}
