/// What the networks are made of.
public enum Backbone: String, Hashable, Sendable, CaseIterable {
  /// Linear layers on flattened examples.
  case mlp
  /// Strided convolutions, as in DCGAN: 2-D for images, 1-D for sounds.
  case conv
  /// Residual blocks of convolutions.
  case resnet
  /// A recurrent network over rows of images or frames of sounds.
  case rnn

  /// Whether its layers are convolutions, counted by `width` where others have `hidden` sizes.
  public var isConvolutional: Bool {
    switch self {
    case .conv, .resnet: true
    case .mlp, .rnn: false
    }
  }

  /// The ways in which a network that reads examples can lower the resolution; nil is by strides. Residual blocks have
  /// no strides, so that they pool in any case.
  public var poolings: [Pooling?] {
    switch self {
    case .conv: [nil, .max, .average]
    case .resnet: [.max, .average]
    case .mlp, .rnn: [nil]
    }
  }

  /// The pooling of a model that asks for none.
  public var standardPooling: Pooling? { self == .resnet ? .average : nil }

  /// The norms that its layers can have. Vectors have no places to normalise over.
  public var normalizations: [Normalization] {
    switch self {
    case .mlp: Normalization.allCases.filter { $0 != .instance }
    case .conv, .resnet: Normalization.allCases
    case .rnn: [.none]
    }
  }

  /// How many `hidden` sizes a network can have.
  public var hiddenCounts: ClosedRange<Int> { self == .rnn ? 1...1 : 1...64 }
}

/// Recurrent cells.
public enum Cell: String, Hashable, Sendable, CaseIterable {
  /// Gated recurrent unit.
  case gru
  /// Long short-term memory.
  case lstm
}

/// What is put between a contraction and its activation.
public enum Normalization: String, Hashable, Sendable, CaseIterable {
  /// Over the batch.
  case batch
  /// Over each example.
  case layer
  /// Over the places of each channel of each example.
  case instance
  /// Nothing, but every weight is divided by its largest singular value.
  case spectral
  /// Nothing.
  case none
}

/// Pooling over windows that do not overlap.
public enum Pooling: String, Hashable, Sendable, CaseIterable {
  /// The largest value of each window.
  case max
  /// The mean of each window.
  case average
}
