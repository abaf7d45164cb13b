internal import Autodiff
internal import Layers
internal import Specification

extension Network {
  /// A network of strided convolutions, transposed where it makes examples. Pictures have kernels of
  /// 4×4 and stride 2, as in DCGAN; waveforms have kernels of 25 samples and stride 4, as in WaveGAN.
  /// With a pooling, networks that read examples have convolutions of stride 1, each followed by
  /// the pooling; with an upsampling, networks that make examples have such convolutions after it.
  ///
  /// Source: Radford et al. 2016, arXiv:1511.06434, §3; Donahue et al. 2019, arXiv:1802.04208, §3.
  static func convolutional(_ specification: NetworkSpecification) throws -> Network {
    let stages = try Stages(specification.example, specification.backbone)
    let builder = ConvolutionalBuilder(
      specification: specification, stages: stages,
      attention: try AttentionBlock(specification, stages))
    return try specification.role.isGenerative ? builder.generative() : builder.discriminative()
  }
}

/// The kernel and geometry of the convolutions on a kind of example.
private struct ConvolutionForm {
  let kernel: [Int]
  let geometry: ConvolutionGeometry
  /// The output padding, for transposed convolutions only; nil for none.
  var outputPadding: [Int]?

  static func strided(_ example: ExampleShape) -> ConvolutionForm {
    switch example {
    case .image, .spectrogram:
      ConvolutionForm(
        kernel: [4, 4], geometry: ConvolutionGeometry(stride: [2, 2], padding: [1, 1]))
    case .sound:
      ConvolutionForm(
        kernel: [25], geometry: ConvolutionGeometry(stride: [4], padding: [11]),
        outputPadding: [1])
    }
  }
}

private struct ConvolutionalBuilder {
  let specification: NetworkSpecification
  let stages: Stages
  let attention: AttentionBlock?

  var name: String { specification.role.rawValue }
  var spectral: Bool { specification.norm == .spectral }
  var axes: [Axis] { specification.example.axes }
  var exampleChannels: Int { specification.example.channels }
  /// Channels after each division of the resolution: width, 2·width, ….
  var channels: [Int] { (0..<stages.count).map { specification.width << $0 } }
  var top: [Int] { stages.base + channels.suffix(1) }

  func generative() throws -> Network {
    let first = LinearToImage(
      name + ".block1.linear", inputs: specification.codeSize, image: top,
      initialization: specification.initialization, spectral: spectral)
    var blocks = [block(1, first, channels: channels[stages.count - 1])]
    for (index, channels) in channels.dropLast().reversed().enumerated() {
      let number = index + 2
      let layer = rising(
        "\(name).block\(number)", 2 * channels, channels, bias: !specification.norm.removesBias)
      blocks.append(block(number, layer, channels: channels))
    }
    let head = rising(
      specification.role.outputBlock, specification.width, exampleChannels, bias: true)
    return try Network(
      specification,
      Chain(specification, blocks: blocks, attention: attention, head: head))
  }

  func discriminative() throws -> Network {
    let inputs = [exampleChannels] + channels
    let pooling = specification.pooling.map { BlockPooling(kind: $0, size: stages.factor) }
    let blocks = channels.enumerated().map { index, outputs in
      let normalized = index > 0
      let layer = falling(
        "\(name).block\(index + 1).conv", inputs[index], outputs,
        bias: !(normalized && specification.norm.removesBias))
      return block(
        index + 1, layer, channels: outputs, normalized: normalized, pooling: pooling)
    }
    let features = specification.headInput(top)
    let head = LinearFromImage(
      specification.role.outputBlock + ".linear", image: features, outputs: specification.outputs,
      initialization: specification.initialization, spectral: spectral)
    return try Network(
      specification,
      Chain(
        specification, blocks: blocks, attention: attention, head: head,
        classTerm: specification.classTerm(channels: features[features.count - 1])))
  }

  /// The convolution of a block that lowers the resolution: by its stride, or by a pooling that follows it.
  private func falling(_ address: String, _ inputs: Int, _ outputs: Int, bias: Bool) -> Convolution
  {
    guard specification.pooling == nil else {
      return unstrided(address, inputs, outputs, bias: bias)
    }
    let form = ConvolutionForm.strided(specification.example)
    return Convolution(
      address, inputs: inputs, outputs: outputs, kernel: form.kernel, geometry: form.geometry,
      bias: bias, initialization: specification.initialization, spectral: spectral)
  }

  /// The contraction of a block that raises the resolution: by its stride, or after an upsampling.
  private func rising(
    _ block: String, _ inputs: Int, _ outputs: Int, bias: Bool
  ) -> any Layer {
    let address = block + ".conv"
    guard specification.upsampling == .transposed else {
      return UpsampledConvolution(
        specification.upsampling, factor: stages.factor,
        unstrided(address, inputs, outputs, bias: bias))
    }
    let form = ConvolutionForm.strided(specification.example)
    return TransposedConvolution(
      address, inputs: inputs, outputs: outputs, kernel: form.kernel,
      geometry: form.geometry, outputPadding: form.outputPadding, bias: bias,
      initialization: specification.initialization, spectral: spectral)
  }

  private func unstrided(
    _ address: String, _ inputs: Int, _ outputs: Int, bias: Bool
  ) -> Convolution {
    specification.convolution(
      address, inputs: inputs, outputs: outputs,
      kernel: specification.example.isPicture ? 3 : 25, bias: bias)
  }

  private func block(
    _ number: Int, _ contraction: any Layer, channels: Int, normalized: Bool = true,
    pooling: BlockPooling? = nil
  ) -> Block {
    let address = "\(name).block\(number)"
    let norm =
      normalized
      ? specification.normLayer(address + ".norm", channels: channels) : nil
    return Block(
      address: address, contraction: contraction, norm: norm, activation: specification.activation,
      axes: axes, pooling: pooling)
  }
}
