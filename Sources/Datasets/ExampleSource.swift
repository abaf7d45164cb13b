/// The source of examples.
public indirect enum ExampleSource: Sendable, Equatable {
  /// The built-in data set: `shapes` for images (see `ShapesMode`), `tones` for sounds (see `TonesMode`).
  case builtIn
  /// Images: a folder of PNG and JPEG files or of CIFAR-10 batches, or a `.npy`, IDX or CIFAR-10 file. Sounds: a folder
  /// of sound files, one sound file, or a `.npy` file.
  case path(String)
  /// Examples in memory.
  case array(ExampleArray)
  /// One source for each class. The examples of all classes are divided together into training and held-out
  /// ones.
  case classes([ExampleClass])

  /// Name of the source in errors.
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
  /// Name of the class.
  public let name: String
  /// Source of its examples.
  public let source: ExampleSource

  /// Makes a class of all examples of a source.
  public init(name: String, source: ExampleSource) {
    self.name = name
    self.source = source
  }
}

/// Examples in memory, such as those that a trained generator has made.
public struct ExampleArray: Sendable, Equatable {
  /// Name in errors of what made the examples.
  public let name: String
  /// Shape of one example: [H, W, C] of an image, [T, 1] of a sound.
  public let shape: [Int]
  /// Values of shape [N] + `shape`; images in 0…1, sounds in −1…1. Images are rounded to 8 bits, like those
  /// of most files.
  public let values: [Float]

  /// Wraps values; see the properties.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// The origin of the examples' classes.
public enum ClassLabels: Sendable, Equatable {
  /// The examples have no classes.
  case none
  /// Classes of the source itself: the folders in a folder, the figure of `shapes`, the timbre of `tones`,
  /// or the names of `ExampleSource.classes`.
  case ofSource
  /// Path of a `.npy` file of whole numbers, one for each example of an array file.
  case file(String)
}
