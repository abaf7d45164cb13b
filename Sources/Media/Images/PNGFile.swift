internal import Files
internal import Complaints
internal import CPNG
internal import Foundation

/// Reads every valid PNG image and writes 8-bit ones, through libpng.
///
/// Only libpng's simplified interface is used: it returns from errors, where the full one leaves the
/// function that called it by `longjmp`.
public enum PNGFile {
  /// Reads a file's header alone.
  ///
  /// - Throws: `DataError` if the file is not a PNG or has too many pixels; `FileError` if it cannot be
  ///   read.
  public static func header(_ path: String) throws -> PNGHeader {
    let file = try FileReader(path)
    return try PNGHeader(
      file.bytes(upTo: PNGHeader.byteCount), ofFileWith: file.size, file: path)
  }

  /// Reads an image; see `decode`.
  ///
  /// - Throws: `DataError` if the file is not a valid PNG; `FileError` if it cannot be read.
  public static func read(_ path: String) throws -> Raster {
    try decode(PictureFile.bytes(of: path), file: path)
  }

  /// Decodes the bytes of a PNG file.
  ///
  /// Values are taken as stored, whatever the file says of gamma or colour profiles: up to 8 bits
  /// become bytes with white at 255, 16 bits become floats with white at 1. Palettes are looked up,
  /// and transparent pixels lie on white. Of an animation the default image is read.
  ///
  /// - Parameters:
  ///   - bytes: The whole file.
  ///   - file: Name of the file in errors.
  /// - Returns: Shape [H, W, 1] for grey files, [H, W, 3] for the others.
  /// - Throws: `DataError` if it is not a valid PNG or has too many pixels.
  public static func decode(_ bytes: [UInt8], file: String) throws -> Raster {
    let header = try PNGHeader(bytes, ofFileWith: bytes.count, file: file)
    let essential = try PNGChunks.essential(of: bytes, file: file)
    let image = PNGImage(file: file)
    // libpng keeps a pointer to the bytes from the first call to the second.
    return try essential.withUnsafeBytes { memory in
      try image.check(
        png_image_begin_read_from_memory(image.pointer, memory.baseAddress, memory.count))
      image.pointer.pointee.format &= ~PNG_FORMAT_FLAG_COLORMAP
      let hasAlpha = image.pointer.pointee.format & PNG_FORMAT_FLAG_ALPHA != 0
      let channels = header.hasColor ? 3 : 1
      let count = header.height * header.width * (channels + (hasAlpha ? 1 : 0))
      let samples: Samples
      if header.bitDepth == 16 {
        let words: [UInt16] = try image.finishRead(count: count)
        samples = .floats(unitFloats(words, channels: channels, hasAlpha: hasAlpha))
      } else {
        let pixels: [UInt8] = try image.finishRead(count: count)
        samples = .bytes(hasAlpha ? onWhite(pixels, channels: channels) : pixels)
      }
      return Raster(
        height: header.height, width: header.width, channels: channels, samples: samples)
    }
  }

  /// Encodes an image as an 8-bit grey or RGB file; floats are rounded.
  ///
  /// - Throws: `DataError` if libpng refuses.
  public static func encode(_ raster: Raster) throws -> [UInt8] {
    let pixels: [UInt8] =
      switch raster.samples {
      case .bytes(let values): values
      case .floats(let values): values.map { UInt8(unit: $0) }
      }
    let image = PNGImage(file: "PNG")
    image.pointer.pointee.width = png_uint_32(raster.width)
    image.pointer.pointee.height = png_uint_32(raster.height)
    image.pointer.pointee.format = raster.channels == 3 ? PNG_FORMAT_FLAG_COLOR : 0
    var byteCount = 0
    try image.check(
      png_image_write_to_memory(image.pointer, nil, &byteCount, 0, pixels, 0, nil))
    return try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
      try image.check(
        png_image_write_to_memory(
          image.pointer, buffer.baseAddress, &byteCount, 0, pixels, 0, nil))
      initialized = byteCount
    }
  }

  /// Writes an image as an 8-bit grey or RGB file, under a temporary name that is then renamed.
  ///
  /// - Throws: See `AtomicFile.write`.
  public static func write(_ raster: Raster, to path: String) throws {
    try AtomicFile.write(Data(encode(raster)), to: URL(fileURLWithPath: path))
  }

  /// Lays 8-bit pixels with alpha, shape [H, W, C + 1], on white.
  private static func onWhite(_ pixels: [UInt8], channels: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: pixels.count / (channels + 1) * channels) {
      buffer, count in
      for start in stride(from: 0, to: pixels.count, by: channels + 1) {
        let alpha = Int(pixels[start + channels])
        for channel in 0..<channels {
          let sum = alpha * Int(pixels[start + channel]) + (255 - alpha) * 255
          buffer.initializeElement(at: count, to: UInt8((sum + 127) / 255))
          count += 1
        }
      }
    }
  }

  /// Scales 16-bit pixels to 0…1. libpng has already multiplied them by alpha, so that only the white
  /// background is added.
  private static func unitFloats(_ words: [UInt16], channels: Int, hasAlpha: Bool) -> [Float] {
    guard hasAlpha else { return words.map { Float($0) / 65_535 } }
    return [Float](unsafeUninitializedCapacity: words.count / (channels + 1) * channels) {
      buffer, count in
      for start in stride(from: 0, to: words.count, by: channels + 1) {
        let white = 65_535 - Int(words[start + channels])
        for channel in 0..<channels {
          let value = min(65_535, Int(words[start + channel]) + white)
          buffer.initializeElement(at: count, to: Float(value) / 65_535)
          count += 1
        }
      }
    }
  }
}

/// Owns libpng's description of an image; libpng remembers its address between calls.
private struct PNGImage: ~Copyable {
  let pointer: UnsafeMutablePointer<png_image>
  private let file: String

  init(file: String) {
    self.file = file
    pointer = .allocate(capacity: 1)
    pointer.initialize(to: png_image())
    pointer.pointee.version = png_uint_32(PNG_IMAGE_VERSION)
  }

  deinit {
    png_image_free(pointer)
    pointer.deallocate()
  }

  func finishRead<Element: FixedWidthInteger>(count: Int) throws -> [Element] {
    try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      try check(png_image_finish_read(pointer, nil, buffer.baseAddress, 0, nil))
      initialized = count
    }
  }

  func check(_ succeeded: Int32) throws {
    guard succeeded == 0 else { return }
    let message = withUnsafeBytes(of: pointer.pointee.message) { text in
      String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    throw DataError(file: file, problem: "not a valid PNG: \(message)")
  }
}
