internal import Autodiff
internal import Datasets
internal import Experiments
internal import Layers
internal import Training

/// Switches off the units of a trained generator without which the fewest samples are memorised: `sampling.deactivate`.
///
/// Each unit after an activation is switched off alone, and 256 samples of the same latents are drawn, other latents
/// than those that metrics are of. Of the units without which fewer samples are memorised, at most a share of all,
/// those with the largest differences stay off.
///
/// After the idea of Hintersdorf et al. 2024, "Finding NeMo: localizing neurons responsible for memorization in
/// diffusion models", arXiv:2406.02366, which finds the units by their activations.
struct Deactivation {
  private static let stream = "sampling/deactivate"

  let subject: Subject

  /// The outcome, in words.
  struct Outcome {
    /// Units that are off, and all units.
    let off, units: Int
    /// Memorised share of the samples before and after.
    let before, after: Double

    var text: String {
      "\(off) of \(units) units are switched off: "
        + "\(before.asShare) of \(QuickComparison.samples) samples were memorised with all of them, "
        + "\(after.asShare) without these"
    }
  }

  private var masks: [UnitMasks.Mask] {
    get throws { try UnitMasks.all(subject.experiment, subject.session.model) }
  }

  /// Switches all units on, as they are while a model trains.
  func reset() throws { for mask in try masks { fill(mask, of: mask.parameter.shape[0]) } }

  /// Chooses the units and sets the masks of the model.
  ///
  /// - Throws: `Stopped`.
  func apply(_ asked: Experiment.Sampling.Deactivate) throws -> Outcome {
    try reset()
    let masks = try masks
    let sampler = Sampler(subject.inference)
    let sets = try subject.sampleSets()
    func memorized() throws -> Double {
      try subject.check()
      let samples = try sampler.sample(QuickComparison.samples, stream: Self.stream)
      return switch asked.by {
      case .memorizedShare: try sets.memorizedShare(samples)
      }
    }
    let before = try memorized()
    var gains: [(mask: Int, unit: Int, gain: Double)] = []
    for (index, mask) in masks.enumerated() {
      let count = mask.parameter.shape[0]
      for unit in 0..<count {
        fill(mask, of: count, without: [unit])
        gains.append((index, unit, before - (try memorized())))
      }
      fill(mask, of: count)
    }
    let most = max(1, Int((asked.share * Double(gains.count)).rounded()))
    // The order of units decides between equals.
    let chosen = gains.filter { $0.gain > 0 }.enumerated()
      .sorted { ($1.element.gain, $0.offset) < ($0.element.gain, $1.offset) }
      .prefix(most).map(\.element)
    for (index, mask) in masks.enumerated() {
      fill(
        mask, of: mask.parameter.shape[0],
        without: chosen.filter { $0.mask == index }.map(\.unit))
    }
    return Outcome(
      off: chosen.count, units: gains.count, before: before, after: try memorized())
  }

  private func fill(_ mask: UnitMasks.Mask, of count: Int, without units: [Int] = []) {
    var values = [Float](repeating: 1, count: count)
    for unit in units { values[unit] = 0 }
    subject.session.fill(mask.parameter.name, with: values)
  }
}

extension Double {
  fileprivate var asShare: String { "\((self * 1000).rounded() / 10)%" }
}
