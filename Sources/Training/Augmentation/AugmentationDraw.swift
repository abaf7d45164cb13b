internal import Autodiff
internal import Layers

/// The random numbers and inputs of an augmentation in one pass.
struct AugmentationDraw {
  /// The building of the graph.
  let forward: Forward
  /// The name for the pass's random numbers: `augment/<name>/<visit>`.
  let stream: String
  /// Number of examples in the batch.
  let batch: Int
  /// The inputs of the step, to which the pass may add.
  let inputs: StepInputs

  /// The graph that is being built.
  var graph: Graph { forward.graph }

  /// Uniform numbers in (0, 1), new at each step.
  ///
  /// - Parameter name: Tells several drawings of one pass apart.
  func uniform(_ name: String, shape: Shape) throws -> Tensor {
    try graph.uniform(stream + "/" + name, shape: shape)
  }

  /// Normal numbers of mean 0 and variance 1, new at each step.
  func normal(_ name: String, shape: Shape) throws -> Tensor {
    try graph.normal(stream + "/" + name, shape: shape)
  }

  /// Uniform numbers in (0, 1), one for each example, shaped to broadcast with examples.
  func uniform(_ name: String, like x: Tensor) throws -> Tensor {
    try uniform(name, shape: x.shape.eachExample)
  }

  /// Whole numbers from 0 to below `limit`, each as likely, new at each step.
  func whole(_ name: String, below limit: Int, shape: Shape) throws -> Tensor {
    // The largest number below 1 times the limit may round up to the limit.
    try (uniform(name, shape: shape) * Float(limit)).floor().minimum(Float(limit - 1))
  }

  /// Shares in 0…1 from Beta(α, α), one for each example, shaped to broadcast with examples.
  func shares(_ alpha: Double, like x: Tensor) throws -> Tensor {
    let shares = try inputs.add(stream + "/share", to: graph, shape: [batch]) { seed in
      let beta = SymmetricBeta(alpha, stream: stream + "/share", seed: seed)
      return { beta.fill($0, step: UInt64($1)) }
    }
    return try shares.reshape(x.shape.eachExample)
  }
}

extension Shape {
  /// The batch size, and 1 along all other axes: [8, 32, 32, 3] → [8, 1, 1, 1].
  var eachExample: Shape { prefix(1) + dropFirst().map { _ in 1 } }
}

extension Tensor {
  /// Mixes each example with the next one of the batch, and the last with the first.
  ///
  /// - Parameter share: The share that each example keeps of itself, [N, 1, …].
  func mixed(_ share: Tensor) throws -> Tensor { try self * share + rolled() * (1 - share) }

  /// Replaces each example by the next one of the batch, and the last by the first.
  func rolled() throws -> Tensor {
    try Tensor.concatenate(
      [slice(axis: 0, 1..<shape[0]), slice(axis: 0, 0..<1)], axis: 0)
  }

  /// Marks a stretch of an axis: 1 at the places whose middles lie in it, else 0.
  ///
  /// - Parameters:
  ///   - axis: The axis of `shape`, which is [N, …].
  ///   - centre: The middle of the stretch, in places, [N, 1, …].
  ///   - length: The length of the stretch, in places, broadcastable with `centre`.
  /// - Returns: A tensor with the sizes of the batch and the axis, and 1 along all other axes.
  static func stretch(
    axis: Int, of shape: Shape, centre: Tensor, length: Tensor
  ) throws -> Tensor {
    var sizes = shape.map { _ in 1 }
    sizes[axis] = shape[axis]
    let middles = try centre.graph.add(.iota(axis: axis), shape: sizes) + 0.5
    return try ((middles - centre).abs() * 2).less(than: length)
  }
}
