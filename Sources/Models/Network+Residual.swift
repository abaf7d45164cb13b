internal import Autodiff
internal import Layers
internal import Specification

extension Network {
  /// A network of residual blocks with pre-activation, as in SNGAN: with upsampling where it makes
  /// examples and pooling where it reads them.
  ///
  /// Source: Miyato et al. 2018, arXiv:1802.05957, appendix B.4; He et al. 2016, arXiv:1603.05027.
  static func residual(_ specification: NetworkSpecification) throws -> Network {
    let stages = try Stages(specification.example, specification.backbone)
    let attention = try AttentionBlock(specification, stages)
    return try Network(
      specification,
      specification.role.isGenerative
        ? ResidualWriter(specification, stages, attention)
        : ResidualReader(specification, stages, attention))
  }
}

/// A network that maps a latent to the coarsest resolution, followed by blocks that upsample and a
/// last convolution.
private struct ResidualWriter: NetworkBody {
  let specification: NetworkSpecification
  let stem: LinearToImage
  let blocks: [ResidualBlock]
  let attention: AttentionBlock?
  let finish: PreActivation
  let head: Convolution

  init(
    _ specification: NetworkSpecification, _ stages: Stages, _ attention: AttentionBlock?
  ) {
    self.specification = specification
    self.attention = attention
    let name = specification.role.rawValue
    let width = specification.width
    stem = LinearToImage(
      name + ".stem.linear", inputs: specification.codeSize,
      image: stages.base + [width << (stages.count - 1)],
      initialization: specification.initialization, spectral: specification.norm == .spectral)
    blocks = (0..<stages.count).map { index in
      let level = stages.count - 1 - index
      return ResidualBlock(
        specification, number: index + 1, of: stages.count, inputs: width << level,
        outputs: width << max(0, level - 1), resizing: .up(specification.upsampling, stages.factor))
    }
    finish = PreActivation(specification, specification.role.outputBlock, channels: width)
    head = specification.convolution(
      specification.role.outputBlock + ".conv", inputs: width,
      outputs: specification.example.channels)
  }

  var layers: [any Layer] {
    [stem] + blocks.flatMap(\.layers) + (attention?.layers ?? []) + finish.layers + [head]
  }

  func callAsFunction(_ x: Tensor, teacher: Tensor?, _ forward: Forward) throws -> Tensor {
    let name = specification.role.rawValue
    let axes = specification.example.axes
    var y = try forward.site(.postLinear, of: name + ".stem", stem(x, forward), axes)
    y = try attention?(y, forward) ?? y
    for block in blocks {
      y = try block(y, forward)
      y = try attention?(y, forward) ?? y
    }
    y = try forward.site(.preOutput, of: name, finish(y, forward), axes)
    y = try head(y, forward)
    guard let activation = specification.outputActivation else { return y }
    return try forward.graph.scope(head.address) { try forward.activate(activation, y) }
  }
}

/// A network of blocks that pool down to the coarsest resolution, followed by a linear layer.
private struct ResidualReader: NetworkBody {
  let specification: NetworkSpecification
  let blocks: [ResidualBlock]
  let attention: AttentionBlock?
  let finish: PreActivation
  let minibatchLayer: MinibatchStandardDeviation?
  let head: LinearFromImage
  let classTerm: ClassTerm?

  init(
    _ specification: NetworkSpecification, _ stages: Stages, _ attention: AttentionBlock?
  ) {
    self.specification = specification
    self.attention = attention
    let channels = (0..<stages.count).map { specification.width << $0 }
    let top = channels[stages.count - 1]
    let inputs = [specification.example.channels] + channels
    guard let kind = specification.pooling else { preconditionFailure("residual blocks pool") }
    let pooling = BlockPooling(kind: kind, size: stages.factor)
    blocks = channels.enumerated().map { index, outputs in
      ResidualBlock(
        specification, number: index + 1, of: stages.count, inputs: inputs[index],
        outputs: outputs, resizing: .down(pooling))
    }
    finish = PreActivation(specification, specification.role.outputBlock, channels: top)
    minibatchLayer = specification.minibatchLayer
    let features = specification.headInput(stages.base + [top])
    head = LinearFromImage(
      specification.role.outputBlock + ".linear", image: features, outputs: specification.outputs,
      initialization: specification.initialization, spectral: specification.norm == .spectral)
    classTerm = specification.classTerm(channels: features[features.count - 1])
  }

  var layers: [any Layer] {
    blocks.flatMap(\.layers) + (attention?.layers ?? []) + finish.layers
      + (minibatchLayer.map { [$0] } ?? []) + [head] + (classTerm?.layers ?? [])
  }

  func callAsFunction(_ x: Tensor, teacher: Tensor?, _ forward: Forward) throws -> Tensor {
    let name = specification.role.rawValue
    let axes = specification.example.axes
    var y = try forward.site(.input, of: name, x, axes)
    for block in blocks {
      y = try block(y, forward)
      y = try attention?(y, forward) ?? y
    }
    y = try finish(y, forward)
    y = try minibatchLayer?(y, forward) ?? y
    y = try forward.site(.preOutput, of: name, y, axes)
    return try classTerm.added(to: head(y, forward), features: y, forward)
  }
}
