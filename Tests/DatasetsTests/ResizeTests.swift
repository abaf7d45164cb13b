import DataSupport
import Datasets
import Testing

@Suite struct ResizeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Loads one uint8 image [H, W] at a size.
  private func resized(_ pixels: [UInt8], _ height: Int, _ width: Int, to side: Int) throws -> [Int]
  {
    let path = try folder.writeNumpy("'|u1'", shape: "(1, \(height), \(width))", data: pixels)
    return try Dataset.load(ImageRequest(source: .path(path), size: side)).training.byteValues(
      0)
  }

  @Test func integerRatiosAreMeans() throws {
    let pixels: [UInt8] = [0, 2, 10, 10, 4, 6, 10, 14, 255, 255, 0, 1, 255, 255, 0, 0]
    // The means are 3, 11, 255 and 0.25.
    #expect(try resized(pixels, 4, 4, to: 2) == [3, 11, 255, 0])
    // 1.5 is rounded up.
    #expect(try resized([1, 2, 1, 2], 2, 2, to: 1) == [2])
  }

  @Test func enlargingRepeatsPixels() throws {
    #expect(
      try resized([1, 200, 3, 4], 2, 2, to: 4)
        == [1, 1, 200, 200, 1, 1, 200, 200, 3, 3, 4, 4, 3, 3, 4, 4])
  }

  @Test func partsOfPixelsCountInPart() throws {
    // A new pixel covers 1.5 × 1.5 old ones.
    let pixels: [UInt8] = [90, 180, 0, 0, 90, 0, 9, 0, 90]
    let first = (90 + 0.5 * 180 + 0.5 * 0 + 0.25 * 90) / 2.25
    #expect(try resized(pixels, 3, 3, to: 2)[0] == Int((first).rounded()))
  }

  @Test func sidesAreCroppedEvenly() throws {
    // 2×5: the centred square starts at column 1.
    #expect(try resized([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 2, 5, to: 2) == [2, 3, 7, 8])
    #expect(try resized([1, 2, 3, 4, 5, 6], 6, 1, to: 1) == [3])
  }

  /// Compares with the definition, in Double, for odd sizes.
  @Test(arguments: [(7, 5, 3), (13, 9, 4), (5, 11, 8), (3, 3, 7), (31, 17, 16)])
  func agreesWithTheDefinition(height: Int, width: Int, side: Int) throws {
    let values = (0..<height * width * 3).map { Float(($0 * 7919) % 256) / 255 }
    let path = try folder.writeNumpy(
      "'<f4'", shape: "(1, \(height), \(width), 3)", data: bytes(of: values))
    let request = ImageRequest(source: .path(path), size: side)
    let found = try Dataset.load(request).training.pixels(0)
    let square = min(height, width)
    let (top, left) = ((height - square) / 2, (width - square) / 2)
    let scale = Double(square) / Double(side)
    func overlap(_ old: Int, _ new: Int) -> Double {
      max(0, min(Double(old + 1), Double(new + 1) * scale) - max(Double(old), Double(new) * scale))
    }
    var worst = 0.0
    for y in 0..<side {
      for x in 0..<side {
        for channel in 0..<3 {
          var sum = 0.0
          for row in 0..<square {
            for column in 0..<square {
              let value = values[((top + row) * width + left + column) * 3 + channel]
              sum += overlap(row, y) * overlap(column, x) * Double(value)
            }
          }
          let expected = sum / (scale * scale)
          worst = max(worst, abs(Double(found[(y * side + x) * 3 + channel]) - expected))
        }
      }
    }
    print("worst error of resizing: \(worst)")
    #expect(worst <= 1e-7)
  }
}
