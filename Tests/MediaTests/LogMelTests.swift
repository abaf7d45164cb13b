import DataSupport
import Media
import Datasets
import Foundation
import Testing

@Suite struct LogMelTests {
  private func spectrogram(_ logMel: LogMel, _ sound: [Float]) -> [Float] {
    sound.withUnsafeBufferPointer { logMel.spectrogram(of: $0) }
  }

  @Test(arguments: [1000, 8000, 16_000, 44_100]) func agreesWithTheReference(rate: Int) throws {
    let sound = try NumpyFile.read("\(fixtures)/logmel-\(rate)-sound.npy").floats
    let expected = try NumpyFile.read("\(fixtures)/logmel-\(rate).npy")
    let logMel = LogMel(sampleRateHz: rate, length: sound.count)
    #expect([logMel.frameCount, logMel.bandCount] == expected.shape)
    let found = spectrogram(logMel, sound)
    try #require(found.count == expected.floats.count)
    let worst = zip(found, expected.floats).map { abs($0 - $1) }.max() ?? 1
    print("log-mel at \(rate) Hz: worst error \(worst)")
    #expect(worst < 1e-3)
  }

  @Test func silenceIsTheFloor() {
    let logMel = LogMel(sampleRateHz: 16_000, length: 4096)
    let found = spectrogram(logMel, [Float](repeating: 0, count: 4096))
    #expect(found.allSatisfy { abs($0 - LogMel.floor) < 1e-5 })
  }

  /// The bands of a frame add up to the mean power, since neighbouring triangles add up to 1.
  @Test func aSinusoidHasItsPowerAtItsFrequency() {
    let logMel = LogMel(sampleRateHz: 16_000, length: 16_000)
    let found = spectrogram(logMel, sine(1000, rate: 16_000, count: 16_000))
    let frame = found[50 * logMel.bandCount..<51 * logMel.bandCount].map { exp($0) }
    #expect(abs(frame.reduce(0, +) - 0.125) < 0.002)
    // 1000 Hz is 1000 of 2840 mel, and bands lie 1/65 of that range apart.
    let loudest = frame.indices.max { frame[$0] < frame[$1] }
    #expect(loudest == 22)
  }

  @Test(arguments: [1000, 2000, 4000, 8000, 11_025, 16_000, 22_050, 44_100, 48_000, 192_000])
  func everyBandHearsNoise(rate: Int) {
    for length in [2, 3, 100, 1000, 50_000] {
      let logMel = LogMel(sampleRateHz: rate, length: length)
      let found = spectrogram(logMel, noise(7, count: length))
      #expect(found.count == logMel.frameCount * logMel.bandCount)
      guard length > 2 else { continue }
      let quietest = (0..<logMel.bandCount).map { band in
        stride(from: band, to: found.count, by: logMel.bandCount).map { found[$0] }.max() ?? 0
      }.min()
      #expect((quietest ?? LogMel.floor) > LogMel.floor + 0.1, "\(length) samples at \(rate) Hz")
    }
  }
}
