public import Autodiff
public import Layers

/// A contraction, a normalisation and an activation, with the dropout sites between them.
struct Block: Sendable {
  let address: String
  let contraction: any Layer
  let norm: (any Layer)?
  let activation: Activation
  let axes: [Axis]

  var layers: [any Layer] { [contraction] + (norm.map { [$0] } ?? []) }

  func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    var y = try contraction(x, forward)
    y = try forward.site(norm == nil ? "post_linear" : "pre_norm", of: address, y, axes)
    if let norm {
      y = try forward.site("post_norm", of: address, norm(y, forward), axes)
    }
    y = try forward.graph.scope(address) { try activation(y) }
    return try forward.site("post_act", of: address, y, axes)
  }
}

/// A generator, discriminator, encoder or decoder.
public struct Network: Sendable {
  /// What it is for.
  public let role: NetworkRole
  /// The sizes of one example of its input: [Z] or [H, W, C].
  public let input: Shape
  /// All its arrays, in the order of its layers.
  public let parameters: [Parameter]
  /// Its dropout sites, in the order in which data comes through them.
  public let sites: [DropoutSite]
  /// A row for every layer, with output shapes for a batch of 2.
  public let layers: [LayerRecord]
  private let blocks: [Block]
  private let head: any Layer
  private let outputActivation: Activation?

  /// A chain of blocks and a last contraction. Builds the graph once, for a batch of 2, to check
  /// shapes and to find its sites.
  init(
    role: NetworkRole, input: Shape, blocks: [Block], head: any Layer, outputActivation: Activation?
  ) throws {
    self.role = role
    self.input = input
    self.blocks = blocks
    self.head = head
    self.outputActivation = outputActivation
    parameters = (blocks.flatMap(\.layers) + [head]).flatMap(\.parameters)
    let forward = Forward(Graph(), mode: .training)
    let x = try forward.graph.input("x", shape: [2] + input)
    _ = try Network.apply(blocks, head, outputActivation, role, to: x, forward)
    sites = forward.sites
    layers = forward.layers
  }

  /// Applies the network.
  ///
  /// - Parameter x: Shape [N, Z] for generators and decoders, else [N, H, W, C].
  /// - Returns: Generators and decoders: [N, H, W, C]. Discriminators: [N, 1]. Encoders: [N, 2Z],
  ///   means then log-variances.
  /// - Throws: `ModelError` when x has another shape.
  public func callAsFunction(_ x: Tensor, _ forward: Forward) throws -> Tensor {
    try ModelError.require(
      Array(x.shape.dropFirst()) == input, role.rawValue, expected: "examples of shape \(input)",
      found: "\(x.shape)")
    return try Network.apply(blocks, head, outputActivation, role, to: x, forward)
  }

  private static func apply(
    _ blocks: [Block], _ head: any Layer, _ outputActivation: Activation?, _ role: NetworkRole,
    to x: Tensor, _ forward: Forward
  ) throws -> Tensor {
    let name = role.rawValue
    let inputAxes: [Axis] =
      role.isGenerative ? [.batch, .features] : [.batch, .height, .width, .channels]
    var y = try forward.site(role.isGenerative ? "latent" : "input", of: name, x, inputAxes)
    for block in blocks { y = try block(y, forward) }
    y = try forward.site("pre_output", of: name, y, blocks.last?.axes ?? inputAxes)
    y = try head(y, forward)
    guard let outputActivation else { return y }
    return try forward.graph.scope(head.address) { try outputActivation(y) }
  }
}
