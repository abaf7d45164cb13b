internal import Media
internal import Training
internal import Datasets

/// Loss of resolution: images are averaged over squares and enlarged by repeating pixels, sounds are
/// resampled to a lower rate and back.
package struct Resampling: Corruption {
  /// Its key in `metrics.corruptions`.
  package let name = "resample"
  let factor: Int
  /// Sample rate of sounds; nil for images.
  let sampleRateHz: Int?

  /// Creates a loss of resolution by a factor, with the sample rate of sounds, or nil for images.
  package init(factor: Int, sampleRateHz: Int?) {
    (self.factor, self.sampleRateHz) = (factor, sampleRateHz)
  }

  /// The factor, as a floating-point number.
  package var amount: Double { Double(factor) }

  /// Lowers the resolution of an example and raises it again; see `Corruption`.
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
