internal import Autodiff
internal import Execution
internal import Layers
internal import Models
internal import Records

/// Builds the graph of one training step: forward passes, losses, gradients and every update.
struct StepBuilder {
  let graph = Graph()
  let forward: Forward
  let experiment: Experiment
  let model: GenerativeModel
  let dropout: DropoutPlan
  /// Scalars that are set before each step, as functions of the step, counted from 0.
  private(set) var scalars: [(input: String, value: (Int) -> Float)] = []
  /// Batches of training examples the step takes.
  private(set) var batchInputs: [String] = []
  /// What is logged; all must be finite.
  private(set) var losses: [(name: String, value: Tensor)] = []
  private let rule: OptimizerRule
  private var slots: [String: Tensor] = [:]

  init(_ experiment: Experiment, _ model: GenerativeModel, _ dropout: DropoutPlan) throws {
    self.experiment = experiment
    self.model = model
    self.dropout = dropout
    rule = OptimizerRule(experiment.optimizer)
    forward = Forward(graph, mode: .training, dropout: dropout)
    switch model {
    case .gan(let generator, let discriminator): try buildGAN(generator, discriminator)
    case .vae(let encoder, let decoder): try buildVAE(encoder, decoder)
    }
    losses += forward.learnedRates.map { (name: "rate/" + $0.site, value: $0.rate) }
    try forward.checkDropout()
  }

  /// New values of all variables the step changes, by name.
  func updates() throws -> [String: Tensor] {
    var updates = slots
    for parameter in forward.changed { updates[parameter.name] = try forward.value(of: parameter) }
    guard experiment.train.ema > 0 else { return updates }
    let share = Float(experiment.train.ema)
    for parameter in model.samplerParameters(with: dropout) {
      let name = ParameterStore.averageName(parameter)
      let value = try forward.value(of: parameter)
      let old = try graph.variable(name, shape: parameter.shape)
      updates[name] = parameter.isTrainable ? try old * share + value * (1 - share) : value
    }
    return updates
  }

  // MARK: Families

  private mutating func buildVAE(_ encoder: Network, _ decoder: Network) throws {
    let data = try batch("data")
    let latent = experiment.model.latent
    let code = try encoder(data, forward)
    let mean = try code.slice(axis: 1, 0..<latent)
    let logVariance = try code.slice(axis: 1, latent..<2 * latent)
    let noise = try graph.normal("latent", shape: mean.shape)
    let output = try decoder(mean + noise * (logVariance * 0.5).exp(), teacher: data, forward)
    let reconstruction = try EvidenceLowerBound.reconstruction(
      experiment.loss.likelihood, output: output, data: data)
    let divergence = try EvidenceLowerBound.divergence(mean: mean, logVariance: logVariance)
    let loss = try reconstruction + divergence * Float(experiment.loss.klWeight)
    losses = [("loss", loss), ("reconstruction", reconstruction), ("kl", divergence)]
    try update([encoder, decoder], minimizing: loss, "model", perStep: 1, index: 0)
  }

  private mutating func buildGAN(_ generator: Network, _ discriminator: Network) throws {
    let settings = experiment.loss
    let steps = settings.discriminatorSteps
    var lossOfDiscriminator = graph.constant(0)
    for index in 0..<steps {
      forward.phase = .discriminatorStep
      let real = try batch("data/\(index)")
      let generated = try generator(latents("latent/discriminator/\(index)"), forward)
      let realLogits = try discriminator(real, forward)
      let generatedLogits = try discriminator(generated, forward)
      lossOfDiscriminator = try AdversarialLoss.discriminator(
        settings.adversarial, real: realLogits, generated: generatedLogits)
      var total = lossOfDiscriminator
      if settings.r1Gamma > 0 {
        let penalty = try GradientPenalty.r1(realLogits, images: real, gamma: settings.r1Gamma)
        total = try total + penalty
        if index == steps - 1 { losses.append(("r1", penalty)) }
      }
      if settings.gpLambda > 0 {
        let penalty = try GradientPenalty.wassersteinGP(
          real: real, generated: generated, lambda: settings.gpLambda,
          stream: "penalty/\(index)"
        ) { [forward] in try discriminator($0, forward) }
        total = try total + penalty
        if index == steps - 1 { losses.append(("gp", penalty)) }
      }
      try update([discriminator], minimizing: total, "discriminator", perStep: steps, index: index)
    }
    forward.phase = .generatorStep
    let generated = try generator(latents("latent/generator"), forward)
    let logits = try discriminator(generated, forward)
    let lossOfGenerator = try AdversarialLoss.generator(
      settings.adversarial,
      real: { [forward, graph, model] in
        let shape = [experiment.train.batch] + model.example
        return try discriminator(graph.input(batchInputs[steps - 1], shape: shape), forward)
      }, generated: logits)
    losses.insert(
      contentsOf: [("d_loss", lossOfDiscriminator), ("g_loss", lossOfGenerator)], at: 0)
    try update([generator], minimizing: lossOfGenerator, "generator", perStep: 1, index: 0)
  }

  private mutating func batch(_ name: String) throws -> Tensor {
    batchInputs.append(name)
    return try graph.input(name, shape: [experiment.train.batch] + model.example)
  }

  private func latents(_ stream: String) throws -> Tensor {
    try graph.normal(stream, shape: [experiment.train.batch, experiment.model.latent])
  }

  // MARK: Updates

  /// Adds the gradients and the optimizer's step for the trainable parameters of some networks.
  ///
  /// - Parameters:
  ///   - group: Names the scalars of this optimizer.
  ///   - perStep: Updates of this group in one training step; `index` is this one's number.
  private mutating func update(
    _ networks: [Network], minimizing loss: Tensor, _ group: String, perStep: Int, index: Int
  ) throws {
    let names = networks.map(\.role.rawValue)
    let parameters =
      (networks.flatMap(\.parameters)
      + names.flatMap { forward.dropoutParameters(of: $0) }).filter(\.isTrainable)
    let values = try parameters.map { try forward.value(of: $0) }
    var total = try loss + weightPenalty(parameters, values)
    if let penalty = try forward.takePenalty(of: names) { total = try total + penalty }
    let gradients = try graph.gradients(of: total, by: values)
    let scalars = try optimizerScalars(group, perStep: perStep, index: index)
    for ((parameter, value), gradient) in zip(zip(parameters, values), gradients) {
      try graph.scope("optimizer.\(parameter.name)") {
        let names = rule.slots.map { ParameterStore.slotName(parameter, $0) }
        let old = try names.map { try slots[$0] ?? graph.variable($0, shape: parameter.shape) }
        let new = try rule.update(
          value, gradient: gradient, isDecayed: parameter.isDecayed, slots: old, scalars: scalars)
        // Later losses of this step see the new value, but not how it came about.
        try forward.set(parameter, to: new.parameter.stopGradient())
        for (name, slot) in zip(names, new.slots) { slots[name] = try slot.stopGradient() }
      }
    }
  }

  private mutating func optimizerScalars(
    _ group: String, perStep: Int, index: Int
  ) throws -> [Tensor] {
    try rule.scalars.map { [rule] name in
      let input = "optimizer/\(group)/\(index)/\(name)"
      scalars.append((input, { rule.scalar(name, update: $0 * perStep + index + 1) }))
      return try graph.input(input, shape: [])
    }
  }

  /// l1·Σ|w| + l2·Σw² over the weights of contractions.
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
}
