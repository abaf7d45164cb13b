internal import Glossary
internal import Autodiff
internal import Experiments

/// Changes the colour of images, moves them, and sets a square of each to zero, with random numbers for each image.
///
/// - `color`: adds −½ to ½ to all values; scales the distances from each pixel's mean over channels by 0 to 2, and those
///   from the image's mean by ½ to 1½.
/// - `translation`: moves the image by up to an eighth of its sides, by whole pixels; zeros come in.
/// - `cutout`: sets a square of half the sides to zero, whose middle is any pixel.
///
/// Source: Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training", arXiv:2006.10738, §3.3; shares
/// and roundings are those of its code.
struct DiffAugment: ExampleAugmentation {
  let name = "diffaugment"
  let meaning = Meaning(
    "Changes colours, shifts and cuts out parts of what the discriminator sees, by operations that have a gradient",
    .zhao2020)
  let changesTarget = false
  let parts: [Experiment.Data.Augment.DiffAugmentPart]

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try parts.reduce(x) { x, part in
      switch part {
      case .color: try colored(x, draw)
      case .translation: try moved(x, draw)
      case .cutout: try cut(x, draw)
      }
    }
  }

  private func colored(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let bright = try x + (draw.uniform("brightness", like: x) - 0.5)
    let grey = try bright.mean(axes: [3], keepingAxes: true)
    let saturated = try (bright - grey) * (draw.uniform("saturation", like: x) * 2) + grey
    let mean = try saturated.mean(axes: [1, 2, 3], keepingAxes: true)
    return try (saturated - mean) * (draw.uniform("contrast", like: x) + 0.5) + mean
  }

  /// Moves rows, then columns, by products with matrices that have a one where the row of the result is that of x and the
  /// shift.
  private func moved(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
    let rows = try shift("rows", of: height, draw, batch)
      .matmul(x.reshape([batch, height, width * channels])).reshape(x.shape)
    let columnsFirst = try rows.transpose([0, 2, 1, 3])
    return try shift("columns", of: width, draw, batch)
      .matmul(columnsFirst.reshape([batch, width, height * channels]))
      .reshape(columnsFirst.shape).transpose([0, 2, 1, 3])
  }

  /// A matrix for each image that moves `side` places by −s to s, s an eighth of the side, [N, side, side].
  private func shift(
    _ name: String, of side: Int, _ draw: AugmentationDraw, _ batch: Int
  ) throws -> Tensor {
    let most = Int(Double(side) / 8 + 0.5)
    let shift =
      try draw.whole("translation/" + name, below: 2 * most + 1, shape: [batch, 1, 1])
      - Float(most)
    let square = [1, side, side]
    let (to, from) = (
      try draw.graph.add(.iota(axis: 1), shape: square),
      try draw.graph.add(.iota(axis: 2), shape: square)
    )
    return try (to - from - shift).equal(to: draw.graph.constant(0))
  }

  private func cut(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let inside = try [1, 2].map { axis in
      let side = x.shape[axis]
      let length = Int(Double(side) / 2 + 0.5)
      let middle = try draw.whole(
        "cutout/\(axis)", below: side + 1 - length % 2, shape: x.shape.eachExample)
      // The stretch of `length` pixels that begins `length / 2` before the middle.
      let centre = try middle + (Float(length) / 2 - Float(length / 2))
      return try Tensor.stretch(
        axis: axis, of: x.shape, centre: centre, length: x.graph.constant(Float(length)))
    }
    return try (inside[0] * inside[1]).select(x.graph.constant(0), x)
  }
}
