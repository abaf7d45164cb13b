internal import Media
internal import Training
internal import Autodiff
internal import Datasets
internal import CPU
internal import Execution
internal import Foundation
internal import Metrics

/// Features from log-mel spectrograms, computed as a graph: a strided convolution with windowed cosines and
/// sines, squares, a product with the bands' weights, a logarithm. The spectrograms are those of `LogMel`.
final class LogMelMap: FeatureMap {
  let logMel: LogMel
  private let program: Program
  private let input, output: UnsafeMutableBufferPointer<Float>
  /// Number of sounds in one run.
  private let batch: Int
  /// Number of frames of each sound in one run.
  private let frames: Int
  /// Number of frames of all sounds in one run; large, because every run begins by laying out the kernels.
  private static let runFrames = 512

  /// Compiles the spectrograms of sounds of one length.
  ///
  /// - Throws: `FeatureError` for fewer than 2 samples or a rate below 1000 Hz.
  init(sampleRateHz: Int, length: Int, _ beforeRun: (() throws -> Void)? = nil) throws {
    guard sampleRateHz >= 1000, length >= 2 else {
      throw FeatureError(
        "logmel: expected sounds of at least 2 samples at 1000 Hz or more, found \(length) at "
          + "\(sampleRateHz) Hz")
    }
    logMel = LogMel(sampleRateHz: sampleRateHz, length: length)
    frames = min(logMel.frameCount, Self.runFrames)
    batch = Self.runFrames / frames
    let compiled = try Self.program(logMel, sounds: batch, frames: frames)
    program = compiled.program
    (input, output) = (program[compiled.sounds], program[compiled.values])
    program.beforeRun = beforeRun
  }

  private static func program(
    _ logMel: LogMel, sounds: Int, frames: Int
  ) throws -> (program: Program, sounds: Tensor, values: Tensor) {
    let (waves, weights) = (2 * logMel.binCount, logMel.powerWeights())
    try requireMemory(
      3 * 4 * waves * logMel.windowCount, file: "log-mel spectrograms at \(logMel.sampleRateHz) Hz")
    let variables = VariableStore()
    _ = variables.declare("waves", count: waves * logMel.windowCount)
      .update(fromContentsOf: logMel.fourierKernels())
    // Real and imaginary parts have the same weights.
    let bandRows = (0..<logMel.bandCount).flatMap { band in
      let row = weights[band * logMel.binCount..<(band + 1) * logMel.binCount]
      return row + row
    }
    _ = variables.declare("bands", count: bandRows.count).update(fromContentsOf: bandRows)
    let graph = Graph()
    let samples = (frames - 1) * logMel.hop + logMel.windowCount
    let waveforms = try graph.input("sounds", shape: [sounds, samples, 1])
    let parts =
      try waveforms
      .convolution(
        graph.variable("waves", shape: [waves, 1, logMel.windowCount]),
        ConvolutionGeometry(stride: [logMel.hop], padding: [0]))
    let powers = try parts.squared().reshape([sounds * frames, waves])
      .matmul(graph.variable("bands", shape: [logMel.bandCount, waves]), transposeOther: true)
    let values = try (powers + 1e-6).log()
    let program = try Program(
      Computation(graph, outputs: [values]), variables: variables, seed: 0,
      backend: CPUBackend(threads: 1))
    return (program, waveforms, values)
  }

  /// Calls `body` with the spectrogram of each sound in turn, shape [frames, bands].
  func forEachSpectrogram(
    of examples: RawExamples, _ body: (UnsafeBufferPointer<Float>) throws -> Void
  ) throws {
    let (size, count) = (logMel.frameCount * logMel.bandCount, frames * logMel.bandCount)
    var spectrograms = [Float](repeating: 0, count: batch * size)
    try examples.forEachBatch(of: batch) { _, sounds in
      let rows = sounds.count / logMel.length
      for first in stride(from: 0, to: logMel.frameCount, by: frames) {
        fill(sounds, firstFrame: first)
        try program.run(step: 0)
        let kept = min(frames, logMel.frameCount - first) * logMel.bandCount
        for row in 0..<rows {
          let start = row * size + first * logMel.bandCount
          spectrograms.replaceSubrange(
            start..<start + kept, with: output[row * count..<row * count + kept])
        }
      }
      try spectrograms.withUnsafeBufferPointer { values in
        for row in 0..<rows {
          try body(UnsafeBufferPointer(rebasing: values[row * size..<(row + 1) * size]))
        }
      }
    }
  }

  /// Copies the samples that a run's frames cover, for each sound, and fills up with zeros.
  private func fill(_ sounds: UnsafeBufferPointer<Float>, firstFrame: Int) {
    input.update(repeating: 0)
    let (samples, start) = (input.count / batch, firstFrame * logMel.hop)
    for row in 0..<sounds.count / logMel.length {
      let sound = row * logMel.length
      let part = sounds[sound + start..<sound + min(logMel.length, start + samples)]
      _ = UnsafeMutableBufferPointer(rebasing: input[row * samples..<(row + 1) * samples])
        .update(fromContentsOf: part)
    }
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
    of examples: RawExamples, dimension: Int, _ row: (UnsafeBufferPointer<Float>) -> [Double]
  ) throws -> FeatureMatrix {
    var values: [Double] = []
    values.reserveCapacity(examples.count * dimension)
    try forEachSpectrogram(of: examples) { values += row($0) }
    return try FeatureMatrix(values, dimension: dimension)
  }

  private func statistics(_ spectrogram: UnsafeBufferPointer<Float>) -> [Double] {
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
