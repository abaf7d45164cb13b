import DataSupport
import Media
import Datasets
import Testing

@Suite struct ImageSheetTests {
  private func sheet(_ values: [Float], height: Int, width: Int, columns: Int?) -> Raster {
    values.withUnsafeBufferPointer {
      ImageSheet.compose(
        $0, height: height, width: width, channels: 1, range: .symmetric, columns: columns)
    }
  }

  @Test func imagesLieInRowsWithWhiteBetween() {
    let sheet = sheet([-1, 0, 0, -1, 1, 1], height: 1, width: 2, columns: 2)
    #expect((sheet.height, sheet.width, sheet.channels) == (8, 10, 1))
    var expected = [UInt8](repeating: 255, count: 80)
    expected.replaceSubrange(22..<24, with: [0, 128])
    expected.replaceSubrange(26..<28, with: [128, 0])
    expected.replaceSubrange(52..<54, with: [255, 255])
    #expect(sheet.samples == .bytes(expected))
  }

  @Test func theGridIsAboutSquare() {
    let ten = sheet([Float](repeating: 0, count: 10 * 9), height: 3, width: 3, columns: nil)
    #expect((ten.height, ten.width) == (3 * 5 + 2, 4 * 5 + 2))
  }
}
