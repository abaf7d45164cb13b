public import Autodiff

/// An array that a layer owns and that lasts between steps: a weight, or state that training updates.
///
/// A parameter is a description. Its values live in the variable of the same name.
public struct Parameter: Hashable, Sendable {
  /// Its address, such as `generator.block2.conv.weight`: also its name in checkpoints.
  public let name: String
  /// Sizes in PyTorch's axis order: linear [out, in], convolution [O, I, kernel…], transposed
  /// convolution [in, out, kernel…].
  public let shape: Shape
  /// How its first values are drawn.
  public let initializer: Initializer
  /// False for state that no optimizer touches: running statistics, spectral norm's vectors.
  public let isTrainable: Bool
  /// Whether weight penalties and weight decay apply: true for weights of contractions only.
  public let isDecayed: Bool

  /// A description of an array.
  public init(
    _ name: String, shape: Shape, initializer: Initializer, isTrainable: Bool = true,
    isDecayed: Bool = false
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.isDecayed = isDecayed
  }
}
