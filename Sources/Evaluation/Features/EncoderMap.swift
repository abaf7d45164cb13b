internal import Media
internal import Training
internal import Experiments
internal import Autodiff
internal import Datasets
internal import CPU
internal import Execution
internal import Foundation
internal import Layers
internal import Metrics
internal import Models
internal import Records

/// Features from a small convolutional autoencoder that is trained on the training set: 64 numbers of each
/// example.
///
/// The autoencoder is a variational one with hardly any noise, as its KL weight is low; the means of its
/// code are the features. It is trained and run on one thread with a fixed seed, so that features depend on
/// nothing but the training set.
struct EncoderMap: FeatureMap {
  private static let batch = Question.batch
  private static let latent = 64

  private let input: SquareInput
  private let question: Question
  private let cache: EncoderCache
  private let key: String
  /// Warnings, a line each, such as a cache that cannot be written.
  let warnings: [String]

  /// Trains the autoencoder, or reads it from the cache.
  ///
  /// - Parameters:
  ///   - cache: The folder of trained encoders.
  ///   - beforeRun: Called before each step and run; an error that it throws ends the work.
  init(
    training: RawExamples, sampleRateHz: Int?, cache: EncoderCache,
    beforeRun: (() throws -> Void)?
  ) throws {
    let input = SquareInput(shape: training.shape, sampleRateHz: sampleRateHz)
    self.input = input
    let experiment = try Self.experiment(channels: input.channels)
    let (model, dropout) = try experiment.makeModel()
    self.cache = cache
    key = EncoderCache.key(training, sampleRateHz: sampleRateHz, experiment)
    let variables: VariableStore
    if let known = cache.read(key, model.reader.parameters) {
      (variables, warnings) = (known, [])
    } else {
      variables = try Self.trained(
        experiment, input.pixels(of: training), input.channels, beforeRun)
      warnings = cache.write(key, model.reader.parameters, variables).map { [$0] } ?? []
    }
    let inference = try Inference(
      experiment: experiment, model: model, dropout: dropout,
      codec: ExampleCodec(experiment), variables: variables, backend: CPUBackend(threads: 1),
      seed: 0,
      step: { experiment.train.steps }, beforeRun: beforeRun)
    question = try Question(inference, shape: model.reader.input) { data, forward in
      try model.reader(data, forward).slice(axis: 1, 0..<Self.latent)
    }
  }

  /// The features of data, which many trials measure in: those in the cache, if they are there.
  func featuresOfData(_ examples: RawExamples) throws -> FeatureMatrix {
    let key = EncoderCache.key(key, of: examples)
    if let known = cache.features(key, count: examples.count, dimension: Self.latent) {
      return try FeatureMatrix(known.map { Double($0) }, dimension: Self.latent)
    }
    let features = try features(of: examples)
    cache.keep(features.values.map { Float($0) }, dimension: Self.latent, as: key)
    return features
  }

  func features(of examples: RawExamples) throws -> FeatureMatrix {
    var values: [Double] = []
    values.reserveCapacity(examples.count * Self.latent)
    for first in stride(from: 0, to: examples.count, by: Self.batch) {
      let part = examples.rows(Array(first..<min(examples.count, first + Self.batch)))
      try question.ask(input.pixels(of: part).map { 2 * $0 - 1 }) {
        values += $0.map(Double.init)
      }
    }
    return try FeatureMatrix(values, dimension: Self.latent)
  }

  private static func experiment(channels: Int) throws -> Experiment {
    try Experiment.parse(
      """
      name: encoder
      data: {source: shapes, size: \(SquareInput.side), channels: \(channels)}
      model: {family: vae, backbone: conv, latent: \(latent), width: 8}
      loss: {likelihood: gaussian, kl_weight: 0.01}
      optimizer: {learning_rate: 2e-3, beta1: 0.9}
      train: {steps: 500, batch: \(batch)}
      """, file: "encoder")
  }

  private static func trained(
    _ experiment: Experiment, _ pixels: [Float], _ channels: Int,
    _ beforeRun: (() throws -> Void)?
  ) throws -> VariableStore {
    let shape = [SquareInput.side, SquareInput.side, channels]
    let count = pixels.count / shape.reduce(1, *)
    // Repeats the examples where they are fewer than a batch.
    let examples = Examples(
      pixels, shape: shape, range: .unit, positions: (0..<max(count, batch)).map { $0 % count })
    let session = try TrainingSession(experiment, Dataset(training: examples), threads: 1)
    for _ in 0..<experiment.train.steps {
      try beforeRun?()
      try session.advance()
    }
    return session.variables
  }
}
