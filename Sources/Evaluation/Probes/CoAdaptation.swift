internal import Training
internal import Metrics

/// Mean absolute correlation between units of a site, the mean over sites; units that never change are left out.
///
/// Source: M. Cogswell et al. 2016, "Reducing overfitting in deep networks by decorrelating representations",
/// arXiv:1511.06068, which takes the covariance for what dropout lowers.
final class CoAdaptation: Probe {
  static let key = "co_adaptation"

  func look(at context: ProbeContext) throws -> ProbeReading {
    let parts = try context.activations().map { ($0.site, $0.units.meanAbsoluteCorrelation()) }
    return try ProbeReading(meanOf: parts, of: "site with two units that change")
  }
}
