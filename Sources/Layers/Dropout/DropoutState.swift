internal import Autodiff
internal import Specification

/// The record of dropout in a `Forward`: the sites visited so far and what they have added to the
/// graph, such as rates and penalties.
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
  var numbersOfExamples: [String: Tensor] = [:]
  var drawsOtherNumbers = false
  /// Variances of pre-activations, by the number of their node in the graph.
  var variances: [Int: Tensor] = [:]

  init(plan: DropoutPlan) {
    self.plan = plan
    placements = Dictionary(uniqueKeysWithValues: plan.placements.map { ($0.site.address, $0) })
  }
}
