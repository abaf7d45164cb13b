package import Experiments
package import Glossary

extension Experiment {
  /// Names and meanings of what changes its training beside dropout: augmentations and terms of losses.
  package var changesOfTraining: [(name: String, meaning: Meaning)] {
    // What cannot be used is refused when the experiment is read for training.
    let augmentations = (try? AugmentationCatalogue.augmentations(self)) ?? []
    let agreement = loss.rDrop > 0 ? [("r_drop", TwoDraws.meaning)] : []
    return augmentations.map { ($0.name, $0.meaning) }
      + DiscriminatorTerms.all(loss).map { ($0.name, $0.meaning) } + agreement
  }
}
