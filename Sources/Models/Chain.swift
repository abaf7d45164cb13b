internal import Autodiff
internal import Layers
internal import Specification

/// The pooling at the end of a block.
struct BlockPooling: Sendable {
  let kind: Pooling
  /// Places of a window along each spatial axis.
  let size: Int

  func callAsFunction(
    _ x: Tensor, of block: String, _ axes: [Axis], _ forward: Forward
  ) throws -> Tensor {
    try forward.pool(kind, x, size: size, of: block, axes)
  }
}

/// A contraction, a normalisation, an activation and an optional pooling, with the dropout sites
/// between them.
struct Block: Sendable {
  let address: String
  let contraction: any Layer
  let norm: (any Layer)?
  let activation: Activation
  let axes: [Axis]
  var pooling: BlockPooling?

  var layers: [any Layer] { [contraction] + (norm.map { [$0] } ?? []) }

  func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    var y = try contraction(x, forward)
    y = try forward.site(norm == nil ? .postLinear : .preNorm, of: address, y, axes)
    if let norm {
      y = try forward.site(.postNorm, of: address, norm(y, forward), axes)
    }
    y = try forward.graph.scope(address) { try forward.activate(activation, y) }
    y = try forward.site(.postAct, of: address, y, axes)
    return try pooling?(y, of: address, axes, forward) ?? y
  }
}

/// A network of blocks, one after another, and a last contraction.
struct Chain: NetworkBody {
  let role: NetworkRole
  let inputAxes: [Axis]
  let blocks: [Block]
  let attention: AttentionBlock?
  let minibatchLayer: MinibatchStandardDeviation?
  let classTerm: ClassTerm?
  let head: any Layer
  let outputActivation: Activation?

  init(
    _ specification: NetworkSpecification, blocks: [Block], attention: AttentionBlock? = nil,
    head: any Layer, classTerm: ClassTerm? = nil
  ) {
    role = specification.role
    inputAxes = specification.inputAxes
    minibatchLayer = specification.minibatchLayer
    self.classTerm = classTerm
    outputActivation = specification.outputActivation
    self.blocks = blocks
    self.attention = attention
    self.head = head
  }

  var layers: [any Layer] {
    blocks.flatMap(\.layers) + (attention?.layers ?? []) + (minibatchLayer.map { [$0] } ?? []) + [
      head
    ] + (classTerm?.layers ?? [])
  }

  func callAsFunction(_ x: Tensor, teacher: Tensor?, _ forward: Forward) throws -> Tensor {
    let name = role.rawValue
    var y = role.isGenerative ? x : try forward.site(.input, of: name, x, inputAxes)
    for block in blocks {
      y = try block(y, forward)
      y = try attention?(y, forward) ?? y
    }
    y = try minibatchLayer?(y, forward) ?? y
    y = try forward.site(.preOutput, of: name, y, blocks.last?.axes ?? inputAxes)
    y = try classTerm.added(to: head(y, forward), features: y, forward)
    guard let outputActivation else { return y }
    return try forward.graph.scope(head.address) { try forward.activate(outputActivation, y) }
  }
}
