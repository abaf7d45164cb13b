public import Autodiff
public import Layers
internal import Specification

/// What `lethe check` shows of a model: nothing is run to make it.
public struct ModelTable: Sendable {
  /// A dropout site and what is placed there.
  public struct SiteRow: Sendable {
    /// The site.
    public let site: DropoutSite
    /// What is placed there, if anything.
    public let placement: DropoutPlacement?
    /// The shape of the site's random numbers for the batch of the experiment.
    public let maskShape: Shape?
  }

  /// A row for every layer, with output shapes for a batch of 2, of every copy of a network that
  /// dropout asks for.
  public let layers: [LayerRecord]
  /// A row for every site.
  public let sites: [SiteRow]

  /// The table of a model.
  ///
  /// - Parameter batch: Examples a step.
  /// - Throws: `ModelError` when a variant cannot go where it is placed.
  public init(_ model: ModelNetworks, dropout: DropoutPlan, batch: Int) throws {
    let placements = Dictionary(
      uniqueKeysWithValues: dropout.placements.map { ($0.site.address, $0) })
    layers = model.networks.flatMap { network in
      let copies = 1...dropout.copies(of: network.role.rawValue)
      return copies.flatMap { copy in network.layers.map { $0.copy(copy) } }
    }
    sites = try model.sites.map { site in
      let placement = placements[site.address]
      return SiteRow(
        site: site, placement: placement, maskShape: try placement?.maskShape(batch: batch))
    }
  }

  /// The number of trainable values.
  public var parameterCount: Int { layers.reduce(0) { $0 + $1.parameterCount } }
}
