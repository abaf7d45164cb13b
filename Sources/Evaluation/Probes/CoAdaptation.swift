internal import Glossary
internal import Training
internal import Metrics

/// Mean absolute correlation between the units of a site, averaged over sites. Constant units are left out.
///
/// Source: M. Cogswell et al. 2016, "Reducing overfitting in deep networks by decorrelating
/// representations", arXiv:1511.06068, which takes the covariance as the quantity that dropout lowers.
final class CoAdaptation: NetworkProbe {
  static let key = "co_adaptation"
  let meaning = Meaning(
    "Mean absolute correlation between units of a layer", .cogswell2016)

  func look(at context: ProbeContext) throws -> ProbeReading {
    let parts = try context.activations().map { ($0.site, $0.units.meanAbsoluteCorrelation()) }
    return try ProbeReading(meanOf: parts, of: "site with two units that change")
  }
}
