internal import Media
internal import Training
internal import Datasets
internal import Metrics

/// Input of the encoder: images, or the log-mel spectrograms of sounds, brought to 32×32 pixels in 0…1 by
/// averaging over areas.
///
/// `Raster.resized` does not serve here: it crops to a square and rounds to the type of its pixels. This
/// stretches any rectangle, of numbers that are no pixels, and trained encoders depend on the exact values.
struct SquareInput {
  /// Side in pixels.
  static let side = 32

  /// Channels of the input: those of images, 1 for sounds.
  let channels: Int
  private let rows: Weights
  private let columns: Weights
  private let spectrograms: LogMel?

  /// Computes the weights of averaging for examples of one shape.
  ///
  /// - Parameters:
  ///   - shape: Shape of an example: [H, W, C] or [T, 1].
  ///   - sampleRateHz: Sample rate of sounds; nil for images.
  init(shape: [Int], sampleRateHz: Int?) {
    if shape.count == 3 {
      spectrograms = nil
      (rows, columns, channels) = (Weights(shape[0]), Weights(shape[1]), shape[2])
    } else {
      let mel = LogMel(sampleRateHz: sampleRateHz ?? 16_000, length: shape[0])
      spectrograms = mel
      (rows, columns, channels) = (Weights(mel.frameCount), Weights(mel.bandCount), 1)
    }
  }

  /// The pixels of examples, shape [N, 32, 32, C].
  func pixels(of examples: RawExamples) -> [Float] {
    var pixels: [Float] = []
    pixels.reserveCapacity(examples.count * Self.side * Self.side * channels)
    examples.forEachBatch(of: 1) { _, example in
      guard let spectrograms else {
        pixels += stretched(Array(example))
        return
      }
      // Maps silence to 0 and full scale to 1.
      let levels = spectrograms.spectrogram(of: example).map { 1 - $0 / LogMel.floor }
      pixels += stretched(levels)
    }
    return pixels
  }

  private func stretched(_ values: [Float]) -> [Float] {
    var result = [Float](repeating: 0, count: Self.side * Self.side * channels)
    for (y, rowParts) in rows.parts.enumerated() {
      for (x, columnParts) in columns.parts.enumerated() {
        let target = (y * Self.side + x) * channels
        for (row, rowShare) in rowParts {
          for (column, columnShare) in columnParts {
            let source = (row * columns.count + column) * channels
            for channel in 0..<channels {
              result[target + channel] += rowShare * columnShare * values[source + channel]
            }
          }
        }
      }
    }
    return result
  }

  /// Weights of averaging along one axis: for each of the 32 new places, the old places that it covers,
  /// with their shares. From 48 places, the first new one is ⅔ of place 0 and ⅓ of place 1.
  private struct Weights {
    let count: Int
    let parts: [[(Int, Float)]]

    init(_ count: Int) {
      self.count = count
      let width = Double(count) / Double(SquareInput.side)
      parts = (0..<SquareInput.side).map { place in
        let (start, end) = (Double(place) * width, Double(place + 1) * width)
        return (Int(start)..<min(count, Int(end.rounded(.up)))).map { source in
          let overlap = min(end, Double(source + 1)) - max(start, Double(source))
          return (source, Float(overlap / width))
        }
      }
    }
  }
}
