internal import Media
internal import Training
internal import Datasets

/// Lower resolution: images are averaged over squares and enlarged by repeating pixels, sounds are brought to a
/// lower sample rate and back.
package struct Resampling: Corruption {
  /// Its key in `metrics.corruptions`.
  package let name = "resample"
  let factor: Int
  /// Samples a second of sounds; nil for images.
  let sampleRateHz: Int?

  /// Lowers the resolution by a factor; nil is the rate of images.
  package init(factor: Int, sampleRateHz: Int?) {
    (self.factor, self.sampleRateHz) = (factor, sampleRateHz)
  }

  /// The factor.
  package var amount: Double { Double(factor) }

  /// See `Corruption`.
  package func apply(to example: [Float], shape: [Int], number: Int) throws -> [Float] {
    guard factor > 1 else { return example }
    if let sampleRateHz {
      let lower = max(1, sampleRateHz / factor)
      let back = try resampled(
        resampled(example, from: sampleRateHz, to: lower), from: lower, to: sampleRateHz)
      return (0..<example.count).map { $0 < back.count ? back[$0] : 0 }
    }
    let image = Raster(
      height: shape[0], width: shape[1], channels: shape[2], samples: .floats(example))
    let side = min(shape[0], shape[1])
    let result = image.resized(side: max(1, side / factor)).resized(side: side)
    guard case .floats(let values) = result.samples else { return example }
    return values
  }
}
