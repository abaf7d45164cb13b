/// A training step to time.
struct Workload {
  let name: String
  /// Experiment file under experiments/bench, and keys to override in it.
  let experiment: String
  var overrides: [String] = []
  /// The same model in `pytorch_steps.py`, in each memory format; the faster one counts.
  var pytorch: [String] = []
  /// How many times faster than PyTorch it is to be.
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

/// What one program says of one workload; the fields that only lethe knows are nil for PyTorch.
struct Figures: Codable {
  var median_ms: Double
  var min_ms: Double
  var first_step_s: Double
  var peak_memory_mb: Double
  var onednn_share: Double?
  var resident_growth_mb: Double?

  /// Field by field, so that one disturbed round does not count.
  static func median(_ rounds: [Figures]) -> Figures {
    func middle(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      let half = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
    let shares = rounds.compactMap(\.onednn_share)
    return Figures(
      median_ms: middle(rounds.map(\.median_ms)), min_ms: middle(rounds.map(\.min_ms)),
      first_step_s: middle(rounds.map(\.first_step_s)),
      peak_memory_mb: middle(rounds.map(\.peak_memory_mb)),
      onednn_share: shares.isEmpty ? nil : middle(shares))
  }
}
