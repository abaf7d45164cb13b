internal import Media

/// Sound files as they are stored, before any of them is resampled or cut into windows.
public struct StoredSounds: Sendable {
  private struct File {
    let path: String
    let sampleRateHz: Int
    let frameCount: Int

    var seconds: Double { Double(frameCount) / Double(sampleRateHz) }
  }

  /// In the order of their durations; at least one.
  private let files: [File]

  /// Reads the headers of files, at least one.
  ///
  /// - Throws: `DataError` or `FileError` if one cannot be read.
  init(_ paths: [String], progress: LoadProgress?) throws {
    files = try loadOnAllCores(paths, skipBroken: false, progress: progress) { path in
      let reader = try SoundReader.open(path)
      return File(
        path: path, sampleRateHz: reader.sampleRateHz,
        frameCount: try SoundDecoder.frameCount(reader))
    }.results.sorted { $0.seconds < $1.seconds }
  }

  /// Number of the files.
  public var count: Int { files.count }

  /// Least and largest duration of a file.
  public var seconds: ClosedRange<Double> {
    files[0].seconds...files[files.count - 1].seconds
  }

  /// The duration that half of the files have at least.
  public var medianSeconds: Double { files[files.count / 2].seconds }

  /// The most frequent sample rate, the lowest of several.
  public var sampleRateHz: Int {
    let counts = Dictionary(grouping: files, by: \.sampleRateHz).mapValues(\.count)
    return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }?.key ?? files[0].sampleRateHz
  }

  /// Number of examples that the files give, silent ones included.
  ///
  /// - Parameters:
  ///   - length: Samples of an example.
  ///   - sampleRateHz: Samples a second after resampling.
  /// - Throws: `DataError` for a file that is too short to be a sound.
  public func windows(of length: Int, sampleRateHz: Int) throws -> Int {
    try files.reduce(0) { sum, file in
      let count = try SoundWindows.sampleCount(
        file.frameCount, from: file.sampleRateHz, to: sampleRateHz, file: file.path)
      return sum + SoundWindows(sampleCount: count, length: length).count
    }
  }
}
