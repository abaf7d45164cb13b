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

  /// Largest accepted number of pixels, 8192×8192. It exceeds the pictures of usual cameras, and decoding
  /// an 8-bit image stays under 0.5 GB per thread.
  package static let pixelLimit = 8192 * 8192

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
    guard bytes.starts(with: Self.signature) else {
      let found = bytes.isEmpty ? "an empty file" : hexadecimal(bytes.prefix(8))
      throw DataError(
        file: file,
        problem: "not a PNG, bad signature: expected \(hexadecimal(Self.signature)), found \(found)"
      )
    }
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
      throw DataError(
        file: file,
        problem: "truncated or damaged: \(width)×\(height) pixels are more than a file of "
          + "\(byteCount) bytes can hold")
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
    guard width > 0, height > 0 else {
      throw DataError(
        file: file, problem: "expected at least one pixel, found \(width)×\(height)")
    }
    guard let pixels = product([width, height]), pixels <= Self.pixelLimit else {
      throw DataError(
        file: file,
        problem: "expected at most \(Self.pixelLimit) pixels, "
          + "found \(width)×\(height) in the header")
    }
  }
}
