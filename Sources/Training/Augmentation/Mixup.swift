internal import Glossary
internal import Autodiff

/// Mixes each example with the next one of its batch: λx + (1 − λ)x′, λ ~ Beta(α, α) for each example.
/// Batches are in random order, so the next example is a random one. A VAE is to reconstruct the mixture.
///
/// Source: Zhang et al. 2018, arXiv:1710.09412, §2.
struct Mixup: ExampleAugmentation {
  let name = "mixup"
  let meaning = Meaning(
    "Mixes pairs of examples", .zhang2018)
  let changesTarget = true
  let smallestBatch = 2
  let alpha: Double

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try x.mixed(draw.shares(alpha, like: x))
  }

  func labels(_ labels: Tensor, of x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try labels.mixed(draw.shares(alpha, like: labels))
  }
}
