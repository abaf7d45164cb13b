public import Autodiff
public import Layers
internal import Specification

/// The table of a model's layers and dropout sites that `lethe check` shows. It is made without
/// running anything.
public struct ModelTable: Sendable {
  /// A dropout site with its dropout.
  public struct SiteRow: Sendable {
    /// The site.
    public let site: DropoutSite
    /// The dropout entry placed there; nil for none.
    public let placement: DropoutPlacement?
    /// The shape of the site's random numbers for the batch of the experiment; nil without dropout.
    public let maskShape: Shape?
  }

  /// A row for every layer, in every copy of a network that dropout asks for. Output shapes are for
  /// a batch of 2.
  public let layers: [LayerRecord]
  /// A row for every site.
  public let sites: [SiteRow]

  /// The table of a model.
  ///
  /// - Parameter batch: Examples in a batch, for the shapes of masks.
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
