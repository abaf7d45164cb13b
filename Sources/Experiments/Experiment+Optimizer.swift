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

    /// `name`: adam by default.
    public let name: Name
    /// `learning_rate`, at its highest: 1e-3.
    public let learningRate: Double
    /// `discriminator.learning_rate` (gan): that of the discriminator, `learning_rate` by default.
    public let discriminatorRate: Double
    /// `schedule` and `warmup`: the change of the learning rates over the training.
    public let schedule: LearningRateSchedule
    /// `beta1` (adam, adamw): 0 for a gan, 0.9 for the others.
    public let beta1: Double
    /// `beta2` (adam, adamw): 0.99 for a gan, 0.999 for the others.
    public let beta2: Double
    /// `epsilon` (all but sgd).
    public let epsilon: Double
    /// `momentum` (sgd, rmsprop).
    public let momentum: Double
    /// `alpha` (rmsprop): smoothing of the squared gradients.
    public let alpha: Double
    /// `weight_decay` (adamw, sgd): 0.01 for adamw, 0 for sgd.
    public let weightDecay: Double

    init(_ keys: SectionReader, family: Family, steps: Int) throws {
      name = try keys.value("name", .choice, default: .adam)
      let optimizer = name
      func only(_ names: Name...) -> Applicability {
        let list = names.map(\.rawValue).joined(separator: ", ")
        return .only(names.contains(optimizer), "for \(list), not \(optimizer)")
      }
      let isGAN = family == .gan
      let share = ValueKind<Double>.number(atLeast: 0, below: 1)
      let positive = ValueKind<Double>.number(above: 0)
      let rate = try keys.value("learning_rate", positive, default: 1e-3)
      learningRate = rate
      schedule = try LearningRateSchedule(keys, steps: steps)
      beta1 = try keys.value(
        "beta1", share, default: isGAN ? 0 : 0.9, when: only(.adam, .adamw))
      beta2 = try keys.value(
        "beta2", share, default: isGAN ? 0.99 : 0.999, when: only(.adam, .adamw))
      epsilon = try keys.value(
        "epsilon", positive, default: 1e-8, when: only(.adam, .adamw, .rmsprop))
      momentum = try keys.value("momentum", share, default: 0, when: only(.sgd, .rmsprop))
      alpha = try keys.value("alpha", share, default: 0.99, when: only(.rmsprop))
      weightDecay = try keys.value(
        "weight_decay", .number(atLeast: 0), default: optimizer == .adamw ? 0.01 : 0,
        when: only(.adamw, .sgd))
      discriminatorRate = try keys.section(
        "discriminator", when: .families(where: { $0 == .gan }, not: family)
      ) { try $0.value("learning_rate", positive, default: rate) }
    }
  }
}
