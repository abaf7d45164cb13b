internal import Specification
internal import Experiments
internal import Autodiff
internal import Complaints
internal import Execution
internal import Layers
internal import Models
internal import Records

/// Builds the graph of one training step: forward passes, losses, gradients and every update.
struct StepBuilder {
  let graph = Graph()
  let forward: Forward
  let experiment: Experiment
  let model: ModelNetworks
  let dropout: DropoutPlan
  let augmenter: Augmenter
  /// The inputs that are set from outside the graph.
  let inputs: StepInputs
  /// The inputs for the batches of training examples that the step takes.
  private(set) var batchInputs: [Tensor] = []
  /// The input for the classes of each batch's examples, one-hot; nil where nothing asks for classes.
  private(set) var labelInputs: [Tensor?] = []
  /// The gradients of the last update, by the names of the networks that it updates together, such as
  /// `encoder+decoder`.
  private(set) var gradients: [String: [Tensor]] = [:]
  /// The losses of the step, by their names in the log. All must be finite.
  var losses: [(name: String, value: Tensor)] = []
  /// The rates that training learns, by site. All must be finite.
  var learnedRates: [(site: String, rate: Tensor)] { forward.learnedRates }
  private let rule: OptimizerRule
  private var slots: [String: Tensor] = [:]

  init(_ experiment: Experiment, _ model: ModelNetworks, _ dropout: DropoutPlan) throws {
    self.experiment = experiment
    self.model = model
    self.dropout = dropout
    rule = OptimizerRule(experiment.optimizer)
    forward = Forward(graph, mode: .training, dropout: dropout)
    inputs = StepInputs(seed: UInt64(experiment.seed))
    augmenter = try Augmenter(experiment, model.reader, forward, inputs)
    try checkTiedDropout()
    switch model {
    case .gan(let generator, let discriminator): try buildGAN(generator, discriminator)
    case .vae(let encoder, let decoder): try buildVAE(encoder, decoder)
    case .classifier(let network): try buildClassifier(network)
    }
    try forward.checkDropout()
    for rate in forward.scheduledRates {
      _ = try inputs.scalar(rate.input, to: graph) { rate.value(at: $0) }
    }
  }

  /// Refuses dropout whose masks belong to training examples where a network sees others: generated ones, or mixtures.
  ///
  /// - Throws: `ModelError` about the entry.
  private func checkTiedDropout() throws {
    guard let tied = dropout.tiedToExamples else { return }
    try ModelError.require(
      !model.hasPhases, tied.path + ".type",
      expected:
        "dropout that is not tied to training examples, as networks of a gan see generated ones too",
      found: tied.variant.name)
    guard let mixing = augmenter.mixing else { return }
    throw ModelError(
      tied.path + ".type",
      expected:
        "dropout that is not tied to training examples beside data.augment.\(mixing), which mixes them",
      found: tied.variant.name)
  }

  /// Adds the moving averages. Returns the new values of all variables that the step changes, by name.
  func updates() throws -> [String: Tensor] {
    var updates = slots
    for parameter in forward.changed { updates[parameter.name] = try forward.value(of: parameter) }
    for decay in experiment.train.ema {
      let share = try inputs.scalar("ema/\(decay)", to: graph) { [train = experiment.train] in
        Float(train.decay(decay, at: $0))
      }
      for parameter in model.productParameters(with: dropout) {
        let name = ParameterStore.averageName(parameter, decay: decay)
        let value = try forward.value(of: parameter)
        let old = try graph.variable(name, shape: parameter.shape)
        updates[name] = parameter.isTrainable ? try old * share + value * (1 - share) : value
      }
    }
    return updates
  }

  // MARK: Parts of the steps of all families

  /// Adds an input for a batch of training examples. Networks that are told of classes see those of the batch from here
  /// on.
  mutating func batch(_ name: String) throws -> Tensor {
    let input = try graph.input(name, shape: [experiment.train.batch] + model.example)
    batchInputs.append(input)
    labelInputs.append(nil)
    if let classes = model.reader.classes { forward.classes = try labels(classes: classes) }
    return input
  }

  /// Adds an input for the classes of the last batch's examples, one-hot, [N, K].
  mutating func labels(classes: Int) throws -> Tensor {
    let index = labelInputs.count - 1
    let input = try graph.input("labels/\(index)", shape: [experiment.train.batch, classes])
    labelInputs[index] = input
    return input
  }

  /// A batch of latents from the standard normal distribution, [N, Z].
  func latents(_ stream: String) throws -> Tensor {
    try graph.normal(stream, shape: [experiment.train.batch, experiment.model.latent])
  }

  /// The scalars of an optimizer's update.
  ///
  /// - Parameters:
  ///   - group: The part of the scalars' names that tells one group of networks from another.
  ///   - learningRate: The full rate of the group; that of the experiment by default.
  ///   - perStep: Number of updates of this group in one training step; `index` is the number of this one, from 0.
  func optimizerScalars(
    _ group: String, learningRate: Double? = nil, perStep: Int = 1, index: Int = 0
  ) throws -> [Tensor] {
    let settings = experiment.optimizer
    let full = learningRate ?? settings.learningRate
    return try rule.scalars.map { [rule] scalar in
      try inputs.scalar("optimizer/\(group)/\(index)/\(scalar.rawValue)", to: graph) { step in
        rule.value(
          of: scalar, learningRate: full * settings.schedule.share(at: step),
          update: step * perStep + index + 1)
      }
    }
  }

  /// Adds the gradients and the optimizer's step for the trainable parameters of some networks.
  ///
  /// - Parameters:
  ///   - copy: Number of the network among several equal ones, from 1.
  ///   - scalars: See `optimizerScalars`.
  mutating func update(
    _ networks: [Network], copy: Int = 1, minimizing loss: Tensor, _ scalars: [Tensor]
  ) throws {
    let names = networks.map(\.role.rawValue)
    let parameters =
      (networks.flatMap(\.parameters)
      + names.flatMap { forward.dropoutParameters(of: $0) }).filter(\.isTrainable)
      .map { $0.copy(copy) }
    let values = try parameters.map { try forward.value(of: $0) }
    var total = try loss + weightPenalty(parameters, values)
    if let penalty = try forward.takePenalty(of: names) { total = try total + penalty }
    let found = try graph.gradients(of: total, by: values)
    gradients[names.joined(separator: "+") + (copy > 1 ? "#\(copy)" : "")] = found
    for ((parameter, value), gradient) in zip(zip(parameters, values), found) {
      try graph.scope("optimizer.\(parameter.name)") {
        let names = rule.slots.map { ParameterStore.slotName(parameter, $0) }
        let old = try names.map { try slots[$0] ?? graph.variable($0, shape: parameter.shape) }
        let new = try rule.update(
          value, gradient: gradient, isDecayed: parameter.isDecayed, slots: old, scalars: scalars)
        let limited = try limitedNorms(new.parameter, parameter)
        // Later losses of this step see the new value, but their gradients do not go back through the update.
        try forward.set(parameter, to: limited.stopGradient())
        for (name, slot) in zip(names, new.slots) { slots[name] = try slot.stopGradient() }
      }
    }
  }

  /// The penalty l1·Σ|w| + l2·Σw² over the weights of contractions.
  private func weightPenalty(_ parameters: [Parameter], _ values: [Tensor]) throws -> Tensor {
    var penalty = graph.constant(0)
    for (parameter, value) in zip(parameters, values) where parameter.isDecayed {
      if experiment.loss.l1 > 0 {
        penalty = try penalty + value.abs().sum() * Float(experiment.loss.l1)
      }
      if experiment.loss.l2 > 0 {
        penalty = try penalty + value.squared().sum() * Float(experiment.loss.l2)
      }
    }
    return penalty
  }

  private func limitedNorms(_ value: Tensor, _ parameter: Parameter) throws -> Tensor {
    guard experiment.loss.maxNorm > 0, parameter.isDecayed else { return value }
    return try value.limitingNorms(
      to: Float(experiment.loss.maxNorm), outputAxis: parameter.outputAxis)
  }
}
