internal import Complaints

/// Decodes a sound in small parts: checked, mixed down to one channel, resampled.
package enum SoundDecoder {
  /// Numbers that are decoded at once.
  private static let chunkSize = 1 << 16
  /// The largest amplitude of a sound; decoders and mixers overshoot −1…1, but not by this much.
  private static let amplitudeLimit: Float = 8

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - frameCount: Samples a channel that the file must have.
  ///   - decoded: Gets the samples as they were decoded and mixed down, one part after another.
  ///   - sink: Gets them at the sample rate that is asked for, in −1…1, one part after another.
  /// - Returns: Whether any channel has a run of samples at full scale.
  /// - Throws: `DataError` if the file is damaged or shorter, or a sample is not a finite number.
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

  /// The samples of a file: those that its header says, or, where it does not say or says too many to be believed,
  /// those that decoding it gives.
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

  /// The mean of all channels.
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

/// Looks for runs of samples at full scale, as clipping leaves them.
package struct ClippingDetector {
  /// Samples at full scale in a row that are taken for clipping; single ones are peaks.
  package static let runLength = 3
  private let fullScale: Float
  /// Samples at full scale that each channel ends in, negative ones counted downwards.
  private var runs: [Int]
  /// Whether a run was seen.
  package private(set) var isClipped = false

  /// - Parameter fullScale: The least amplitude that counts.
  package init(channels: Int, fullScale: Float) {
    self.fullScale = fullScale
    runs = [Int](repeating: 0, count: channels)
  }

  /// - Parameter frames: Shape [T, channels]; goes on where the last part ended.
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
