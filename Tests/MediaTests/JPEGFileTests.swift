import Complaints
import DataSupport
import Files
import Foundation
import Media
import Testing

@Suite struct JPEGFileTests {
  private static let folder = fixtures + "/jpeg"
  private static let whole = ["color-420", "color-444-progressive", "grey", "grey-progressive"]

  private static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name).jpg")))
  }

  private func decode(_ bytes: [UInt8]) throws -> Raster { try JPEGFile.decode(bytes, file: "a") }

  /// Covers grey and colour, subsampling, progressive files, restart markers, RGB, and all orientations.
  @Test func everyKindOfJPEGHasThePixelsThatPillowReads() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
      .filter { $0.hasSuffix(".jpg") && $0 != "cmyk.jpg" }.sorted()
    let expected = try NumpyFile.read(Self.folder + "/expected.npy")
    #expect(names.count == 17)
    #expect(expected.shape == [names.count, 19, 29, 3])
    guard case .bytes(let pixels) = expected.samples else { return #expect(Bool(false)) }
    var worst = (error: 0, name: "")
    for (index, name) in names.enumerated() {
      let path = Self.folder + "/" + name
      let raster = try JPEGFile.read(path)
      #expect((raster.height, raster.width) == (19, 29), "\(name)")
      #expect(raster.channels == (name.hasPrefix("grey") ? 1 : 3), "\(name)")
      #expect(try JPEGFile.header(path).shape == raster.shape, "\(name)")
      guard case .bytes(let values) = raster.samples else { return #expect(Bool(false)) }
      for (position, value) in values.enumerated() {
        let at = raster.channels == 3 ? position : position * 3
        let error = abs(Int(value) - Int(pixels[index * 19 * 29 * 3 + at]))
        if error > worst.error { worst = (error, name) }
        #expect(error <= 2, "\(name), value \(position)")
      }
    }
    print("worst JPEG error: \(worst.error) of a step, \(worst.name)")
  }

  // MARK: Orientation

  /// EXIF data with an orientation.
  private func tiff(_ orientation: UInt8, isBig: Bool) -> [UInt8] {
    func number(_ value: UInt8, _ count: Int) -> [UInt8] {
      let zeros = [UInt8](repeating: 0, count: count - 1)
      return isBig ? zeros + [value] : [value] + zeros
    }
    let tag: [UInt8] = isBig ? [0x01, 0x12] : [0x12, 0x01]
    return Array((isBig ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(1, 2) + tag
      + number(3, 2) + number(1, 4) + number(orientation, 2) + [0, 0] + number(0, 4)
  }

  /// A file with a segment of EXIF data at its start.
  private func inserting(_ tiff: [UInt8], into file: [UInt8]) -> [UInt8] {
    let data = Array("Exif".utf8) + [0, 0] + tiff
    let length = data.count + 2
    return Array(file[..<2]) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + data
      + file[2...]
  }

  @Test(arguments: [true, false]) func pixelsGoWhereTheOrientationSays(isBig: Bool) throws {
    let file = try Self.bytes("color-444")
    let stored = try decode(file)
    let (height, width) = (stored.height, stored.width)
    // Of a pixel of the upright picture, the row and column where it is stored.
    let places: [(Int, Int) -> (Int, Int)] = [
      { ($0, $1) }, { ($0, width - 1 - $1) }, { (height - 1 - $0, width - 1 - $1) },
      { (height - 1 - $0, $1) }, { ($1, $0) }, { (height - 1 - $1, $0) },
      { (height - 1 - $1, width - 1 - $0) }, { ($1, width - 1 - $0) },
    ]
    for (index, place) in places.enumerated() {
      let turned = try decode(inserting(tiff(UInt8(index + 1), isBig: isBig), into: file))
      let isOnItsSide = index >= 4
      #expect(turned.width == (isOnItsSide ? height : width))
      #expect(turned.height == (isOnItsSide ? width : height))
      for y in 0..<turned.height {
        for x in 0..<turned.width {
          let (row, column) = place(y, x)
          for channel in 0..<3 {
            let found = turned.unit[(y * turned.width + x) * 3 + channel]
            guard found != stored.unit[(row * width + column) * 3 + channel] else { continue }
            Issue.record("orientation \(index + 1): another pixel at \(y), \(x)")
            return
          }
        }
      }
    }
  }

  @Test func damagedEXIFDataSayNothing() throws {
    let file = try Self.bytes("grey")
    let stored = try decode(file)
    let good = tiff(3, isBig: true)
    #expect(try decode(inserting(good, into: file)) != stored)
    var damaged = [
      [], [UInt8](repeating: 0xFF, count: 40), tiff(0, isBig: true), tiff(9, isBig: false),
    ]
    // Cut, with other numbers of entries, with a directory elsewhere, and of another type.
    damaged += (0..<20).map { Array(good[..<$0]) }
    for (place, value) in [(3, 43), (4, 0xFF), (7, 0xFE), (8, 0xFF), (9, 0), (13, 4), (17, 2)] {
      damaged.append(good)
      damaged[damaged.count - 1][place] = UInt8(value)
    }
    for (index, tiff) in damaged.enumerated() {
      let isWhole = index == damaged.count - 4
      #expect(
        try decode(inserting(tiff, into: file))
          == (isWhole ? decode(inserting(good, into: file)) : stored),
        "\(index): \(tiff)")
    }
  }

  // MARK: Refused

  /// Offset of the data of the frame's segment.
  private func frame(_ bytes: [UInt8]) throws -> Int {
    let place = try #require(
      bytes.indices.dropLast(10).first {
        bytes[$0] == 0xFF && [0xC0, 0xC2].contains(bytes[$0 + 1])
      })
    return place + 4
  }

  /// What is said of a file whose frame is changed.
  private func problem(_ name: String = "color-420", frame change: (inout [UInt8], Int) -> Void)
    throws
    -> String
  {
    var bytes = try Self.bytes(name)
    change(&bytes, try frame(bytes))
    let changed = bytes
    return DataSupport.problem { _ = try decode(changed) }
  }

  @Test func aHugeHeaderIsRefusedBeforeItsPixels() throws {
    for name in ["color-420", "color-444-progressive"] {
      let text = try problem(name) { bytes, frame in
        bytes.replaceSubrange(frame + 1..<frame + 5, with: [0x4E, 0x20, 0x4E, 0x20])
      }
      #expect(text == "expected at most 67108864 pixels, found 20000×20000 in the header")
    }
    let full = try problem { bytes, frame in
      bytes.replaceSubrange(frame + 1..<frame + 5, with: [0x20, 0, 0x20, 0])
    }
    #expect(
      full == "truncated or damaged: 8192×8192 pixels are more than a file of 865 bytes can hold")
    let none = try problem { bytes, frame in
      bytes.replaceSubrange(frame + 1..<frame + 3, with: [0, 0])
    }
    #expect(none == "expected at least one pixel, found 29×0")
  }

  @Test func coloursOfPrintersAreRefused() throws {
    let cmyk =
      "expected grey or colour (YCbCr or RGB), found CMYK, the colours of a printer: "
      + "convert the picture to RGB"
    #expect(try problem("cmyk") { _, _ in } == cmyk)
    let ycck = try problem("cmyk") { bytes, _ in
      guard let adobe = bytes.firstRange(of: Array("Adobe".utf8)) else { return }
      bytes[adobe.lowerBound + 11] = 2
    }
    #expect(ycck == cmyk.replacingOccurrences(of: "CMYK", with: "YCCK"))
    let path = Self.folder + "/cmyk.jpg"
    #expect(throws: DataError(file: path, problem: cmyk)) { try JPEGFile.header(path) }
  }

  @Test(arguments: [
    (
      -3, 0xC3,
      "expected a baseline or progressive picture with Huffman coding, found a lossless one"
    ),
    (
      -3, 0xC9,
      "expected a baseline or progressive picture with Huffman coding, found one with arithmetic coding"
    ),
    (
      -3, 0xF7,
      "expected a baseline or progressive picture with Huffman coding, found a JPEG-LS one"
    ),
    (-3, 0xDA, "damaged: expected the size before the pixels"),
    (0, 12, "expected 8 bits a sample, found 12"),
    (5, 2, "truncated or damaged: expected 12 bytes on 2 components, found 15"),
    (7, 0x50, "damaged: expected components sampled 1 to 4 times, found others"),
  ]) func otherKindsAreRefused(place: Int, value: Int, expected: String) throws {
    #expect(try problem { bytes, frame in bytes[frame + place] = UInt8(value) } == expected)
  }

  @Test func twoComponentsAreRefused() throws {
    let text = try problem { bytes, frame in
      bytes.replaceSubrange(frame - 2..<frame, with: [0, 14])
      bytes[frame + 5] = 2
      bytes.removeSubrange(frame + 12..<frame + 15)
    }
    #expect(text == "expected 1 or 3 components, found 2")
  }

  @Test func whatIsNotAJPEGIsNamed() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("hello, world".utf8, to: "text.jpg")
    #expect(
      DataSupport.problem { _ = try JPEGFile.read(text) }
        == "not a JPEG, bad signature: expected ff d8 ff, found 68 65 6c 6c 6f 2c 20 77")
    let empty = try folder.write([], to: "empty.jpg")
    #expect(DataSupport.problem { _ = try JPEGFile.read(empty) }.hasSuffix("found an empty file"))
    let none = folder.path + "/none.jpg"
    #expect(
      DataSupport.problem { _ = try JPEGFile.read(none) }
        == "cannot read: No such file or directory")
    let fill = [0xFF, 0xD8] + [UInt8](repeating: 0xFF, count: 70_000)
    #expect(DataSupport.problem { _ = try decode(fill) }.hasPrefix("truncated: expected the size"))
    let empties = [[UInt8]](repeating: [0xFF, 0xE0, 0, 2], count: 70_000)
    let segments = [0xFF, 0xD8] + Array(empties.joined())
    #expect(
      DataSupport.problem { _ = try decode(segments) }
        == "expected the size within the first 65536 segments, found none")
  }

  // MARK: Damaged

  @Test(arguments: whole) func everyTruncationIsAnError(name: String) throws {
    let bytes = try Self.bytes(name)
    let picture = try decode(bytes)
    for length in 0..<bytes.count {
      let cut = Array(bytes[..<length])
      let text = DataSupport.problem { _ = try decode(cut) }
      #expect(text.contains("truncated") || length < 3, "\(length): \(text)")
      // With the end put back, all that is missing is pixels.
      do {
        let found = try decode(cut + [0xFF, 0xD9])
        if found != picture {
          Issue.record("\(length): a part of the picture is taken for the whole")
        }
      } catch {
        #expect(error is DataError)
      }
    }
    #expect(
      DataSupport.problem { _ = try decode(bytes.dropLast(2)) }
        == "damaged or truncated: Premature end of JPEG file")
  }

  /// Places where scans begin.
  private func scans(_ bytes: [UInt8]) -> [Int] {
    bytes.indices.dropLast().filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA }
  }

  @Test(arguments: ["color-420-progressive", "grey-progressive"])
  func progressivePicturesWithoutAllScansAreErrors(name: String) throws {
    let bytes = try Self.bytes(name)
    let scans = scans(bytes)
    #expect(scans.count > 4)
    for scan in scans.dropFirst() {
      let cut = bytes[..<scan] + [0xFF, 0xD9]
      #expect(
        DataSupport.problem { _ = try decode(Array(cut)) }
          == "damaged or truncated: some of its scans are missing", "cut at byte \(scan)")
    }
  }

  /// A picture of three components in scans of their own, each with the data of a grey one.
  private func separateScans(_ components: [UInt8]) throws -> [UInt8] {
    let grey = try Self.bytes("grey")
    let frame = try frame(grey)
    let scan = try #require(scans(grey).first)
    let parts: [UInt8] = [1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]
    var bytes = Array(grey[..<(frame - 2)]) + [0, 17]
    bytes += grey[frame..<frame + 5] + [3] + parts + grey[(frame + 9)..<scan]
    for component in components {
      var own = Array(grey[scan..<(grey.count - 2)])
      own[5] = component
      bytes += own
    }
    return bytes + [0xFF, 0xD9]
  }

  @Test func componentsWithoutAScanAreErrors() throws {
    #expect(try decode(separateScans([1, 2, 3])).channels == 3)
    for components in [[1, 2], [1, 3], [3]] as [[UInt8]] {
      let bytes = try separateScans(components)
      #expect(
        DataSupport.problem { _ = try decode(bytes) }
          == "damaged or truncated: some of its scans are missing")
    }
    let many = try separateScans([1, 2] + [UInt8](repeating: 3, count: 600))
    #expect(
      DataSupport.problem { _ = try decode(many) } == "damaged or truncated: too many scans")
  }

  /// Reading a changed file returns a picture or an error, whatever byte was changed.
  @Test(arguments: whole + ["color-restarts", "turned-6"])
  func changedBytesNeverCrash(name: String) throws {
    let bytes = try Self.bytes(name)
    for position in bytes.indices {
      for change: UInt8 in [1, 0x10, 0x80, 0xFF] {
        var changed = bytes
        changed[position] ^= change
        do {
          _ = try decode(changed)
        } catch {
          #expect(error is DataError)
        }
      }
    }
  }

  @Test func whatFollowsThePictureIsIgnored() throws {
    let bytes = try Self.bytes("color-444")
    #expect(try decode(bytes + Array("a preview".utf8)) == decode(bytes))
  }
}
