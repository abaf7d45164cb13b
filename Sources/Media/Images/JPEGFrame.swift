internal import Complaints

/// The frame of a JPEG file: its size and its components.
///
/// Source: ITU-T T.81, §B.2.2.
struct JPEGFrame {
  /// Pixels in a row.
  let width: Int
  /// Rows.
  let height: Int
  /// Samples of each component to those of the others, across and down, 1 to 4.
  private let sampling: [(across: Int, down: Int)]

  /// The segments that hold a frame, with what those that are not read hold.
  private static let kinds: [UInt8: String?] = [
    0xC0: nil, 0xC1: nil, 0xC2: nil, 0xC3: "a lossless one", 0xC5: "a hierarchical one",
    0xC6: "a hierarchical one", 0xC7: "a hierarchical one", 0xC9: "one with arithmetic coding",
    0xCA: "one with arithmetic coding", 0xCB: "one with arithmetic coding",
    0xCD: "a hierarchical one", 0xCE: "a hierarchical one", 0xCF: "a hierarchical one",
    0xF7: "a JPEG-LS one",
  ]

  /// True for the marker of a segment that holds a frame.
  static func isMarker(_ marker: UInt8) -> Bool { kinds[marker] != nil }

  /// Reads a frame.
  ///
  /// - Throws: `DataError` for damaged ones, and for those of kinds that are not read.
  init(_ data: [UInt8], marker: UInt8, file: String) throws {
    func require(_ isMet: Bool, _ problem: @autoclosure () -> String) throws {
      if !isMet { throw DataError(file: file, problem: problem()) }
    }
    if let kind = Self.kinds[marker] ?? nil {
      try require(
        false, "expected a baseline or progressive picture with Huffman coding, found \(kind)")
    }
    try require(data.count >= 6, "truncated: the segment with the size of the picture is cut")
    try require(data[0] == 8, "expected 8 bits a sample, found \(data[0])")
    height = Int(data[1]) << 8 | Int(data[2])
    width = Int(data[3]) << 8 | Int(data[4])
    let count = Int(data[5])
    try require(
      data.count == 6 + 3 * count,
      "truncated or damaged: expected \(6 + 3 * count) bytes on \(count) components, found \(data.count)"
    )
    sampling = (0..<count).map { index in
      let both = Int(data[7 + 3 * index])
      return (both >> 4, both & 15)
    }
    try require(
      sampling.allSatisfy { (1...4).contains($0.across) && (1...4).contains($0.down) },
      "damaged: expected components sampled 1 to 4 times, found others")
  }

  /// True for colours, false for grey.
  ///
  /// - Parameter adobe: The data of the segment in which Adobe's programs say how colours are stored.
  /// - Throws: `DataError` for CMYK, and for other numbers of components than 1 and 3.
  func hasColor(adobe: [UInt8]?, file: String) throws -> Bool {
    switch sampling.count {
    case 1: return false
    case 3: return true
    case 4:
      let isYCCK = adobe.map { $0.count > 11 && $0[11] == 2 } ?? false
      throw DataError(
        file: file,
        problem: "expected grey or colour (YCbCr or RGB), found \(isYCCK ? "YCCK" : "CMYK"), "
          + "the colours of a printer: convert the picture to RGB")
    default:
      throw DataError(
        file: file, problem: "expected 1 or 3 components, found \(sampling.count)")
    }
  }

  /// Refuses extents that are too large, in themselves or for the file: every block of 8×8 samples takes a
  /// bit at least.
  ///
  /// - Throws: `DataError` with the extents.
  func requireExtents(ofFileWith byteCount: Int, file: String) throws {
    try PictureFile.requireExtents(width: width, height: height, file: file)
    let (across, down) = (sampling.map(\.across).max() ?? 1, sampling.map(\.down).max() ?? 1)
    func blocks(_ extent: Int, _ part: Int, _ whole: Int) -> Int {
      (extent * part + 8 * whole - 1) / (8 * whole)
    }
    let count = sampling.reduce(0) { sum, component in
      sum + blocks(width, component.across, across) * blocks(height, component.down, down)
    }
    guard count <= 8 * byteCount else {
      throw PictureFile.tooFewBytes(byteCount, width: width, height: height, file: file)
    }
  }
}
