internal import Complaints
public import Autodiff
public import Specification

extension Forward {
  /// The dropout sites visited so far, each once, in the order of their first visit.
  public var sites: [DropoutSite] { dropout.sites }

  /// The inputs that must be set to rates before each step.
  public var scheduledRates: [ScheduledRate] { dropout.scheduledRates }

  /// Rates that training learns, by site.
  public var learnedRates: [(site: String, rate: Tensor)] {
    dropout.learnedRates.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The number of times that each site's mask is drawn in the graph, by site and update.
  public var draws: [String: [Phase: Int]] { dropout.draws }

  /// The parameters that variants learn in a network.
  public func dropoutParameters(of network: String) -> [Parameter] {
    dropout.plan.parameters(of: network)
  }

  /// Returns and clears the sum of the penalties that variants in some networks have added; nil if
  /// there are none. Penalties of other networks are cleared too: they count only in the updates of
  /// those networks.
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

  /// Checks that every entry with a rate above 0 drops something. To be called when a training
  /// step is built.
  ///
  /// - Throws: `ModelError` naming the first site whose result no contraction took, though its
  ///   variant waits for one (`DropoutDraw.whenContracted`), or the first entry and site at which
  ///   nothing was dropped.
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
    let phases = first.entry.activeIn
    throw ModelError(
      first.path, expected: "an entry that drops something",
      found: "no pass through \(first.site.address) in "
        + (phases.contains(.step)
          ? "training" : phases.map(\.rawValue).sorted().joined(separator: ", ")))
  }

  /// The inputs that hold uniform numbers of the training examples of a batch, [N, …], with the streams that they come
  /// from, whose counter is an example's index.
  public var numbersOfExamples: [(input: Tensor, stream: String)] {
    dropout.numbersOfExamples.sorted { $0.key < $1.key }
      .map { ($0.value, "dropout/\($0.key)/examples") }
  }

  // MARK: Given masks

  /// A mask that is an input of the graph, 1 where to keep and 0 where to drop; one for all examples.
  public struct GivenMask {
    /// The input.
    public let input: Tensor
    /// Number of its elements.
    public let count: Int
    /// Probability of dropping, shape [].
    public let rate: Tensor
  }

  /// The masks that the graph takes as inputs under `SamplingDropout.given`.
  public var givenMasks: [GivenMask] { dropout.givenMasks }

  /// True where dropout also draws random numbers other than those of `keepMask`.
  public var drawsOtherNumbers: Bool { dropout.drawsOtherNumbers }
}
