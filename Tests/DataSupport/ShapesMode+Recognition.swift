package import Datasets
package import Media
extension ShapesMode {
  /// The largest share of an image's energy that its figure may leave unexplained.
  private static let residualLimit: Float = 0.25
  /// The largest distance of a fill from its colour, where white is 1 in each channel.
  private static let colorDistanceLimit: Float = 0.2
  /// Radius of the window around the first estimate of the centre, in radii of the figure.
  private static let windowRadii = 1.3
  /// The dimmest peak that counts as a figure; the darkest grey is 0.35.
  private static let peakMinimum: Float = 0.15

  /// Recognises the mode of an image, drawn or generated.
  ///
  /// Every shape and size is drawn at the image's centroid and fitted by least squares; the best fit
  /// gives shape, size and fill, and the fill's nearest colour is the colour.
  ///
  /// - Parameters:
  ///   - image: Shape [side, side, C].
  ///   - range: Range of values in `image`, from black to white.
  /// - Returns: The mode; nil if none fits.
  package static func recognize(
    _ image: UnsafeBufferPointer<Float>, side: Int, channels: Int, range: ValueRange
  ) -> ShapesMode? {
    precondition(image.count == side * side * channels, "the image does not have its stated size")
    let pixels = range == .unit ? Array(image) : image.map { ($0 + 1) / 2 }
    let brightness = (0..<side * side).map { pixel in
      (0..<channels).reduce(Float(0)) { max($0, pixels[pixel * channels + $1]) }
    }
    guard let peak = brightness.max(), peak.isFinite, peak >= peakMinimum else { return nil }
    // Half the peak keeps noise on the background out of the first estimate.
    let start = centroid(brightness, side: side) { value, _, _ in value > 0.5 * peak }
    let energy = pixels.reduce(0) { $0 + $1 * $1 }
    var best: (shape: Shape, size: Size, fill: [Float], explained: Float)?
    for size in Size.allCases {
      let radius = size.radius * Double(side)
      let center = centroid(brightness, side: side) { _, x, y in
        let (dx, dy) = (x - start.x, y - start.y)
        return dx * dx + dy * dy <= windowRadii * windowRadii * radius * radius
      }
      for shape in Shape.allCases {
        let coverage = Shapes.coverage(
          of: shape, radius: radius, x: center.x, y: center.y, side: side)
        let (fill, explained) = fit(coverage, to: pixels, channels: channels)
        if explained > best?.explained ?? 0 { best = (shape, size, fill, explained) }
      }
    }
    guard let best, energy - best.explained <= residualLimit * energy,
      let color = nearestColor(to: best.fill)
    else { return nil }
    return ShapesMode(shape: best.shape, color: color, size: best.size)
  }

  /// Centre of brightness of the pixels that are `included`, in pixels from the top left corner.
  private static func centroid(
    _ brightness: [Float], side: Int, included: (_ value: Float, _ x: Double, _ y: Double) -> Bool
  ) -> (x: Double, y: Double) {
    var (mass, sumX, sumY) = (0.0, 0.0, 0.0)
    for (pixel, value) in brightness.enumerated() {
      let (x, y) = (Double(pixel % side) + 0.5, Double(pixel / side) + 0.5)
      guard included(value, x, y) else { continue }
      mass += Double(value)
      sumX += Double(value) * x
      sumY += Double(value) * y
    }
    return (sumX / mass, sumY / mass)
  }

  /// The fill that brings `coverage` closest to the image, and the energy that it explains.
  private static func fit(
    _ coverage: [Float], to pixels: [Float], channels: Int
  ) -> (fill: [Float], explained: Float) {
    let norm = coverage.reduce(0) { $0 + $1 * $1 }
    var products = [Float](repeating: 0, count: channels)
    for (pixel, part) in coverage.enumerated() where part > 0 {
      for channel in 0..<channels { products[channel] += part * pixels[pixel * channels + channel] }
    }
    guard norm > 0 else { return (products, 0) }
    return (products.map { $0 / norm }, products.reduce(0) { $0 + $1 * $1 } / norm)
  }

  private static func nearestColor(to fill: [Float]) -> Color? {
    func distance(_ color: Color) -> Float {
      zip(color.values(channels: fill.count), fill).reduce(Float(0)) { sum, pair in
        let difference = Float(byte: pair.0) - pair.1
        return sum + difference * difference
      }.squareRoot()
    }
    let nearest = Color.allCases.min { distance($0) < distance($1) }
    return nearest.flatMap { distance($0) <= colorDistanceLimit ? $0 : nil }
  }
}
