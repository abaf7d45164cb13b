public import Autodiff
internal import Specification

extension Forward {
  /// Multiplies by a weight, through the site `weights` of the layer's block.
  ///
  /// - Parameters:
  ///   - layer: Address of the layer. The site belongs to the layer's block.
  ///   - axes: The meanings of the weight's axes.
  ///   - rowsPerExample: Vectors of each example that the weight multiplies.
  ///   - bias: Added afterwards.
  ///   - product: The contraction without bias.
  func contract(
    _ layer: String, _ input: Tensor, weight: Tensor, axes: [Axis], rowsPerExample: Int,
    bias: Parameter?, _ product: @escaping (_ input: Tensor, _ weight: Tensor) throws -> Tensor
  ) throws -> Tensor {
    let site = DropoutSite(
      .weights, of: layer.split(separator: ".").dropLast().joined(separator: "."),
      axes: [.batch] + axes, example: weight.shape, kind: .weights(rowsPerExample: rowsPerExample))
    let contraction = Contraction(input: input, weight: weight, product: product)
    let result = try dropped(contraction, site, batch: input.shape[0])
    let y = try bias.map { try result.value + value(of: $0) } ?? result.value
    dropout.variances[y.id] = result.variance
    return y
  }

  /// Passes a weight through its site once, for a layer that multiplies by it several times for
  /// each example, so that all uses share one mask.
  func sharedWeight(_ layer: String, _ weight: Tensor, axes: [Axis], uses: Int) throws -> Tensor {
    try contract(
      layer, weight, weight: weight, axes: axes, rowsPerExample: max(2, uses), bias: nil
    ) { _, weight in weight }
  }

  private func dropped(
    _ contraction: Contraction, _ site: DropoutSite, batch: Int
  ) throws -> Contraction.Result {
    guard let visit = try visit(site, batch: batch),
      let variant = visit.placement.variant as? any WeightDropout
    else { return Contraction.Result(try contraction(contraction.weight)) }
    return try graph.scope(site.address) {
      visit.isDropping
        ? try variant.apply(to: contraction, visit.draw)
        : try variant.pass(contraction, visit.draw)
    }
  }

  /// Applies an activation, averaged over a normal distribution where a variant has given `x` a
  /// variance.
  public func activate(_ activation: Activation, _ x: Tensor) throws -> Tensor {
    guard let variance = dropout.variances[x.id] else { return try activation(x) }
    return try activation.expectation(mean: x, variance: variance)
  }

  /// Gives a layer's weight to the variant that waits for the contraction of `x`, or of a tensor
  /// that `x` only rearranges.
  func noteUse(of x: Tensor, by parameters: [Parameter]) throws {
    guard !dropout.awaited.isEmpty, let weight = parameters.first(where: \.isDecayed) else {
      return
    }
    var id = x.id
    while dropout.awaited[id] == nil, graph.nodes[id].operation.isRearrangement {
      id = graph.nodes[id].inputs[0]
    }
    try dropout.awaited.removeValue(forKey: id)?.use(value(of: weight))
  }
}

extension Operation {
  /// True where the result has the elements of its input, rearranged.
  fileprivate var isRearrangement: Bool {
    switch self {
    case .reshape, .transpose: true
    default: false
    }
  }
}
