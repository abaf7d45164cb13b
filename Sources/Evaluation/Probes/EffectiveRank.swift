internal import Glossary
internal import Training
internal import Metrics

/// Number of directions that the activations of a site fill, averaged over sites: the exponential of the
/// entropy of the singular values of the centred activations, each divided by their sum. Two equal singular
/// values give 2.
///
/// Source: O. Roy, M. Vetterli 2007, "The effective rank: a measure of effective dimensionality", EUSIPCO.
final class EffectiveRank: NetworkProbe {
  static let key = "effective_rank"
  let meaning = Meaning(
    "Number of directions that the activations of a layer fill", .roy2007)

  func look(at context: ProbeContext) throws -> ProbeReading {
    let parts = try context.activations().map { ($0.site, try $0.units.effectiveRank()) }
    return try ProbeReading(meanOf: parts, of: "site whose activations change")
  }
}
