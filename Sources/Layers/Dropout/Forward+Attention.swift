public import Autodiff
internal import Specification

extension Forward {
  /// Turns logits into weights of attention, softmax over the keys, with the site `<block>.attention`.
  ///
  /// - Parameters:
  ///   - logits: [N, queries, keys].
  ///   - block: The address of the block that attends.
  /// - Returns: Same shape.
  public func attentionWeights(_ logits: Tensor, of block: String) throws -> Tensor {
    let site = DropoutSite(
      .attention, of: block, axes: [.batch, .queries, .keys],
      example: Array(logits.shape.dropFirst()), kind: .attention)
    return try graph.scope(site.address) {
      guard let visit = try visit(site, batch: logits.shape[0]) else {
        return try logits.softmax()
      }
      guard let variant = visit.placement.variant as? any AttentionDropout else {
        return try activations(logits.softmax(), visit)
      }
      return try (visit.isDropping ? variant.apply(to: logits, visit.draw) : logits).softmax()
    }
  }
}
