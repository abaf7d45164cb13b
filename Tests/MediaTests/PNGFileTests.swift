import DataSupport
import Media
import Complaints
import Files
import Datasets
import Foundation
import Testing

@Suite struct PNGFileTests {
  /// Covers all colour types, depths and interlacings, transparency, and chunks that must have no effect.
  @Test func everyKindOfPNGHasThePixelsThatWentIn() throws {
    let folder = fixtures
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".png") }.sorted()
    let expected = try NumpyFile.read(folder + "/expected.npy")
    #expect(names.count == 44)
    #expect(expected.shape == [names.count, 9, 11, 3])
    var worst = (error: Float(0), name: "")
    for (index, name) in names.enumerated() {
      let raster = try PNGFile.read(folder + "/" + name)
      #expect((raster.height, raster.width) == (9, 11), "\(name)")
      #expect(raster.channels == (name.hasPrefix("grey") ? 1 : 3), "\(name)")
      let levels: Float = name.contains("16") ? 65_535 : 255
      let isBytes = if case .bytes = raster.samples { true } else { false }
      #expect(isBytes == !name.contains("16"), "\(name)")
      for (position, value) in raster.unit.enumerated() {
        let at = raster.channels == 3 ? position : position * 3
        // Blending with white may round by half a step.
        let error = abs(value - expected.floats[index * 9 * 11 * 3 + at]) * levels
        if error > worst.error { worst = (error, name) }
        #expect(error <= 0.52, "\(name), value \(position)")
      }
    }
    print("worst PNG error: \(worst.error) of a step, \(worst.name)")
  }

  @Test(arguments: [1, 3]) func writingAndReadingGivesTheSameBytes(channels: Int) throws {
    let folder = try TemporaryFolder()
    let pixels = (0..<7 * 5 * channels).map { UInt8($0 * 255 / (7 * 5 * channels)) }
    let raster = Raster(height: 7, width: 5, channels: channels, samples: .bytes(pixels))
    let path = folder.path + "/a.png"
    try PNGFile.write(raster, to: path)
    #expect(try PNGFile.read(path) == raster)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.png"])
    let header = try PNGFile.header(path)
    #expect((header.width, header.height, header.bitDepth) == (5, 7, 8))
    #expect(header.hasColor == (channels == 3))
  }

  @Test func floatsAreRoundedAndClamped() {
    let values: [Float] = [-1, 0, 1, -7, 7, .nan]
    let raster = Raster(height: 1, width: 6, channels: 1, values: values, range: .symmetric)
    #expect(raster.samples == .bytes([0, 128, 255, 0, 255, 0]))
    let unit = Raster(height: 1, width: 3, channels: 1, values: [0, 0.5, 1], range: .unit)
    #expect(unit.samples == .bytes([0, 128, 255]))
  }

  @Test func unwritablePlacesAreNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/none/a.png"
    let error = #expect(throws: FileError.self) { try PNGFile.write(grey(1), to: path) }
    #expect(error == FileError(path, action: "write", code: ENOENT))
    #expect(
      problem { try PNGFile.write(grey(1), to: folder.path) } == "cannot write: Is a directory")
    #expect(
      problem { try PNGFile.write(grey(1), to: "/dev/null") }
        == "expected a regular file, found a device or a pipe")
  }

  @Test func aHugeImageIsRefusedByItsHeader() throws {
    var bytes = try PNGFile.encode(grey(1))
    bytes.replaceSubrange(16..<24, with: [0, 0, 0x9C, 0x40, 0, 0, 0x9C, 0x40])
    let text = problem { _ = try PNGFile.decode(bytes, file: "a") }
    #expect(text == "expected at most 67108864 pixels, found 40000×40000 in the header")
    bytes.replaceSubrange(16..<24, with: [UInt8](repeating: 255, count: 8))
    let largest = problem { _ = try PNGFile.decode(bytes, file: "a") }
    #expect(largest.hasPrefix("expected at most 67108864 pixels, found 4294967295×4294967295"))
    bytes.replaceSubrange(16..<24, with: [UInt8](repeating: 0, count: 8))
    let none = problem { _ = try PNGFile.decode(bytes, file: "a") }
    #expect(none == "expected at least one pixel, found 0×0")
  }

  @Test func whatIsNotAPNGIsNamed() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("hello, world".utf8, to: "text.png")
    #expect(
      problem { _ = try PNGFile.read(text) }
        == "not a PNG, bad signature: expected 89 50 4e 47 0d 0a 1a 0a, "
        + "found 68 65 6c 6c 6f 2c 20 77")
    let empty = try folder.write([], to: "empty.png")
    #expect(problem { _ = try PNGFile.read(empty) }.hasSuffix("found an empty file"))
    let none = folder.path + "/none.png"
    #expect(
      problem { _ = try PNGFile.read(none) } == "cannot read: No such file or directory")
    #expect(
      problem { _ = try PNGFile.read(folder.path) } == "cannot read: Is a directory")
  }

  @Test func everyTruncationIsAnError() throws {
    let bytes = try PNGFile.encode(grey(1, height: 20, width: 20))
    for length in 0..<bytes.count {
      let text = problem { _ = try PNGFile.decode(Array(bytes[..<length]), file: "a") }
      #expect(text.contains("truncated") || length < 8, "\(length): \(text)")
    }
    #expect(
      problem { _ = try PNGFile.decode(Array(bytes[..<20]), file: "a") }
        == "truncated: expected a header of 33 bytes, found 20")
  }

  @Test func damagedChunksAreNamed() throws {
    let bytes = try PNGFile.encode(grey(1, height: 20, width: 20))
    let data = try #require(bytes.firstRange(of: Array("IDAT".utf8))).lowerBound
    var damaged = bytes
    damaged[data + 10] ^= 1
    #expect(
      problem { _ = try PNGFile.decode(damaged, file: "a") }
        == "the chunk IDAT at byte \(data - 4) is damaged: its checksum is wrong")
    var header = bytes
    header[24] = 7
    #expect(
      problem { _ = try PNGFile.decode(header, file: "a") }.contains(
        "found colour type 0 with 7 bits"))
  }

  /// Reading a changed file returns an image or an error, whatever byte was changed.
  @Test func changedBytesNeverCrash() throws {
    let folder = fixtures
    for name in ["palette4-trns.png", "rgba16-adam7.png", "grey1.png", "rgb8-animated.png"] {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      for position in bytes.indices {
        for change: UInt8 in [1, 0x80, 0xFF] {
          var changed = bytes
          changed[position] ^= change
          repairChecksums(&changed)
          do {
            let raster = try PNGFile.decode(changed, file: name)
            #expect(raster.unit.allSatisfy { $0 >= 0 && $0 <= 1 })
          } catch {
            #expect(error is DataError)
          }
        }
      }
    }
  }
}
