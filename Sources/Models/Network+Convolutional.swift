internal import Autodiff
internal import Layers

/// How often an image's sides are halved, and what is left.
struct Stages {
  let count: Int
  let height: Int
  let width: Int

  /// Halves both sides while both stay whole and at least 4; the smaller must end in 4…8.
  ///
  /// - Throws: `ModelError` with the nearest sides that work.
  init(_ example: ExampleShape) throws {
    guard case .image(let height, let width, _) = example else {
      throw ModelError("data.kind", expected: "images with this backbone", found: "audio")
    }
    guard let stages = Stages(height: height, width: width) else {
      let found = height == width ? "\(height)" : "\(height)×\(width)"
      throw ModelError(
        "data.size", expected: Stages.advice(for: min(height, width)), found: found)
    }
    self = stages
  }

  private init?(height: Int, width: Int) {
    var (count, height, width) = (0, height, width)
    while height % 2 == 0, width % 2 == 0, min(height, width) >= 8 {
      (count, height, width) = (count + 1, height / 2, width / 2)
    }
    guard count > 0, (4...8).contains(min(height, width)) else { return nil }
    (self.count, self.height, self.width) = (count, height, width)
  }

  private static func advice(for side: Int) -> String {
    func works(_ side: Int) -> Bool { Stages(height: side, width: side) != nil }
    let below = (1..<max(2, side)).last(where: works)
    let above = (side + 1...max(side + 1, 8192)).first(where: works)
    let sides = [below, above].compactMap { $0.map { "\($0)" } }.joined(separator: " or ")
    return "sides that are 4 to 8 times a power of two for backbone conv, such as \(sides)"
  }
}

extension Network {
  /// 4×4 convolutions of stride 2, transposed in networks that make images: DCGAN's.
  ///
  /// Source: Radford et al. 2016, arXiv:1511.06434, §3.
  static func convolutional(_ specification: NetworkSpecification) throws -> Network {
    let stages = try Stages(specification.example)
    let builder = ConvolutionalBuilder(specification: specification, stages: stages)
    return try specification.role.isGenerative ? builder.generative() : builder.discriminative()
  }
}

private struct ConvolutionalBuilder {
  let specification: NetworkSpecification
  let stages: Stages
  let geometry = ConvolutionGeometry(stride: [2, 2], padding: [1, 1])

  var name: String { specification.role.rawValue }
  var spectral: Bool { specification.norm == .spectral }
  var axes: [Axis] { specification.example.axes }
  var image: [Int] { specification.example.sizes }
  /// Channels after each halving: width, 2·width, ….
  var channels: [Int] { (0..<stages.count).map { specification.width << $0 } }
  var top: [Int] { [stages.height, stages.width, specification.width << (stages.count - 1)] }

  func generative() throws -> Network {
    let first = LinearToImage(
      name + ".block1.linear", inputs: specification.latent, image: top,
      initialization: specification.initialization, spectral: spectral)
    var blocks = [block(1, first, channels: top[2])]
    for (index, channels) in channels.dropLast().reversed().enumerated() {
      let number = index + 2
      let layer = transposed(
        "\(name).block\(number)", 2 * channels, channels, bias: !specification.norm.removesBias)
      blocks.append(block(number, layer, channels: channels))
    }
    let head = transposed(name + ".output", specification.width, image[2], bias: true)
    return try Network(specification, Chain(specification, blocks: blocks, head: head))
  }

  func discriminative() throws -> Network {
    let inputs = [image[2]] + channels
    let blocks = channels.enumerated().map { index, outputs in
      let normalized = index > 0
      let layer = Convolution(
        "\(name).block\(index + 1).conv", inputs: inputs[index], outputs: outputs, kernel: [4, 4],
        geometry: geometry, bias: !(normalized && specification.norm.removesBias),
        initialization: specification.initialization, spectral: spectral)
      return block(index + 1, layer, channels: outputs, normalized: normalized)
    }
    let head = LinearFromImage(
      name + ".output.linear", image: top, outputs: specification.outputs,
      initialization: specification.initialization, spectral: spectral)
    return try Network(specification, Chain(specification, blocks: blocks, head: head))
  }

  private func transposed(
    _ block: String, _ inputs: Int, _ outputs: Int, bias: Bool
  ) -> TransposedConvolution {
    TransposedConvolution(
      block + ".conv", inputs: inputs, outputs: outputs, kernel: [4, 4], geometry: geometry,
      bias: bias, initialization: specification.initialization, spectral: spectral)
  }

  private func block(
    _ number: Int, _ contraction: any Layer, channels: Int, normalized: Bool = true
  ) -> Block {
    let address = "\(name).block\(number)"
    let norm =
      normalized
      ? specification.norm.layer(
        address + ".norm", channels: channels, initialization: specification.initialization) : nil
    return Block(
      address: address, contraction: contraction, norm: norm, activation: specification.activation,
      axes: axes)
  }
}
