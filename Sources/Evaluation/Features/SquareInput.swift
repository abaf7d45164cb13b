internal import Media
internal import Training
internal import Datasets
internal import Metrics

/// What the encoder is shown: images, or the log-mel spectrograms of sounds, brought to 32×32 pixels in 0…1
/// by averaging over areas.
///
/// Not `Raster.resized`, which crops to a square and rounds to the type of its pixels: this stretches any rectangle, of
/// numbers that are no pixels, and the features of trained encoders are of these numbers.
struct SquareInput {
  /// Pixels of a side.
  static let side = 32

  /// Of what is shown.
  let channels: Int
  private let rows: Weights
  private let columns: Weights
  private let spectrograms: LogMel?

  /// - Parameters:
  ///   - shape: Of an example: [H, W, C] or [T, 1].
  ///   - sampleRateHz: Of sounds.
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
      // From silence to full scale.
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

  /// Which of `count` places, and how much of each, make up each of the 32.
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
