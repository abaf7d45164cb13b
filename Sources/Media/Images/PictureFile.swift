internal import Complaints
internal import Files

/// What every format of pictures asks of its files.
package enum PictureFile {
  /// Largest accepted number of pixels, 8192×8192. It exceeds the pictures of usual cameras, and decoding
  /// an 8-bit image stays under 1 GB per thread.
  private static let pixelLimit = 8192 * 8192
  /// Largest accepted file in bytes. No picture of the permitted number of pixels needs more.
  private static let byteLimit = 1 << 30

  /// Reads the bytes of a file that a decoder wants whole.
  ///
  /// - Throws: `DataError` if the file is too large; `FileError` if it cannot be read.
  static func bytes(of path: String) throws -> [UInt8] {
    let file = try FileReader(path)
    guard file.size <= byteLimit else {
      throw DataError(
        file: path, problem: "expected at most \(byteLimit) bytes, found \(file.size)")
    }
    return try file.bytes(upTo: file.size)
  }

  /// Refuses a file that does not start as its format does.
  ///
  /// - Parameters:
  ///   - start: First bytes of the file.
  ///   - format: Name of the format, such as `PNG`.
  /// - Throws: `DataError` with the bytes that were found.
  static func requireSignature(
    _ signature: [UInt8], in start: [UInt8], of format: String, file: String
  ) throws {
    guard !start.starts(with: signature) else { return }
    let found = start.isEmpty ? "an empty file" : hexadecimal(start.prefix(8))
    throw DataError(
      file: file,
      problem: "not a \(format), bad signature: expected \(hexadecimal(signature)), found \(found)")
  }

  /// Refuses the extents of a header before memory is asked for them.
  ///
  /// - Throws: `DataError` for no pixels and for more than are accepted.
  static func requireExtents(width: Int, height: Int, file: String) throws {
    guard width > 0, height > 0 else {
      throw DataError(
        file: file, problem: "expected at least one pixel, found \(width)×\(height)")
    }
    guard let pixels = product([width, height]), pixels <= pixelLimit else {
      throw DataError(
        file: file,
        problem: "expected at most \(pixelLimit) pixels, found \(width)×\(height) in the header")
    }
  }

  /// The error for extents that the data in the file cannot fill.
  static func tooFewBytes(_ byteCount: Int, width: Int, height: Int, file: String) -> DataError {
    DataError(
      file: file,
      problem: "truncated or damaged: \(width)×\(height) pixels are more than a file of "
        + "\(byteCount) bytes can hold")
  }
}
