internal import Autodiff

/// What an augmentation needs for one pass.
struct AugmentationDraw {
  /// The graph that is being built.
  let graph: Graph
  /// The name for the pass's random numbers: `augment/<name>/<visit>`.
  let stream: String
  /// Examples of the batch.
  let batch: Int
  /// Inputs of the graph that the pass has added.
  let inputs: StepInputs

  /// Uniform numbers in (0, 1), new at each step.
  ///
  /// - Parameter name: Tells several drawings of one pass apart.
  func uniform(_ name: String, shape: Shape) throws -> Tensor {
    try graph.uniform(stream + "/" + name, shape: shape)
  }

  /// Uniform numbers in (0, 1), one an example, shaped to broadcast with examples.
  func uniform(_ name: String, like x: Tensor) throws -> Tensor {
    try uniform(name, shape: x.shape.eachExample)
  }

  /// Shares in 0…1 from Beta(α, α), one an example, shaped to broadcast with examples.
  func shares(_ alpha: Double, like x: Tensor) throws -> Tensor {
    let shares = try inputs.add(stream + "/share", to: graph, shape: [batch]) { seed in
      let beta = SymmetricBeta(alpha, stream: stream + "/share", seed: seed)
      return { beta.fill($0, step: UInt64($1)) }
    }
    return try shares.reshape(x.shape.eachExample)
  }
}

extension Shape {
  /// The batch, and size 1 along all other axes.
  var eachExample: Shape { prefix(1) + dropFirst().map { _ in 1 } }
}

extension Tensor {
  /// Each example mixed with the next one of the batch, the last with the first.
  ///
  /// - Parameter share: What each keeps of itself, [N, 1, …].
  func mixed(_ share: Tensor) throws -> Tensor { try self * share + rolled() * (1 - share) }

  /// Each example's successor in the batch.
  func rolled() throws -> Tensor {
    try Tensor.concatenate(
      [slice(axis: 0, 1..<shape[0]), slice(axis: 0, 0..<1)], axis: 0)
  }

  /// 1 at the places of an axis whose middles lie in a stretch, else 0.
  ///
  /// - Parameters:
  ///   - axis: Of the shape [N, …] whose places are meant.
  ///   - centre: In places, [N, 1, …].
  ///   - length: In places, broadcastable with `centre`.
  /// - Returns: Size N and that of the axis, 1 along the others.
  static func stretch(
    axis: Int, of shape: Shape, centre: Tensor, length: Tensor
  ) throws -> Tensor {
    var sizes = shape.map { _ in 1 }
    sizes[axis] = shape[axis]
    let middles = try centre.graph.add(.iota(axis: axis), shape: sizes) + 0.5
    return try ((middles - centre).abs() * 2).less(than: length)
  }
}
