internal import Records

/// A training step to time.
struct Workload {
  let name: String
  /// Experiment file under experiments/bench, and keys to override in it.
  let experiment: String
  var overrides: [String] = []
  /// Names of the same model in `pytorch_steps.py`, one for each memory format. The fastest one counts.
  var pytorch: [String] = []
  /// The factor by which it is to be faster than PyTorch.
  var target: Double?

  static let all = [
    Workload(name: "mlp-vae", experiment: "mlp-vae", pytorch: ["mlp-vae"], target: 3),
    Workload(name: "mlp-gan", experiment: "mlp-gan", pytorch: ["mlp-gan"], target: 3),
    Workload(
      name: "dcgan32", experiment: "dcgan32", pytorch: ["dcgan32", "dcgan32-channels-last"],
      target: 2.3),
    Workload(
      name: "wavegan4096", experiment: "wavegan4096", pytorch: ["wavegan4096"], target: 2.5),
    Workload(name: "gru-vae", experiment: "gru-vae", pytorch: ["gru-vae"], target: 4),
    Workload(name: "dcgan32 without dropout", experiment: "dcgan32", overrides: ["dropout=[]"]),
  ]
}

extension StepFigures {
  /// The median of each figure by itself, so that one disturbed round does not count.
  static func median(_ rounds: [StepFigures]) -> StepFigures {
    func middle(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      let half = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
    var median = StepFigures(
      medianMilliseconds: middle(rounds.map(\.medianMilliseconds)),
      leastMilliseconds: middle(rounds.map(\.leastMilliseconds)),
      firstStepSeconds: middle(rounds.map(\.firstStepSeconds)),
      peakMemoryMegabytes: middle(rounds.map(\.peakMemoryMegabytes)))
    let shares = rounds.compactMap(\.contractionShare)
    median.contractionShare = shares.isEmpty ? nil : middle(shares)
    return median
  }
}
