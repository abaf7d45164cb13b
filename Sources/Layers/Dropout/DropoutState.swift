public import Autodiff
internal import Specification

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
  var draws: [String: [Phase: Int]] = [:]
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

extension Forward {
  /// A mask that is an input of the graph, 1 where to keep and 0 where to drop; one for all examples.
  public struct GivenMask {
    /// The input's name.
    public let input: String
    /// Its numbers.
    public let count: Int
    /// Probability of dropping, shape [].
    public let rate: Tensor
  }

  /// With `SamplingDropout.given`, the masks that the graph takes.
  public var givenMasks: [GivenMask] { dropout.givenMasks }

  /// Whether dropout of the graph also draws numbers that are no masks of zeros and ones.
  public var drawsOtherNumbers: Bool { dropout.drawsOtherNumbers }
}
