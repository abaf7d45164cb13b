internal import Layers
internal import Specification

// The first values, activations and norms that follow from a specification.
extension NetworkSpecification {
  /// The first values of parameters: DCGAN's in `conv` GANs of pictures, He's where there are no norms to keep
  /// sizes (`fixup`), PyTorch's in all other networks.
  var initialization: Initialization {
    guard norm != .fixup else { return .scaled(gain: rectifierGain) }
    guard family == .gan, backbone == .conv, example.isPicture else { return .pyTorch }
    return .dcgan
  }

  /// The gain that makes up for what a leaky ReLU 0.2 takes away.
  private var rectifierGain: Float { Float(2 / (1 + 0.2 * 0.2)).squareRoot() }

  /// The first values of the two convolutions of a residual branch: without norms the first is scaled by the
  /// number of branches L to the power of −1/(2m − 2), m = 2 convolutions, and the second is 0.
  ///
  /// Source: Zhang et al. 2019, arXiv:1901.09321, §3, rules 1 and 2.
  func branchInitialization(branches: Int) -> (first: Initialization, second: Initialization) {
    guard norm == .fixup else { return (initialization, initialization) }
    return (
      .scaled(gain: rectifierGain / Float(branches).squareRoot()), .scaled(gain: 0)
    )
  }

  /// The first values of the convolution beside a residual branch, which no activation follows.
  var shortcutInitialization: Initialization { norm == .fixup ? .scaled(gain: 1) : initialization }

  /// The activation between layers: leaky ReLU in `mlp` GANs, in the discriminators of `conv` GANs and, as in
  /// R3GAN (Huang et al. 2024, arXiv:2501.05441), with `fixup`; ReLU in all other networks.
  var activation: Activation {
    guard norm != .fixup else { return .leakyRelu }
    return switch (family, backbone, role) {
    case (.gan, .mlp, _), (.gan, .conv, .discriminator): .leakyRelu
    default: .relu
    }
  }

  /// The layer before the last one that tells how much the examples of a batch differ, if there is one.
  var minibatchLayer: MinibatchStandardDeviation? {
    minibatchStandardDeviation
      ? MinibatchStandardDeviation(role.outputBlock + ".minibatch_stddev") : nil
  }

  /// The sizes of what the last layer takes, given those of what comes before `minibatchLayer`.
  func headInput(_ sizes: [Int]) -> [Int] {
    sizes.dropLast() + sizes.suffix(1).map { minibatchStandardDeviation ? $0 + 1 : $0 }
  }

  /// The function after the last contraction.
  var outputActivation: Activation? { role == .generator ? .tanh : nil }

  /// The function that a network which makes frames applies to its own frame before it is fed back.
  var feedback: Activation? { outputsAreLogits ? .sigmoid : outputActivation }
}

extension NetworkSpecification {
  /// The layer of the norm; nil where there is none, as for spectral norm and fixup, which change
  /// weights only.
  func normLayer(_ address: String, channels: Int) -> (any Layer)? {
    let classes = conditionsNorms ? classesGiven : nil
    return switch norm {
    case .batch:
      BatchNorm(
        address, channels: channels, classes: classes, initialization: initialization)
    case .layer:
      LayerNorm(
        address, channels: channels, classes: classes, initialization: initialization)
    case .instance:
      InstanceNorm(
        address, channels: channels, classes: classes, initialization: initialization)
    case .spectral, .fixup, .none: nil
    }
  }
}

extension Normalization {
  /// True where it subtracts each channel's mean, so that a bias right before it has no effect.
  var removesBias: Bool { self == .batch || self == .instance }
}
