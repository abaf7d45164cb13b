internal import Complaints
public import Autodiff
public import Specification

/// Builds one graph: holds the current values of parameters and records the calls of layers.
///
/// One `Forward` serves a whole training step. Running statistics, updated weights and dropout
/// streams carry over from one call of a network to the next, as when a discriminator is called
/// several times.
public final class Forward {
  /// The purpose of a graph.
  public enum Mode: Sendable, Equatable {
    /// Batch norm uses the statistics of the batch, and dropout follows the plan.
    case training
    /// Batch norm uses running statistics; the use of dropout is chosen separately.
    case sampling(dropout: SamplingDropout)
  }

  /// The graph that the layers add their nodes to.
  public let graph: Graph
  /// Training or sampling.
  public let mode: Mode
  /// The update that is being built. Dropout entries with `active_in` drop in some updates only.
  public var phase: Phase
  /// The classes of the examples that networks read or make from here on, one-hot, [N, K]; nil where they have none.
  public var classes: Tensor?
  /// The parameters that got a new value, in the order of their first change.
  public private(set) var changed: [Parameter] = []
  /// One record for every call of a layer.
  public private(set) var layers: [LayerRecord] = []
  /// One record for every batch norm that was applied with its running statistics.
  public internal(set) var batchNorms: [BatchNormRecord] = []
  /// The result of the last layer that has a weight.
  private(set) var lastContraction: Tensor?
  private var values: [Parameter: Tensor] = [:]
  private var copy = 1
  private var hooks: [String: [SiteHook]] = [:]
  var dropout: DropoutState

  /// Starts a graph.
  public init(
    _ graph: Graph, mode: Mode, phase: Phase = .step, dropout: DropoutPlan = .none
  ) {
    self.graph = graph
    self.mode = mode
    self.phase = phase
    self.dropout = DropoutState(plan: dropout)
  }

  /// The value of a parameter at this point of the graph: the variable of its name, or the value
  /// that `set` gave it last.
  public func value(of parameter: Parameter) throws -> Tensor {
    let parameter = parameter.copy(copy)
    if let value = values[parameter] { return value }
    let value = try graph.variable(parameter.name, shape: parameter.shape)
    values[parameter] = value
    return value
  }

  /// Gives a parameter another value from here on: an optimizer's update, a running statistic, or
  /// an average to sample from.
  ///
  /// - Throws: `ModelError` when the shapes differ.
  public func set(_ parameter: Parameter, to value: Tensor) throws {
    let parameter = parameter.copy(copy)
    try ModelError.require(
      value.shape == parameter.shape, parameter.name, expected: "shape \(parameter.shape)",
      found: "\(value.shape)")
    values[parameter] = value
    if !changed.contains(parameter) { changed.append(parameter) }
  }

  /// Runs `body` for the `copy`-th of several equal networks, counted from 1. Each copy has
  /// parameters of its own, see `Parameter.copy`. The copies share their dropout sites, with other
  /// random numbers at each visit.
  public func inCopy<Result>(_ copy: Int, _ body: () throws -> Result) rethrows -> Result {
    let outer = self.copy
    self.copy = copy
    defer { self.copy = outer }
    return try copy == 1 ? body() : graph.scope("#\(copy)", body)
  }

  /// The address in the copy that is being built, such as `discriminator#2.block1` for
  /// `discriminator.block1`.
  func copied(_ address: String) -> String { copiedName(address, copy) }

  /// Runs `body` for examples of other classes; see `classes`.
  public func seeing<Result>(_ classes: Tensor?, _ body: () throws -> Result) rethrows -> Result {
    let outer = self.classes
    self.classes = classes
    defer { self.classes = outer }
    return try body()
  }

  // MARK: Hooks

  /// A function that changes activations as they pass through a site.
  ///
  /// - Parameters:
  ///   - x: The activations.
  ///   - visit: The number of the pass, from 1.
  /// - Returns: The same shape.
  public typealias SiteHook = (_ x: Tensor, _ visit: Int) throws -> Tensor

  /// Adds a function that changes what passes through a site from here on: activations before the
  /// site's dropout, or the result of a pooling.
  public func hook(_ address: String, _ hook: @escaping SiteHook) {
    hooks[address, default: []].append(hook)
  }

  /// Applies the hooks of a site to x, for the visit that was noted last.
  func hooked(_ x: Tensor, at site: DropoutSite) throws -> Tensor {
    try hooks[site.address, default: []].reduce(x) { try $1($0, dropout.visits[site.address] ?? 1) }
  }

  /// Notes a call of a layer for the model table and, if it has a weight, as the last contraction.
  ///
  /// - Parameter steps: Time steps that use the layer with the same arrays.
  func record(_ layer: some Layer, output: Tensor, steps: Int = 1) {
    if layer.parameters.contains(where: \.isDecayed) { lastContraction = output }
    layers.append(
      LayerRecord(
        address: layer.address, shape: output.shape, parameters: layer.parameters, steps: steps))
  }
}
