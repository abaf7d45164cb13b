internal import Complaints
public import Autodiff

/// A part of a network with an address and parameters of its own.
public protocol Layer: Sendable {
  /// Its address in the model, such as `generator.block2.conv`.
  var address: String { get }
  /// Its arrays, in a fixed order.
  var parameters: [Parameter] { get }
  /// Adds the layer's computation to the graph of `forward`.
  func output(of x: Tensor, in forward: Forward) throws -> Tensor
}

extension Layer {
  /// Applies the layer. Nodes and errors carry its address, and `forward` notes its row in the
  /// model table.
  ///
  /// - Throws: `GraphError` or `ModelError` when `x` has the wrong shape.
  public func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    try forward.noteUse(of: x, by: parameters)
    let y = try forward.graph.scope(address) { try output(of: x, in: forward) }
    forward.record(self, output: y)
    return y
  }

  /// Checks the number of axes and the last one's size.
  func check(_ x: Tensor, rank: ClosedRange<Int>, last size: Int) throws {
    try ModelError.require(
      rank.contains(x.rank) && x.shape.last == size, address,
      expected: rank.count == 1
        ? "\(rank.lowerBound) axes, the last of size \(size)"
        : "\(rank.lowerBound) to \(rank.upperBound) axes, the last of size \(size)",
      found: "\(x.shape)")
  }
}

/// A layer's line in the model table.
public struct LayerRecord: Sendable, Equatable {
  /// The layer's address.
  public let address: String
  /// The shape of its output.
  public let shape: Shape
  /// The arrays that the layer owns.
  public let parameters: [Parameter]
  /// Time steps that share the arrays; 1 outside recurrent networks.
  public let steps: Int

  /// The same layer of the `copy`-th of several equal networks; see `Parameter.copy`.
  public func copy(_ copy: Int) -> LayerRecord {
    LayerRecord(
      address: copiedName(address, copy), shape: shape,
      parameters: parameters.map { $0.copy(copy) },
      steps: steps)
  }

  /// The number of trainable values.
  public var parameterCount: Int {
    parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount }
  }
}
