internal import Experiments
internal import Records

/// The list of all augmentations.
enum AugmentationCatalogue {
  /// The augmentations that an experiment asks for, in the order in which they are applied. Those that make
  /// new examples come before those that only hide parts of them.
  ///
  /// - Throws: As `ExampleCodec` does.
  static func augmentations(_ experiment: Experiment) throws -> [any Augmentation] {
    let (data, augment) = (experiment.data, experiment.data.augment)
    let all: [(any Augmentation)?] = [
      augment.flip ? Flip() : nil,
      augment.mixupAlpha.map(Mixup.init),
      augment.cutmixAlpha.map(Cutmix.init),
      augment.diffAugment.isEmpty ? nil : DiffAugment(parts: augment.diffAugment),
      augment.adaptive.map(AdaptiveAugment.init),
      augment.cutoutLength.map(Cutout.init),
      try augment.specAugment.map {
        SpecAugment(
          settings: $0, sampleRateHz: data.sampleRateHz, axes: try ExampleCodec(experiment).axes)
      },
      augment.manifoldMixup.map(ManifoldMixup.init),
      augment.phaseShuffleRadius.map(PhaseShuffle.init),
    ]
    return all.compactMap(\.self)
  }
}
