internal import Autodiff
internal import Execution
internal import Experiments
internal import Metrics
internal import Models
internal import Records
internal import Scores
internal import Specification
internal import Training

/// The loss of fixed examples without dropout, held-out ones where enough are held out, for the log: the cross-entropy
/// of a classifier, or the loss that a VAE minimises, at the mean of each code; in nats. Several probes read it there;
/// it is no entry of its own.
final class EvaluationLoss: Measurement {
  let numbers: [MeasuredNumber] = []
  let pieces = 0
  private var program: (compiled: Program, loss: UnsafeMutableBufferPointer<Float>)?

  /// Why a family has no such loss; nil where it has one.
  static func reason(against family: Family) -> String? {
    family == .gan ? "whose losses do not come down" : nil
  }

  /// The step at which the logged losses come down to `metrics.target_loss`.
  ///
  /// - Precondition: The experiment has a target.
  /// - Throws: `Unavailable` when no loss is as low.
  static func stepAtTarget(of experiment: Experiment, in folder: TrialFolder) throws -> Double {
    guard let target = experiment.metrics.targetLoss else {
      preconditionFailure("an experiment with a probe of the evaluation loss has a target")
    }
    return try LoggedCurve(of: LogName.evaluationLoss, in: folder.log).step(downTo: target)
  }

  /// No entries.
  func measure(
    _ subject: Subject, in folder: TrialFolder, _ kept: KeptMeasurements
  ) throws -> Findings { Findings([]) }

  /// The loss of the model in its current state.
  func quickValues(of subject: Subject) throws -> [(name: String, value: Double)] {
    let program = try self.program ?? compiled(subject.probed())
    self.program = program
    try program.compiled.run(step: 0)
    let loss = Double(program.loss[0])
    return loss.isFinite ? [(LogName.evaluationLoss, loss)] : []
  }

  private func compiled(
    _ context: ProbeContext
  ) throws -> (compiled: Program, loss: UnsafeMutableBufferPointer<Float>) {
    let session = context.session
    let constants = StepInputs(seed: 0)
    let (program, (labels, loss)) = try context.program { graph, forward, inputs in
      let x = inputs.examples
      var labels: Tensor?
      let loss: Tensor
      switch session.model {
      case .classifier(let network):
        let logits = try network(x, forward)
        let classes = try graph.input("labels", shape: logits.shape)
        labels = classes
        loss = try CrossEntropy.ofEach(logits, labels: classes).mean()
      case .vae(let encoder, let decoder):
        let latent = session.experiment.model.latent
        let code = try encoder(x, forward)
        let mean = try code.slice(axis: 1, 0..<latent)
        loss = try AutoencoderLoss(
          session.experiment, decoder, forward, constants, mean: mean,
          logVariance: code.slice(axis: 1, latent..<2 * latent),
          output: decoder(mean, teacher: x, forward), data: x
        ).total
      case .gan: preconditionFailure("a number that a GAN does not have")
      }
      return ((labels, loss), outputs: [loss])
    }
    for (input, values) in constants.constant { _ = program[input].update(from: values) }
    if let labels {
      setOneHot(program[labels], context.examples.labels, classes: labels.shape[1])
    }
    return (program, program[loss])
  }
}
