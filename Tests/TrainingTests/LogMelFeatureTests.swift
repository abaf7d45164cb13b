import Media
import Experiments
import Datasets
import Foundation
import Metrics
import Records
import Testing
import Evaluation
import Training
import Trials

extension TrainingSuite {
  @Suite struct LogMelFeatureTests {
    private func tones(length: Int, rate: Int) throws -> RawExamples {
      let request = SoundRequest(
        source: .builtIn, sampleRateHz: rate, length: length, tonesCount: 12)
      return try RawExamples(Dataset.load(request).training)
    }

    /// Compares features with the mean and deviation over time of `LogMel`'s spectrograms.
    @Test(arguments: [(4096, 16_000), (1000, 8000), (160, 8000), (20_000, 16_000)])
    func featuresAreMomentsOfSpectrograms(_ length: Int, _ rate: Int) throws {
      let sounds = try tones(length: length, rate: rate)
      let extractor = try FeatureExtractor(.logmel, training: sounds, sampleRateHz: rate)
      let found = try extractor.features(of: sounds, "test")
      let logMel = LogMel(sampleRateHz: rate, length: length)
      let bands = logMel.bandCount
      #expect(found.dimension == 2 * bands && found.count == sounds.count)
      var worst = 0.0
      for row in 0..<sounds.count {
        let values = sounds.values[row * length..<(row + 1) * length]
        let spectrogram = Array(values).withUnsafeBufferPointer { logMel.spectrogram(of: $0) }
        for band in 0..<bands {
          let levels = stride(from: band, to: spectrogram.count, by: bands).map {
            Double(spectrogram[$0])
          }
          let mean = levels.reduce(0, +) / Double(levels.count)
          let variance = levels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(levels.count)
          let start = row * 2 * bands + band
          worst = max(worst, abs(found.values[start] - mean))
          worst = max(worst, abs(found.values[start + bands] - variance.squareRoot()))
        }
      }
      #expect(worst < 1e-3, "\(worst)")
    }

    @Test func imagesHaveNoSpectrogram() throws {
      let images = try! RawExamples([Float](repeating: 0, count: 128), shape: [8, 8, 1])
      #expect(throws: FeatureError("logmel: expected sounds, found images")) {
        try FeatureExtractor(.logmel, training: images, sampleRateHz: nil)
      }
    }
  }
}
