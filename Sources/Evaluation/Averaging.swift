package import Training
internal import Experiments
internal import Autodiff
package import Datasets
internal import Execution
internal import Layers
internal import Metrics
internal import Models
internal import Randomness
internal import Records

/// The mean output over masks against weight scaling, by the number of masks; and the mean over all masks that
/// there are, each with its probability, where they are few.
///
/// Outputs are samples of a GAN or VAE, probabilities of a detector or classifier.
///
/// Source: Srivastava et al. 2014, JMLR 15, §7.5; Baldi & Sadowski 2013, "Understanding dropout", §2.
package final class Averaging {
  /// Numbers of a mask at most, beyond which the masks there are are too many to be tried.
  static let bits = 12
  /// Examples or latents that are looked at.
  private static let examples = 512

  private let session: TrainingSession
  private let held: LabelledValues?
  /// What the network is given, one after another.
  private let inputs: [Float]

  /// Chooses what the network is given.
  init(_ session: TrainingSession, _ data: Dataset) {
    self.session = session
    if session.model.isGenerative {
      held = nil
      inputs = RandomStream("metrics/averaging", seed: session.trained.seed)
        .normal(Self.examples * session.experiment.model.latent)
    } else {
      let held = LabelledValues(
        data.holdout, atMost: Self.examples, session.experiment, "averaging")
      (self.held, inputs) = (held, held.values)
    }
  }

  /// The keys of all entries of an experiment.
  static func keys(_ experiment: Experiment) -> [String] {
    guard !experiment.metrics.averaging.isEmpty else { return [] }
    let cases = experiment.metrics.averaging.map { "mean_of_\($0)" } + ["weight_scaling", "exact"]
    return names(experiment.model.family.isGenerative).flatMap { name in
      cases.map { "\(name)_\($0)" }
    }
  }

  private static func names(_ isGenerative: Bool) -> [String] {
    isGenerative ? ["distance"] : ["distance", "accuracy", "cross_entropy"]
  }

  /// An entry for each number of masks, for weight scaling and for all masks. `distance` is the root mean square
  /// difference from what all masks give, or where they are too many, from weight scaling.
  func entries(counts: [Int]) throws -> [MetricEntry] {
    let names = Self.names(held == nil)
    let network = session.model.product.role.rawValue
    guard session.dropout.drops(in: network) else {
      return Self.keys(session.experiment).map {
        MetricEntry(
          key: $0, aspect: .mechanism, better: nil,
          value: .failure(Unavailable("there is no dropout in the \(network)")), null: nil)
      }
    }
    let scaled = try Predictor(session.trained, masks: .off)(inputs)
    let exact = try exactMean()
    var cases = [(name: "weight_scaling", outputs: scaled)]
    cases += try means(counts).map { ("mean_of_\($0.count)", $0.outputs) }
    if case .success(let outputs) = exact { cases.append(("exact", outputs)) }
    let reference = (try? exact.get()) ?? scaled
    var entries = try cases.flatMap { name, outputs in
      try names.map { try entry($0, name, outputs, from: reference, scaled: scaled) }
    }
    if case .failure(let reason) = exact {
      entries += names.map {
        MetricEntry(
          key: "\($0)_exact", aspect: .mechanism, better: nil, value: .failure(reason), null: nil)
      }
    }
    return entries
  }

  private func entry(
    _ name: String, _ key: String, _ outputs: [Double], from reference: [Double],
    scaled: [Double]
  ) throws -> MetricEntry {
    var score: Score
    if let held, name != "distance" {
      let metric: any ClassificationMetric = name == "accuracy" ? Accuracy() : CrossEntropyScore()
      func value(_ outputs: [Double]) throws -> Score {
        try metric.score(
          try Predictions(outputs, labels: held.labels, classes: outputs.count / held.count))
      }
      score = try value(outputs)
      score.extra["gain"] = try score.value - value(scaled).value
    } else {
      score = Score(Self.distance(outputs, reference))
    }
    return MetricEntry(
      key: "\(name)_\(key)", aspect: .mechanism,
      better: name == "accuracy" ? .higher : .lower, value: .success(score), null: nil)
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    let squares = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / Double(a.count)).squareRoot()
  }

  /// For tests: what is looked at, and the mean output over all masks.
  package static func exactMean(
    _ session: TrainingSession, _ data: Dataset
  ) throws -> (inputs: [Float], outputs: [Double]) {
    let averaging = Averaging(session, data)
    return (averaging.inputs, try averaging.exactMean().get())
  }

  // MARK: Running

  /// The mean output over the first masks, for each number of them.
  private func means(_ counts: [Int]) throws -> [(count: Int, outputs: [Double])] {
    let predictor = try Predictor(session.trained, masks: .stochastic)
    let wanted = Set(counts)
    var sum: [Double] = []
    var means: [(count: Int, outputs: [Double])] = []
    for draw in 0..<(counts.max() ?? 0) {
      let outputs = try predictor(inputs, draw: draw)
      sum = sum.isEmpty ? outputs : zip(sum, outputs).map { $0 + $1 }
      if wanted.contains(draw + 1) {
        means.append((draw + 1, sum.map { $0 / Double(draw + 1) }))
      }
    }
    return means
  }

  /// The mean over all masks, weighted by their probabilities.
  private func exactMean() throws -> Result<[Double], Unavailable> {
    var masks: [Forward.GivenMask] = []
    var drawsOtherNumbers = false
    let predictor = try Predictor(session.trained, masks: .given) { forward in
      (masks, drawsOtherNumbers) = (forward.givenMasks, forward.drawsOtherNumbers)
      return Dictionary(uniqueKeysWithValues: masks.map { ("rate/\($0.input)", $0.rate) })
    }
    let places = masks.flatMap { mask in (0..<mask.count).map { (mask.input, $0) } }
    guard !drawsOtherNumbers, !places.isEmpty else {
      return .failure(Unavailable("masks that are not of zeros and ones cannot all be tried"))
    }
    guard places.count <= Self.bits else {
      return .failure(
        Unavailable(
          "masks of \(places.count) numbers are too many to try all; at most \(Self.bits)"))
    }
    var sum: [Double] = []
    for pattern in 0..<1 << places.count {
      for (bit, (input, place)) in places.enumerated() {
        predictor.program.input(input)?[place] = pattern >> bit & 1 == 1 ? 1 : 0
      }
      let outputs = try predictor(inputs)
      let probability = places.enumerated().reduce(1.0) { product, place in
        let rate = Double(predictor.program.output("rate/\(place.element.0)")[0])
        return product * (pattern >> place.offset & 1 == 1 ? 1 - rate : rate)
      }
      if sum.isEmpty { sum = [Double](repeating: 0, count: outputs.count) }
      for index in sum.indices { sum[index] += probability * outputs[index] }
    }
    return .success(sum)
  }
}
