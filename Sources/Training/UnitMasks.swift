package import Experiments
internal import Complaints
package import Layers
package import Models
internal import Specification

/// The units of a generator that can be switched off while samples are drawn: those after each of its activations.
package enum UnitMasks {
  /// A site with the array that says which of its units are on: 1 for each that is, else 0; [C]. It is part of a
  /// checkpoint, and training leaves it alone.
  package typealias Mask = (site: DropoutSite, parameter: Parameter)

  /// The masks of an experiment's generator or decoder; none without `sampling.deactivate`.
  ///
  /// - Throws: `ModelError` for a network without activations of units.
  package static func all(_ experiment: Experiment, _ model: ModelNetworks) throws -> [Mask] {
    guard experiment.sampling.deactivate != nil else { return [] }
    let sites = model.product.sites.filter { $0.place == .postAct }
    try ModelError.require(
      !sites.isEmpty, "sampling.deactivate",
      expected:
        "a \(model.product.role.rawValue) with sites post_act, whose units are switched off",
      found: "model.backbone \(experiment.model.backbone.rawValue)")
    return sites.map { site in
      (
        site,
        Parameter(
          site.address + ".active", shape: site.example.suffix(1), initializer: .ones,
          isTrainable: false)
      )
    }
  }
}
