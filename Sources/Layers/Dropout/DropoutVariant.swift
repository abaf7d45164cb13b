public import Autodiff

/// One kind of dropout. A new one is a file with a conforming type, a line in `DropoutCatalogue` and
/// a test.
public protocol DropoutVariant: Sendable {
  /// The `type` of its entries.
  var name: String { get }
  /// The names of its own options.
  var options: [String] { get }
  /// The scalings that mean something for it.
  var scalings: [DropoutScaling] { get }
  /// The shape of the random numbers that it draws at a site, before `share`.
  ///
  /// - Throws: `ModelError` about the site's address when the variant cannot go there.
  func maskShape(at site: DropoutSite, batch: Int) throws -> Shape
  /// Adds a dropping pass to the graph.
  ///
  /// - Returns: Same shape as `x`.
  func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor
}

extension DropoutVariant {
  /// None.
  public var options: [String] { [] }
  /// All.
  public var scalings: [DropoutScaling] { DropoutScaling.allCases }
  /// One number an element.
  public func maskShape(at site: DropoutSite, batch: Int) throws -> Shape { [batch] + site.example }
}

/// What a variant needs for one pass through one site.
public struct DropoutDraw {
  /// The graph to add to.
  public let graph: Graph
  /// The name for the pass's random numbers; no other pass or site has it.
  public let stream: String
  /// Probability of dropping, shape [].
  public let rate: Tensor
  /// The shape of the random numbers; it broadcasts to that of the activations.
  public let maskShape: Shape
  /// Who makes up for what is dropped.
  public let scaling: DropoutScaling
  /// The variant's own options, as given.
  public let options: [String: DropoutOption]

  /// 1 where to keep and 0 where to drop. One uniform number serves every rate, so what is dropped
  /// at a lower rate is dropped at a higher one.
  public func keepMask() throws -> Tensor {
    try rate.lessOrEqual(graph.uniform(stream, shape: maskShape, lanes: .bits16))
  }

  /// x/q under inverted scaling, else x.
  public func rescaled(_ x: Tensor) throws -> Tensor {
    scaling == .inverted ? try x * (1 / (1 - rate)) : x
  }
}
