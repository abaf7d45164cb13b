/// The kinds of examples.
public enum ExampleKind: String, Hashable, Sendable, CaseIterable {
  /// Pictures.
  case images
  /// Sounds.
  case audio
}

/// The sizes of one example.
public enum ExampleShape: Hashable, Sendable {
  /// A picture; channels are 1 or 3.
  case image(height: Int, width: Int, channels: Int)
  /// A sound of one channel.
  case sound(samples: Int)
  /// A sound as a picture; see `Representation`.
  case spectrogram(SpectrogramSizes, channels: Int)

  /// Allowed sides of a picture, in pixels.
  public static let sides = 1...4096
  /// Allowed lengths of a sound, in samples.
  public static let lengths = 1...16_777_216

  /// The kind of the example.
  public var kind: ExampleKind {
    switch self {
    case .image: .images
    case .sound, .spectrogram: .audio
    }
  }

  /// True where it has rows and columns.
  public var isPicture: Bool { sizes.count == 3 }

  /// The sizes as a list: [H, W, C] or [T, 1]. The rows of a spectrogram are its frames.
  public var sizes: [Int] {
    switch self {
    case .image(let height, let width, let channels): [height, width, channels]
    case .sound(let samples): [samples, 1]
    case .spectrogram(let sizes, let channels): [sizes.frames, sizes.bands, channels]
    }
  }

  /// Number of values at each pixel or sample.
  public var channels: Int {
    switch self {
    case .image(_, _, let channels), .spectrogram(_, let channels): channels
    case .sound: 1
    }
  }

  /// The shape of the deviations that are learned of examples: one for each frequency and channel of spectrograms, else
  /// one in all.
  var deviation: [Int] {
    switch self {
    case .image, .sound: [1]
    case .spectrogram(let sizes, let channels): [sizes.bands, channels]
    }
  }

  /// The meanings of a batch's axes.
  public var axes: [Axis] {
    switch self {
    case .image, .spectrogram: [.batch, .height, .width, .channels]
    case .sound: [.batch, .time, .channels]
    }
  }
}

/// The meaning of a tensor's axis. A network states it at every dropout site; it is never guessed from the number of
/// axes.
public enum Axis: String, Hashable, Sendable, CaseIterable {
  /// Examples.
  case batch
  /// Rows of an image.
  case height
  /// Columns of an image.
  case width
  /// Time steps of a sound or sequence.
  case time
  /// Channels at each place of an image or sound.
  case channels
  /// Elements of a vector.
  case features
  /// Places that attend, in weights of attention.
  case queries
  /// Places that are attended to.
  case keys
  /// The outputs that a weight computes.
  case outputs
  /// The inputs that a weight multiplies.
  case inputs
  /// Taps of a convolution's weight.
  case kernel

  /// The axes of activations. All other axes are axes of weights.
  public static let ofActivations: [Axis] = [
    .batch, .height, .width, .time, .channels, .features, .queries, .keys,
  ]

  /// True where it counts places in an image or a sound.
  public var isSpatial: Bool { self == .height || self == .width || self == .time }
}

/// The distribution of an example given a decoder's output.
public enum Likelihood: String, Hashable, Sendable, CaseIterable {
  /// Bernoulli, for values in 0…1; the output is the logit.
  case bernoulli
  /// Normal with variance ½, so that the loss is the squared error; the output is the mean.
  case gaussian
  /// Normal with a learned variance, one of all values or, of spectrograms, one of each frequency and channel; the output
  /// is the mean.
  case gaussianLearned = "gaussian_learned"
}

/// The choice of windows from a sound that is longer than an example.
public enum WindowChoice: String, Hashable, Sendable, CaseIterable {
  /// Windows that follow one another.
  case all
  /// The window at the start.
  case first
  /// The window with the most energy, wherever it starts.
  case loudest
}
