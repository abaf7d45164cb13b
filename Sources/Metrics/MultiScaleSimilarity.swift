internal import Glibc
internal import MetricsKernels

/// Multi-scale structural similarity (MS-SSIM) of images of one size, with values in 0…1.
///
/// Each scale halves the images of the one before, by means of 2×2 pixels. The coarsest scale gives its
/// mean structural similarity, every other one the mean of its contrast and structure term. The means are
/// over the channels too, and 0 if negative. The result is their product, each to the power of its scale's
/// weight.
///
/// Five scales of the 11-pixel window need 176 pixels. Smaller images have as many scales as hold the
/// window, with weights that are scaled to a sum of 1: two scales for 28 and 32 pixels, three for 64. An
/// image smaller than the window has one scale, with the largest odd window that fits. At the coarsest
/// scale the window reaches over the border, where the image is mirrored, as in torchmetrics; the paper
/// leaves the border out there too.
///
/// Source: Z. Wang, E. P. Simoncelli, A. C. Bovik 2003, "Multiscale structural similarity for image quality
/// assessment", §3; the same numbers as torchmetrics' `multiscale_structural_similarity_index_measure`.
struct MultiScaleSimilarity: Sendable {
  private static let allWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]
  private static let fullTaps = 11
  private static let sigma = 1.5
  /// The constants (K·L)² of luminance (K = 0.01) and of contrast (K = 0.03), for values that span L = 1.
  private static let c1 = 0.01 * 0.01
  private static let c2 = 0.03 * 0.03

  /// Exponents of the scales, the finest scale first.
  let weights: [Double]
  private let shape: [Int]
  private let window: [Double]

  /// Prepares the scales and the window for images of one shape.
  ///
  /// - Parameter shape: Shape of an image, [H, W, C].
  init(shape: [Int]) {
    precondition(shape.count == 3, "not an image")
    self.shape = shape
    let side = min(shape[0], shape[1])
    let scales = (1...Self.allWeights.count).last { side >> ($0 - 1) >= Self.fullTaps } ?? 1
    let used = Self.allWeights.prefix(scales)
    let sum = used.reduce(0, +)
    weights = scales == Self.allWeights.count ? Self.allWeights : used.map { $0 / sum }
    let taps = min(Self.fullTaps, side - (side + 1) % 2)
    let bells = (0..<taps).map { tap in
      let distance = Double(tap - taps / 2) / Self.sigma
      return exp(-distance * distance / 2)
    }
    let area = bells.reduce(0, +)
    window = bells.map { $0 / area }
  }

  /// The similarity of two images; 1 for equal ones.
  ///
  /// - Parameters:
  ///   - first: Shape [H, W, C].
  ///   - second: Shape [H, W, C].
  func similarity(
    _ first: UnsafeBufferPointer<Float>, _ second: UnsafeBufferPointer<Float>
  ) -> Double {
    var (a, b) = (Planes(first, shape), Planes(second, shape))
    var product = 1.0
    for (scale, weight) in weights.enumerated() {
      if scale > 0 { (a, b) = (a.halved, b.halved) }
      let isCoarsest = scale == weights.count - 1
      if isCoarsest { (a, b) = (a.mirrored(window.count / 2), b.mirrored(window.count / 2)) }
      let terms = meanTerms(a, b)
      product *= pow(max(0, isCoarsest ? terms.similarity : terms.contrast), weight)
    }
    return product
  }

  private func meanTerms(_ a: Planes, _ b: Planes) -> (similarity: Double, contrast: Double) {
    var sums = (similarity: 0.0, contrast: 0.0)
    var scratch = [Double](repeating: 0, count: 7 * a.width)
    for channel in 0..<a.channels {
      var terms = (0.0, 0.0)
      a.withPlane(channel) { x in
        b.withPlane(channel) { y in
          lethe_structural_similarity(
            x, y, Int64(a.height), Int64(a.width), window, Int64(window.count), Self.c1, Self.c2,
            &scratch, &terms.0, &terms.1)
        }
      }
      sums.similarity += terms.0
      sums.contrast += terms.1
    }
    let channels = Double(a.channels)
    return (sums.similarity / channels, sums.contrast / channels)
  }
}

/// An image that is stored one channel after another.
private struct Planes {
  let height: Int
  let width: Int
  let channels: Int
  /// The pixels, shape [C, H, W].
  private let values: [Double]

  /// Splits an image of shape [H, W, C] into its channels.
  init(_ pixels: UnsafeBufferPointer<Float>, _ shape: [Int]) {
    self.init(height: shape[0], width: shape[1], channels: shape[2]) { channel, y, x in
      Double(pixels[(y * shape[1] + x) * shape[2] + channel])
    }
  }

  private init(height: Int, width: Int, channels: Int, _ value: (Int, Int, Int) -> Double) {
    (self.height, self.width, self.channels) = (height, width, channels)
    values = [Double](unsafeUninitializedCapacity: channels * height * width) { buffer, filled in
      for channel in 0..<channels {
        for y in 0..<height {
          for x in 0..<width {
            buffer[(channel * height + y) * width + x] = value(channel, y, x)
          }
        }
      }
      filled = channels * height * width
    }
  }

  /// The image at half the size, by means of 2×2 pixels; an odd row or column at the end is dropped.
  var halved: Planes {
    values.withUnsafeBufferPointer { values in
      Planes(height: height / 2, width: width / 2, channels: channels) { channel, y, x in
        let corner = (channel * height + 2 * y) * width + 2 * x
        return
          (values[corner] + values[corner + 1] + values[corner + width]
          + values[corner + width + 1]) / 4
      }
    }
  }

  /// The image with a border in which it is mirrored at its outermost pixels. For example, the row 1 2 3
  /// with a border of 1 becomes 2 1 2 3 2.
  func mirrored(_ border: Int) -> Planes {
    func inside(_ place: Int, _ count: Int) -> Int {
      place < 0 ? -place : place < count ? place : 2 * (count - 1) - place
    }
    return values.withUnsafeBufferPointer { values in
      Planes(height: height + 2 * border, width: width + 2 * border, channels: channels) {
        channel, y, x in
        let (y, x) = (inside(y - border, height), inside(x - border, width))
        return values[(channel * height + y) * width + x]
      }
    }
  }

  func withPlane(_ channel: Int, _ body: (UnsafePointer<Double>?) -> Void) {
    values.withUnsafeBufferPointer { values in
      body(values.baseAddress?.advanced(by: channel * height * width))
    }
  }
}
