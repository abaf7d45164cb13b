internal import Specification

extension Experiment {
  /// `optimizer`: names and defaults are PyTorch's; `results/search` says why those of a GAN differ.
  public struct Optimizer: Sendable, Equatable {
    /// Optimizers.
    public enum Name: String, Sendable, CaseIterable {
      /// Kingma & Ba 2015.
      case adam
      /// Loshchilov & Hutter 2019: weight decay apart from the gradient.
      case adamw
      /// Stochastic gradient descent, with momentum.
      case sgd
      /// Hinton's lecture 6e.
      case rmsprop
    }

    /// `name`.
    public let name: Name
    /// `learning_rate`.
    public let learningRate: Double
    /// `discriminator.learning_rate`.
    public let discriminatorRate: Double
    /// `schedule` and `warmup`.
    public let schedule: LearningRateSchedule
    /// `beta1`.
    public let beta1: Double
    /// `beta2`.
    public let beta2: Double
    /// `epsilon`.
    public let epsilon: Double
    /// `momentum`.
    public let momentum: Double
    /// `alpha`.
    public let alpha: Double
    /// `weight_decay`.
    public let weightDecay: Double

    init(_ keys: SectionReader, family: Family, steps: Int) throws {
      name = try keys.value("name", .choice, default: .adam, says: "the update rule")
      let optimizer = name
      func only(_ names: Name...) -> Applicability {
        let list = names.map(\.rawValue).joined(separator: ", ")
        return .only(names.contains(optimizer), "for \(list)", else: "not \(optimizer)")
      }
      let isGAN = family == .gan
      let share = ValueKind<Double>.number(atLeast: 0, below: 1)
      let positive = ValueKind<Double>.number(above: 0)
      let rate = try keys.value(
        "learning_rate", positive, default: 1e-3, says: "learning rate at its highest")
      learningRate = rate
      schedule = try LearningRateSchedule(keys, steps: steps)
      beta1 = try keys.value(
        "beta1", share, default: isGAN ? 0 : 0.9, when: only(.adam, .adamw),
        says: "decay of the mean of gradients, per update")
      beta2 = try keys.value(
        "beta2", share, default: isGAN ? 0.99 : 0.999, when: only(.adam, .adamw),
        says: "decay of the mean of squared gradients, per update")
      epsilon = try keys.value(
        "epsilon", positive, default: 1e-8, when: only(.adam, .adamw, .rmsprop),
        says: "number added to the denominator of an update")
      momentum = try keys.value(
        "momentum", share, default: 0, when: only(.sgd, .rmsprop),
        says: "share of the last update that is added to the next")
      alpha = try keys.value(
        "alpha", share, default: 0.99, when: only(.rmsprop),
        says: "decay of the mean of squared gradients, per update")
      weightDecay = try keys.value(
        "weight_decay", .number(atLeast: 0), default: optimizer == .adamw ? 0.01 : 0,
        when: only(.adamw, .sgd),
        says: "share of each weight, times the learning rate, that an update takes away")
      discriminatorRate = try keys.section(
        "discriminator", when: .families(where: { $0 == .gan }, not: family),
        says: "settings of the discriminator's optimizer alone"
      ) {
        try $0.value(
          "learning_rate", positive, default: rate,
          says:
            "learning rate of the discriminator at its highest; `optimizer.learning_rate` by default"
        )
      }
    }
  }
}
