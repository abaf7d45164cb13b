package import Specification

extension ModelSpecification {
  /// A model with the defaults of the experiment file where nothing is given; what is given holds for both networks.
  ///
  /// - Parameter hidden: From a latent to an example, for families that make examples.
  package init(
    family: Family, backbone: Backbone = .conv, example: ExampleShape, latent: Int = 64,
    width: Int? = nil, hidden: [Int]? = nil, norm: Normalization? = nil, pool: Pooling? = nil,
    cell: Cell = .gru, frame: Int = 32
  ) {
    var base = NetworkSettings.standard(backbone, example.kind, family)
    base.width = width ?? base.width
    base.hidden = hidden ?? base.hidden
    base.norm = norm ?? base.norm
    self.init(
      Architecture(
        family: family, backbone: backbone, latent: latent, pool: pool ?? backbone.standardPooling,
        cell: cell, frame: frame, synthesis: base,
        analysis: family.isGenerative ? base.mirrored : base),
      example: example, classes: 2, likelihood: .gaussian)
  }
}
