import DataSupport
import Media
import Testing

@Suite struct MelBandsTests {
  /// Neighbouring triangles add up to 1, but for the rise of the first and the fall of the last.
  @Test func bandsAddUpToTheWholePower() {
    let bands = MelBands(64, sampleRateHz: 16_000, transformCount: 512)
    let flat = bands.powers(ofBins: [Float](repeating: 1, count: 257))
    // The centres of the first and last band lie at bin 0.885 and 245.4 of 256; the flanks beyond them count half.
    #expect(abs(flat.reduce(0, +) - 250.26) < 0.01)
    let single = (0...256).map { Float($0 == 100 ? 1 : 0) }
    #expect(abs(bands.powers(ofBins: single).reduce(0, +) - 1) < 1e-5)
  }

  /// At 8 kHz, 64 bands are narrower than the bins of 256 samples at the low end.
  @Test(arguments: [(8000, 256), (16_000, 512), (1000, 32)]) func everyBandHasBins(
    rate: Int, count: Int
  ) {
    let bands = MelBands(64, sampleRateHz: rate, transformCount: count)
    let flat = bands.powers(ofBins: [Float](repeating: 1, count: count / 2 + 1))
    #expect(flat.allSatisfy { $0 > 0 })
  }

  @Test func powersOfBandsComeBack() {
    let bands = MelBands(64, sampleRateHz: 16_000, transformCount: 512)
    let transform = FourierTransform(count: 512)
    let powers = transform.powers(
      of: zip(noise(1, count: 512), hannWindow(512)).map { $0 * $1 })
    let wanted = bands.powers(ofBins: powers)
    let found = bands.binPowers(ofBands: wanted)
    #expect(found.allSatisfy { $0 >= 0 })
    let errors = zip(bands.powers(ofBins: found), wanted).map { abs($0 / $1 - 1) }
    print("powers of bands: worst relative error \(errors.max() ?? 1)")
    #expect(errors.allSatisfy { $0 < 0.2 })
  }

  @Test func silentBandsStaySilent() {
    let bands = MelBands(8, sampleRateHz: 16_000, transformCount: 128)
    let none = bands.binPowers(ofBands: [Float](repeating: 0, count: 8))
    #expect(none.allSatisfy { $0 == 0 })
    // A band alone has its power at its centre, where its neighbours hear nothing.
    let alone = bands.powers(
      ofBins: bands.binPowers(ofBands: [0, 0, 0, 1, 0, 0, 0, 0], rounds: 50))
    #expect(abs(alone[3] - 1) < 0.1 && alone[1] == 0 && alone[5] == 0)
  }
}
