internal import Glossary
internal import Training
internal import Metrics

/// Share of activations that are not above zero, averaged over sites.
///
/// Source: Srivastava et al. 2014, JMLR 15, §7.2, which shows it as histograms.
final class ActivationSparsity: NetworkProbe {
  static let key = "activation_sparsity"
  let meaning = Meaning(
    "Share of activations that are not above zero", .srivastava2014)

  func look(at context: ProbeContext) throws -> ProbeReading {
    let parts = try context.activations().map { site, units in
      (site, Double(units.values.count { $0 <= 0 }) / Double(units.values.count))
    }
    return try ProbeReading(meanOf: parts, of: "site of activations")
  }
}
