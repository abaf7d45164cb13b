package import Experiments
internal import Foundation
package import Autodiff
internal import Records

/// One step of an optimizer as graph nodes. Moments are variables. Values that depend on the number of the
/// step are computed outside the graph, in double precision, and come in as scalars.
package struct OptimizerRule {
  private let settings: Experiment.Optimizer

  /// The rule of an experiment's `optimizer`.
  package init(_ settings: Experiment.Optimizer) { self.settings = settings }

  /// Names, as in PyTorch, of the arrays of a parameter's shape that are kept from step to step.
  package var slots: [String] {
    switch settings.name {
    case .adam, .adamw: ["exp_avg", "exp_avg_sq"]
    case .sgd: settings.momentum > 0 ? ["momentum_buffer"] : []
    case .rmsprop: settings.momentum > 0 ? ["square_avg", "momentum_buffer"] : ["square_avg"]
    }
  }

  /// The scalars of an update that change with the step.
  package enum Scalar: String {
    /// The learning rate.
    case learningRate = "learning_rate"
    /// Adam's learning rate, corrected for a first moment that starts at 0.
    case stepSize = "step_size"
    /// The correction for a second moment that starts at 0.
    case secondMomentScale = "second_moment_scale"
    /// The share of a parameter that AdamW's weight decay leaves.
    case decayed
  }

  /// The scalars that an update needs.
  package var scalars: [Scalar] {
    switch settings.name {
    case .adam: [.stepSize, .secondMomentScale]
    case .adamw: [.stepSize, .secondMomentScale, .decayed]
    case .sgd, .rmsprop: [.learningRate]
    }
  }

  /// The value of a scalar.
  ///
  /// - Parameters:
  ///   - learningRate: The rate of the step.
  ///   - update: The number of the update, counted from 1.
  package func value(of scalar: Scalar, learningRate: Double, update: Int) -> Float {
    let power = Double(update)
    return switch scalar {
    case .learningRate: Float(learningRate)
    case .stepSize: Float(learningRate / (1 - pow(settings.beta1, power)))
    case .secondMomentScale: Float(1 / (1 - pow(settings.beta2, power)).squareRoot())
    case .decayed: Float(1 - learningRate * settings.weightDecay)
    }
  }

  /// The parameter and its slots after a step, as PyTorch's optimizers compute them.
  ///
  /// - Parameters:
  ///   - isDecayed: True where weight decay applies.
  ///   - slots: Current values in the order of `slots`.
  ///   - scalars: Values in the order of `scalars`, shape [].
  package func update(
    _ parameter: Tensor, gradient: Tensor, isDecayed: Bool, slots: [Tensor], scalars: [Tensor]
  ) throws -> (parameter: Tensor, slots: [Tensor]) {
    let rate = scalars[0]
    let decay = isDecayed ? Float(settings.weightDecay) : 0
    switch settings.name {
    case .adam, .adamw:
      let start =
        settings.name == .adamw && decay > 0
        ? try parameter * scalars[2] : parameter
      return try adam(start, gradient, slots, scalars)
    case .sgd:
      let gradient = decay > 0 ? try gradient + parameter * decay : gradient
      guard settings.momentum > 0 else { return (try parameter - gradient * rate, []) }
      let momentum = try slots[0] * Float(settings.momentum) + gradient
      return (try parameter - momentum * rate, [momentum])
    case .rmsprop:
      let square = try average(slots[0], gradient * gradient, settings.alpha)
      let direction = try gradient / (square.sqrt() + Float(settings.epsilon))
      guard settings.momentum > 0 else { return (try parameter - direction * rate, [square]) }
      let momentum = try slots[1] * Float(settings.momentum) + direction
      return (try parameter - momentum * rate, [square, momentum])
    }
  }

  /// Adam's step, for a parameter that AdamW has decayed already.
  ///
  /// Source: Kingma & Ba 2015, arXiv:1412.6980, algorithm 1; decoupled decay: Loshchilov & Hutter 2019,
  /// arXiv:1711.05101.
  private func adam(
    _ parameter: Tensor, _ gradient: Tensor, _ slots: [Tensor], _ scalars: [Tensor]
  ) throws -> (parameter: Tensor, slots: [Tensor]) {
    let first = try average(slots[0], gradient, settings.beta1)
    let second = try average(slots[1], gradient * gradient, settings.beta2)
    let scale = try second.sqrt() * scalars[1] + Float(settings.epsilon)
    return (try parameter - scalars[0] * first / scale, [first, second])
  }

  private func average(_ old: Tensor, _ new: Tensor, _ share: Double) throws -> Tensor {
    try old * Float(share) + new * Float(1 - share)
  }
}
