import FolderSupport
import Foundation
import Records
import Testing

@Suite struct SafetensorsTests {
  static let values: [(name: String, shape: [Int], values: [Float])] = [
    ("discriminator.block1.weight", [2, 1, 3], [1, -2.5, 3e-20, .infinity, -0.0, 0.1]),
    ("step", [], [7]),
    ("empty", [0, 4], []),
    ("é \"quoted\"\n", [1], [-1]),
  ]
  static let metadata = ["format": "lethe", "seed": "7", "note": "a \"b\" \\ é\n\u{1}"]

  private func writeSample(to url: URL) throws {
    // The buffers must outlive the call: one flat array, cut into pieces.
    let flat = Self.values.flatMap(\.values)
    try flat.withUnsafeBufferPointer { flat in
      var start = 0
      let tensors = Self.values.map { name, shape, values in
        defer { start += values.count }
        return Safetensors.Tensor(
          name: name, shape: shape,
          values: UnsafeBufferPointer(rebasing: flat[start..<start + values.count]))
      }
      try Safetensors.write(to: url, tensors: tensors, metadata: Self.metadata)
    }
  }

  private func fixture(_ name: String) throws -> URL {
    try #require(
      Bundle.module.url(
        forResource: name, withExtension: "safetensors", subdirectory: "Fixtures"))
  }

  @Test func whatIsWrittenReadsBack() throws {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      try writeSample(to: url)
      let file = try SafetensorsFile(url)
      #expect(file.names == Self.values.map(\.name))
      #expect(file.metadata == Self.metadata)
      for (name, shape, values) in Self.values {
        #expect(file.shape(of: name) == shape)
        #expect(file.type(of: name) == .f32)
        let read: [Float] = try file.read(name)
        #expect(read.map(\.bitPattern) == values.map(\.bitPattern))
      }
      #expect(try names(in: folder) == ["a.safetensors"])
    }
  }

  @Test func theBytesAreThoseThatPythonHasRead() throws {
    // `make_safetensors.py --check` reads the same file.
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      try writeSample(to: url)
      let data = try Data(contentsOf: url)
      #expect(try data == Data(contentsOf: fixture("from-lethe")))
      let header = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      #expect(header % 8 == 0)
    }
  }

  @Test func filesOfPythonAreRead() throws {
    let file = try SafetensorsFile(fixture("from-python"))
    #expect(Set(file.names) == ["f32", "f64", "i64", "u8", "scalar", "empty", "é\"\\\u{1F600}"])
    #expect(file.metadata == ["format": "pt", "note": "é \"quoted\"\n"])
    #expect(file.shape(of: "f32") == [2, 3])
    #expect(try file.read("f32", as: Float.self) == [0, 0.1, -2.5, 3e-20, 1e20, -0.5])
    #expect(try file.read("f64", as: Double.self) == [0.1, -1e300])
    #expect(try file.read("i64", as: Int64.self) == [-1, .max, .min])
    #expect(try file.read("u8", as: UInt8.self) == [0, 127, 255])
    #expect(file.shape(of: "scalar") == [])
    #expect(try file.read("scalar", as: Float.self) == [42])
    #expect(file.shape(of: "empty") == [3, 0])
    #expect(try file.read("empty", as: Float.self) == [])
    #expect(try file.read("é\"\\\u{1F600}", as: Float.self) == [1])
  }

  @Test func noFiles() throws {
    try withTemporaryFolder { folder in
      let missing = folder.appendingPathComponent("no.safetensors")
      #expect(
        complaint { _ = try SafetensorsFile(missing) }
          == "\(missing.path): cannot read: No such file or directory")
      #expect(
        complaint { _ = try SafetensorsFile(folder) }
          == "\(folder.path): cannot read: Is a directory")
    }
  }

  @Test func askingForWhatIsNotThere() throws {
    let url = try fixture("from-python")
    let file = try SafetensorsFile(url)
    func message(_ body: () throws -> Void) -> String {
      complaint(body).replacingOccurrences(of: url.path, with: "FILE")
    }
    #expect(file.shape(of: "f33") == nil)
    #expect(
      message { _ = try file.read("f33") as [Float] }
        == "FILE: f33: expected a tensor of this name, found none; did you mean f32?")
    #expect(
      message { _ = try file.read("f64") as [Float] }
        == "FILE: f64: expected elements of type F32, found F64")
    var few = [Float](repeating: 0, count: 5)
    #expect(
      message { try few.withUnsafeMutableBufferPointer { try file.read("f32", into: $0) } }
        == "FILE: f32: expected 5 elements, found the shape [2, 3]")
  }

  /// The error for a file of a header and `data` bytes of data.
  private func complaintAgainst(
    _ header: String, data: Int = 0, claim: UInt64? = nil
  ) throws -> String {
    let count = claim ?? UInt64(header.utf8.count)
    let bytes = withUnsafeBytes(of: count.littleEndian) { Array($0) } + Array(header.utf8)
    return try complaintAgainst(bytes: bytes + [UInt8](repeating: 0, count: data))
  }

  private func complaintAgainst(bytes: [UInt8]) throws -> String {
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("bad.safetensors")
      try Data(bytes).write(to: url)
      return complaint { _ = try SafetensorsFile(url) }
        .replacingOccurrences(of: url.path + ": ", with: "")
    }
  }

  @Test func sizesThatCannotBe() throws {
    #expect(try complaintAgainst(bytes: []) == "expected a safetensors file, found only 0 bytes")
    #expect(
      try complaintAgainst(bytes: [1, 2, 3]) == "expected a safetensors file, found only 3 bytes")
    let header = "expected a safetensors file with a header of at most"
    #expect(
      try complaintAgainst("{}", claim: 1 << 63)
        == "\(header) 2 bytes, found a claim of 9223372036854775808")
    #expect(
      try complaintAgainst("{}", claim: .max)
        == "\(header) 2 bytes, found a claim of 18446744073709551615")
    #expect(try complaintAgainst("{}", claim: 3) == "\(header) 2 bytes, found a claim of 3")
  }

  @Test(arguments: [
    ("", "no \"{\" at byte 0"),
    ("[]", "no \"{\" at byte 0"),
    ("{", "no \"\"\" at byte 1"),
    ("{}x", "more behind its end at byte 2"),
    ("{\"a", "a string that does not end at byte 3"),
    ("{\"a\\", "a string that does not end at byte 5"),
    ("{\"\\q\":{}}", "a string that is not valid at byte 5"),
    ("{\"a\":[]}", "no \"{\" at byte 5"),
    ("{\"a\":{\"dtype\":3}}", "no \"\"\" at byte 14"),
    ("{\"a\":{\"shape\":[-1]}}", "no whole number from 0 to 2⁶³ − 1 at byte 15"),
    ("{\"a\":{\"shape\":[9223372036854775808]}}", "no whole number from 0 to 2⁶³ − 1 at byte 15"),
    ("{\"a\":{\"shape\":[1.5]}}", "no \"]\" at byte 16"),
    ("{\"a\":{\"shape\":[1", "no \"]\" at byte 16"),
    ("{\"a\":{\"shape\":[", "no whole number from 0 to 2⁶³ − 1 at byte 15"),
    ("{\"__metadata__\":{\"a\":1}}", "no \"\"\" at byte 21"),
  ])
  func headersThatAreNotJSON(_ header: String, _ fault: String) throws {
    #expect(
      try complaintAgainst(header)
        == "the header is not the JSON of a safetensors file: \(fault)")
  }

  private func tensor(
    _ name: String, _ shape: String, _ offsets: String, type: String = "F32"
  ) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}"
  }

  @Test func tensorsThatCannotBe() throws {
    let twice = "{\(tensor("a", "1", "0,4")),\(tensor("a", "1", "4,8"))}"
    #expect(try complaintAgainst(twice, data: 8) == "the header names \"a\" twice")
    #expect(
      try complaintAgainst("{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}")
        == "the metadata name \"k\" twice")
    #expect(
      try complaintAgainst("{\"a\":{\"dtype\":\"F32\"}}")
        == "a: needs dtype, shape and data_offsets [begin, end]")
    #expect(
      try complaintAgainst("{\(tensor("a", "1", "4,0"))}", data: 4)
        == "a: needs dtype, shape and data_offsets [begin, end]")
    #expect(
      try complaintAgainst("{\"a\":{\"type\":\"F32\"}}") == "a: unknown member \"type\"")
    #expect(
      try complaintAgainst("{\(tensor("a", "1", "0,4", type: "F31"))}", data: 4)
        == "a: expected a dtype of F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, BOOL, "
        + "found \"F31\"")
    #expect(
      try complaintAgainst("{\(tensor("a", "2", "0,4"))}", data: 4)
        == "a: expected 8 bytes for F32 [2], found 4")
    #expect(
      try complaintAgainst("{\(tensor("a", "4294967296,4294967296", "0,0"))}")
        == "a: the shape [4294967296, 4294967296] has more bytes than 2⁶³")
    #expect(
      try complaintAgainst("{\(tensor("a", "2", "0,8"))}", data: 4)
        == "a: its bytes end at 8, but the file has 4 bytes of data: it is cut short or damaged")
    #expect(
      try complaintAgainst(
        "{\(tensor("a", "2305843009213693951", "0,9223372036854775804"))}", data: 4)
        == "a: its bytes end at 9223372036854775804, but the file has 4 bytes of data: "
        + "it is cut short or damaged")
    #expect(
      try complaintAgainst("{\(tensor("a", "1", "0,4")),\(tensor("b", "1", "0,4"))}", data: 4)
        == "b: its bytes overlap another tensor's")
    #expect(
      try complaintAgainst("{\(tensor("a", "1", "0,4")),\(tensor("b", "1", "8,12"))}", data: 12)
        == "b: its bytes follow a gap")
    #expect(
      try complaintAgainst("{\(tensor("a", "1", "0,4"))}", data: 5)
        == "1 bytes at the end belong to no tensor")
  }

  /// Composed and decomposed é look the same, but are two names.
  @Test func namesAreBytes() throws {
    let names = ["\u{E9}", "e\u{301}"]
    try withTemporaryFolder { folder in
      let url = folder.appendingPathComponent("a.safetensors")
      try ([1, 2] as [Float]).withUnsafeBufferPointer { values in
        try Safetensors.write(
          to: url,
          tensors: names.enumerated().map { index, name in
            Safetensors.Tensor(
              name: name, shape: [1], values: UnsafeBufferPointer(rebasing: values[index...index]))
          })
      }
      let file = try SafetensorsFile(url)
      #expect(file.names.map { Array($0.utf8) } == names.map { Array($0.utf8) })
      for (index, name) in names.enumerated() {
        let read: [Float] = try file.read(name)
        #expect(read == [Float(index + 1)])
      }
    }
  }

  @Test func everyCutAndEveryChangedByteIsSurvived() throws {
    let whole = Array(try Data(contentsOf: fixture("from-lethe")))
    for count in 0..<whole.count {
      #expect(try complaintAgainst(bytes: Array(whole[..<count])) != "accepted")
    }
    for index in 0..<min(whole.count, 500) {
      var changed = whole
      changed[index] ^= 0x15
      _ = try complaintAgainst(bytes: changed)  // It is accepted or refused, without a crash.
    }
  }
}
