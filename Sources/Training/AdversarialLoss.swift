package import Experiments
package import Autodiff
internal import Records

/// The five pairs of losses of a GAN, on logits of shape [N, 1]; all are means over the batch.
package enum AdversarialLoss {
  /// The loss of the discriminator.
  package static func discriminator(
    _ kind: Experiment.Loss.Adversarial, real: Tensor, generated: Tensor
  ) throws -> Tensor {
    switch kind {
    // Source: Goodfellow et al. 2014, arXiv:1406.2661, §3.
    case .nonSaturating:
      try (-real).softplus().mean() + generated.softplus().mean()
    // Source: Lim & Ye 2017, arXiv:1705.02894, §3.
    case .hinge:
      try (1 - real).maximum(0).mean() + (generated + 1).maximum(0).mean()
    // Source: Mao et al. 2017, arXiv:1611.04076, eq. 9, with labels 0 and 1.
    case .leastSquares:
      try ((real - 1).squared().mean() + generated.squared().mean()) * 0.5
    // Source: Arjovsky et al. 2017, arXiv:1701.07875, algorithm 1, without clipping.
    case .wasserstein:
      try generated.mean() - real.mean()
    // Source: Jolicoeur-Martineau 2019, arXiv:1807.00734; paired as in Huang et al. 2024,
    // arXiv:2501.05441, §2.
    case .relativistic:
      try (generated - real).softplus().mean()
    }
  }

  /// The loss of the generator. Only the relativistic loss calls `real`, which gives the logits of real examples.
  package static func generator(
    _ kind: Experiment.Loss.Adversarial, real: () throws -> Tensor, generated: Tensor
  ) throws -> Tensor {
    switch kind {
    case .nonSaturating: try (-generated).softplus().mean()
    case .hinge, .wasserstein: try -generated.mean()
    case .leastSquares: try (generated - 1).squared().mean() * 0.5
    case .relativistic: try (real() - generated).softplus().mean()
    }
  }
}

/// Penalties on the discriminator's gradient with respect to its input. Their own gradients are of second order.
package enum GradientPenalty {
  /// γ/2 · mean over examples of ‖∇ₓD(x)‖²: R1 at real examples, R2 at generated ones.
  ///
  /// Source: Mescheder et al. 2018, arXiv:1801.04406, eq. 9 and 10.
  package static func zeroCentered(
    _ logits: Tensor, examples: Tensor, gamma: Double
  ) throws -> Tensor {
    try squaredNorms(of: logits, by: examples).mean() * Float(gamma / 2)
  }

  /// λ · mean over examples of (‖∇ₓD(x̂)‖ − 1)², x̂ uniform on the lines between real and generated examples.
  ///
  /// Source: Gulrajani et al. 2017, arXiv:1704.00028, eq. 3.
  package static func wassersteinGP(
    real: Tensor, generated: Tensor, lambda: Double, stream: String,
    _ discriminator: (Tensor) throws -> Tensor
  ) throws -> Tensor {
    let graph = real.graph
    let shape = [real.shape[0]] + [Int](repeating: 1, count: real.rank - 1)
    let share = try graph.uniform(stream, shape: shape)
    let between = try generated + (real - generated) * share
    let norms = try (squaredNorms(of: discriminator(between), by: between) + 1e-12).sqrt()
    return try (norms - 1).squared().mean() * Float(lambda)
  }

  /// ‖∇ₓ Σ logits‖² of each example, shape [N].
  private static func squaredNorms(of logits: Tensor, by examples: Tensor) throws -> Tensor {
    let gradient = try examples.graph.gradients(of: logits.sum(), by: [examples])[0]
    return try gradient.squared().sum(axes: Array(1..<examples.rank))
  }
}
