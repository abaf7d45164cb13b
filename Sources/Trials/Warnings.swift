internal import Specification
internal import Evaluation
internal import Training
internal import Experiments
internal import Layers
internal import Models
internal import Records

/// Finds what is likely to be a mistake in an experiment.
struct Warnings {
  private let experiment: Experiment
  private let dropout: DropoutPlan
  private let model: ModelNetworks

  init(_ experiment: Experiment, _ dropout: DropoutPlan, _ model: ModelNetworks) {
    (self.experiment, self.dropout, self.model) = (experiment, dropout, model)
  }

  /// All warnings, a sentence each.
  func texts() throws -> [String] {
    try settings() + schedules() + slowProbabilities()
      + dropout.placements.filter { $0.entry.rate > 0 }.flatMap(places)
  }

  private func settings() -> [String] {
    var warnings: [String] = []
    let loss = experiment.loss
    if experiment.model.family == .gan, loss.adversarial == .wasserstein, loss.gpLambda == 0 {
      warnings.append(
        "loss.adversarial wasserstein without loss.gp_lambda does not bound the critic")
    }
    let product = model.product.role.rawValue
    if experiment.sampling.dropout != .off, !dropout.drops(in: product) {
      warnings.append("sampling.dropout changes nothing: there is no dropout in the \(product)")
    }
    for network in model.networks
    where loss.maxNorm > 0 && experiment.model.settings(of: network.role).norm == .spectral {
      warnings.append(
        "loss.max_norm changes nothing in the \(network.role.rawValue), whose weights norm spectral "
          + "divides by their length")
    }
    return warnings
  }

  /// Warnings about probabilities that follow the discriminator too slowly to reach 1 in the training.
  private func slowProbabilities() -> [String] {
    let seen = experiment.train.steps * experiment.train.batch * experiment.loss.discriminatorSteps
    let ofDropout = experiment.dropout.enumerated().compactMap { index, entry in
      entry.schedule.control.map { ("dropout.\(index)", $0) }
    }
    let ofAugment = experiment.data.augment.adaptive.map { ("data.augment.adaptive", $0.control) }
    return ([ofAugment].compactMap(\.self) + ofDropout).filter { seen < $0.1.images }.map {
      key, control in
      let most = (Double(seen) / Double(control.images) * 100).rounded() / 100
      return
        "\(key): the probability reaches at most \(most), as the discriminator sees \(seen) training "
        + "examples and images is \(control.images)"
    }
  }

  /// Warnings about schedules that stop dropping before training stops, and early ones that never stop.
  private func schedules() -> [String] {
    let steps = experiment.train.steps
    return experiment.dropout.enumerated().compactMap { index, entry in
      let name = "dropout.\(index): schedule \(entry.schedule.name.rawValue)"
      switch entry.schedule {
      case .early(let cutoff) where cutoff < steps, .linear(let cutoff) where cutoff < steps:
        return "\(name) ends at step \(cutoff) of \(steps); nothing is dropped after it"
      case .early(let cutoff):
        return
          "\(name) with cutoff \(cutoff) is the same as constant in a training of \(steps) steps"
      case .constant, .late, .curriculum, .linear, .adaptive: return nil
      }
    }
  }

  private func places(_ placement: DropoutPlacement) throws -> [String] {
    let (site, address) = (placement.site, placement.site.address)
    var warnings: [String] = []
    let role = model.networks.map(\.role).first { $0.rawValue == site.network }
    if site.place == .preNorm, role.map(experiment.model.settings)?.norm == .batch {
      warnings.append("dropout at \(address) changes the variance that the norm learns")
    }
    if site.place == .preOutput || site.place == .weights && site.block == role?.outputBlock {
      warnings.append(
        "dropout at \(address) is on the output layer: nothing comes after it to make up for it")
    }
    let units = try units(of: placement)
    if units > 1, placement.entry.rate * Double(units) < 1 {
      warnings.append(
        "dropout at \(address) drops less than one of its \(units) units on average: rate "
          + "\(placement.entry.rate)")
    }
    return warnings
  }

  /// Number of values in the mask of one example, at one time step of a recurrent layer; 1 where the mask
  /// does not drop units of the site, or where the rate is learned.
  private func units(of placement: DropoutPlacement) throws -> Int {
    let mask = try placement.maskShape(batch: 1)
    guard mask.count == placement.site.axes.count, placement.variant.takesSchedule else { return 1 }
    if case .recurrent = placement.site.kind { return mask.dropFirst(2).reduce(1, *) }
    return mask.dropFirst().reduce(1, *)
  }
}
