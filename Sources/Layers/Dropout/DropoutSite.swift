internal import Complaints
public import Autodiff

/// The meaning of a tensor's axis. A network states it at every site; it is never guessed from the
/// number of axes.
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

  /// Whether it counts places in an image or a sound.
  public var isSpatial: Bool { self == .height || self == .width || self == .time }
}

/// A place in a network where dropout can go.
public struct DropoutSite: Hashable, Sendable {
  /// What passes through a site, which decides the variants that can go there.
  public enum Kind: Hashable, Sendable {
    /// Activations.
    case activation
    /// The branch of a residual block before it is added: number `depth`, from 1, of `count`.
    case residualBranch(depth: Int, count: Int)
    /// What a pooling of windows of `size` places a spatial axis makes.
    case pooling(size: Int)
    /// The weight of a contraction that multiplies `rowsPerExample` vectors of each example.
    case weights(rowsPerExample: Int)
    /// The steps of a recurrent network whose weights make `gates` parts of the state's size.
    case recurrent(gates: Int)
    /// The results of several discriminators.
    case discriminators

    /// What a message calls a site of the kind.
    var description: String {
      switch self {
      case .activation: "activations"
      case .residualBranch: "a residual branch"
      case .pooling: "a pooling"
      case .weights: "weights"
      case .recurrent: "a recurrent network"
      case .discriminators: "discriminators"
      }
    }
  }

  /// `<network>.<block>.<place>`, such as `generator.block2.post_act`.
  public let address: String
  /// What the axes mean, batch first.
  public let axes: [Axis]
  /// The sizes of the axes after the batch.
  public let example: Shape
  /// What passes there.
  public let kind: Kind

  /// A place whose tensor is [N] + `example`.
  public init(address: String, axes: [Axis], example: Shape, kind: Kind = .activation) {
    precondition(axes.first == .batch && axes.count == example.count + 1, "a name for every axis")
    self.address = address
    self.axes = axes
    self.example = example
    self.kind = kind
  }

  /// The network that it is in: the address's first part.
  public var network: String { String(address.prefix { $0 != "." }) }

  /// Checks that there are channels, and places that each of them has a value at.
  ///
  /// - Throws: `ModelError` about the site's address.
  func requireMaps(for variant: String) throws {
    try ModelError.require(
      axes.contains(.channels) && axes.contains(where: \.isSpatial), address,
      expected: "channels with height and width, or with time, for \(variant) dropout",
      found: axisNames)
  }

  /// The axes by name, for messages.
  var axisNames: String { axes.map(\.rawValue).joined(separator: ", ") }

  /// The shape of a batch with size 1 along the axes that `isShared` says.
  func maskShape(batch: Int, sharing isShared: (Axis) -> Bool) -> Shape {
    zip(axes, [batch] + example).map { isShared($0) ? 1 : $1 }
  }
}
