import DataSupport
import Foundation
import Media
import Testing

@Suite struct SoundPictureTests {
  private func picture(_ form: any SoundPicture, _ sound: [Float]) -> [Float] {
    sound.withUnsafeBufferPointer { form.picture(of: $0) }
  }

  private func sound(_ form: any SoundPicture, _ picture: [Float]) -> [Float] {
    picture.withUnsafeBufferPointer { form.sound(of: $0) }
  }

  /// A drum: a falling tone and a burst of noise, after 10 ms of silence.
  private func drum(count: Int, rate: Double = 16_000) -> [Float] {
    zip(noise(5, count: count), 0..<count).map { noise, index in
      let time = Double(index) / rate - 0.01
      guard time >= 0 else { return 0 }
      let tone = 0.6 * sin(2 * Double.pi * (180 * time - 200 * time * time)) * exp(-12 * time)
      return Float(tone) + 0.6 * noise * Float(exp(-50 * time))
    }
  }

  private func worst(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  @Test func valuesAreThoseOfTheReference() throws {
    func values(_ name: String) throws -> [Float] {
      try NumpyFile.read("\(fixtures)/picture-\(name).npy").floats
    }
    let sound = try values("sound")
    let frames = ShortTimeFourier(length: sound.count, windowCount: 256, frameCount: 24)
    let logMel = picture(LogMelPicture(frames, sampleRateHz: 16_000, bandCount: 40), sound)
    let error = worst(logMel, try values("log-mel"))
    print("log-mel picture: worst error \(error)")
    #expect(error < 1e-3)
    let (found, expected) = (
      picture(PhasePicture(frames, sampleRateHz: 16_000), sound), try values("phases")
    )
    try #require(found.count == expected.count)
    for place in stride(from: 0, to: found.count, by: 2) {
      #expect(abs(found[place] - expected[place]) < 1e-3)
      // Phases of quiet places are left to rounding; −1 and 1 are the same step.
      let step = abs(found[place + 1] - expected[place + 1])
      #expect(min(step, 2 - step) < 2e-3 || found[place] < -0.7)
    }
  }

  /// The frames do not divide the second length.
  @Test(arguments: [(8192, 512, 64), (4410, 512, 32), (1000, 128, 64), (512, 512, 8)])
  func picturesWithPhasesGiveTheirSoundsBack(length: Int, window: Int, frames: Int) {
    let form = PhasePicture(
      ShortTimeFourier(length: length, windowCount: window, frameCount: frames),
      sampleRateHz: 16_000)
    let drum = drum(count: length)
    let seen = picture(form, drum)
    #expect(seen.count == frames * window / 2 * 2 && seen.allSatisfy { (-1...1).contains($0) })
    let back = sound(form, seen)
    print("sounds with phases: worst error \(worst(back, drum))")
    #expect(worst(back, drum) < 0.01)
  }

  @Test func silenceStaysSilence() {
    let frames = ShortTimeFourier(length: 2048, windowCount: 256, frameCount: 32)
    let silence = [Float](repeating: 0, count: 2048)
    let logMel = LogMelPicture(frames, sampleRateHz: 16_000, bandCount: 64)
    #expect(picture(logMel, silence).allSatisfy { $0 == -1 })
    #expect(sound(logMel, picture(logMel, silence)) == silence)
    let phases = picture(PhasePicture(frames, sampleRateHz: 16_000), silence)
    #expect(zip(phases, 0...).allSatisfy { $0 == ($1 % 2 == 0 ? -1 : 0) })
    #expect(sound(PhasePicture(frames, sampleRateHz: 16_000), phases) == silence)
  }

  /// The power of a sinusoid of amplitude 1 is ½, −3 dB, wherever it falls between the bands.
  @Test func levelsAreDecibels() {
    let frames = ShortTimeFourier(length: 8192, windowCount: 512, frameCount: 64)
    let form = LogMelPicture(frames, sampleRateHz: 16_000, bandCount: 64)
    let seen = picture(form, sine(5000, rate: 16_000, count: 8192, amplitude: 1))
    let powers = seen[32 * 64..<33 * 64].map { pow(10, ($0 - 1) * 4) }
    #expect(abs(powers.reduce(0, +) - 0.5) < 0.01)
    let steady = picture(
      PhasePicture(frames, sampleRateHz: 16_000),
      sine(5000, rate: 16_000, count: 8192, amplitude: 1))
    // 5000 Hz is bin 160, where the window's gain is ½; the phase turns by 40 periods from frame to frame.
    let place = 2 * (32 * 256 + 160)
    #expect(abs(steady[place] - (1 - 2 * 6.02 / 100)) < 1e-3 && abs(steady[place + 1]) < 1e-3)
  }

  /// A log-mel picture of the sound that comes back is close to the picture it came from.
  @Test func soundsThatComeBackHaveTheirPicture() {
    let frames = ShortTimeFourier(length: 8192, windowCount: 512, frameCount: 64)
    let form = LogMelPicture(frames, sampleRateHz: 16_000, bandCount: 64)
    let drum = drum(count: 8192)
    let seen = picture(form, drum)
    let back = sound(form, seen)
    let errors = zip(picture(form, back), seen).map { abs($0 - $1) * 40 }
    let mean = errors.reduce(0, +) / Float(errors.count)
    print("log-mel of a drum that came back: mean error \(mean) dB")
    #expect(mean < 1)
    func energy(_ sound: ArraySlice<Float>) -> Float { sound.reduce(0) { $0 + $1 * $1 } }
    let whole = energy(drum[...])
    for start in stride(from: 0, to: 8192, by: 1024) {
      let (a, b) = (energy(drum[start..<start + 1024]), energy(back[start..<start + 1024]))
      #expect(abs(a - b) < 0.1 * a + 0.001 * whole, "energy from sample \(start): \(a), \(b)")
    }
    #expect(sound(form, seen) == back)
  }

  @Test func clippedValuesCountAsTheEnds() {
    let frames = ShortTimeFourier(length: 512, windowCount: 64, frameCount: 32)
    let form = LogMelPicture(frames, sampleRateHz: 16_000, bandCount: 16)
    let wild = noise(6, count: 32 * 16).map { 5 * $0 }
    #expect(sound(form, wild) == sound(form, wild.map { min(max($0, -1), 1) }))
    #expect(sound(form, wild.map { _ in 3 }).allSatisfy { (-1...1).contains($0) })
  }
}
