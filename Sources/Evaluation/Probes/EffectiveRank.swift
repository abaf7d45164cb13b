internal import Training
internal import Metrics

/// How many directions the activations of a site fill: the exponential of the entropy of the shares that singular
/// values have of their sum, of activations less their means. The mean over sites.
///
/// Source: O. Roy, M. Vetterli 2007, "The effective rank: a measure of effective dimensionality", EUSIPCO.
final class EffectiveRank: Probe {
  static let key = "effective_rank"

  func look(at context: ProbeContext) throws -> ProbeReading {
    let parts = try context.activations().map { ($0.site, try $0.units.effectiveRank()) }
    return try ProbeReading(meanOf: parts, of: "site whose activations change")
  }
}
