import DataSupport
import Media
import Datasets
import Foundation
import Testing

@Suite struct NumpyFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func load(_ path: String, size: Int? = nil) throws -> Dataset {
    try Dataset.load(ImageRequest(source: .path(path), size: size))
  }

  @Test(arguments: [[], [0], [3], [2, 3], [2, 1, 3, 2]]) func writtenFilesReadBack(
    shape: [Int]
  ) throws {
    let values = (0..<shape.reduce(1, *)).map { Float($0) * 0.1 - 7 }
    let path = folder.path + "/a.npy"
    try values.withUnsafeBufferPointer { try NumpyFile.write($0, shape: shape, to: path) }
    let array = try NumpyFile.read(path)
    #expect(array.shape == shape)
    #expect(array.samples == .floats(values))
    let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
    #expect((size - values.count * 4) % 64 == 0)
  }

  /// Writes the same bytes as `numpy.save` for `numpy.array([[1.5, -2]], "<f4")`.
  @Test func theFormatIsNumPys() throws {
    let path = folder.path + "/a.npy"
    try [1.5, -2].withUnsafeBufferPointer { try NumpyFile.write($0, shape: [1, 2], to: path) }
    let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }"
    let header = text + String(repeating: " ", count: 117 - text.utf8.count) + "\n"
    let expected =
      [0x93] + "NUMPY".utf8 + [1, 0, 118, 0] + header.utf8 + bytes(of: [Float(1.5), -2])
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == expected)
  }

  @Test func float64IsRounded() throws {
    let values = (0..<70_000).map { Double($0) / 3 }
    let path = try folder.writeNumpy("'<f8'", shape: "(70000,)", data: bytes(of: values))
    #expect(try NumpyFile.read(path).samples == .floats(values.map { Float($0) }))
  }

  @Test func bytesStayBytes() throws {
    let path = try folder.writeNumpy("'|u1'", shape: "(2, 2, 2)", data: [0, 1, 2, 3, 4, 5, 6, 255])
    let data = try load(path)
    #expect(data.training.isEightBit)
    #expect(data.training.shape == [2, 2, 1])
    let images = (0..<2).map { data.training.byteValues($0) }
    #expect(Set(images) == [[0, 1, 2, 3], [4, 5, 6, 255]])
  }

  @Test func floatImagesKeepTheirValues() throws {
    let values: [Float] = [0, 0.25, 0.123456, 1, 0.5, 0.5]
    let path = try folder.writeNumpy("'<f4'", shape: "(1, 1, 2, 3)", data: bytes(of: values))
    let data = try load(path)
    #expect(!data.training.isEightBit)
    #expect(data.training.pixels(0) == values)
    #expect(data.training.pixels(0, range: .symmetric) == values.map { $0 * 2 - 1 })
  }

  @Test func negativeValuesMeanMinusOneToOne() throws {
    let values = [-1.0, -0.5, 0, 1]
    let path = try folder.writeNumpy("'<f8'", shape: "(1, 2, 2)", data: bytes(of: values))
    let data = try load(path)
    #expect(data.training.pixels(0, range: .symmetric) == [-1, -0.5, 0, 1])
    #expect(data.training.pixels(0) == [0, 0.25, 0.5, 1])
  }

  @Test(arguments: [
    ([0, 0.5, 1.5, 0], "row 1 holds 1.5"), ([0, -0.5, -1.5, 0], "row 1 holds -1.5"),
    ([0, .nan, 0.5, 0], "row 0 holds nan"), ([0, 0, 0, .infinity], "row 1 holds inf"),
    ([0, 0, 128, 255], "row 1 holds 128.0"),
  ]) func valuesOutOfRangeAreNamed(values: [Float], found: String) throws {
    let path = try folder.writeNumpy("'<f4'", shape: "(2, 1, 2)", data: bytes(of: values))
    #expect(
      problem { _ = try load(path) }
        == found + ": expected values from 0 to 1, or from -1 to 1 if some are negative")
  }

  @Test(arguments: [
    (
      "'>f4'",
      "expected little-endian numbers, found big-endian ones ('>f4'); "
        + "convert with array.astype('<f4')"
    ),
    (
      "'|O'",
      "expected uint8, float32 or float64, found Python objects ('|O'), "
        + "which are pickled and not read"
    ),
    ("'<i8'", "expected uint8, float32 or float64, found '<i8'"),
    ("[('a', '<f4')]", "expected uint8, float32 or float64, found a structured type"),
    ("7", "expected uint8, float32 or float64, found a structured type"),
  ]) func otherTypesAreNamed(type: String, expected: String) throws {
    let path = try folder.writeNumpy(type, shape: "(1, 1, 2)", data: bytes(of: [Float(0), 0]))
    #expect(problem { _ = try NumpyFile.read(path) } == expected)
  }

  @Test func fortranOrderIsNamed() throws {
    let path = try folder.writeNumpy("'|u1'", shape: "(1, 1, 1)", fortran: "True", data: [0])
    #expect(
      problem { _ = try load(path) }
        == "expected C order, found Fortran order; convert with numpy.ascontiguousarray(array)")
  }

  @Test(arguments: [
    ("(5,)", "(5,)"), ("(5, 1)", "(5, 1)"), ("(1, 1, 1, 5)", "(1, 1, 1, 5)"),
    ("(1, 1, 1, 1, 5)", "(1, 1, 1, 1, 5)"),
  ]) func otherRanksAreNamed(shape: String, found: String) throws {
    let path = try folder.writeNumpy("'|u1'", shape: shape, data: [0, 0, 0, 0, 0])
    #expect(
      problem { _ = try load(path) }
        == "expected images of shape [N, H, W] or [N, H, W, C] with C 1 or 3, "
        + "found the shape \(found)")
  }

  @Test(arguments: ["(0, 4, 4)", "(4, 0, 4)", "(0, 9223372036854775807, 3)"])
  func noImagesAreAnError(shape: String) throws {
    let path = try folder.writeNumpy("'|u1'", shape: shape, data: [])
    #expect(
      problem { _ = try load(path) } == "expected at least one image, found the shape \(shape)")
  }

  @Test func lengthsMustAgree() throws {
    let short = try folder.writeNumpy("'<f4'", shape: "(2, 2, 2)", data: [0, 0, 0])
    #expect(
      problem { _ = try load(short) }
        == "truncated: expected 32 bytes of data for the shape (2, 2, 2), found 3")
    let long = try folder.writeNumpy("'|u1'", shape: "(1, 1, 1)", data: [0, 0])
    #expect(
      problem { _ = try load(long) }
        == "longer than its header says: expected 1 bytes of data for the shape (1, 1, 1), found 2")
    let huge = "(9223372036854775807, 4, 4)"
    let overflow = try folder.writeNumpy("'|u1'", shape: huge, data: [0])
    #expect(
      problem { _ = try load(overflow) }
        == "the header's shape \(huge) is more than any file can hold")
  }

  @Test(arguments: ["(-1, 4, 4)", "(99999999999999999999, 1, 1)", "[1, 1, 1]", "(1, 1, 1", "(a,)"])
  func badShapesAreNamed(shape: String) throws {
    let path = try folder.writeNumpy("'|u1'", shape: shape, data: [0])
    #expect(problem { _ = try load(path) } == "the .npy header has no valid 'shape'")
  }

  @Test func everyTruncationIsAnError() throws {
    let whole = try folder.writeNumpy("'|u1'", shape: "(1, 2, 2)", data: [1, 2, 3, 4])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
    for length in 0..<bytes.count {
      let path = try folder.write(bytes[..<length], to: "cut.npy")
      let text = problem { _ = try load(path) }
      #expect(text.hasPrefix(length < 6 ? "not a .npy file" : "truncated"), "\(length): \(text)")
    }
  }

  @Test func changedBytesNeverCrash() throws {
    let whole = try folder.writeNumpy("'|u1'", shape: "(1, 2, 2)", data: [1, 2, 3, 4])
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: whole)))
    for position in bytes.indices {
      for value: UInt8 in [0, 0x20, 0x29, 0x39, 0xFF] {
        var changed = bytes
        changed[position] = value
        let path = try folder.write(changed, to: "changed.npy")
        #expect(!problem { _ = try load(path) }.hasPrefix("another error"))
      }
    }
  }

  @Test func aPickleIsNotAnArray() throws {
    let path = try folder.write([0x80, 4, 0x95, 0, 0, 0, 0, 0], to: "pickle.npy")
    #expect(
      problem { _ = try load(path) }
        == "not a .npy file: expected it to start with 93 4e 55 4d 50 59, found 80 04 95 00 00 00")
  }
}
