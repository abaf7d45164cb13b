internal import Glossary
internal import Training
internal import Metrics

/// Mean absolute activation, averaged over sites.
///
/// Source: Srivastava et al. 2014, JMLR 15, §7.2.
final class MeanActivation: NetworkProbe {
  static let key = "mean_activation"
  let meaning = Meaning(
    "Mean absolute activation", .srivastava2014)

  func look(at context: ProbeContext) throws -> ProbeReading {
    let parts = try context.activations().map { site, units in
      (site, units.values.reduce(0) { $0 + abs($1) } / Double(units.values.count))
    }
    return try ProbeReading(meanOf: parts, of: "site of activations")
  }
}
