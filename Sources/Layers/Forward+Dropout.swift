internal import Complaints
public import Autodiff

/// The sites a `Forward` has come through and the streams and inputs it has given out.
struct DropoutState {
  /// A weight that a variant waits for; see `DropoutDraw.whenContracted`.
  struct Awaited {
    let site: DropoutSite
    let path: String
    let use: (Tensor) throws -> Void
  }

  let plan: DropoutPlan
  let placements: [String: DropoutPlacement]
  var sites: [DropoutSite] = []
  var visits: [String: Int] = [:]
  var draws: [String: [DropoutPhase: Int]] = [:]
  var rates: [String: Tensor] = [:]
  var scheduledRates: [ScheduledRate] = []
  var learnedRates: [String: Tensor] = [:]
  var penalties: [String: [Tensor]] = [:]
  var awaited: [Int: Awaited] = [:]
  var givenMasks: [Forward.GivenMask] = []
  var drawsOtherNumbers = false
  /// Variances of pre-activations by their node.
  var variances: [Int: Tensor] = [:]

  init(plan: DropoutPlan) {
    self.plan = plan
    placements = Dictionary(uniqueKeysWithValues: plan.placements.map { ($0.site.address, $0) })
  }
}

/// One of the steps of a sequence that pass through a site one by one.
public struct TimeStep: Sendable {
  /// From 0.
  public let index: Int
  /// Steps of the sequence.
  public let count: Int

  /// Step number `index` of `count`.
  public init(_ index: Int, of count: Int) {
    self.index = index
    self.count = count
  }
}

extension Forward {
  /// A pass through a site that something is placed at.
  struct Visit {
    let placement: DropoutPlacement
    let draw: DropoutDraw
    let isDropping: Bool
  }

  // MARK: What happens at the sites

  /// Passes activations through a dropout site.
  ///
  /// - Parameters:
  ///   - place: The address's last part, such as `post_act`.
  ///   - block: The rest of the address, such as `generator.block2`.
  ///   - x: Activations.
  ///   - axes: What the axes of `x` mean, batch first.
  ///   - kind: `activation`, or `residualBranch` before a branch is added.
  ///   - step: For time steps that pass one by one, in turn: the time axis of `x` has size 1, and all
  ///     steps are one visit, in which a mask that is shared along time stays the same.
  /// - Returns: Same shape as `x`; `x` itself where nothing is placed.
  public func site(
    _ place: String, of block: String, _ x: Tensor, _ axes: [Axis],
    kind: DropoutSite.Kind = .activation, step: TimeStep? = nil
  ) throws -> Tensor {
    let sizes = zip(axes, x.shape).map { $0 == .time ? step?.count ?? $1 : $1 }
    let site = DropoutSite(
      address: block + "." + place, axes: axes, example: Array(sizes.dropFirst()), kind: kind)
    return try graph.scope(site.address) {
      let visit = try visit(site, batch: x.shape[0], step: step)
      let x = try hooked(x, at: site)
      return try visit.map { try activations(x, $0) } ?? x
    }
  }

  private func activations(_ x: Tensor, _ visit: Visit) throws -> Tensor {
    guard let variant = visit.placement.variant as? any ActivationDropout else { return x }
    return visit.isDropping ? try variant.apply(to: x, visit.draw) : try variant.pass(x, visit.draw)
  }

  /// Pools over windows that do not overlap, with the site `<block>.post_pool`.
  ///
  /// - Parameters:
  ///   - x: [N, T, C] or [N, H, W, C].
  ///   - size: Places of a window along each spatial axis.
  public func pool(
    _ pooling: Pooling, _ x: Tensor, size: Int, of block: String, _ axes: [Axis]
  ) throws -> Tensor {
    let windows = try PoolingWindows(x, size: size)
    let site = DropoutSite(
      address: block + ".post_pool", axes: axes, example: Array(windows.pooledShape.dropFirst()),
      kind: .pooling(size: size))
    return try graph.scope(site.address) {
      guard let visit = try visit(site, batch: x.shape[0]) else {
        return try hooked(pooling(windows), at: site)
      }
      guard let variant = visit.placement.variant as? any PoolingDropout else {
        return try activations(hooked(pooling(windows), at: site), visit)
      }
      try ModelError.require(
        variant.pooling ?? pooling == pooling, "\(visit.draw.path).at",
        expected: "a pooling of kind \(variant.pooling ?? pooling) for \(variant.name)",
        found: "\(site.address), which is of kind \(pooling)")
      let pooled =
        visit.isDropping
        ? try variant.apply(to: windows, by: pooling, visit.draw)
        : try variant.pass(windows, by: pooling, visit.draw)
      return try hooked(pooled, at: site)
    }
  }

  /// Multiplies by a weight, through the site `weights` of the layer's block.
  ///
  /// - Parameters:
  ///   - layer: Address of the layer; the site's is that of its block.
  ///   - axes: What the axes of the weight mean.
  ///   - rowsPerExample: Vectors of each example that the weight multiplies.
  ///   - bias: Added afterwards.
  ///   - product: The contraction without bias.
  func contract(
    _ layer: String, _ input: Tensor, weight: Tensor, axes: [Axis], rowsPerExample: Int,
    bias: Parameter?, _ product: @escaping (_ input: Tensor, _ weight: Tensor) throws -> Tensor
  ) throws -> Tensor {
    let site = DropoutSite(
      address: layer.split(separator: ".").dropLast().joined(separator: ".")
        + ".weights",
      axes: [.batch] + axes, example: weight.shape, kind: .weights(rowsPerExample: rowsPerExample))
    let contraction = Contraction(input: input, weight: weight, product: product)
    let result = try dropped(contraction, site, batch: input.shape[0])
    let y = try bias.map { try result.value + value(of: $0) } ?? result.value
    dropout.variances[y.id] = result.variance
    return y
  }

  /// A weight that a layer multiplies by several times for each example: its site gives one weight
  /// for all.
  func sharedWeight(_ layer: String, _ weight: Tensor, axes: [Axis], uses: Int) throws -> Tensor {
    try contract(
      layer, weight, weight: weight, axes: axes, rowsPerExample: max(2, uses), bias: nil
    ) { _, weight in weight }
  }

  private func dropped(
    _ contraction: Contraction, _ site: DropoutSite, batch: Int
  ) throws -> Contraction.Result {
    guard let visit = try visit(site, batch: batch),
      let variant = visit.placement.variant as? any WeightDropout
    else { return Contraction.Result(try contraction(contraction.weight)) }
    return try graph.scope(site.address) {
      visit.isDropping
        ? try variant.apply(to: contraction, visit.draw)
        : try variant.pass(contraction, visit.draw)
    }
  }

  /// Applies an activation, averaged over a normal distribution where a variant has given `x` a
  /// variance.
  public func activate(_ activation: Activation, _ x: Tensor) throws -> Tensor {
    guard let variance = dropout.variances[x.id] else { return try activation(x) }
    return try activation.expectation(mean: x, variance: variance)
  }

  /// What is done at the steps of a recurrent layer, by the site `<layer>.recurrent`.
  public func recurrent(_ layer: String, _ sequence: RecurrentSequence) throws -> RecurrentHooks {
    let site = DropoutSite(
      address: layer + ".recurrent", axes: [.batch, .time, .features],
      example: [sequence.steps, sequence.hidden],
      kind: .recurrent(gates: sequence.gates))
    return try graph.scope(site.address) {
      guard let visit = try visit(site, batch: sequence.batch),
        let variant = visit.placement.variant as? any RecurrentDropout
      else { return RecurrentHooks() }
      return try variant.hooks(sequence, visit.draw, isDropping: visit.isDropping)
    }
  }

  // MARK: Given masks

  /// A mask that is an input of the graph, 1 where to keep and 0 where to drop; one for all examples.
  public struct GivenMask {
    /// The input.
    public let input: Tensor
    /// Its numbers.
    public let count: Int
    /// Probability of dropping, shape [].
    public let rate: Tensor
  }

  /// With `SamplingDropout.given`, the masks that the graph takes.
  public var givenMasks: [GivenMask] { dropout.givenMasks }

  /// Whether dropout of the graph also draws numbers that are no masks of zeros and ones.
  public var drawsOtherNumbers: Bool { dropout.drawsOtherNumbers }

  // MARK: What comes of a step

  /// The dropout sites visited so far, each once, in the order of their first visit.
  public var sites: [DropoutSite] { dropout.sites }

  /// The inputs that must hold rates before each step.
  public var scheduledRates: [ScheduledRate] { dropout.scheduledRates }

  /// Rates that training learns, by site.
  public var learnedRates: [(site: String, rate: Tensor)] {
    dropout.learnedRates.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// How often each site's mask is drawn in the graph, by update.
  public var draws: [String: [DropoutPhase: Int]] { dropout.draws }

  /// What variants learn in a network.
  public func dropoutParameters(of network: String) -> [Parameter] {
    dropout.plan.parameters(of: network)
  }

  /// The sum of what variants want minimised in some networks, nil for nothing. What other
  /// networks' sites have asked for since the last call is dropped: it belongs to their own update.
  public func takePenalty(of networks: [String]) throws -> Tensor? {
    defer { dropout.penalties = [:] }
    var total: Tensor?
    for placement in dropout.plan.placements where networks.contains(placement.site.network) {
      guard let terms = dropout.penalties[placement.site.address] else { continue }
      let mean = try terms.mean()
      total = try total.map { try $0 + mean } ?? mean
    }
    return total
  }

  /// Checks that every entry has changed the graph. To be called once a training step is built.
  ///
  /// - Throws: `ModelError` naming the first entry and site that nothing was dropped at.
  public func checkDropout() throws {
    if let awaited = dropout.awaited.values.min(by: { $0.site.address < $1.site.address }) {
      throw ModelError(
        awaited.path + ".at", expected: "sites right before a linear layer or a convolution",
        found: awaited.site.address)
    }
    let idle = dropout.placements.values.filter {
      $0.entry.rate > 0 && dropout.draws[$0.site.address] == nil
    }
    guard let first = idle.min(by: { ($0.index, $0.site.address) < ($1.index, $1.site.address) })
    else { return }
    let phases = first.entry.activeIn.map { $0.map(\.rawValue).sorted().joined(separator: ", ") }
    throw ModelError(
      DropoutPlacement.path(first.index), expected: "an entry that drops something",
      found: "no pass through \(first.site.address) in \(phases ?? "training")")
  }

  /// Gives a layer's weight to the variant that waits for what takes `x`, or what `x` is a
  /// rearrangement of.
  func noteUse(of x: Tensor, by parameters: [Parameter]) throws {
    guard !dropout.awaited.isEmpty, let weight = parameters.first(where: \.isDecayed) else {
      return
    }
    var id = x.id
    while dropout.awaited[id] == nil, graph.nodes[id].operation.isRearrangement {
      id = graph.nodes[id].inputs[0]
    }
    try dropout.awaited.removeValue(forKey: id)?.use(value(of: weight))
  }

  // MARK: Visits

  /// Notes a pass through a site.
  ///
  /// Each visit of a site has a stream of its own: `dropout/<site>`, `dropout/<site>/2`, …, whether
  /// or not anything is dropped, so that placements do not move each other's streams.
  ///
  /// - Returns: Nil where nothing is placed.
  func visit(_ site: DropoutSite, batch: Int, step: TimeStep? = nil) throws -> Visit? {
    let address = site.address
    if dropout.visits[address] == nil { dropout.sites.append(site) }
    if step?.index ?? 0 == 0 { dropout.visits[address, default: 0] += 1 }
    let number = dropout.visits[address] ?? 1
    guard let placement = dropout.placements[address], placement.entry.rate > 0 else { return nil }
    let isDropping = drops(placement.entry)
    if isDropping, step?.index ?? 0 == 0 {
      dropout.draws[address, default: [:]][phase, default: 0] += 1
    }
    var stream = "dropout/\(address)" + (number > 1 ? "/\(number)" : "")
    var maskShape = try placement.maskShape(batch: batch)
    if let step, let time = site.axes.firstIndex(of: .time), maskShape.count == site.axes.count,
      maskShape[time] > 1
    {
      maskShape[time] = 1
      stream += "/step\(step.index)"
    }
    let draw = DropoutDraw(
      forward: self, site: site, stream: stream, rate: try rate(placement), maskShape: maskShape,
      scaling: placement.scaling, options: placement.options,
      parameters: placement.parameters, path: DropoutPlacement.path(placement.index))
    return Visit(placement: placement, draw: draw, isDropping: isDropping)
  }

  /// Whether a pass through a site of `entry` drops. Samples have no phase, so `active_in` does not
  /// bear on them.
  private func drops(_ entry: DropoutEntry) -> Bool {
    switch mode {
    case .training: entry.activeIn?.contains(phase) ?? true
    case .sampling(let dropout): dropout != .off
    }
  }

  private func rate(_ placement: DropoutPlacement) throws -> Tensor {
    let address = placement.site.address
    if let rate = dropout.rates[address] { return rate }
    let entry = placement.entry
    let rate: Tensor
    if entry.schedule == .constant {
      rate = graph.constant(Float(entry.rate))
    } else {
      rate = try graph.input("rate/" + address, shape: [])
      dropout.scheduledRates.append(
        ScheduledRate(
          input: "rate/" + address, schedule: entry.schedule, rate: entry.rate,
          cutoff: placement.cutoff))
    }
    dropout.rates[address] = rate
    return rate
  }
}

extension Operation {
  /// Whether the result has the same elements in other places.
  fileprivate var isRearrangement: Bool {
    switch self {
    case .reshape, .transpose: true
    default: false
    }
  }
}
