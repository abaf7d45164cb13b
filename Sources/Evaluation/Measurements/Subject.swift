internal import Complaints
internal import Datasets
internal import Experiments
internal import Metrics
internal import Models
internal import Training

/// A model to be measured, with the data that it is trained on, and what several measurements look at.
final class Subject {
  /// The training that the model is of.
  let session: TrainingSession
  /// What it is trained on, and what was held out.
  let data: Dataset
  /// Asked again and again while something is measured; true gives up.
  var shouldStop: () -> Bool = { false }

  private var held: LabelledValues?
  private var predictor: Predictor?
  private var looking: ProbeContext?

  /// Names a model and its data.
  init(_ session: TrainingSession, _ data: Dataset) {
    (self.session, self.data) = (session, data)
  }

  /// The experiment that the model is of.
  var experiment: Experiment { session.experiment }
  /// The key of random numbers.
  var seed: UInt64 { UInt64(experiment.seed) }
  /// The model as it is, to be asked until the subject is to stop.
  var inference: Inference { Inference(session) { [weak self] in try self?.check() } }

  /// Throws when measuring is to be given up.
  func check() throws(Stopped) { if shouldStop() { throw Stopped() } }

  /// Forgets what was seen of the model before its last steps.
  func modelHasChanged() { looking?.forget() }

  /// What a detector or classifier is measured on: at most `metrics.samples` of the held-out examples.
  var heldOut: LabelledValues {
    if let held { return held }
    let made = LabelledValues(
      data.holdout, atMost: experiment.metrics.samples, experiment, "holdout")
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

  /// What a detector or classifier makes of examples.
  func predictions(of examples: LabelledValues) throws -> Predictions {
    let network = try network()
    return try Predictions(
      network(examples.values), labels: examples.labels, classes: network.outputs)
  }

  /// What probes look at.
  func probed() throws -> ProbeContext {
    if let looking { return looking }
    let made = ProbeContext(self)
    looking = made
    return made
  }
}
