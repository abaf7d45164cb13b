internal import Layers
internal import Specification

// The first values, activations and norms that follow from a specification.
extension NetworkSpecification {
  /// The first values of parameters: DCGAN's in `conv` GANs of pictures, PyTorch's in all other networks.
  var initialization: Initialization {
    guard family == .gan, backbone == .conv, example.isPicture else { return .pyTorch }
    return .dcgan
  }

  /// The activation between layers: leaky ReLU in `mlp` GANs and in the discriminators of `conv`
  /// GANs, ReLU in all other networks.
  var activation: Activation {
    switch (family, backbone, role) {
    case (.gan, .mlp, _), (.gan, .conv, .discriminator): .leakyRelu
    default: .relu
    }
  }

  /// The function after the last contraction.
  var outputActivation: Activation? { role == .generator ? .tanh : nil }

  /// The function that a network which makes frames applies to its own frame before it is fed back.
  var feedback: Activation? { outputsAreLogits ? .sigmoid : outputActivation }
}

extension Normalization {
  /// The layer of the norm; nil where there is none, as for spectral norm, which changes weights only.
  func layer(
    _ address: String, channels: Int, initialization: Initialization
  ) -> (any Layer)? {
    switch self {
    case .batch: BatchNorm(address, channels: channels, initialization: initialization)
    case .layer: LayerNorm(address, channels: channels, initialization: initialization)
    case .instance: InstanceNorm(address, channels: channels, initialization: initialization)
    case .spectral, .none: nil
    }
  }

  /// True where it subtracts each channel's mean, so that a bias right before it has no effect.
  var removesBias: Bool { self == .batch || self == .instance }
}
