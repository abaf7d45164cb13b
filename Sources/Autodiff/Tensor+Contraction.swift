extension Tensor {
  /// Matrix product [M, K] × [K, N] → [M, N], or [B, M, K] × [B, K, N] → [B, M, N]. Each side's matrices can be
  /// transposed first.
  public func matmul(
    _ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false
  ) throws -> Tensor {
    try graph.add(.matmul(transposeA: transposeSelf, transposeB: transposeOther), [self, other])
  }

  /// Cross-correlation of this tensor [N, spatial…, I] with `weight` [O, I, kernel…].
  ///
  /// - Returns: Shape [N, out…, O].
  public func convolution(_ weight: Tensor, _ geometry: ConvolutionGeometry) throws -> Tensor {
    try graph.add(.convolution(geometry), [self, weight])
  }

  /// Transposed convolution of this tensor [N, spatial…, O] with `weight` [O, I, kernel…]: the
  /// input gradient of the convolution that maps `sizes` to this tensor's spatial sizes.
  ///
  /// - Parameters:
  ///   - sizes: Spatial sizes of the result. They determine what PyTorch calls output padding.
  /// - Returns: Shape [N, sizes…, I].
  public func transposedConvolution(
    _ weight: Tensor, _ geometry: ConvolutionGeometry, sizes: [Int]
  ) throws -> Tensor {
    guard weight.rank > 1, rank > 0 else {
      throw GraphError(
        scope: graph.currentScope, operation: "convolutionInputGradient",
        expected: "a weight of rank 3 or 4", found: "\(weight.shape)")
    }
    return try graph.add(
      .convolutionInputGradient(geometry), [self, weight],
      shape: [shape[0]] + sizes + [weight.shape[1]])
  }
}
