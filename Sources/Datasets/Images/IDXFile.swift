internal import Media
internal import Files
internal import Complaints
internal import CZlib
internal import Foundation

/// Reads images, and their labels, in the IDX format of MNIST, plain or compressed with gzip.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database", file formats.
struct IDXFile: ImageFormat {
  let fileName: String? = "IDX"

  /// What a file holds: an array of uint8 of some rank.
  private enum Content: UInt8 {
    case labels = 1
    case images = 3

    var name: String { self == .labels ? "labels" : "images" }
    var rank: Int { Int(rawValue) }
    /// First bytes of the file: 0, 0, then 8 for uint8, then the rank.
    var magic: [UInt8] { [0, 0, 8, rawValue] }
    var headerByteCount: Int { 4 + 4 * rank }

    /// Describes the numbers of the header in errors.
    func claim(_ extents: [Int]) -> String {
      "the header's \(extents[0]) \(name)"
        + (self == .images ? " of \(extents[1])×\(extents[2])" : "")
    }
  }

  /// Reads an array of images [N, H, W] of uint8.
  ///
  /// - Throws: `FileError` if the file cannot be read; `DataError` if it holds something else, or its
  ///   length is not what its header says.
  static func images(_ path: String) throws -> ImageArray {
    let (extents, pixels) = try read(.images, from: path)
    let shape = ImageShape(height: extents[1], width: extents[2], channels: 1)
    return ImageArray(count: extents[0], shape: shape, samples: .bytes(pixels))
  }

  /// Reads an array of labels [N] of uint8.
  ///
  /// - Throws: As `images`.
  static func labels(_ path: String) throws -> [UInt8] { try read(.labels, from: path).bytes }

  /// Reads the numbers of a file's header, and the bytes after it.
  private static func read(
    _ content: Content, from path: String
  ) throws -> (extents: [Int], bytes: [UInt8]) {
    let source = try FileReader(path)
    let file = try GzipFile(source)
    let extents = try readExtents(of: content, file, of: source)
    let claim = content.claim(extents)
    let count = extents.reduce(1, *)
    try requireMemory(count, file: path)
    let bytes = try file.read(upTo: count)
    guard bytes.count == count else {
      throw DataError(
        file: path,
        problem: "truncated: expected \(count) bytes for \(claim), found \(bytes.count)")
    }
    guard try file.read(upTo: 1).isEmpty else {
      throw DataError(
        file: path, problem: "expected the end after \(claim), found more bytes")
    }
    return (extents, bytes)
  }

  /// Recognises IDX files of any kind by two zero bytes, and gzip by 1F 8B. Batches of CIFAR-10 (`.bin`)
  /// may start with the same bytes, so their names are excluded.
  func recognizes(_ path: String, start: [UInt8]) -> Bool {
    !path.hasSuffix(".bin") && Self.mayStart(start)
  }

  /// True for the first bytes of an IDX file of any kind, and of one that is compressed.
  static func mayStart(_ start: [UInt8]) -> Bool {
    start.starts(with: [0, 0]) || start.starts(with: [0x1F, 0x8B])
  }

  func shapes(of paths: [String]) throws -> [(shape: ImageShape, count: Int)] {
    let source = try FileReader(paths[0])
    let extents = try Self.readExtents(of: .images, GzipFile(source), of: source)
    return [(ImageShape(height: extents[1], width: extents[2], channels: 1), extents[0])]
  }

  func load(
    _ paths: [String], request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    try .convert(Self.images(paths[0]), request: request, progress: progress)
  }

  /// Reads the numbers of a header, of which the first is that of examples, and holds them against the size of the
  /// file.
  private static func readExtents(
    of content: Content, _ file: borrowing GzipFile, of source: borrowing FileReader
  ) throws -> [Int] {
    let (path, byteCount) = (source.path, source.size)
    let header = try file.read(upTo: content.headerByteCount)
    guard header.starts(with: content.magic) else {
      throw DataError(
        file: path,
        problem: "expected an IDX file of \(content.name), starting with "
          + "\(hexadecimal(content.magic)), "
          + "found \(header.isEmpty ? "nothing" : hexadecimal(header.prefix(4)))")
    }
    guard header.count == content.headerByteCount else {
      throw DataError(file: path, problem: "truncated: the IDX header is cut short")
    }
    let extents = (1...content.rank).map { bigEndian(header, 4 * $0) }
    let claim = content.claim(extents)
    guard !extents.contains(0) else {
      let least = content == .images ? "pixel" : "label"
      throw DataError(file: path, problem: "expected at least one \(least), found \(claim)")
    }
    let longest = file.isPlain ? byteCount : byteCount * PNGHeader.deflateRatioLimit
    guard let count = product(extents), count <= longest else {
      throw DataError(
        file: path,
        problem: "\(claim) are more than a file of \(byteCount) bytes can hold")
    }
    return extents
  }
}

/// A file that is decompressed while it is read, unless it is plain. It closes itself.
private struct GzipFile: ~Copyable {
  private let path: String
  private let handle: gzFile

  init(_ file: borrowing FileReader) throws {
    let descriptor = try file.duplicate()
    guard let handle = gzdopen(descriptor, "rb") else {
      close(descriptor)
      throw FileError(file.path, action: "read", code: ENOMEM)
    }
    path = file.path
    self.handle = handle
  }

  deinit { gzclose(handle) }

  /// True where the file is not compressed.
  var isPlain: Bool { gzdirect(handle) == 1 }

  /// The next bytes, fewer than `count` only at the end.
  func read(upTo count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      while initialized < count {
        let request = UInt32(min(count - initialized, 1 << 30))
        let got = gzread(handle, buffer.baseAddress.map { $0 + initialized }, request)
        if got <= 0 { break }
        initialized += Int(got)
      }
      try check()
    }
  }

  /// Throws if the compressed data are damaged or end too early.
  private func check() throws {
    var status: Int32 = 0
    guard let message = gzerror(handle, &status), status != Z_OK, status != Z_STREAM_END else {
      return
    }
    // zlib puts the path in front of its message.
    let text = String(cString: message).split(separator: ": ").last ?? "unknown error"
    throw DataError(file: path, problem: "cannot be decompressed: \(text)")
  }
}
