public import Autodiff

/// The sites a `Forward` has come through and the streams and inputs it has given out.
struct DropoutState {
  let placements: [String: DropoutPlacement]
  var sites: [DropoutSite] = []
  var visits: [String: Int] = [:]
  var drawn: Set<String> = []
  var rates: [String: Tensor] = [:]
  var scheduledRates: [ScheduledRate] = []

  init(plan: DropoutPlan) {
    placements = Dictionary(uniqueKeysWithValues: plan.placements.map { ($0.site.address, $0) })
  }
}

extension Forward {
  /// The dropout sites visited so far, each once, in the order of their first visit.
  public var sites: [DropoutSite] { dropout.sites }

  /// The inputs that must hold rates before each step.
  public var scheduledRates: [ScheduledRate] { dropout.scheduledRates }

  /// Passes activations through a dropout site.
  ///
  /// Each visit of a site has a stream of its own: `dropout/<site>`, `dropout/<site>/2`, …, whether
  /// or not anything is dropped, so that placements do not move each other's streams.
  ///
  /// - Parameters:
  ///   - place: The address's last part, such as `post_act`.
  ///   - block: The rest of the address, such as `generator.block2`.
  ///   - x: Activations.
  ///   - axes: What the axes of `x` mean, batch first.
  /// - Returns: Same shape as `x`; `x` itself where nothing is placed.
  public func site(
    _ place: String, of block: String, _ x: Tensor, _ axes: [Axis]
  ) throws -> Tensor {
    let address = block + "." + place
    if dropout.visits[address] == nil {
      dropout.sites.append(
        DropoutSite(address: address, axes: axes, example: Array(x.shape.dropFirst())))
    }
    dropout.visits[address, default: 0] += 1
    guard let placement = dropout.placements[address], placement.entry.rate > 0 else { return x }
    return try graph.scope(address) {
      try drops(placement.entry) ? drop(x, placement) : passWithoutDropping(x, placement)
    }
  }

  /// Checks that every entry has changed the graph. To be called once a training step is built.
  ///
  /// - Throws: `ModelError` naming the first entry and site that nothing was dropped at.
  public func checkDropout() throws {
    let idle = dropout.placements.values.filter {
      $0.entry.rate > 0 && !dropout.drawn.contains($0.site.address)
    }
    guard let first = idle.min(by: { ($0.index, $0.site.address) < ($1.index, $1.site.address) })
    else { return }
    let phases = first.entry.activeIn.map { $0.map(\.rawValue).sorted().joined(separator: ", ") }
    throw ModelError(
      DropoutPlacement.path(first.index), expected: "an entry that drops something",
      found: "no pass through \(first.site.address) in \(phases ?? "training")")
  }

  /// Whether a pass through a site of `entry` drops. Samples have no phase, so `active_in` does not
  /// bear on them.
  private func drops(_ entry: DropoutEntry) -> Bool {
    switch mode {
    case .training: entry.activeIn?.contains(phase) ?? true
    case .sampling(let dropout): dropout == .stochastic
    }
  }

  private func drop(_ x: Tensor, _ placement: DropoutPlacement) throws -> Tensor {
    let address = placement.site.address
    let visit = dropout.visits[address] ?? 1
    dropout.drawn.insert(address)
    let draw = DropoutDraw(
      graph: graph, stream: "dropout/\(address)" + (visit > 1 ? "/\(visit)" : ""),
      rate: try rate(placement), maskShape: try placement.maskShape(batch: x.shape[0]),
      scaling: placement.entry.scaling, options: placement.entry.options)
    return try placement.variant.apply(to: x, draw)
  }

  private func passWithoutDropping(_ x: Tensor, _ placement: DropoutPlacement) throws -> Tensor {
    placement.entry.scaling == .testTime ? try x * (1 - rate(placement)) : x
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
