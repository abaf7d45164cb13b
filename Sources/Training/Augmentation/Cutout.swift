internal import Glossary
internal import Autodiff

/// Sets a square of each image to zero, or a stretch of each sound. Its centre is anywhere with the same
/// probability, so that squares near the border hang over and are cut off there. A VAE's encoder sees the
/// square, and the VAE is to reconstruct the image without it.
///
/// Zero is the middle of the values −1…1; where values are 0…1 it is black.
///
/// Source: DeVries & Taylor 2017, arXiv:1708.04552, §3.2, with centres between pixels too; for sounds
/// the same in one dimension.
struct Cutout: ExampleAugmentation {
  let name = "cutout"
  let meaning = Meaning(
    "Hides a square of each example", .devries2017)
  let changesTarget = false
  /// The side of the square in pixels, or the length of the stretch in samples.
  let length: Int

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let length = x.graph.constant(Float(length))
    let inside = try x.shape.indices.dropFirst().dropLast().map { axis in
      let centre = try draw.uniform("centre\(axis)", like: x) * Float(x.shape[axis])
      return try Tensor.stretch(axis: axis, of: x.shape, centre: centre, length: length)
    }
    return try inside.dropFirst().reduce(inside[0]) { try $0 * $1 }.select(x.graph.constant(0), x)
  }
}
