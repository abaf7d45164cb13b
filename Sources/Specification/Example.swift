/// What an example is.
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

  /// Pixels that a side of a picture can have.
  public static let sides = 1...4096
  /// Samples that a sound can have.
  public static let lengths = 1...16_777_216

  /// What it is an example of.
  public var kind: ExampleKind {
    switch self {
    case .image: .images
    case .sound: .audio
    }
  }

  /// [H, W, C] or [T, 1].
  public var sizes: [Int] {
    switch self {
    case .image(let height, let width, let channels): [height, width, channels]
    case .sound(let samples): [samples, 1]
    }
  }

  /// Numbers at each place.
  public var channels: Int {
    switch self {
    case .image(_, _, let channels): channels
    case .sound: 1
    }
  }

  /// The meaning of a batch's axes.
  public var axes: [Axis] {
    switch self {
    case .image: [.batch, .height, .width, .channels]
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
  /// What a weight's results are counted by.
  case outputs
  /// What a weight's operands are counted by.
  case inputs
  /// Taps of a convolution's weight.
  case kernel

  /// The axes of activations, which the others are not: those are of weights.
  public static let ofActivations: [Axis] = [.batch, .height, .width, .time, .channels, .features]

  /// Whether it counts places in an image or a sound.
  public var isSpatial: Bool { self == .height || self == .width || self == .time }
}

/// What a decoder's output is the parameter of.
public enum Likelihood: String, Hashable, Sendable, CaseIterable {
  /// Values in 0…1 as probabilities.
  case bernoulli
  /// Unit variance.
  case gaussian
}

/// Which windows of a sound that is longer than an example are used.
public enum WindowChoice: String, Hashable, Sendable, CaseIterable {
  /// Windows that follow one another.
  case all
  /// The window at the start.
  case first
  /// The window with the most energy of all there are, wherever it starts.
  case loudest
}
