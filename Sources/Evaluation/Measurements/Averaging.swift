internal import Glossary
internal import Scores
internal import Specification
internal import Layers
internal import Training
internal import Models
internal import Experiments
internal import Metrics
internal import Records

/// Compares three ways to average a network over dropout masks: the mean output over some numbers of masks,
/// weight scaling, and the exact mean over all masks, each with its probability, where they are few.
///
/// Outputs are samples of a GAN or VAE, probabilities of a detector or classifier.
///
/// Source: Srivastava et al. 2014, JMLR 15, §7.5; Baldi & Sadowski 2013, "Understanding dropout", §2.
final class Averaging: UndividedMeasurement {
  /// Numbers of masks whose mean is taken.
  private let counts: [Int]
  /// Names of the scores that each way gets.
  private let names: [String]

  /// Takes the numbers of masks from `metrics.averaging`.
  init(_ experiment: Experiment) {
    counts = experiment.metrics.averaging
    names =
      experiment.model.family.isGenerative
      ? ["distance"] : ["distance", "accuracy", "cross_entropy"]
  }

  var numbers: [MeasuredNumber] {
    let ways = counts.map(AveragingKey.Way.meanOf) + [.weightScaling, .exact]
    return names.flatMap { name in ways.map { Self.number(AveragingKey(name, $0)) } }
  }

  /// How near an average over masks comes to the exact one, or how well it answers.
  private static func number(_ key: AveragingKey) -> MeasuredNumber {
    let text =
      switch key.name {
      case "distance": "Distance of an average over dropout masks from the exact average"
      case "accuracy": "Accuracy of an average over dropout masks"
      default: "Cross-entropy of an average over dropout masks, in nats"
      }
    return MeasuredNumber(
      key.text, .mechanism, key.name == "accuracy" ? .higher : .lower,
      Meaning(text, .srivastava2014, .baldi2013))
  }

  /// An entry for each score of each way. `distance` is the root mean square difference from the exact mean
  /// or, where there is none, from weight scaling.
  func entries(of subject: Subject, in folder: TrialFolder) throws -> [MetricEntry] {
    let network = subject.session.model.product.role.rawValue
    guard subject.session.dropout.drops(in: network) else {
      let reason = Unavailable("there is no dropout in the \(network)")
      return numbers.map { MetricEntry($0, .failure(reason)) }
    }
    let masks = try MaskMeans(subject)
    let scaled = try masks.withoutMasks()
    let exact = try masks.exact()
    var cases = [(way: AveragingKey.Way.weightScaling, outputs: scaled)]
    cases += try masks.means(counts).map { (.meanOf($0.count), $0.outputs) }
    if case .success(let outputs) = exact { cases.append((.exact, outputs)) }
    let reference = (try? exact.get()) ?? scaled
    var entries = try cases.flatMap { way, outputs in
      try names.map {
        try entry(
          AveragingKey($0, way), outputs, from: reference, scaled: scaled, labels: masks.labels)
      }
    }
    if case .failure(let reason) = exact {
      entries += names.map { MetricEntry(Self.number(AveragingKey($0, .exact)), .failure(reason)) }
    }
    return entries
  }

  private func entry(
    _ key: AveragingKey, _ outputs: [Double], from reference: [Double],
    scaled: [Double], labels: [Int]
  ) throws -> MetricEntry {
    var score: Score
    if key.name == "distance" {
      score = Score(Self.distance(outputs, reference))
    } else {
      let metric: any ClassificationMetric =
        key.name == "accuracy" ? Accuracy() : CrossEntropyScore()
      func value(_ outputs: [Double]) throws -> Score {
        try metric.score(
          try Predictions(outputs, labels: labels, classes: outputs.count / labels.count))
      }
      score = try value(outputs)
      score.extra["gain"] = try score.value - value(scaled).value
    }
    return MetricEntry(Self.number(key), .success(score))
  }

  private static func distance(_ a: [Double], _ b: [Double]) -> Double {
    let squares = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (squares / Double(a.count)).squareRoot()
  }
}
