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
  /// The distribution of its first values.
  public let initializer: Initializer
  /// False for state that no optimizer touches: running statistics, spectral norm's vectors.
  public let isTrainable: Bool
  /// True where weight penalties and weight decay apply: for weights of contractions only.
  public let isDecayed: Bool
  /// The axis that counts the units that a weight feeds: 0, or 1 in a transposed convolution.
  public let outputAxis: Int

  /// A description of an array.
  public init(
    _ name: String, shape: Shape, initializer: Initializer, isTrainable: Bool = true,
    isDecayed: Bool = false, outputAxis: Int = 0
  ) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.isTrainable = isTrainable
    self.isDecayed = isDecayed
    self.outputAxis = outputAxis
  }

  /// The same parameter of the `copy`-th of several equal networks: `discriminator#2.block1.…` for
  /// `discriminator.block1.…`. The first keeps its name.
  public func copy(_ copy: Int) -> Parameter {
    Parameter(
      copiedName(name, copy), shape: shape, initializer: initializer, isTrainable: isTrainable,
      isDecayed: isDecayed, outputAxis: outputAxis)
  }
}

/// An address in the `copy`-th of several equal networks.
func copiedName(_ name: String, _ copy: Int) -> String {
  guard copy > 1 else { return name }
  let network = name.prefix { $0 != "." }
  return "\(network)#\(copy)\(name.dropFirst(network.count))"
}
