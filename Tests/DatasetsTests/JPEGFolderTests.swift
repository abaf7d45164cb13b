import Complaints
import DataSupport
import Datasets
import Files
import Foundation
import Media
import Testing

/// Folders of JPEG files, and of JPEG and PNG files together.
@Suite struct JPEGFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(change: (inout ImageRequest) -> Void = { _ in }) throws -> Dataset {
    var request = ImageRequest(source: .path(folder.path + "/d"))
    change(&request)
    return try Dataset.load(request)
  }

  private func bytes(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/jpeg/\(name).jpg"))
  }

  /// Copies a fixture into the folder and returns its path and its picture.
  @discardableResult
  private func copy(_ name: String, to place: String) throws -> (path: String, picture: Raster) {
    let path = try folder.write(bytes(name), to: "d/" + place)
    return (path, try JPEGFile.read(path))
  }

  @Test func pngAndJPEGFilesAreReadInTheOrderOfTheirNames() throws {
    let pictures = [
      try copy("color-444", to: "b.JPG").picture, try copy("color-420", to: "deep/a.jpeg").picture,
      try copy("grey", to: "e.JPEG").picture, try copy("color-rgb", to: "f.jpg").picture,
      grey(7, height: 19, width: 29),
    ]
    try folder.writePNG(pictures[4], to: "d/c.png")
    try folder.write("x".utf8, to: "d/x.gif")
    let files = try ExampleFiles(ImageRequest(source: .path(folder.path + "/d"), size: 4))
    let names = ["b.JPG", "c.png", "deep/a.jpeg", "e.JPEG", "f.jpg"]
    #expect(files.paths == names.map { "\(folder.path)/d/\($0)" })
    let data = try load()
    #expect(data.training.shape == [19, 29, 3] && data.training.isEightBit)
    #expect(Set(data.training.all) == Set(pictures.map { $0.converted(channels: 3).unit }))
    #expect(
      data.notes == [
        "left out: 1 file that is not PNG or JPEG (1 .gif)",
        "2 grey images given three equal channels",
      ])
    // Colour becomes grey by the same rule, whatever the file.
    let luma = try load { $0.channels = 1 }
    #expect(Set(luma.training.all) == Set(pictures.map { $0.converted(channels: 1).unit }))
  }

  @Test func picturesOnTheirSideAreTurnedAndSaid() throws {
    for orientation in 1...8 { try copy("turned-\(orientation)", to: "\(orientation).jpg") }
    let data = try load()
    #expect(data.training.shape == [19, 29, 3] && data.training.count == 8)
    #expect(data.notes == ["7 images turned upright, as the EXIF data say"])
    var request = ImageRequest(source: .path(folder.path + "/d"))
    let square = try request.storedSquare()
    #expect(square?.side == 19 && square?.channels == 3)
    request.size = 16
    #expect(
      try Dataset.load(request).notes == [
        "7 images turned upright, as the EXIF data say",
        "8 images cropped to the square in the middle", "8 images resized to 16×16 from 29×19",
      ])
  }

  @Test func brokenFilesStopTheRunOrAreSkipped() throws {
    try copy("color-444", to: "a.jpg")
    let progressive = try bytes("color-444-progressive")
    let cut = try folder.write(progressive.prefix(progressive.count / 2), to: "d/b.jpg")
    let cmyk = try copyBroken("cmyk", to: "c.jpg")
    let text = try folder.write("hello, world".utf8, to: "d/d.jpeg")
    #expect(
      problem { _ = try load() }.hasPrefix("expected grey or colour (YCbCr or RGB), found CMYK"))
    let data = try load { $0.skipBroken = true }
    #expect(data.training.count == 1)
    #expect(data.skipped.map(\.file) == [cut, cmyk, text])
    #expect(data.skipped[0].problem == "damaged or truncated: Premature end of JPEG file")
    #expect(data.skipped[2].problem.hasPrefix("not a JPEG, bad signature"))
    for path in [cmyk, text] { try FileManager.default.removeItem(atPath: path) }
    #expect(
      throws: DataError(file: cut, problem: "damaged or truncated: Premature end of JPEG file")
    ) { try load() }
  }

  private func copyBroken(_ name: String, to place: String) throws -> String {
    try folder.write(bytes(name), to: "d/" + place)
  }

  @Test func aSinglePictureIsNoDataSet() throws {
    let path = try copy("grey", to: "a.jpg").path
    #expect(
      problem { _ = try Dataset.load(ImageRequest(source: .path(path))) }
        == "expected a folder of .png, .jpg or .jpeg files, a .npy, IDX or CIFAR-10 .bin file, found "
        + "a single JPEG")
    #expect(try MediaKind.of(folder.path + "/d") == .images)
  }

  @Test func decodedPicturesAreKeptInTheCache() throws {
    for number in 1...8 { try copy("turned-\(number)", to: "\(number).jpg") }
    let plain = try load()
    let cache = DataCache(
      CacheFolder(URL(fileURLWithPath: folder.path + "/cache"), limit: 1 << 24), worthwhile: .zero)
    for _ in 0..<2 {
      let data = try load { $0.cache = cache }
      #expect(data.training.all == plain.training.all && data.notes == plain.notes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache").count > 0)
    // Another orientation is another content, although all pixels are the same bytes of the file.
    var bytes = try bytes("turned-1")
    let tag = try #require(bytes.firstRange(of: [0x12, 0x01, 3, 0, 1, 0, 0, 0]))
    bytes[tag.upperBound] = 2
    try folder.write(bytes, to: "d/1.jpg")
    #expect(try load { $0.cache = cache }.training.all != plain.training.all)
  }
}
