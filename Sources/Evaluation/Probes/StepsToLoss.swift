package import Scores
internal import Specification
internal import Training
internal import Experiments
internal import Complaints
internal import Autodiff
internal import Execution
internal import Foundation
internal import Metrics
internal import Models
internal import Records

/// Number of steps until the evaluation loss has come down to `metrics.target_loss`, interpolated between
/// two measurements. Losses of 3 at step 10 and 1 at step 20 reach the target 2 at step 15.
///
/// The loss is that of fixed examples without dropout, held-out ones where enough are held out. It is the
/// cross-entropy of a classifier, or the loss that a VAE minimises, at the mean of each code; in nats.
package final class StepsToLoss: Probe {
  static let key = Experiment.Metrics.stepsToLoss
  static let logKey = LogName.evaluationLoss
  static let better: MetricDirection? = .lower
  private var program: (compiled: Program, loss: UnsafeMutableBufferPointer<Float>)?

  static func check(_ experiment: Experiment) throws {
    func require(_ condition: Bool, _ key: String, _ expected: String, _ found: String) throws {
      guard !condition else { return }
      throw InputError(
        experiment.place(of: key), key: key, expected: expected, found: found)
    }
    try require(
      experiment.model.family != .gan, "metrics.probes",
      "no \(Self.key) with family gan, whose losses do not come down", Self.key)
    try require(
      experiment.metrics.every > 0, "metrics.every",
      "steps between measurements, for the probe \(Self.key)", "0")
  }

  /// The evaluation loss of the model in its current state.
  func look(at context: ProbeContext) throws -> ProbeReading {
    let program = try self.program ?? compiled(context)
    self.program = program
    try program.compiled.run(step: 0)
    return try ProbeReading(meanOf: [("loss", Double(program.loss[0]))], of: "loss")
  }

  /// The step at which the logged losses come down to the target.
  func score(_ subject: Subject, in folder: TrialFolder) throws -> Score {
    guard let target = subject.experiment.metrics.targetLoss else {
      preconditionFailure("an experiment with the probe \(Self.key) has a target")
    }
    return Score(try Self.steps(to: target, in: LogLines.values(of: Self.logKey, in: folder.log)))
  }

  /// The step at which a loss first reaches the target, interpolated from the logged step before it.
  ///
  /// - Throws: `Unavailable` when no loss is as low.
  package static func steps(
    to target: Double, in logged: [(step: Int, value: Double)]
  ) throws(Unavailable) -> Double {
    guard let reached = logged.firstIndex(where: { $0.value <= target }) else {
      let lowest = logged.map(\.value).min().map { "; the lowest was \($0)" } ?? ""
      throw Unavailable("the loss did not come down to \(target)\(lowest)")
    }
    guard reached > 0 else { return Double(logged[0].step) }
    let (before, after) = (logged[reached - 1], logged[reached])
    let share = (before.value - target) / (before.value - after.value)
    return Double(before.step) + share * Double(after.step - before.step)
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
      case .gan: preconditionFailure("a probe that a GAN is not given")
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
