internal import Glossary
internal import Autodiff

/// Mirrors each image left to right with probability ½. A VAE is to reconstruct the image that its encoder sees.
struct Flip: ExampleAugmentation {
  let name = "flip"
  let meaning = Meaning(
    "Mirrors images")
  let changesTarget = true

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    try draw.uniform("side", like: x).less(than: 0.5).select(mirrored(x), x)
  }

  /// Reverses the columns, by a product with the matrix that has ones where row + column = W − 1.
  private func mirrored(_ x: Tensor) throws -> Tensor {
    let width = x.shape[2]
    let square = [width, width]
    let row = try x.graph.add(.iota(axis: 0), shape: square)
    let column = try x.graph.add(.iota(axis: 1), shape: square)
    let exchange = try (row + column).equal(to: x.graph.constant(Float(width - 1)))
    let columnsLast = try x.transpose([0, 1, 3, 2])
    return try columnsLast.reshape([x.shape.elementCount / width, width]).matmul(exchange)
      .reshape(columnsLast.shape).transpose([0, 1, 3, 2])
  }
}
