import DataSupport
import Datasets
import Foundation
import Testing

@Suite struct TonesTests {
  private func tones(rate: Int, length: Int, count: Int = 480) throws -> Examples {
    try Dataset.load(
      SoundRequest(source: .builtIn, sampleRateHz: rate, length: length, tonesCount: count)
    ).training
  }

  private func mode(_ sound: [Float], _ recognizer: TonesRecognizer) -> TonesMode? {
    sound.withUnsafeBufferPointer { recognizer.mode(of: $0) }
  }

  @Test func modesAreNumbered() {
    #expect(TonesMode.count == 48)
    #expect(TonesMode.all.map(\.number) == Array(0..<48))
    #expect(Set(TonesMode.all).count == 48)
    #expect(TonesMode.ofExample(3) == TonesMode.ofExample(51))
    let sixth = TonesMode.ofExample(6)
    #expect((sixth.pitch, sixth.envelope, sixth.timbre) == (.bass, .steady, .bright))
  }

  @Test func defaultsAre4000DifferentSounds() throws {
    let start = ContinuousClock.now
    let data = try Dataset.load(SoundRequest(source: .builtIn, holdout: 0.2))
    print("4000 tones of 4096 samples: \(ContinuousClock.now - start)")
    #expect(data.training.shape == [4096, 1])
    #expect(data.training.count + data.holdout.count == 4000)
    #expect(abs(data.holdout.count - 800) < 101)
    #expect(Set(data.training.sounds).count == data.training.count)
  }

  /// Every mode is recognised equally often, as it was made.
  @Test(arguments: [8000, 16_000, 44_100], [1024, 4096, 16_384])
  func tonesAreRecognised(rate: Int, length: Int) throws {
    let examples = try tones(rate: rate, length: length)
    let recognizer = TonesRecognizer(sampleRateHz: rate, length: length)
    var counts = [Int](repeating: 0, count: TonesMode.count)
    let start = ContinuousClock.now
    for sound in examples.sounds {
      if let mode = mode(sound, recognizer) { counts[mode.number] += 1 }
    }
    print("480 tones of \(length) at \(rate) Hz recognised: \(ContinuousClock.now - start)")
    #expect(counts == [Int](repeating: 10, count: TonesMode.count))
  }

  @Test func soundsStayWithinTheirGain() throws {
    for sound in try tones(rate: 16_000, length: 4096).sounds {
      let peak = sound.map { abs($0) }.max() ?? 0
      #expect(peak > 0.1 && peak <= 0.9)
      #expect(abs(sound[0]) < 0.05 && abs(sound[4095]) < 0.05)
    }
  }

  @Test(arguments: [(16_000, 4096), (8000, 1024)]) func noisyTonesAreRecognised(
    rate: Int, length: Int
  ) throws {
    let examples = try tones(rate: rate, length: length)
    let recognizer = TonesRecognizer(sampleRateHz: rate, length: length)
    var wrong = 0
    for (index, sound) in examples.sounds.enumerated() {
      let noisy = zip(sound, noise(index, count: length)).map { $0 + 0.05 * $1 }
      if mode(noisy, recognizer) != mode(sound, recognizer) { wrong += 1 }
    }
    print("noisy tones not recognised: \(wrong) of \(examples.count)")
    #expect(wrong <= examples.count / 50)
  }

  @Test func otherSoundsAreOfNoMode() throws {
    let recognizer = TonesRecognizer(sampleRateHz: 16_000, length: 4096)
    // 280 Hz lies between two pitches; a chirp sweeps over all of them.
    let chirp = (0..<4096).map { Float(0.5 * sin(2e-4 * Double($0) * Double($0))) }
    let others: [[Float]] = [
      [Float](repeating: 0, count: 4096), [Float](repeating: 0.5, count: 4096),
      noise(1, count: 4096), sine(280, rate: 16_000, count: 4096), chirp,
      sine(3000, rate: 16_000, count: 4096), [Float](repeating: .nan, count: 4096),
    ]
    for (index, sound) in others.enumerated() {
      #expect(mode(sound, recognizer) == nil, "sound \(index)")
    }
  }
}
