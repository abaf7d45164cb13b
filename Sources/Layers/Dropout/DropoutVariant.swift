public import Autodiff
public import Glossary
public import Specification

/// One kind of dropout. A new one is a file with a type that conforms to one of the protocols below
/// this one, a line in `DropoutCatalogue` and a test.
public protocol DropoutVariant: Sendable {
  /// The `type` of its entries.
  var name: String { get }
  /// What it does in training, and its source.
  var meaning: Meaning { get }
  /// The options that its entries may set.
  var options: [DropoutOption] { get }
  /// The scalings that it allows. The first is the default.
  var scalings: [DropoutScaling] { get }
  /// True where its rate may follow a schedule; false where training learns it.
  var takesSchedule: Bool { get }
  /// True where each pass has a mask of its own; false where a mask belongs to a training example.
  var drawsAnew: Bool { get }
  /// Returns true for the kinds of sites that it can go to.
  func fits(_ kind: DropoutSite.Kind) -> Bool
  /// The shape of the random numbers that it draws at a site, before `share`.
  ///
  /// - Throws: `ModelError` about the site's address when the variant cannot go there.
  func maskShape(at site: DropoutSite, batch: Int, _ options: DropoutOptions) throws -> Shape
  /// The parameters that it learns at a site. Their names begin with the site's address.
  func parameters(at site: DropoutSite, rate: Double, _ options: DropoutOptions) -> [Parameter]
}

extension DropoutVariant {
  /// No options.
  public var options: [DropoutOption] { [] }
  /// All scalings; inverted is the default.
  public var scalings: [DropoutScaling] { DropoutScaling.allCases }
  /// True: each pass has a mask of its own.
  public var drawsAnew: Bool { true }
  /// True: the rate may follow a schedule.
  public var takesSchedule: Bool { true }
  /// One random number for each element.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape { [batch] + site.example }
  /// No parameters.
  public func parameters(
    at site: DropoutSite, rate: Double, _ options: DropoutOptions
  ) -> [Parameter] { [] }
}

/// A variant that changes activations.
public protocol ActivationDropout: DropoutVariant {
  /// Adds a dropping pass to the graph.
  ///
  /// - Returns: Same shape as `x`.
  func apply(to x: Tensor, _ draw: DropoutDraw) throws -> Tensor
  /// Adds a pass that does not drop: samples with dropout off, or an update outside `active_in`.
  func pass(_ x: Tensor, _ draw: DropoutDraw) throws -> Tensor
}

extension ActivationDropout {
  /// Goes to activations, residual branches, the results of poolings and weights of attention.
  public func fits(_ kind: DropoutSite.Kind) -> Bool {
    switch kind {
    case .activation, .residualBranch, .pooling, .attention: true
    case .weights, .recurrent, .discriminators: false
    }
  }

  /// x, or q·x under `test_time` scaling.
  public func pass(_ x: Tensor, _ draw: DropoutDraw) throws -> Tensor {
    draw.scaling == .testTime ? try x * (1 - draw.rate) : x
  }
}

/// A variant that changes what the softmax of an attention is taken of.
public protocol AttentionDropout: DropoutVariant {
  /// Adds a dropping pass to the graph. Passes that do not drop leave the logits as they are.
  ///
  /// - Parameter logits: [N, queries, keys].
  /// - Returns: Same shape.
  func apply(to logits: Tensor, _ draw: DropoutDraw) throws -> Tensor
}

extension AttentionDropout {
  /// Goes to weights of attention only.
  public func fits(_ kind: DropoutSite.Kind) -> Bool { kind == .attention }
}

/// A variant that changes the weight of a contraction.
public protocol WeightDropout: DropoutVariant {
  /// Adds the contraction with parts of the weight dropped.
  func apply(to contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result
  /// Adds the contraction of a pass that does not drop.
  func pass(_ contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result
}

extension WeightDropout {
  /// Goes to weights only.
  public func fits(_ kind: DropoutSite.Kind) -> Bool {
    if case .weights = kind { true } else { false }
  }

  /// Wx, or q·Wx under `test_time` scaling.
  public func pass(_ contraction: Contraction, _ draw: DropoutDraw) throws -> Contraction.Result {
    let weight = contraction.weight
    return Contraction.Result(
      try contraction(draw.scaling == .testTime ? weight * (1 - draw.rate) : weight))
  }
}

/// A product of activations and a weight, to which the bias is added afterwards.
public struct Contraction {
  /// The result of a contraction whose weight a variant may have changed.
  public struct Result {
    /// The product, or its mean over masks.
    public let value: Tensor
    /// The product's variance over masks, where the activation that follows is to be averaged over
    /// them; else nil.
    public let variance: Tensor?

    /// A product; see the properties.
    public init(_ value: Tensor, variance: Tensor? = nil) {
      self.value = value
      self.variance = variance
    }
  }

  /// Examples, [N, …].
  public let input: Tensor
  /// [outputs, inputs], [O, I, kernel…], or [I, O, kernel…] of a transposed convolution.
  public let weight: Tensor
  let product: (_ input: Tensor, _ weight: Tensor) throws -> Tensor

  /// The product with another weight, and another input if one is given, of the same shapes.
  public func callAsFunction(_ weight: Tensor, input: Tensor? = nil) throws -> Tensor {
    try product(input ?? self.input, weight)
  }
}

/// A variant that drops inside the windows of a pooling.
public protocol PoolingDropout: DropoutVariant {
  /// The only kind of pooling that it can change; nil for any.
  var pooling: Pooling? { get }
  /// Adds a pooling that drops, where the layer's own pooling is `pooling`.
  func apply(
    to windows: PoolingWindows, by pooling: Pooling, _ draw: DropoutDraw
  ) throws -> Tensor
  /// Adds the pooling of passes that do not drop.
  func pass(
    _ windows: PoolingWindows, by pooling: Pooling, _ draw: DropoutDraw
  ) throws -> Tensor
}

extension PoolingDropout {
  /// Goes to poolings only.
  public func fits(_ kind: DropoutSite.Kind) -> Bool {
    if case .pooling = kind { true } else { false }
  }

  /// One number for each element of every window, in the shape of `PoolingWindows.tensor`.
  public func maskShape(
    at site: DropoutSite, batch: Int, _ options: DropoutOptions
  ) throws -> Shape {
    guard case .pooling(let size) = site.kind else { return [] }
    return [batch] + site.example.dropLast().flatMap { [$0, size] } + site.example.suffix(1)
  }
}

/// A variant that acts on the steps of a recurrent network.
public protocol RecurrentDropout: DropoutVariant {
  /// The changes to make at the steps of one sequence.
  ///
  /// - Parameter isDropping: False in passes that do not drop.
  func hooks(
    _ sequence: RecurrentSequence, _ draw: DropoutDraw, isDropping: Bool
  ) throws -> RecurrentHooks
}

extension RecurrentDropout {
  /// Goes to recurrent networks only.
  public func fits(_ kind: DropoutSite.Kind) -> Bool {
    if case .recurrent = kind { true } else { false }
  }
}

/// The sizes of a recurrent layer's run over a batch.
public struct RecurrentSequence: Hashable, Sendable {
  /// Time steps.
  public let steps: Int
  /// Examples.
  public let batch: Int
  /// Size of a step's input.
  public let inputs: Int
  /// Size of the state.
  public let hidden: Int
  /// Number of parts of that size in a product with the weights: 3 for a GRU, 4 for an LSTM.
  public let gates: Int

  /// Sizes; see the properties.
  public init(steps: Int, batch: Int, inputs: Int, hidden: Int, gates: Int) {
    self.steps = steps
    self.batch = batch
    self.inputs = inputs
    self.hidden = hidden
    self.gates = gates
  }
}

/// The functions by which dropout changes a recurrent cell. The defaults change nothing.
public struct RecurrentHooks {
  /// Changes the inputs of a step, [N, F], or of all steps from `step` on, [T, N, F].
  public var input: (Tensor, _ step: Int) throws -> Tensor = { input, _ in input }
  /// Changes the previous state, [N, H], as the gates see it at a step.
  public var state: (Tensor, _ step: Int) throws -> Tensor = { state, _ in state }
  /// Changes the candidate of a step, [N, H]: n of a GRU, g of an LSTM.
  public var candidate: (Tensor, _ step: Int) throws -> Tensor = { candidate, _ in candidate }
  /// Makes the state after a step from the previous state and the new one that the cell has
  /// computed. Called for an LSTM's cell state too, with `isCell` true.
  public var update:
    (_ previous: Tensor, _ new: Tensor, _ step: Int, _ isCell: Bool) throws -> Tensor =
      { _, new, _, _ in new }
  /// Changes the weight from state to gates, [G·H, H].
  public var weight: (Tensor) throws -> Tensor = { $0 }

  /// Hooks that do nothing.
  public init() {}
}
