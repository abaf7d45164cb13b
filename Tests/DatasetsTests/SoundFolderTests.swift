import Media
import DataSupport
import Datasets
import Foundation
import Testing

@Suite struct SoundFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: [SoundFormat.wav, .flac, .aiff]) func losslessFilesKeepEverySample(
    format: SoundFormat
  ) throws {
    let samples = noise(3, count: 2048)
    try folder.writeSound(samples, as: format, to: "deep/er/A." + format.name.uppercased())
    try folder.write("notes".utf8, to: "notes.txt")
    try folder.write("apple".utf8, to: "._b.wav")
    let data = try folder.loadSounds(length: 2048)
    #expect(data.training.shape == [2048, 1])
    #expect(data.training.sounds == [samples])
    #expect(data.training.pixels(0, range: .unit) == samples.map { 0.5 * $0 + 0.5 })
    #expect(
      data.notes == [
        "left out: 1 file that is not a sound (1 .txt)",
        "1 sound gave 1 example of 2048 samples (0.128 s at 16000 Hz)",
      ])
  }

  @Test(arguments: [SoundFormat.ogg, .mp3]) func lossyFilesKeepTheSound(format: SoundFormat) throws
  {
    let samples = sine(440, rate: 16_000, count: 16_384)
    try folder.writeSound(samples, as: format, to: "a." + format.name)
    let found = try #require(try folder.loadSounds(length: 16_384).training.sounds.first)
    // A decoder may delay the sound, so only its energy and its period are compared.
    let middle = found[4000..<12_000]
    let energy = middle.reduce(0) { $0 + $1 * $1 } / 8000
    let crossings = zip(middle, middle.dropFirst()).count { $0 < 0 && $1 >= 0 }
    print("\(format.name): mean power \(energy), \(crossings) periods")
    #expect(abs(energy - 0.125) < 0.01)
    #expect((219...221).contains(crossings))
  }

  @Test func channelsAreMixedToTheirMean() throws {
    let (left, right) = (noise(1, count: 500), noise(2, count: 500))
    try folder.writeSound(
      zip(left, right).flatMap { [$0, $1] }, channels: 2, as: .flac, to: "a.flac")
    let data = try folder.loadSounds(length: 500)
    #expect(data.training.sounds == [zip(left, right).map { ($0 + $1) / 2 }])
    #expect(data.notes.contains("1 sound mixed down to one channel"))
  }

  @Test func sixtyFourChannelsAreMixed() throws {
    let frames = (0..<300).flatMap { frame in
      (0..<64).map { Float(frame + $0) / 512 }
    }
    try folder.writeSound(frames, channels: 64, to: "a.wav")
    let sound = try folder.loadSounds(length: 300).training.sounds[0]
    let worst = sound.indices.map { abs(sound[$0] - (Float($0) + 31.5) / 512) }.max() ?? 1
    #expect(worst < 1e-6)
  }

  @Test(arguments: [8000, 22_050, 44_100, 48_000, 96_000, 192_000])
  func resamplingKeepsFrequencyAmplitudeAndPlace(rate: Int) throws {
    try folder.writeSound(
      sine(1000, rate: rate, count: rate), rate: rate, as: .floatWAV, to: "a.wav")
    let data = try folder.loadSounds(length: 16_000)
    let sound = try #require(data.training.sounds.first)
    let expected = sine(1000, rate: 16_000, count: 16_000)
    let worst = (500..<15_500).map { abs(sound[$0] - expected[$0]) }.max() ?? 1
    print("resampling from \(rate) Hz: worst error \(worst)")
    #expect(worst < 1e-5)
    // Near the ends the filter includes the silence beyond them.
    let atEnds =
      [0..<500, 15_500..<16_000].joined().map { abs(sound[$0] - expected[$0]) }.max() ?? 1
    print("resampling from \(rate) Hz: worst error at the ends \(atEnds)")
    #expect(atEnds < 0.1)
    #expect(data.notes.contains("1 sound resampled from \(rate) Hz"))
    #expect(!data.notes.contains { $0.contains("padded") })
  }

  @Test func whatLiesAboveTheNewRateIsGone() throws {
    let sound = sine(12_000, rate: 44_100, count: 44_100)
    try folder.writeSound(sound, rate: 44_100, as: .floatWAV, to: "a.wav")
    let found = try folder.loadSounds(length: 16_000).training.sounds[0]
    let worst = (500..<15_500).map { abs(found[$0]) }.max() ?? 1
    print("12 kHz resampled to 16 kHz: \(worst) is left")
    #expect(worst < 1e-5)
  }

  @Test func longSoundsBecomeWindows() throws {
    // A rest of 50 samples of 100 is kept, a rest of 49 is not.
    try folder.writeSound(noise(1, count: 350), to: "a.wav")
    try folder.writeSound(noise(2, count: 249), to: "b.wav")
    let data = try folder.loadSounds(length: 100)
    let (a, b) = (noise(1, count: 350), noise(2, count: 249))
    let found = Set(data.training.sounds)
    #expect(data.training.count == 6)
    let whole = (0..<3).map { Array(a[$0 * 100..<($0 + 1) * 100]) }
    let others = (0..<2).map { Array(b[$0 * 100..<($0 + 1) * 100]) }
    #expect(found.isSuperset(of: whole + others))
    let padded = try #require(found.subtracting(whole + others).first)
    #expect(padded[..<25] == a[300..<325])
    #expect(padded[50...] == ArraySlice(repeating: 0, count: 50))
    #expect(
      data.notes == [
        "2 sounds gave 6 examples of 100 samples (0.006 s at 16000 Hz)",
        "2 sounds longer than 100 samples: cut into 6 windows",
        "1 sound with the last window padded with zeros",
        "1 sound with a rest of less than half a window, left out",
      ])
  }

  @Test func shortSoundsFadeOutAndArePadded() throws {
    try folder.writeSound([Float](repeating: 0.5, count: 1000), to: "a.wav")
    let data = try folder.loadSounds(length: 4096)
    let sound = data.training.sounds[0]
    // 5 ms are 80 samples.
    #expect(sound[..<920] == ArraySlice(repeating: 0.5, count: 920))
    for step in 0..<80 {
      #expect(abs(sound[999 - step] - 0.5 * (Float(step) + 0.5) / 80) < 1e-6)
    }
    #expect(sound[1000...].allSatisfy { $0 == 0 })
    #expect(data.notes[1] == "1 sound shorter than 4096 samples, faded out and padded with zeros")
  }

  @Test func aLengthAboveEveryFileIsSaid() throws {
    for index in 0..<3 { try folder.writeSound(noise(index, count: 500), to: "\(index).wav") }
    #expect(
      try folder.loadSounds(length: 501).notes == [
        "3 sounds gave 3 examples of 501 samples (0.031 s at 16000 Hz)",
        "every sound is shorter than 501 samples: all faded out and padded with zeros",
      ])
  }

  @Test func silenceIsCountedAndLeftOut() throws {
    let quiet = try folder.writeSound([Float](repeating: 0.00005, count: 300), to: "a.wav")
    try folder.writeSound([Float](repeating: 0, count: 300), to: "b.wav")
    let half = noise(1, count: 100) + [Float](repeating: 0, count: 100) + noise(2, count: 100)
    try folder.writeSound(half, to: "c.wav")
    let data = try folder.loadSounds(length: 100)
    #expect(Set(data.training.sounds) == [noise(1, count: 100), noise(2, count: 100)])
    #expect(
      data.notes == [
        "3 sounds gave 2 examples of 100 samples (0.006 s at 16000 Hz)",
        "3 sounds longer than 100 samples: cut into 9 windows",
        "1 silent window left out",
        "2 sounds silent (peak below 0.0001) and left out, the first \(quiet)",
      ])
  }

  @Test func clippingIsCountedAndKept() throws {
    let base = noise(1, count: 100)
    func with(_ values: [Float], at place: Int = 50) -> [Float] {
      var sound = base
      sound.replaceSubrange(place..<place + values.count, with: values)
      return sound
    }
    // Two samples in a row, or samples of alternating sign, do not count as clipped.
    try folder.writeSound(with([1, 1]), to: "a.wav")
    try folder.writeSound(with([1, -1, 1, -1]), to: "b.wav")
    let clipped = try folder.writeSound(with([-1, -1, -1]), to: "c.wav")
    // Clipped in one of two channels.
    let stereo = zip(with([1, 1, 1], at: 0), base).flatMap { [$0, $1] }
    try folder.writeSound(stereo, channels: 2, to: "d.wav")
    try folder.writeSound(with([1.5, 1.5, 1.5]), as: .floatWAV, to: "e.wav")
    try folder.writeSound(with([1, 1, 1]), as: .unsignedWAV, to: "f.wav")
    let data = try folder.loadSounds(length: 100)
    #expect(data.training.count == 6)
    #expect(
      data.notes.last
        == "4 sounds clipped (3 or more samples in a row at full scale), the first \(clipped)")
    #expect(data.training.sounds.joined().allSatisfy { abs($0) <= 1 })
  }

  @Test func aSingleFileIsReadWhateverItsName() throws {
    try folder.writeSound(noise(1, count: 300), as: .flac, to: "sound")
    let data = try folder.loadSounds("sound", length: 100, holdout: 0.5)
    #expect((data.training.count, data.holdout.count) == (3, 0))
    #expect(
      data.notes.last
        == "nothing is held out: all examples come from one sound, which is not divided")
  }

  @Test func aTwentyMinuteSoundBecomesWindows() throws {
    let minute = noise(4, count: 480_000)
    try folder.writeSound(
      (0..<20).flatMap { _ in minute }, rate: 8000, to: "a.wav")
    let start = ContinuousClock.now
    let data = try folder.loadSounds(rate: 8000, length: 4096)
    print("20 minutes at 8 kHz: \(ContinuousClock.now - start)")
    #expect(data.training.count == 9_600_000 / 4096 + 1)
  }
}
