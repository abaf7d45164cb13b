/// All sounds of a source in windows of one length, before they are split.
struct SoundPool {
  /// The least peak of a window that is not silent, 80 dB below full scale.
  static let silencePeak: Float = 1e-4

  /// Samples of a window.
  let length: Int
  /// Shape [N, T], in −1…1.
  let samples: [Float]
  /// Positions on N that hold an example; silent windows and broken files leave holes.
  let valid: [Int]
  /// For each of `valid` a hash of the whole sound that it is a part of.
  let sources: [UInt64]
  let skipped: [SkippedFile]
  let notes: [String]

  /// Loads all sounds of a source.
  ///
  /// - Throws: `DataError` if they cannot be read, or none can be heard.
  static func load(_ request: SoundRequest, progress: LoadProgress?) throws -> SoundPool {
    guard case .path(let path) = request.source else {
      return try Tones.pool(request, progress: progress)
    }
    let pool =
      switch try SoundPath(path) {
      case .files(let paths): try SoundFiles.load(paths, request: request, progress: progress)
      case .numpy: try NumpyFile.sounds(path, request: request, progress: progress)
      }
    guard !pool.valid.isEmpty else {
      throw DataError(
        file: path,
        problem: "expected a sound that can be heard, found only silence (peak below 0.0001)")
    }
    return pool
  }

  /// A hash of each example's samples, in the order of `valid`.
  func contentHashes() -> [UInt64] { Self.hashes(of: valid, in: samples, length: length) }

  /// A hash of the samples at each of some positions on N of samples [N, T].
  static func hashes(of positions: [Int], in samples: [Float], length: Int) -> [UInt64] {
    samples.withUnsafeBytes { bytes in
      positions.map { ContentHash.of(bytes, from: $0 * length * 4, count: length * 4) }
    }
  }

  /// Whether no sample is as loud as a sound's peak must be.
  static func isSilent(_ samples: UnsafeBufferPointer<Float>) -> Bool {
    !samples.contains { abs($0) >= silencePeak }
  }
}
