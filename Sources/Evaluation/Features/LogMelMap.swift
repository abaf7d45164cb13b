internal import Foundation
internal import Media
internal import Metrics

/// Features from the log-mel spectrograms of `LogMel`.
struct LogMelMap: FeatureMap {
  /// Number of sounds between two calls of `beforeRun`.
  private static let batch = 64

  let logMel: LogMel
  private let beforeRun: (() throws -> Void)?

  /// Plans the spectrograms of sounds of one length.
  ///
  /// - Parameter beforeRun: Called again and again; an error that it throws ends the work.
  /// - Throws: `FeatureError` for fewer than 2 samples or a rate below 1000 Hz.
  init(sampleRateHz: Int, length: Int, _ beforeRun: (() throws -> Void)? = nil) throws {
    guard sampleRateHz >= 1000, length >= 2 else {
      throw FeatureError(
        "logmel: expected sounds of at least 2 samples at 1000 Hz or more, found \(length) at "
          + "\(sampleRateHz) Hz")
    }
    logMel = LogMel(sampleRateHz: sampleRateHz, length: length)
    self.beforeRun = beforeRun
  }

  /// The flattened spectrograms.
  ///
  /// - Returns: Shape [N, frames·bands].
  func neighborFeatures(of examples: RawExamples) throws -> FeatureMatrix {
    try rows(of: examples, dimension: logMel.frameCount * logMel.bandCount) { $0.map(Double.init) }
  }

  /// The means over time of all bands, then their standard deviations.
  ///
  /// - Returns: Shape [N, 2·bands].
  func features(of examples: RawExamples) throws -> FeatureMatrix {
    try rows(of: examples, dimension: 2 * logMel.bandCount, statistics)
  }

  private func rows(
    of examples: RawExamples, dimension: Int, _ row: ([Float]) -> [Double]
  ) throws -> FeatureMatrix {
    var values: [Double] = []
    values.reserveCapacity(examples.count * dimension)
    try examples.forEachBatch(of: Self.batch) { _, sounds in
      try beforeRun?()
      for start in stride(from: 0, to: sounds.count, by: logMel.length) {
        let sound = UnsafeBufferPointer(rebasing: sounds[start..<start + logMel.length])
        values += row(logMel.spectrogram(of: sound))
      }
    }
    return try FeatureMatrix(values, dimension: dimension)
  }

  private func statistics(_ spectrogram: [Float]) -> [Double] {
    let (bands, frames) = (logMel.bandCount, Double(logMel.frameCount))
    var means = [Double](repeating: 0, count: bands)
    var variances = means
    for (index, value) in spectrogram.enumerated() {
      means[index % bands] += Double(value) / frames
    }
    for (index, value) in spectrogram.enumerated() {
      let distance = Double(value) - means[index % bands]
      variances[index % bands] += distance * distance / frames
    }
    return means + variances.map { $0.squareRoot() }
  }
}
