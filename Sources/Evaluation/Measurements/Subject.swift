internal import Complaints
internal import Datasets
internal import Experiments
internal import Metrics
internal import Models
internal import Specification
internal import Training

/// A model to be measured, with its data and what several measurements share.
final class Subject {
  private let trained: TrainingSession?
  /// What another program's model has left; nil for one that was trained here.
  let foreign: ForeignModel?
  /// The experiment of the model.
  let experiment: Experiment
  /// Threads to measure with.
  let threads: Int
  /// The training and held-out examples.
  let data: Dataset
  /// Called repeatedly while something is measured; true ends it.
  var shouldStop: () -> Bool = { false }

  private var sampler: Sampler?
  private var held: LabelledValues?
  private var predictor: Predictor?
  private var looking: ProbeContext?
  private var compared: SampleSets?

  /// Combines a model with its data.
  init(_ session: TrainingSession, _ data: Dataset) {
    (trained, foreign, self.data) = (session, nil, data)
    (experiment, threads) = (session.experiment, session.threads)
  }

  /// Combines what another program's model has left with the data.
  init(_ foreign: ForeignModel, of experiment: Experiment, _ data: Dataset, threads: Int) {
    (trained, self.foreign, self.data) = (nil, foreign, data)
    (self.experiment, self.threads) = (experiment, threads)
  }

  /// The training session of the model.
  ///
  /// - Precondition: It was trained here, as are all whose measurements look inside.
  var session: TrainingSession {
    guard let trained else { preconditionFailure("a model of another program has no session") }
    return trained
  }
  /// Number of steps that the model was trained for.
  var step: Int { trained?.step ?? foreign?.step ?? 0 }
  /// Dropout rates that training has learned, by site; empty where it learns none.
  var learnedRates: [String: Double] { get throws { try trained?.learnedRates() ?? [:] } }
  /// The seed of random numbers.
  var seed: UInt64 { UInt64(experiment.seed) }
  /// The model in its current state; its runs throw `Stopped` when `shouldStop` returns true.
  var inference: Inference { Inference(session) { [weak self] in try self?.check() } }

  /// Throws `Stopped` when `shouldStop` returns true.
  func check() throws(Stopped) { if shouldStop() { throw Stopped() } }

  /// Discards what was computed from an earlier state of the model.
  func modelHasChanged() { looking?.forget() }

  /// Samples of a GAN or VAE in its current state, the same for all measurements.
  ///
  /// - Returns: Shape [count] + that of an example, in the model's value range.
  func sample(_ count: Int) throws -> [Float] {
    if let foreign {
      return try Array(foreign.samples.prefix(count * experiment.example.sizes.reduce(1, *)))
    }
    let sampler = sampler ?? Sampler(inference)
    self.sampler = sampler
    return try sampler.sample(count)
  }

  /// The class of each of `count` samples; empty where networks are not told of classes.
  func classes(ofSamples count: Int) -> [Int] {
    foreign == nil ? inference.classes(ofSamples: count) : []
  }

  /// What samples are compared with. Its features are computed once.
  func sampleSets() throws -> SampleSets {
    if let compared { return compared }
    let made = try SampleSets(experiment, data, threads: threads, beforeRun: check)
    compared = made
    return made
  }

  /// Trains a further model like this one, as many steps, on other data.
  ///
  /// - Parameter number: Number of the model, which gives it a seed that the trial does not use.
  /// - Throws: `Stopped` when `shouldStop` returns true; `DivergenceError`.
  func further(_ number: Int, on data: Dataset) throws -> TrainingSession {
    let seed = (experiment.seed + 1 + number) % (1 << 32)
    let further = try TrainingSession(
      experiment.overriding([Override("seed", .integer(seed))]), data, threads: session.threads,
      on: session.choice)
    while further.step < session.step {
      try check()
      try further.advance()
    }
    return further
  }

  /// The examples that a detector or classifier is measured on: at most `metrics.samples` random held-out
  /// ones.
  var heldOutExamples: Examples {
    data.holdout.sample(experiment.metrics.samples, "holdout", seed: seed)
  }

  /// These examples as networks see them.
  func heldOut() throws -> LabelledValues {
    if let held { return held }
    let made = try LabelledValues(heldOutExamples, seenBy: session.codec)
    held = made
    return made
  }

  /// The network of a detector or classifier, with masks as `sampling.dropout` says.
  func network() throws -> Predictor {
    if let predictor { return predictor }
    let made = try Predictor(inference, dropout: experiment.sampling.dropout)
    predictor = made
    return made
  }

  /// Predictions of a detector or classifier for examples.
  func predictions(of examples: LabelledValues) throws -> Predictions {
    let network = try network()
    return try Predictions(
      network(examples.values), labels: examples.labels, classes: network.outputs)
  }

  /// What all probes of the model work with.
  func probed() throws -> ProbeContext {
    if let looking { return looking }
    let made = try ProbeContext(self)
    looking = made
    return made
  }
}
