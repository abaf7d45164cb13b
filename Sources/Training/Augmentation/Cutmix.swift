internal import Glossary
internal import Autodiff

/// Puts a box of the next image of the batch into each image: sides H√(1 − λ) and W√(1 − λ), λ ~ Beta(α, α)
/// for each image, its centre anywhere, cut off at the border. A pixel belongs to the box when its middle
/// does. A VAE is to reconstruct the patched image.
///
/// Source: Yun et al. 2019, arXiv:1905.04899, §3.1.
struct Cutmix: ExampleAugmentation {
  let name = "cutmix"
  let meaning = Meaning(
    "Pastes a part of an example into another", .yun2019)
  let changesTarget = true
  let smallestBatch = 2
  let alpha: Double

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try box(x, draw).select(x.rolled(), x)
  }

  /// 1 at the pixels that are put in, [N, H, W, 1].
  private func box(_ x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let share = try (1 - draw.shares(alpha, like: x)).sqrt()
    let inside = try [1, 2].map { axis in
      let side = Float(x.shape[axis])
      let centre = try draw.uniform("centre\(axis)", like: x) * side
      return try Tensor.stretch(axis: axis, of: x.shape, centre: centre, length: share * side)
    }
    return try inside[0] * inside[1]
  }

  /// Mixes the labels in the shares of the area that each example covers.
  func labels(_ labels: Tensor, of x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let area = try box(x, draw).mean(axes: [1, 2, 3])
    return try labels.mixed(1 - area.reshape([area.shape[0], 1]))
  }
}
