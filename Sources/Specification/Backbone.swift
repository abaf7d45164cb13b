/// The kinds of layers that networks are made of.
public enum Backbone: String, Hashable, Sendable, CaseIterable {
  /// Linear layers on flattened examples.
  case mlp
  /// Strided convolutions, as in DCGAN: 2-D for images, 1-D for sounds.
  case conv
  /// Residual blocks of convolutions.
  case resnet
  /// A recurrent network over rows of images or frames of sounds.
  case rnn

  /// True where its layers are convolutions. Their sizes follow from `width`; other backbones have `hidden` sizes.
  public var isConvolutional: Bool {
    switch self {
    case .conv, .resnet: true
    case .mlp, .rnn: false
    }
  }

  /// The poolings that a network that reads examples can have; nil stands for none. Convolutions without a
  /// pooling have strides. Residual blocks have no strides, so they always pool.
  public var poolings: [Pooling?] {
    switch self {
    case .conv: [nil, .max, .average]
    case .resnet: [.max, .average]
    case .mlp, .rnn: [nil]
    }
  }

  /// The default pooling.
  public var standardPooling: Pooling? { self == .resnet ? .average : nil }

  /// The ways in which a network that makes examples can raise the resolution; none in backbones without
  /// resolutions. Residual blocks upsample both of their ways, so they have no transposed convolutions.
  public var upsamplings: [Upsampling] {
    switch self {
    case .conv: Upsampling.allCases
    case .resnet: [.nearest, .bilinear]
    case .mlp, .rnn: []
    }
  }

  /// The default way of raising the resolution; it means nothing in backbones without resolutions.
  public var standardUpsampling: Upsampling { self == .resnet ? .nearest : .transposed }

  /// The norms that its layers can have. Vectors have no places, so an `mlp` cannot have instance norm; only
  /// residual blocks have branches for `fixup` to scale.
  public var normalizations: [Normalization] {
    switch self {
    case .mlp: Normalization.allCases.filter { $0 != .instance && $0 != .fixup }
    case .conv: Normalization.allCases.filter { $0 != .fixup }
    case .resnet: Normalization.allCases
    case .rnn: [.none]
    }
  }

  /// Allowed numbers of `hidden` sizes.
  public var hiddenCounts: ClosedRange<Int> { self == .rnn ? 1...1 : 1...64 }
}

/// Recurrent cells.
public enum Cell: String, Hashable, Sendable, CaseIterable {
  /// Gated recurrent unit.
  case gru
  /// Long short-term memory.
  case lstm
}

/// The kinds of normalisation between a contraction and its activation.
public enum Normalization: String, Hashable, Sendable, CaseIterable {
  /// Over the batch.
  case batch
  /// Over each example.
  case layer
  /// Over the places of each channel of each example.
  case instance
  /// Nothing in between; every weight is divided by its largest singular value.
  case spectral
  /// Nothing in between; residual branches are 0 at first and have a learned scale.
  case fixup
  /// No normalisation.
  case none
}

/// The ways in which a convolutional network raises the resolution.
public enum Upsampling: String, Hashable, Sendable, CaseIterable {
  /// By the stride of a transposed convolution.
  case transposed
  /// Every place is repeated before a convolution.
  case nearest
  /// Places between places are interpolated before a convolution.
  case bilinear
}

/// Pooling over windows that do not overlap.
public enum Pooling: String, Hashable, Sendable, CaseIterable {
  /// The largest value of each window.
  case max
  /// The mean of each window.
  case average
}
