internal import Glossary
internal import Autodiff
internal import Complaints
internal import Experiments
internal import Foundation
internal import Layers

/// Mirrors, turns, moves, scales and stretches images, each with the same probability, which rises while the
/// discriminator overfits.
///
/// - `blit`: mirroring left to right, which half of the draws leave out; a quarter turn 0 to 3 times; movement by whole
///   pixels, up to an eighth of the sides.
/// - `warp`: scaling by 2^s, s ~ N(0, 0.2²); a rotation by any angle; stretching by 2^s along one axis and 2^(−s) along
///   the other; another rotation; movement by t of the sides, t ~ N(0, ⅛²). Each of the rotations has the probability 1
///   − √(1 − p), so that p is that of any.
///
/// All are one change of coordinates, by which the image is sampled once: see `WaveletSampling`.
///
/// Source: Karras et al. 2020, arXiv:2006.06676, appendix B: pixel blitting and geometric transformations.
struct AdaptiveAugment: ExampleAugmentation {
  let name = "adaptive"
  let meaning = Meaning(
    "Augments what the discriminator sees with a probability that follows its overfitting",
    .karras2020)
  let changesTarget = false
  let settings: Experiment.Data.Augment.Adaptive

  /// The largest side whose fine pixels, four times as many, have places that are exact in single precision.
  private static let largestSide = 1024

  private var own: AdaptiveProbability {
    AdaptiveProbability(of: "discriminator.augment", settings.control)
  }

  var probability: AdaptiveProbability? { own }

  func check(_ experiment: Experiment, beside others: [any Augmentation]) throws {
    let side = experiment.data.size ?? 0
    try ModelError.require(
      side <= Self.largestSide, "data.augment.adaptive",
      expected: "a data.size of at most \(Self.largestSide)", found: "\(side)")
    guard let mixing = others.first(where: \.mixesExamples) else { return }
    throw ModelError(
      "data.augment.adaptive",
      expected:
        "no \(mixing.name) beside it, as what the discriminator says of mixtures does not tell whether it "
        + "knows the training examples", found: mixing.name)
  }

  func apply(to x: Tensor, _ draw: AugmentationDraw) throws -> Tensor {
    let chance = Chance(draw: draw, probability: try own.value(in: draw.forward))
    let map = try settings.parts.reduce(AffineMaps(draw.graph)) { map, part in
      switch part {
      case .blit: try blitted(map, x.shape, chance)
      case .warp: try warped(map, x.shape, chance)
      }
    }
    return try WaveletSampling(x, draw.inputs).sampled(by: map)
  }

  private func blitted(
    _ map: AffineMaps, _ shape: Shape, _ chance: Chance
  ) throws -> AffineMaps {
    func moved(_ name: String, of side: Int) throws -> Tensor {
      let share = try chance.uniform("move/" + name) * 2 - 1
      return try chance.of("move", share * (Float(side) / 8)).rounded()
    }
    let mirrored = try chance.of("mirror", chance.whole("mirror", below: 2))
    let turns = try chance.of("turn", chance.whole("turn", below: 4))
    return try map.scaled(1 - mirrored * 2, map.one).turned(turns * (Float.pi / 2))
      .moved(moved("x", of: shape[2]), moved("y", of: shape[1]))
  }

  private func warped(
    _ map: AffineMaps, _ shape: Shape, _ chance: Chance
  ) throws -> AffineMaps {
    let each = try 1 - (1 - chance.probability).sqrt()
    func angle(_ name: String) throws -> Tensor {
      try chance.of(name, (chance.uniform(name) * 2 - 1) * Float.pi, with: each)
    }
    func factor(_ name: String) throws -> Tensor {
      try (chance.of(name, chance.normal(name)) * (0.2 * Float(M_LN2))).exp()
    }
    func moved(_ name: String, of side: Int) throws -> Tensor {
      try chance.of("shift", chance.normal("shift/" + name) * (Float(side) / 8))
    }
    let (size, stretch) = (try factor("size"), try factor("stretch"))
    return try map.scaled(size, size).turned(angle("before")).scaled(stretch, 1 / stretch)
      .turned(angle("after")).moved(moved("x", of: shape[2]), moved("y", of: shape[1]))
  }
}

/// Numbers for each example, [N, 1], that are 0 but with a probability.
private struct Chance {
  let draw: AugmentationDraw
  /// Shape [].
  let probability: Tensor

  /// The value with the probability, else 0. Values of one name come together or not at all.
  func of(_ name: String, _ value: Tensor, with other: Tensor? = nil) throws -> Tensor {
    try uniform(name + "/on").less(than: other ?? probability).select(value, 0)
  }

  func uniform(_ name: String) throws -> Tensor { try draw.uniform(name, shape: [draw.batch, 1]) }

  func normal(_ name: String) throws -> Tensor { try draw.normal(name, shape: [draw.batch, 1]) }

  func whole(_ name: String, below limit: Int) throws -> Tensor {
    try draw.whole(name, below: limit, shape: [draw.batch, 1])
  }
}

extension Tensor {
  /// The nearest whole number; halves go up.
  fileprivate func rounded() throws -> Tensor { try (self + 0.5).floor() }
}
