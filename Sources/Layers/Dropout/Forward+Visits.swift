internal import Autodiff
internal import Specification

extension Forward {
  /// A pass through a site where dropout is placed.
  struct Visit {
    let placement: DropoutPlacement
    let draw: DropoutDraw
    let isDropping: Bool
  }

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
      isMaskOfEach: try placement.isMaskOfEach,
      scaling: placement.scaling, options: placement.options,
      parameters: placement.parameters, path: placement.path)
    return Visit(placement: placement, draw: draw, isDropping: isDropping)
  }

  /// True where a pass through a site of `entry` drops. Sampling has no updates, so `active_in`
  /// does not apply to it.
  private func drops(_ entry: DropoutEntry) -> Bool {
    switch mode {
    case .training: entry.activeIn.contains(phase)
    case .sampling(let dropout): dropout != .off
    }
  }

  private func rate(_ placement: DropoutPlacement) throws -> Tensor {
    let address = placement.site.address
    if let rate = dropout.rates[address] { return rate }
    let entry = placement.entry
    if let probability = placement.probability {
      // Not kept, as several discriminators have probabilities of their own, which change within a step.
      return try probability.value(in: self) * Float(entry.rate)
    }
    let rate: Tensor
    if entry.schedule == .constant {
      rate = graph.constant(Float(entry.rate))
    } else {
      rate = try graph.input("rate/" + address, shape: [])
      dropout.scheduledRates.append(
        ScheduledRate(input: "rate/" + address, schedule: entry.schedule, rate: entry.rate))
    }
    dropout.rates[address] = rate
    return rate
  }
}
