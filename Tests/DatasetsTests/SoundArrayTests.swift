import DataSupport
import Datasets
import Testing

@Suite struct SoundArrayTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: ["(3, 4)", "(3, 4, 1)"]) func floatsAreKept(shape: String) throws {
    let values: [Float] = [0.5, -1, 1, 0, 0.25, 0, 0, 0, 0, 0, 0, 0]
    _ = try folder.writeNumpy("'<f4'", shape: shape, data: bytes(of: values))
    let data = try folder.loadSounds("a.npy", length: 4)
    #expect(Set(data.training.sounds) == [[0.5, -1, 1, 0], [0.25, 0, 0, 0]])
    #expect(
      data.notes == [
        "3 sounds gave 2 examples of 4 samples (0 s at 16000 Hz)",
        "1 sound silent (peak below 0.0001) and left out, the first row 2",
      ])
  }

  @Test func integersAreScaled() throws {
    let values: [Int16] = [-32_768, 16_384, 0, 1]
    _ = try folder.writeNumpy("'<i2'", shape: "(1, 4)", data: bytes(of: values))
    let found = try folder.loadSounds("a.npy", length: 4).training.sounds
    #expect(found == [[-1, 0.5, 0, 1 / 32_768]])
  }

  @Test(arguments: ["(3, 4)", "(12,)", "(1, 3, 4)", "(3, 2, 2)"])
  func otherShapesAreNamed(shape: String) throws {
    let path = try folder.writeNumpy("'<f4'", shape: shape, data: [UInt8](repeating: 0, count: 48))
    #expect(
      problem { _ = try folder.loadSounds("a.npy", length: 5) }
        == "expected sounds of shape [N, 5] or [N, 5, 1], as the length says, "
        + "found the shape \(shape)")
    #expect(path.hasSuffix("a.npy"))
  }

  @Test func noSoundsAreAnError() throws {
    _ = try folder.writeNumpy("'<f4'", shape: "(0, 4)", data: [])
    #expect(
      problem { _ = try folder.loadSounds("a.npy", length: 4) }
        == "expected at least one sound, found the shape (0, 4)")
  }

  @Test(arguments: [(Float.nan, "nan"), (1.5, "1.5"), (-Float.infinity, "-inf")])
  func valuesOutOfRangeAreNamed(value: Float, found: String) throws {
    var values = [Float](repeating: 0.5, count: 12)
    values[6] = value
    _ = try folder.writeNumpy("'<f4'", shape: "(3, 4)", data: bytes(of: values))
    #expect(
      problem { _ = try folder.loadSounds("a.npy", length: 4) }
        == "sample 2 of row 1 is \(found): expected -1 to 1")
  }

  @Test func otherTypesAreNamed() throws {
    _ = try folder.writeNumpy("'|u1'", shape: "(1, 4)", data: [1, 2, 3, 4])
    #expect(
      problem { _ = try folder.loadSounds("a.npy", length: 4) }
        == "expected int16, float32 or float64, found '|u1'")
    _ = try folder.writeNumpy("'<i2'", shape: "(1, 2, 2)", data: bytes(of: [Int16](1...4)))
    let images = ImageRequest(source: .path(folder.path + "/a.npy"))
    #expect(
      problem { _ = try Dataset.load(images) }
        == "expected uint8, float32 or float64, found '<i2'")
  }

  @Test func rowsAreHeldOutByThemselves() throws {
    let values = (0..<200).flatMap { noise($0, count: 8) }
    _ = try folder.writeNumpy("'<f4'", shape: "(200, 8)", data: bytes(of: values))
    let data = try folder.loadSounds("a.npy", length: 8, holdout: 0.3)
    #expect(data.training.count + data.holdout.count == 200)
    // Tolerance: four standard deviations of the binomial distribution.
    #expect(abs(data.holdout.count - 60) < 26)
  }
}
