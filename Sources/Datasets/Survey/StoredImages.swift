internal import Media

/// Images as they are stored, before any of them is cropped or resized.
public struct StoredImages: Sendable, Equatable {
  /// Number of the images.
  public let count: Int
  /// Least and largest of their shorter sides, in pixels.
  public let sides: ClosedRange<Int>
  /// The shorter side that half of the images have at least.
  public let medianSide: Int
  /// 3 if any of them has colour, else 1.
  public let channels: Int

  /// Reads the headers of files.
  ///
  /// - Throws: `DataError` or `FileError` if one cannot be read.
  init(_ files: ImageFiles) throws {
    let shapes = try files.format.shapes(of: files.listing.paths)
    let sides = shapes.map { (side: min($0.shape.height, $0.shape.width), count: $0.count) }
      .sorted { $0.side < $1.side }
    let total = shapes.reduce(0) { $0 + $1.count }
    var counted = 0
    let median = sides.first { side in
      counted += side.count
      return 2 * counted > total
    }
    count = total
    self.sides = (sides.first?.side ?? 0)...(sides.last?.side ?? 0)
    medianSide = median?.side ?? 0
    channels = shapes.map(\.shape.channels).max() ?? 1
  }
}
