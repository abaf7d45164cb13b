package import Specification

extension ModelSpecification {
  /// Describes a model of the structure of DCGAN where it is convolutional: 64 channels at the highest resolution, batch
  /// norm on pictures. Arguments that are given apply to both networks.
  ///
  /// - Parameter hidden: Sizes of hidden layers, from latent to example for families that make examples.
  package init(
    family: Family, backbone: Backbone = .conv, example: ExampleShape, latent: Int = 64,
    width: Int? = nil, hidden: [Int]? = nil, norm: Normalization? = nil, pool: Pooling? = nil,
    upsample: Upsampling? = nil, minibatchStandardDeviation: Bool = false,
    attention: Int? = nil,
    cell: Cell = .gru, frame: Int = 32
  ) {
    var base = NetworkSettings.standard(backbone, isPicture: example.isPicture, family)
    base.width = width ?? 64
    base.hidden = hidden ?? base.hidden
    base.norm = norm ?? (backbone.isConvolutional && example.isPicture ? .batch : .none)
    base.upsample = upsample ?? base.upsample
    base.minibatchStandardDeviation = minibatchStandardDeviation
    base.attention = attention
    self.init(
      Architecture(
        family: family, backbone: backbone, latent: latent, pool: pool ?? backbone.standardPooling,
        cell: cell, frame: frame, synthesis: base,
        analysis: family.isGenerative ? base.mirrored : base),
      example: example, classes: 2, likelihood: .gaussian)
  }
}
