internal import Layers
internal import Specification

extension Network {
  /// A network of linear layers, with hidden layers of the sizes `hidden`. Examples are flattened
  /// in PyTorch's order.
  static func mlp(_ specification: NetworkSpecification) throws -> Network {
    let s = specification
    let example = s.example.sizes
    let sizes = [s.codeSize] + s.hidden
    let blocks = s.hidden.enumerated().map { index, size in
      let address = "\(s.role.rawValue).block\(index + 1)"
      let contraction: any Layer =
        index == 0 && !s.role.isGenerative
        ? LinearFromImage(
          address + ".linear", image: example, outputs: size, bias: !s.norm.removesBias,
          initialization: s.initialization, spectral: s.norm == .spectral)
        : Linear(
          address + ".linear", inputs: sizes[index], outputs: size, bias: !s.norm.removesBias,
          initialization: s.initialization, spectral: s.norm == .spectral)
      return Block(
        address: address, contraction: contraction,
        norm: s.normLayer(address + ".norm", channels: size),
        activation: s.activation, axes: [.batch, .features])
    }
    let last = sizes[sizes.count - 1]
    let address = s.role.outputBlock + ".linear"
    let features = s.headInput([last])[0]
    let head: any Layer =
      s.role.isGenerative
      ? LinearToImage(
        address, inputs: last, image: example, initialization: s.initialization,
        spectral: s.norm == .spectral)
      : Linear(
        address, inputs: features, outputs: s.outputs, initialization: s.initialization,
        spectral: s.norm == .spectral)
    return try Network(
      s, Chain(s, blocks: blocks, head: head, classTerm: s.classTerm(channels: features)))
  }
}
