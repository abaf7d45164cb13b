internal import Complaints
public import Autodiff
public import Specification

/// A place in a network where dropout can go.
public struct DropoutSite: Hashable, Sendable {
  /// The kinds of sites, by what passes through them. Each variant goes to some kinds only.
  public enum Kind: Hashable, Sendable {
    /// Activations.
    case activation
    /// A residual branch before it is added, in block `depth`, from 1, of `count`.
    case residualBranch(depth: Int, count: Int)
    /// The result of a pooling over windows of `size` places along each spatial axis.
    case pooling(size: Int)
    /// The weight of a contraction that multiplies `rowsPerExample` vectors of each example.
    case weights(rowsPerExample: Int)
    /// The steps of a recurrent network. Products with its weights have `gates` parts of the state's size.
    case recurrent(gates: Int)
    /// The weights of an attention, which are not negative and sum to 1 over the keys of a query.
    case attention
    /// The results of several discriminators.
    case discriminators

    /// One of each kind, for tables of what goes where.
    public static let examples: [Kind] = [
      .activation, .residualBranch(depth: 1, count: 1), .pooling(size: 2),
      .weights(rowsPerExample: 1), .recurrent(gates: 3), .attention, .discriminators,
    ]

    /// The kind in words, for messages.
    public var description: String {
      switch self {
      case .activation: "activations"
      case .residualBranch: "a residual branch"
      case .pooling: "a pooling"
      case .weights: "weights"
      case .recurrent: "a recurrent network"
      case .attention: "weights of attention"
      case .discriminators: "discriminators"
      }
    }
  }

  /// The position of a site in a block or network: the last part of its address.
  public enum Place: String, Hashable, Sendable, CaseIterable {
    /// `latent`.
    case latent
    /// `label`.
    case label
    /// `input`.
    case input
    /// `weights`.
    case weights
    /// `pre_norm`.
    case preNorm = "pre_norm"
    /// `post_linear`.
    case postLinear = "post_linear"
    /// `post_norm`.
    case postNorm = "post_norm"
    /// `post_act`.
    case postAct = "post_act"
    /// `post_pool`.
    case postPool = "post_pool"
    /// `residual_branch`.
    case residualBranch = "residual_branch"
    /// `pre_output`.
    case preOutput = "pre_output"
    /// `recurrent`.
    case recurrent
    /// `attention`.
    case attention
    /// `feedback`.
    case feedback

    /// Where it is, in words.
    public var meaning: String {
      switch self {
      case .latent: "on the latent of a network that makes examples"
      case .label: "on the class of an example, one-hot, that a network is told"
      case .input: "on the example, or a frame of one, that a network reads"
      case .weights: "on the weight of a contraction"
      case .preNorm: "between a contraction and its norm"
      case .postLinear: "after a contraction without norm"
      case .postNorm: "after a norm"
      case .postAct: "after an activation"
      case .postPool: "after a pooling"
      case .residualBranch: "on a residual branch before it is added"
      case .preOutput: "before the last contraction"
      case .recurrent: "on the steps of a recurrent layer"
      case .attention: "on the weights of an attention"
      case .feedback: "where the losses that several discriminators give a generator come together"
      }
    }
  }

  /// The address of the network, or of the block such as `generator.block2`, that it is in.
  public let block: String
  /// The position in the block.
  public let place: Place
  /// The meanings of the axes, batch first.
  public let axes: [Axis]
  /// The sizes of the axes after the batch.
  public let example: Shape
  /// The kind of the site, which decides the variants that can go there.
  public let kind: Kind

  /// A site whose tensors have the shape [N] + `example`.
  public init(
    _ place: Place, of block: String, axes: [Axis], example: Shape, kind: Kind = .activation
  ) {
    precondition(axes.first == .batch && axes.count == example.count + 1, "a name for every axis")
    self.place = place
    self.block = block
    self.axes = axes
    self.example = example
    self.kind = kind
  }

  /// `<network>.<block>.<place>`, such as `generator.block2.post_act`.
  public var address: String { "\(block).\(place.rawValue)" }

  /// The network that it is in: the address's first part.
  public var network: String { String(block.prefix { $0 != "." }) }

  /// Checks that the site has channels and at least one spatial axis.
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

  /// The shape of a batch, with size 1 along the axes for which `isShared` is true.
  func maskShape(batch: Int, sharing isShared: (Axis) -> Bool) -> Shape {
    zip(axes, [batch] + example).map { isShared($0) ? 1 : $1 }
  }
}
