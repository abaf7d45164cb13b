package import Media
internal import Complaints

/// Draws the built-in data set `shapes`, which `ShapesMode` describes.
package enum Shapes {
  /// Side of the images where the request names none, in pixels.
  package static let defaultSide = 32
  /// Least side in pixels. On fewer, a small figure could not be told from the others.
  private static let sideMinimum = 8
  /// Points at which each pixel is sampled.
  private static let sampleCount = 16
  /// Largest distance of a figure's centre from the middle along an axis, as a share of the side.
  private static let jitterLimit = 0.1

  /// Draws as many examples as asked for.
  static func pool(_ request: ImageRequest, progress: LoadProgress?) throws -> ImagePool {
    let side = request.size ?? defaultSide
    guard side >= sideMinimum else {
      throw DataError(
        file: request.name,
        problem: "size: expected a side of at least \(sideMinimum), found \(side)")
    }
    let shape = ImageShape(height: side, width: side, channels: request.channels ?? 3)
    return try .collect(
      request.shapesCount, as: shape, isFloat: false, request: request, progress: progress
    ) { example($0, shape) }
  }

  /// Draws one example; the place of its figure depends only on `index`.
  package static func example(_ index: Int, _ image: ImageShape) -> Raster {
    let mode = ShapesMode.ofExample(index)
    let side = Double(image.width)
    // Uniform in −1…1.
    let jitter = (0..<2).map {
      2 * unitInterval(splitMix(splitMix(UInt64(index)) &+ UInt64($0))) - 1
    }
    let coverage = coverage(
      of: mode.shape, radius: side * mode.size.radius,
      x: side * (0.5 + jitterLimit * jitter[0]), y: side * (0.5 + jitterLimit * jitter[1]),
      side: image.width)
    let color = mode.color.values(channels: image.channels).map { Float($0) }
    let bytes = [UInt8](unsafeUninitializedCapacity: image.count) { buffer, count in
      for part in coverage {
        for channel in 0..<image.channels {
          buffer.initializeElement(at: count, to: UInt8(part * color[channel] + 0.5))
          count += 1
        }
      }
    }
    return Raster(
      height: image.height, width: image.width, channels: image.channels, samples: .bytes(bytes))
  }

  /// The share of each pixel that a figure covers, shape [side, side].
  ///
  /// - Parameters:
  ///   - radius: The size's radius in pixels.
  ///   - x: Centre in pixels from the left edge.
  ///   - y: Centre in pixels from the top edge.
  package static func coverage(
    of shape: ShapesMode.Shape, radius: Double, x: Double, y: Double, side: Int
  ) -> [Float] {
    let scale = 1 / radius
    func sampled(_ contains: (_ x: Double, _ y: Double) -> Bool) -> [Float] {
      var coverage = [Float](repeating: 0, count: side * side)
      for row in pixels(around: y, radius, side) {
        for column in pixels(around: x, radius, side) {
          let hits = hits {
            contains((Double(column) + $0 - x) * scale, (Double(row) + $1 - y) * scale)
          }
          coverage[row * side + column] = Float(hits) / Float(sampleCount)
        }
      }
      return coverage
    }
    // Figures of radius 1; the vertical axis points down.
    switch shape {
    case .circle: return sampled { $0 * $0 + $1 * $1 <= 1 }
    case .square: return sampled { max(abs($0), abs($1)) <= 0.85 }
    case .triangle: return sampled { $1 <= 0.55 && abs($0) * 3.0.squareRoot() <= $1 + 1.1 }
    case .cross:
      return sampled { x, y in
        let (across, down) = (abs(x), abs(y))
        return min(across, down) <= 0.3 && max(across, down) <= 1
      }
    }
  }

  /// Rows or columns that a figure may touch; none reaches farther than 1.2 radii from its centre.
  private static func pixels(around center: Double, _ radius: Double, _ side: Int) -> Range<Int> {
    let first = min(side, max(0, Int((center - 1.2 * radius).rounded(.down))))
    return first..<max(first, min(side, Int((center + 1.2 * radius).rounded(.up))))
  }

  /// Counts a pixel's points that lie in a figure.
  ///
  /// No two points share a row or a column, so that upright edges have as many grey levels as others.
  @inline(__always)
  private static func hits(_ contains: (_ x: Double, _ y: Double) -> Bool) -> Int {
    var hits = 0
    for index in 0..<sampleCount {
      let row = index % 4 * 4 + index / 4
      if contains((Double(index) + 0.5) / 16, (Double(row) + 0.5) / 16) { hits += 1 }
    }
    return hits
  }
}
