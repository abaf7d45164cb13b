internal import Complaints

/// The header of a PNG file: its first 33 bytes.
public struct PNGHeader: Sendable, Equatable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Bits of one sample: 1, 2, 4, 8 or 16.
  public let bitDepth: Int
  /// True where the pixels are colours, directly or through a palette.
  public let hasColor: Bool

  /// The extents of the image that the header announces.
  package var shape: ImageShape {
    ImageShape(height: height, width: width, channels: hasColor ? 3 : 1)
  }

  /// The bytes that every PNG file starts with.
  package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// Bytes of the signature, and of the first chunk's length, name, 13 bytes and checksum.
  package static let byteCount = 33

  /// Largest ratio of decompressed to compressed bytes that deflate can reach.
  package static let deflateRatioLimit = 1032

  /// Reads a header from a file's first bytes.
  ///
  /// - Parameter byteCount: Size of the whole file.
  /// - Throws: `DataError` if it is not a PNG header, or the image has too many pixels, in itself or for
  ///   the file.
  package init(_ bytes: [UInt8], ofFileWith byteCount: Int, file: String) throws {
    try PictureFile.requireSignature(Self.signature, in: bytes, of: "PNG", file: file)
    guard bytes.count >= Self.byteCount else {
      throw DataError(
        file: file,
        problem: "truncated: expected a header of \(Self.byteCount) bytes, found \(bytes.count)")
    }
    guard bigEndian(bytes, 8) == 13, bytes[12..<16].elementsEqual("IHDR".utf8) else {
      throw DataError(file: file, problem: "expected the chunk IHDR at byte 8, found another")
    }
    width = bigEndian(bytes, 16)
    height = bigEndian(bytes, 20)
    bitDepth = Int(bytes[24])
    hasColor = bytes[25] & 2 != 0
    try check(colorType: bytes[25], file: file)
    // A pixel takes at least one bit before compression.
    guard height * ((width + 7) / 8) <= Self.deflateRatioLimit * byteCount else {
      throw PictureFile.tooFewBytes(byteCount, width: width, height: height, file: file)
    }
  }

  private func check(colorType: UInt8, file: String) throws {
    let depths: [UInt8: [Int]] = [
      0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16],
    ]
    guard depths[colorType]?.contains(bitDepth) == true else {
      throw DataError(
        file: file,
        problem: "expected a colour type and depth of the PNG standard, "
          + "found colour type \(colorType) with \(bitDepth) bits")
    }
    try PictureFile.requireExtents(width: width, height: height, file: file)
  }
}
