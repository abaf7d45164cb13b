import DataSupport
import Media
import Datasets
import Testing

@Suite struct SpectrogramSheetTests {
  private func sheet(_ values: [Float], length: Int, rate: Int = 16_000) -> Raster {
    values.withUnsafeBufferPointer {
      SpectrogramSheet.compose($0, length: length, sampleRateHz: rate)
    }
  }

  private func pixel(_ picture: Raster, _ x: Int, _ y: Int) -> [UInt8] {
    guard case .bytes(let bytes) = picture.samples else { return [] }
    return Array(bytes[(y * picture.width + x) * 3..<(y * picture.width + x) * 3 + 3])
  }

  /// The sum of a pixel's channels.
  private func brightness(_ picture: Raster, _ x: Int, _ y: Int) -> Int {
    pixel(picture, x, y).reduce(0) { $0 + Int($1) }
  }

  @Test func theGridIsAboutSquare() {
    let five = sheet((0..<5).flatMap { noise($0, count: 4096) }, length: 4096)
    #expect((five.width, five.height) == (44 + 3 * 168 + 56, 18 + 2 * 136 + 22))
    #expect(pixel(five, 0, 0) == [255, 255, 255])
  }

  @Test func aToneIsBrightWhereItIs() {
    // 2 kHz lies at 0.535 of the axis of 2840 mel; the silence after the tone is black.
    let tone = sine(2000, rate: 16_000, count: 8192) + [Float](repeating: 0, count: 8192)
    let picture = sheet(tone, length: 16_384)
    let row = 18 + 127 - Int(0.535 * 127)
    #expect(brightness(picture, 44 + 40, row) > 500)
    #expect(brightness(picture, 44 + 40, row - 30) < 100)
    #expect(pixel(picture, 44 + 120, row) == [0, 0, 4])
  }

  @Test func allSoundsShareOneScale() {
    let loud = sine(1000, rate: 16_000, count: 4096)
    let quiet = loud.map { $0 / 100 }
    let both = sheet(loud + quiet, length: 4096)
    let row = 18 + 127 - Int(0.352 * 127)
    let first = brightness(both, 44 + 80, row)
    let second = brightness(both, 44 + 168 + 80, row)
    #expect(first > second + 200)
  }

  @Test func badSoundsAreDrawn() {
    for value: Float in [.nan, .infinity, 1e30, 0] {
      let picture = sheet([Float](repeating: value, count: 4096), length: 4096)
      #expect(picture.width == 44 + 168 + 56)
    }
    #expect(sheet([0.5, -0.5], length: 2, rate: 1000).height == 18 + 32 + 8 + 22)
  }
}
