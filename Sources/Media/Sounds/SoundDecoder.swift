internal import Complaints

/// Decodes a sound in small parts: checked, mixed down to one channel, resampled.
package enum SoundDecoder {
  /// Numbers decoded at once, of all channels together.
  private static let chunkSize = 1 << 16
  /// Largest accepted amplitude; decoders and mixers overshoot −1…1, but not by this much.
  private static let amplitudeLimit: Float = 8

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - frameCount: Samples per channel that the file must have.
  ///   - decoded: Receives the samples as decoded and mixed down, one part after another.
  ///   - sink: Receives them at `sampleRateHz`, one part after another; they may overshoot −1…1.
  /// - Returns: True if any channel has a run of samples at full scale.
  /// - Throws: `DataError` if the file is damaged or shorter, a sample is far beyond −1…1 or not a number,
  ///   or the rates are too far apart to resample.
  package static func decode(
    _ reader: borrowing SoundReader, frameCount: Int, sampleRateHz: Int,
    decoded: (UnsafeBufferPointer<Float>) -> Void, sink: (UnsafeBufferPointer<Float>) -> Void
  ) throws -> Bool {
    let channels = reader.channels
    var clipping = ClippingDetector(channels: channels, fullScale: reader.fullScale)
    var resampler =
      reader.sampleRateHz == sampleRateHz
      ? nil : try Resampler(from: reader.sampleRateHz, to: sampleRateHz, path: reader.path)
    var frames = [Float](repeating: 0, count: max(1, chunkSize / channels) * channels)
    var mono = [Float](repeating: 0, count: frames.count / channels)
    var position = 0
    while position < frameCount {
      let count = try frames.withUnsafeMutableBufferPointer {
        try reader.read(into: $0, position: position)
      }
      guard count > 0 else {
        throw DataError(
          file: reader.path,
          problem: "truncated: expected \(frameCount) samples, found \(position)")
      }
      try frames.withUnsafeBufferPointer { buffer in
        let part = UnsafeBufferPointer(rebasing: buffer[..<(count * channels)])
        try check(part, channels: channels, position: position, path: reader.path)
        clipping.look(at: part)
        mix(part, channels: channels, into: &mono)
      }
      try mono.withUnsafeBufferPointer { buffer in
        let part = UnsafeBufferPointer(rebasing: buffer[..<count])
        decoded(part)
        if resampler == nil { sink(part) }
        try resampler?.process(part, sink: sink)
      }
      position += count
    }
    try resampler?.finish(sink: sink)
    return clipping.isClipped
  }

  /// Samples per channel of a file: as the header says, or counted by decoding if it does not say or says
  /// too many to be believed.
  ///
  /// - Throws: `DataError` if decoding gives fewer than the header says.
  package static func frameCount(_ reader: borrowing SoundReader) throws -> Int {
    if let claim = reader.frameCount, !reader.isClaimDoubtful { return claim }
    let count = try countFrames(reader)
    if let claim = reader.frameCount, count < claim {
      throw DataError(
        file: reader.path, problem: "truncated: expected \(claim) samples, found \(count)")
    }
    return count
  }

  private static func countFrames(_ reader: borrowing SoundReader) throws -> Int {
    var frames = [Float](
      repeating: 0, count: max(1, chunkSize / reader.channels) * reader.channels)
    var total = 0
    while true {
      let count = try frames.withUnsafeMutableBufferPointer {
        try reader.read(into: $0, position: total)
      }
      if count == 0 { return total }
      total += count
    }
  }

  private static func check(
    _ frames: UnsafeBufferPointer<Float>, channels: Int, position: Int, path: String
  ) throws {
    // NaN fails this comparison too.
    guard let bad = frames.firstIndex(where: { !(abs($0) <= amplitudeLimit) }) else { return }
    throw DataError(
      file: path,
      problem: "sample \(position + bad / channels) is \(frames[bad]): expected -1 to 1")
  }

  /// Mixes all channels to their mean.
  private static func mix(
    _ frames: UnsafeBufferPointer<Float>, channels: Int, into mono: inout [Float]
  ) {
    mono.withUnsafeMutableBufferPointer { mono in
      for frame in 0..<frames.count / channels {
        var sum: Float = 0
        for channel in 0..<channels { sum += frames[frame * channels + channel] }
        mono[frame] = sum / Float(channels)
      }
    }
  }
}

/// Detects runs of samples at full scale, as clipping leaves them.
package struct ClippingDetector {
  /// Length of a run that is taken for clipping; shorter ones are peaks.
  package static let runLength = 3
  private let fullScale: Float
  /// Length of the run at full scale that each channel ends in, negative for negative samples.
  private var runs: [Int]
  /// True once a run was seen.
  package private(set) var isClipped = false

  /// - Parameter fullScale: Least amplitude that counts as full scale.
  package init(channels: Int, fullScale: Float) {
    self.fullScale = fullScale
    runs = [Int](repeating: 0, count: channels)
  }

  /// Examines the next part of a sound.
  ///
  /// - Parameter frames: Shape [T, channels]. Runs go on from the previous part.
  package mutating func look(at frames: UnsafeBufferPointer<Float>) {
    let limit = fullScale
    for channel in runs.indices where !isClipped {
      var run = runs[channel]
      for index in stride(from: channel, to: frames.count, by: runs.count) {
        let value = frames[index]
        if abs(value) < limit {
          run = 0
        } else {
          run = value > 0 ? max(run, 0) + 1 : min(run, 0) - 1
          if abs(run) >= Self.runLength {
            isClipped = true
            break
          }
        }
      }
      runs[channel] = run
    }
  }
}
