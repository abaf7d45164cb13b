/// Where examples come from.
public indirect enum ExampleSource: Sendable, Equatable {
  /// A built-in data set: of images that of `ShapesMode`, of sounds that of `TonesMode`.
  case builtIn
  /// Images: a folder of PNG files or CIFAR-10 batches, or a `.npy`, IDX or CIFAR-10 file. Sounds: a folder
  /// of sound files, one sound file, or a `.npy` file.
  case path(String)
  /// Examples in memory.
  case array(ExampleArray)
  /// One source a class; all together are divided into training and held-out examples.
  case classes([ExampleClass])

  /// How errors name the source.
  func name(builtIn: String) -> String {
    switch self {
    case .builtIn: builtIn
    case .path(let path): path
    case .array(let array): array.name
    case .classes(let classes):
      classes.map { $0.source.name(builtIn: builtIn) }.joined(separator: ", ")
    }
  }
}

/// Examples of one class, for `ExampleSource.classes`.
public struct ExampleClass: Sendable, Equatable {
  /// The class.
  public let name: String
  /// Where its examples come from.
  public let source: ExampleSource

  /// Makes a class of all examples of a source.
  public init(name: String, source: ExampleSource) {
    self.name = name
    self.source = source
  }
}

/// Examples that something has made, in memory.
public struct ExampleArray: Sendable, Equatable {
  /// How errors call what made them.
  public let name: String
  /// Of one example: [H, W, C] of an image, [T, 1] of a sound.
  public let shape: [Int]
  /// Shape [N] + `shape`; images in 0…1, sounds in −1…1. Images are rounded to 8 bits, as files of them are.
  public let values: [Float]

  /// Wraps values; see the properties.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// What the classes of examples are taken from.
public enum ClassLabels: Sendable, Equatable {
  /// Nothing: examples have no classes.
  case none
  /// What the source says: the folders in a folder, the figure of `shapes`, the timbre of `tones`, or the
  /// names of `ExampleSource.classes`.
  case ofSource
  /// A `.npy` of whole numbers, one an example of an array file.
  case file(String)
}
