internal import Autodiff

/// Samples images at places between pixels, so that they lose little sharpness and an unchanged image comes back as it
/// was.
///
/// The image, continued by its mirror images to twice its sides and by zeros beyond, is brought to twice its resolution
/// with the filter of an orthogonal wavelet, sampled there between the four nearest pixels, and brought back with the
/// same filter.
///
/// Source: Karras et al. 2020, arXiv:2006.06676, appendix B, which continues images to up to three times their sides,
/// as far as a batch needs it; what is turned by any angle, or made smaller by a third, needs less than twice. The
/// wavelet is the symlet of 12 coefficients of Daubechies 1992, "Ten lectures on wavelets", §8.1.
struct WaveletSampling {
  /// The low-pass filter, of sum 1.
  private static let filter = [
    0.015404109327027373, 0.0034907120842174702, -0.11799011114819057, -0.048311742585633,
    0.4910559419267466, 0.787641141030194, 0.3379294217276218, -0.07263752278646252,
    -0.021060292512300564, 0.04472490177066578, 0.0017677118642428036, -0.007800708325034148,
  ].map { $0 / 2.squareRoot() }
  /// The coefficient that stands at the pixel itself.
  private static let middle = 5
  /// Fine pixels that are sampled beyond each edge, as the filter needs them on the way back.
  private static let border = 6

  private let x: Tensor
  private let inputs: StepInputs
  private let height, width: Axis

  /// The sizes along one axis.
  private struct Axis {
    /// Pixels of the image.
    let side: Int
    /// Pixels of the continued image at twice the resolution.
    var fine: Int { 2 * (side + 2 * margin) }
    /// Pixels that are sampled.
    var sampled: Int { 2 * (side + WaveletSampling.border) }
    /// Pixels by which the image is continued on each side.
    var margin: Int { side / 2 }
  }

  /// - Parameter x: [N, H, W, C].
  init(_ x: Tensor, _ inputs: StepInputs) {
    (self.x, self.inputs) = (x, inputs)
    (height, width) = (Axis(side: x.shape[1]), Axis(side: x.shape[2]))
  }

  /// The images as the maps change them, [N, H, W, C].
  func sampled(by maps: AffineMaps) throws -> Tensor {
    let (count, channels) = (x.shape[0], x.shape[3])
    let wide = try x.transpose([0, 3, 1, 2]).timesTransposed(refinement(of: width))
    let fine = try wide.transpose([0, 1, 3, 2]).timesTransposed(refinement(of: height))
      .reshape([count, channels, width.fine * height.fine])
    let taps = try taps(maps)
    let places = width.sampled * height.sampled
    let values = try fine.gathered(at: Tensor.concatenate(taps.map(\.place), axis: 1))
    let weights = try Tensor.concatenate(taps.map(\.weight), axis: 1)
    return try (values * weights.reshape([count, 1, taps.count * places]))
      .reshape([count, channels, taps.count, places]).sum(axes: [2])
      .reshape([count, channels, width.sampled, height.sampled])
      .timesTransposed(coarsening(of: height))
      .transpose([0, 1, 3, 2]).timesTransposed(coarsening(of: width)).transpose([0, 2, 3, 1])
  }

  /// The four fine pixels around each place that is sampled, column by column, with their weights, [N, Q] each.
  private func taps(_ maps: AffineMaps) throws -> [(place: Tensor, weight: Tensor)] {
    func places(_ axis: Axis, along index: Int) throws -> Tensor {
      let fine = try x.graph.add(.iota(axis: index), shape: [1, width.sampled, height.sampled])
      return try fine.reshape([1, width.sampled * height.sampled]) * 0.5
        - Float(Self.border + axis.side - 1) / 2
    }
    func inFine(_ place: Tensor, _ axis: Axis) throws -> Tensor {
      try place * 2 + Float(axis.side - 1 + 2 * axis.margin)
    }
    func neighbours(_ place: Tensor, _ axis: Axis) throws -> [(
      index: Tensor, weight: Tensor, isInside: Tensor
    )] {
      let first = try place.floor()
      let share = try place - first
      return try [(first, 1 - share), (first + 1, share)].map { index, weight in
        (
          index, weight,
          try index.greater(than: -0.5) * index.less(than: Float(axis.fine) - 0.5)
        )
      }
    }
    let (across, down) = try maps(places(width, along: 1), places(height, along: 2))
    let columns = try neighbours(inFine(across, width), width)
    let rows = try neighbours(inFine(down, height), height)
    return try columns.flatMap { column in
      try rows.map { row in
        let place = try column.index * Float(height.fine) + row.index
        return (
          try (column.isInside * row.isInside).select(place, -1), try column.weight * row.weight
        )
      }
    }
  }

  /// The matrix from pixels to fine pixels of the continued image, [fine, side].
  private func refinement(of axis: Axis) throws -> Tensor {
    try inputs.constant(
      "wavelet/fine/\(axis.side)", to: x.graph, shape: [axis.fine, axis.side]
    ) {
      Self.refined(axis)
    }
  }

  /// The matrix from sampled fine pixels to pixels, [side, sampled]: half the transposed one of an image of zeros
  /// beyond its edges.
  private func coarsening(of axis: Axis) throws -> Tensor {
    try inputs.constant(
      "wavelet/coarse/\(axis.side)", to: x.graph, shape: [axis.side, axis.sampled]
    ) {
      var matrix = [Float](repeating: 0, count: axis.side * axis.sampled)
      for pixel in 0..<axis.side {
        for (index, coefficient) in Self.filter.enumerated() {
          let fine = 2 * pixel + index - Self.middle + Self.border
          matrix[pixel * axis.sampled + fine] = Float(coefficient)
        }
      }
      return matrix
    }
  }

  /// The matrix that doubles the resolution of a side that is continued by its mirror images, and by zeros beyond.
  private static func refined(_ axis: Axis) -> [Float] {
    var matrix = [Float](repeating: 0, count: axis.fine * axis.side)
    let period = max(1, 2 * (axis.side - 1))
    for pixel in -axis.margin..<axis.side + axis.margin {
      let folded = (pixel % period + period) % period
      let column = min(folded, period - folded) % axis.side
      for (index, coefficient) in filter.enumerated() {
        let row = 2 * (pixel + axis.margin) + index - middle
        guard (0..<axis.fine).contains(row) else { continue }
        matrix[row * axis.side + column] += Float(2 * coefficient)
      }
    }
    return matrix
  }
}

extension Tensor {
  /// Multiplies vectors along the last axis by a matrix.
  ///
  /// - Parameter matrix: [M, N], where this tensor is [A, B, C, N].
  /// - Returns: [A, B, C, M].
  fileprivate func timesTransposed(_ matrix: Tensor) throws -> Tensor {
    let rows = shape.dropLast()
    return try reshape([rows.reduce(1, *), matrix.shape[1]])
      .matmul(matrix, transposeOther: true).reshape(rows + [matrix.shape[0]])
  }
}
