import DataSupport
import Media
import Complaints
import Datasets
import Foundation
import Testing

/// Size and channels of images where the request names none, and notes where they are changed.
@Suite struct ImageSizeTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func square(
    _ source: ExampleSource, size: Int? = nil, channels: Int? = nil
  ) throws -> [Int]? {
    try ImageRequest(source: source, size: size, channels: channels).storedSquare()
      .map { [$0.side, $0.channels] }
  }

  private func notes(_ source: ExampleSource, size: Int?, channels: Int?) throws -> [String] {
    try Dataset.load(ImageRequest(source: source, size: size, channels: channels)).notes
  }

  private func color(_ height: Int, _ width: Int) -> Raster {
    let pixels = (0..<height * width * 3).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    return Raster(height: height, width: width, channels: 3, samples: .bytes(pixels))
  }

  @Test func arraysSayTheirSize() throws {
    let grey = try folder.writeNumpy("'|u1'", shape: "(2, 6, 6, 1)", data: [UInt8](0..<72))
    #expect(try square(.path(grey)) == [6, 1])
    let flat = try folder.writeNumpy(
      "'<f4'", shape: "(1, 2, 4)", data: bytes(of: [Float](repeating: 0, count: 8)), to: "b.npy")
    #expect(try square(.path(flat)) == [2, 1])
    let three = try folder.writeNumpy("'|u1'", shape: "(2, 4, 3, 3)", data: [UInt8](0..<72))
    #expect(try square(.path(three)) == [3, 3])
    let idx: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 4]
    let file = try folder.write(idx + [UInt8](repeating: 9, count: 40), to: "images-idx3-ubyte")
    #expect(try square(.path(file)) == [4, 1])
    let batch = try folder.write([UInt8](repeating: 1, count: 3073), to: "x.bin")
    #expect(try square(.path(batch)) == [32, 3])
  }

  @Test func foldersSayTheirSizeWhereItIsOne() throws {
    let source = ExampleSource.path(folder.path + "/d")
    try folder.writePNG(grey(1, height: 8, width: 8), to: "d/a.png")
    try folder.writePNG(grey(2, height: 8, width: 20), to: "d/b.png")
    #expect(try square(source) == [8, 1])
    try folder.writePNG(color(8, 8), to: "d/x/c.png")
    #expect(try square(source) == [8, 3])
    let odd = try folder.writePNG(grey(3, height: 9, width: 10), to: "d/d.png")
    #expect(
      throws: DataError(
        file: odd,
        problem: "expected a shorter side of 8 pixels like \(folder.path)/d/a.png, found 9; "
          + "set a size to resize all images")
    ) { try square(source) }
    #expect(try square(source, size: 16)?.last == 3)
  }

  @Test func builtInImagesHaveAnySize() throws {
    #expect(try square(.builtIn) == nil)
    let pair = ExampleSource.classes([
      ExampleClass(name: "genuine", source: .builtIn),
      ExampleClass(name: "generated", source: .builtIn),
    ])
    #expect(try square(pair) == nil)
  }

  @Test func classesMustAgreeOnWhatIsOpen() throws {
    try folder.writePNG(grey(1, height: 8, width: 8), to: "a/a.png")
    try folder.writePNG(color(6, 6), to: "b/a.png")
    func classes(_ names: [String]) -> ExampleSource {
      .classes(names.map { ExampleClass(name: $0, source: .path(folder.path + "/" + $0)) })
    }
    #expect(
      problem { _ = try square(classes(["a", "b"])) }
        == "expected a side of 8 pixels and 1 channels, as in the class a, found 6 and 3; "
        + "set size and channels")
    #expect(problem { _ = try square(classes(["a", "b"]), size: 4) } != "no error")
    #expect(try square(classes(["a", "b"]), size: 4, channels: 3) != nil)
    let mixed = ExampleSource.classes([
      ExampleClass(name: "genuine", source: .builtIn),
      ExampleClass(name: "generated", source: .path(folder.path + "/b")),
    ])
    #expect(try square(mixed) == [6, 3])
  }

  @Test func whatIsChangedIsSaid() throws {
    let source = ExampleSource.path(folder.path + "/d")
    for number in 0..<3 {
      try folder.writePNG(grey(number, height: 8, width: 8), to: "d/\(number).png")
    }
    try folder.writePNG(color(6, 9), to: "d/c.png")
    try folder.writePNG(color(4, 4), to: "d/e.png")
    #expect(
      try notes(source, size: 4, channels: 1) == [
        "1 image cropped to the square in the middle",
        "4 images resized to 4×4 from 8×8, 9×6",
        "2 colour images made grey",
      ])
    #expect(
      try notes(source, size: 8, channels: 3) == [
        "1 image cropped to the square in the middle",
        "2 images resized to 8×8 from 4×4, 9×6",
        "3 grey images given three equal channels",
      ])
    let array = try folder.writeNumpy("'|u1'", shape: "(2, 6, 6)", data: [UInt8](0..<72))
    #expect(try notes(.path(array), size: 6, channels: 1) == [])
    #expect(
      try notes(.path(array), size: 3, channels: 3) == [
        "2 images resized to 3×3 from 6×6", "2 grey images given three equal channels",
      ])
  }

  @Test func changesOfAClassNameIt() throws {
    try folder.writePNG(grey(1, height: 8, width: 8), to: "d/a/1.png")
    try folder.writePNG(grey(2, height: 4, width: 4), to: "d/b/1.png")
    var request = ImageRequest(source: .path(folder.path + "/d"), size: 4)
    request.labels = .ofSource
    #expect(try Dataset.load(request).notes == ["a: 1 image resized to 4×4 from 8×8"])
  }

  /// Headers that claim impossible sizes are refused before memory is allocated.
  @Test func headersAreHeldAgainstTheirFiles() throws {
    let idx: [UInt8] = [0, 0, 8, 3, 127, 255, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255]
    let file = try folder.write(idx + [1, 2, 3], to: "a-idx3-ubyte")
    #expect(
      problem { _ = try Dataset.load(ImageRequest(source: .path(file))) }
        .hasSuffix("are more than a file of 19 bytes can hold"))
    let array = try folder.writeNumpy("'|u1'", shape: "(4294967296, 64, 64)", data: [1, 2, 3])
    #expect(
      problem { _ = try square(.path(array)) }
        == "truncated: expected 17592186044416 bytes of data for the shape (4294967296, 64, 64), found 3"
    )
    var png = try PNGFile.encode(grey(1))
    png.replaceSubrange(16..<24, with: [0, 0, 0x20, 0, 0, 0, 0x20, 0])
    try folder.write(png, to: "p/a.png")
    #expect(
      problem { _ = try Dataset.load(ImageRequest(source: .path(folder.path + "/p"))) }
        != "no error")
  }
}
