internal import Autodiff
internal import Complaints
internal import Layers
internal import Specification

/// Self-attention between all places of one resolution: x + γ·W_o(A·V), A = softmax(Q·Kᵀ) over the places.
///
/// Q, K and V are 1×1 convolutions of x, to an eighth of its channels and, for V, half of them. γ is learned, at
/// first 0. There are neither biases nor a division by the root of the keys' size.
///
/// Source: Zhang et al. 2019, arXiv:1805.08318, §3, with the channels of its code, which also pools keys and
/// values.
struct AttentionBlock: Sendable {
  let address: String
  /// Size of the first spatial axis of the maps that it is for.
  let side: Int
  let query: Convolution
  let key: Convolution
  let value: Convolution
  let output: Convolution
  /// γ.
  let scale: BranchScale

  /// The block that a specification asks for; nil for none.
  ///
  /// - Throws: `ModelError` where the network has no such side.
  init?(_ specification: NetworkSpecification, _ stages: Stages) throws {
    guard let side = specification.attention else { return nil }
    guard let level = stages.sides.firstIndex(of: side) else {
      throw ModelError(
        specification.attentionKey,
        expected: "a side that the \(specification.role.rawValue) has between its blocks: "
          + stages.sides.map(String.init).joined(separator: ", "), found: "\(side)")
    }
    let address = specification.role.rawValue + ".attention"
    let channels = specification.width << (stages.count - 1 - level)
    func convolution(_ name: String, _ inputs: Int, _ outputs: Int) -> Convolution {
      specification.convolution(
        "\(address).\(name).conv", inputs: inputs, outputs: outputs, kernel: 1, bias: false)
    }
    let (keys, values) = (max(1, channels / 8), max(1, channels / 2))
    self.address = address
    self.side = side
    query = convolution("query", channels, keys)
    key = convolution("key", channels, keys)
    value = convolution("value", channels, values)
    output = convolution("output", values, channels)
    scale = BranchScale(address + ".scale", first: .zeros)
  }

  var layers: [any Layer] { [query, key, value, output, scale] }

  /// Adds what is attended to, if x has the block's side; else x itself.
  func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    guard x.shape[1] == side else { return x }
    func rows(_ convolution: Convolution) throws -> Tensor {
      let y = try convolution(x, forward)
      return try forward.graph.scope(address) { try y.places() }
    }
    let (queries, keys) = (try rows(query), try rows(key))
    let weights = try forward.attentionWeights(
      forward.graph.scope(address) { try queries.matmul(keys, transposeOther: true) },
      of: address)
    let values = try rows(value)
    let seen = try forward.graph.scope(address) {
      try weights.matmul(values).reshape(x.shape.dropLast() + values.shape.suffix(1))
    }
    let branch = try scale(output(seen, forward), forward)
    return try forward.graph.scope(address) { try x + branch }
  }
}

extension Tensor {
  /// All places of an example on one axis: [N, spatial…, C] → [N, places, C].
  fileprivate func places() throws -> Tensor {
    let channels = shape[rank - 1]
    return try reshape([shape[0], shape.elementCount / (shape[0] * channels), channels])
  }
}
