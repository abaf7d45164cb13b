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
  /// Time steps of a sound.
  case time
  /// Channels at each place of an image or sound.
  case channels
  /// Elements of a vector.
  case features

  /// Whether it counts places in an image or a sound.
  public var isSpatial: Bool { self == .height || self == .width || self == .time }
}

/// A place in a network where dropout can go.
public struct DropoutSite: Hashable, Sendable {
  /// `<network>.<block>.<place>`, such as `generator.block2.post_act`.
  public let address: String
  /// What the axes mean, batch first.
  public let axes: [Axis]
  /// The sizes of the axes after the batch.
  public let example: Shape

  /// A place whose tensor is [N] + `example`.
  public init(address: String, axes: [Axis], example: Shape) {
    precondition(axes.first == .batch && axes.count == example.count + 1, "a name for every axis")
    self.address = address
    self.axes = axes
    self.example = example
  }

  /// The axes by name, for messages.
  var axisNames: String { axes.map(\.rawValue).joined(separator: ", ") }
}
