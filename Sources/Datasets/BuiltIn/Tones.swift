internal import Media
internal import Complaints
internal import Foundation

/// Makes the built-in data set `tones`, which `TonesMode` describes.
package enum Tones {
  /// The lowest sample rate that holds every partial.
  private static let sampleRateMinimumHz = 8000
  /// Number of the shortest tones in a second, so that a tone lasts at least 20 ms. A shorter one has too
  /// few periods to be told from the others.
  private static let shortestPart = 50
  /// Largest detuning of a tone, as a share of its frequency.
  private static let detuneLimit = 0.005

  /// Makes as many examples as asked for.
  static func pool(_ request: SoundRequest, progress: LoadProgress?) throws -> SoundPool {
    let (name, count, length) = (request.name, request.tonesCount, request.length)
    guard request.sampleRateHz >= sampleRateMinimumHz else {
      throw DataError(
        file: name,
        problem: "sample_rate: expected at least \(sampleRateMinimumHz) Hz, "
          + "found \(request.sampleRateHz)")
    }
    let lengthMinimum = (request.sampleRateHz + shortestPart - 1) / shortestPart
    guard length >= lengthMinimum else {
      throw DataError(
        file: name,
        problem: "length: expected at least \(lengthMinimum) samples (20 ms), found \(length)")
    }
    try requireMemory(product([count, length, 4]) ?? .max, file: name)
    var samples = [Float](repeating: 0, count: count * length)
    _ = try samples.withUnsafeMutableBufferPointer { buffer in
      // Safe, since every example writes only its own part.
      nonisolated(unsafe) let target = buffer
      return try loadOnAllCores(Array(0..<count), skipBroken: false, progress: progress) { index in
        let part = target[index * length..<(index + 1) * length]
        write(
          index, sampleRateHz: request.sampleRateHz,
          into: UnsafeMutableBufferPointer(rebasing: part))
      }
    }
    return SoundPool(
      length: length, samples: .floats(samples), valid: Array(0..<count),
      sources: (0..<count).map { splitMix(UInt64($0)) }, skipped: [], notes: [])
  }

  /// Writes one example. Its detuning, gain and phases depend only on `index`.
  private static func write(
    _ index: Int, sampleRateHz: Int, into target: UnsafeMutableBufferPointer<Float>
  ) {
    let mode = TonesMode.ofExample(index)
    /// Uniform in 0..<1.
    func random(_ number: Int) -> Double {
      unitInterval(splitMix(splitMix(UInt64(index)) &+ UInt64(number)))
    }
    let detune = 1 + detuneLimit * (2 * random(0) - 1)
    let amplitudes = mode.timbre.amplitudes
    let gain = (0.6 + 0.3 * random(1)) / amplitudes.reduce(0, +)
    for (partial, amplitude) in amplitudes.enumerated() where amplitude > 0 {
      add(
        frequencyHz: mode.pitch.frequencyHz * detune * Double(partial + 1),
        amplitude: amplitude * gain, phase: 2 * Double.pi * random(2 + partial),
        sampleRateHz: sampleRateHz, to: target)
    }
    shape(target, mode.envelope)
  }

  /// Adds a sinusoid, computed by rotating a point on a circle from sample to sample.
  package static func add(
    frequencyHz: Double, amplitude: Double, phase: Double, sampleRateHz: Int,
    to target: UnsafeMutableBufferPointer<Float>
  ) {
    let angle = 2 * Double.pi * frequencyHz / Double(sampleRateHz)
    let (turnX, turnY) = (cos(angle), sin(angle))
    var (x, y) = (amplitude * cos(phase), amplitude * sin(phase))
    for index in target.indices {
      target[index] += Float(y)
      (x, y) = (x * turnX - y * turnY, x * turnY + y * turnX)
    }
  }

  /// Multiplies by an envelope.
  package static func shape(
    _ target: UnsafeMutableBufferPointer<Float>, _ envelope: TonesMode.Envelope
  ) {
    let count = Double(target.count)
    for index in target.indices {
      target[index] *= Float(envelope.amplitude((Double(index) + 0.5) / count))
    }
  }
}
