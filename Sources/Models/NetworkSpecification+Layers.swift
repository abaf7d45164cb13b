internal import Layers
internal import Specification

// What a specification means for the layers of a network.
extension NetworkSpecification {
  /// DCGAN's first values for convolutional GANs of images, PyTorch's for all others.
  var initialization: Initialization {
    guard family == .gan, backbone == .conv, example.kind == .images else { return .pyTorch }
    return .dcgan
  }

  /// Leaky ReLU wherever the peers' networks have it.
  var activation: Activation {
    switch (family, backbone, role) {
    case (.gan, .mlp, _), (.gan, .conv, .discriminator): .leakyRelu
    default: .relu
    }
  }

  /// The function after the last contraction.
  var outputActivation: Activation? { role == .generator ? .tanh : nil }

  /// What a frame goes through before a network that makes frames is fed it.
  var feedback: Activation? { outputsAreLogits ? .sigmoid : outputActivation }
}

extension Normalization {
  /// The layer, if it is one.
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

  /// Whether it subtracts each channel's mean, so that a bias a channel before it has no effect.
  var removesBias: Bool { self == .batch || self == .instance }
}
