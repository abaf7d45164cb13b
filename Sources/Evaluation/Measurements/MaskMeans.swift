internal import Scores
internal import Specification
internal import Experiments
package import Datasets
internal import Layers
internal import Metrics
internal import Models
internal import Randomness
package import Training

/// Outputs of a model's product for some inputs: without masks, averaged over the first masks, and averaged
/// over all possible masks. Outputs are samples of a GAN or VAE, probabilities of a detector or classifier.
package final class MaskMeans {
  /// Largest number of mask elements for which all masks are tried: 12 elements have 4096 masks.
  static let bits = 12
  /// Number of latents, and largest number of examples.
  private static let examples = 512

  /// Classes of the inputs; empty for latents of samples without classes.
  let labels: [Int]
  /// Inputs of the network, one after another.
  package let inputs: [Float]
  private let subject: Subject
  private var inference: Inference { subject.inference }

  /// Draws the inputs of the network.
  ///
  /// - Throws: As `LabelledValues` does.
  init(_ subject: Subject) throws {
    self.subject = subject
    let experiment = subject.experiment
    if experiment.model.family.isGenerative {
      let stream = "metrics/averaging"
      labels = subject.inference.classes(ofSamples: Self.examples, stream: stream)
      inputs = RandomStream(stream, seed: subject.seed)
        .normal(Self.examples * experiment.model.latent)
    } else {
      let held = try LabelledValues(
        subject.data.holdout.sample(Self.examples, "averaging", seed: subject.seed),
        seenBy: subject.session.codec)
      (labels, inputs) = (held.labels, held.values)
    }
  }

  /// The inputs and the mean output over all masks of a model in its current state, for tests.
  package static func exact(
    _ session: TrainingSession, _ data: Dataset
  ) throws -> (inputs: [Float], outputs: [Double]) {
    let means = try MaskMeans(Subject(session, data))
    return (means.inputs, try means.exact().get())
  }

  /// The outputs with dropout off.
  func withoutMasks() throws -> [Double] {
    try Predictor(inference, masks: .off)(inputs, classes: labels)
  }

  /// The mean output over the first `count` masks, for each of the counts.
  func means(_ counts: [Int]) throws -> [(count: Int, outputs: [Double])] {
    let predictor = try Predictor(inference, masks: .stochastic)
    let wanted = Set(counts)
    var sum: [Double] = []
    var means: [(count: Int, outputs: [Double])] = []
    for draw in 0..<(counts.max() ?? 0) {
      let outputs = try predictor(inputs, classes: labels, draw: draw)
      sum = sum.isEmpty ? outputs : zip(sum, outputs).map { $0 + $1 }
      if wanted.contains(draw + 1) {
        means.append((draw + 1, sum.map { $0 / Double(draw + 1) }))
      }
    }
    return means
  }

  /// The mean output over all masks, weighted by their probabilities; a failure where they cannot all be
  /// tried.
  func exact() throws -> Result<[Double], Unavailable> {
    var masks: [Forward.GivenMask] = []
    var drawsOtherNumbers = false
    let predictor = try Predictor(inference, masks: .given) { forward in
      (masks, drawsOtherNumbers) = (forward.givenMasks, forward.drawsOtherNumbers)
      return masks.map(\.rate)
    }
    let places = masks.flatMap { mask in (0..<mask.count).map { (mask: mask, place: $0) } }
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
      for (bit, (mask, place)) in places.enumerated() {
        predictor[mask.input][place] = pattern >> bit & 1 == 1 ? 1 : 0
      }
      let outputs = try predictor(inputs, classes: labels)
      let probability = places.enumerated().reduce(1.0) { product, place in
        let rate = Double(predictor[place.element.mask.rate][0])
        return product * (pattern >> place.offset & 1 == 1 ? 1 - rate : rate)
      }
      if sum.isEmpty { sum = [Double](repeating: 0, count: outputs.count) }
      for index in sum.indices { sum[index] += probability * outputs[index] }
    }
    return .success(sum)
  }
}
