internal import Complaints
public import Autodiff
public import Specification

/// The building of one graph: current values of parameters, and what the layers do in it.
///
/// One `Forward` serves a whole training step. A discriminator is called several times on it, and
/// running statistics, updated weights and dropout streams go on from call to call.
public final class Forward {
  /// What the graph is for.
  public enum Mode: Sendable, Equatable {
    /// Batch statistics, dropout as placed.
    case training
    /// Running statistics; dropout as said, independently of them.
    case sampling(dropout: SamplingDropout)
  }

  /// Where the layers add their nodes.
  public let graph: Graph
  /// Training or sampling.
  public let mode: Mode
  /// The update that is being built; entries with `active_in` look at it.
  public var phase: Phase
  /// The parameters that got a new value, in the order of their first change.
  public private(set) var changed: [Parameter] = []
  /// One record for every call of a layer.
  public private(set) var layers: [LayerRecord] = []
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

  /// The value a parameter has at this point of the graph: the variable of its name, until `set`.
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

  /// Builds the `copy`-th of several equal networks, from 1: parameters are its own, see
  /// `Parameter.copy`. Dropout sites are the same for all, with other random numbers at each visit.
  public func inCopy<Result>(_ copy: Int, _ body: () throws -> Result) rethrows -> Result {
    let outer = self.copy
    self.copy = copy
    defer { self.copy = outer }
    return try copy == 1 ? body() : graph.scope("#\(copy)", body)
  }

  /// An address as it is called in the copy that is being built.
  func copied(_ address: String) -> String { copiedName(address, copy) }

  // MARK: Hooks

  /// Changes activations that pass through a site.
  ///
  /// - Parameters:
  ///   - x: The activations.
  ///   - visit: The number of the pass, from 1.
  /// - Returns: The same shape.
  public typealias SiteHook = (_ x: Tensor, _ visit: Int) throws -> Tensor

  /// Changes what passes through a site of activations from here on, before its dropout, or what a
  /// pooling makes.
  public func hook(_ address: String, _ hook: @escaping SiteHook) {
    hooks[address, default: []].append(hook)
  }

  /// What the hooks of a site make of x, in the visit that was noted last.
  func hooked(_ x: Tensor, at site: DropoutSite) throws -> Tensor {
    try hooks[site.address, default: []].reduce(x) { try $1($0, dropout.visits[site.address] ?? 1) }
  }

  /// - Parameter steps: Time steps that the layer is used at with the same arrays.
  func record(_ layer: some Layer, output: Tensor, steps: Int = 1) {
    if layer.parameters.contains(where: \.isDecayed) { lastContraction = output }
    layers.append(
      LayerRecord(
        address: layer.address, shape: output.shape, parameters: layer.parameters, steps: steps))
  }
}
