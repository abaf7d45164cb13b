internal import Complaints
public import Autodiff
public import Layers
public import Specification

/// The computation of a network, from its input to its output. Similar backbones share a type.
protocol NetworkBody: Sendable {
  /// All its layers, in a fixed order.
  var layers: [any Layer] { get }
  /// Adds the computation to the graph of `forward`.
  ///
  /// - Parameters:
  ///   - x: Examples; or latents, [N, Z], with the vectors of their classes behind them where there are any.
  ///   - teacher: The true examples, for bodies that make an example frame after frame and are fed
  ///     the true frame before each; nil to feed them their own frames.
  func callAsFunction(_ x: Tensor, teacher: Tensor?, _ forward: Forward) throws -> Tensor
}

/// One network of a model, such as a generator or a classifier.
public struct Network: Sendable {
  /// Its role in the model.
  public let role: NetworkRole
  /// The sizes of one example of its input: [Z], [H, W, C] or [T, 1].
  public let input: Shape
  /// All its arrays, in the order of its layers.
  public let parameters: [Parameter]
  /// Number of classes, where it is told of that of each example; nil where it is not.
  public let classes: Int?
  /// Its dropout sites, in the order in which data comes through them.
  public private(set) var sites: [DropoutSite] = []
  /// A row for every layer, with output shapes for a batch of 2.
  public private(set) var layers: [LayerRecord] = []
  private let body: any NetworkBody
  /// The vectors of classes that are joined to latents; nil without any.
  private let embedding: ClassEmbedding?
  /// The deviation from what a decoder makes; nil where none is learned.
  private let deviation: LearnedDeviation?

  /// Builds the graph once, for a batch of 2, to check shapes and to find the sites.
  init(_ specification: NetworkSpecification, _ body: any NetworkBody) throws {
    role = specification.role
    input = specification.input
    classes = specification.classesGiven
    self.body = body
    embedding = specification.latentEmbedding
    deviation = specification.deviation.map {
      LearnedDeviation(specification.role.rawValue + ".deviation", shape: $0)
    }
    parameters =
      (embedding?.parameters ?? []) + body.layers.flatMap(\.parameters)
      + (deviation?.parameters ?? [])
    let forward = Forward(Graph(), mode: .training)
    forward.classes = try classes.map { try forward.graph.input("classes", shape: [2, $0]) }
    let x = try forward.graph.input("x", shape: [2] + input)
    let teacher = try forward.graph.input("teacher", shape: [2] + specification.example.sizes)
    _ = try self(x, teacher: role == .decoder ? teacher : nil, forward)
    sites = forward.sites
    layers = forward.layers
  }

  /// Applies the network. One that is told of classes is given those that `forward` has.
  ///
  /// - Parameters:
  ///   - x: Shape [N, Z] for generators and decoders, else [N, H, W, C] or [N, T, 1].
  ///   - teacher: For decoders in training: the true examples, which a recurrent one is fed.
  /// - Returns: Generators and decoders: shaped like examples. Detectors and classifiers: [N, K]
  ///   logits. Discriminators: [N, 1] logits. Encoders: [N, 2Z], means then log-variances.
  /// - Throws: `ModelError` when x has another shape.
  public func callAsFunction(
    _ x: Tensor, teacher: Tensor? = nil, _ forward: Forward
  ) throws -> Tensor {
    try ModelError.require(
      Array(x.shape.dropFirst()) == input, role.rawValue, expected: "examples of shape \(input)",
      found: "\(x.shape)")
    let name = role.rawValue
    let told = try classes.map { count in
      let given = try forward.givenClasses(for: name)
      try ModelError.require(
        given.shape == [x.shape[0], count], name,
        expected: "classes of shape \([x.shape[0], count])", found: "\(given.shape)")
      return try forward.site(.label, of: name, given, [.batch, .features])
    }
    return try forward.seeing(told) {
      let y = try body(role.isGenerative ? code(x, forward) : x, teacher: teacher, forward)
      return try deviation?(y, forward) ?? y
    }
  }

  /// Latents after their dropout site, with the vectors of their classes behind them where there are any.
  private func code(_ latents: Tensor, _ forward: Forward) throws -> Tensor {
    let code = try forward.site(.latent, of: role.rawValue, latents, [.batch, .features])
    guard let embedding else { return code }
    return try .concatenate([code, embedding(forward)], axis: 1)
  }

  /// The logarithm of the standard deviation of examples from what the network makes, broadcastable with an example;
  /// nil where none is learned.
  public func logDeviation(_ forward: Forward) throws -> Tensor? {
    try deviation?.logarithm(in: forward)
  }
}
