internal import Media
internal import Files
internal import Foundation

/// A pool of examples as a cache file: a line that names the format, the hash of description and numbers,
/// the length of the description, the description in JSON, zeros up to the next page, and the numbers.
struct CacheEntry {
  /// Everything about a pool except its numbers.
  struct Description: Codable {
    /// Extents of one example, outermost first.
    var shape: [Int]
    var isFloat: Bool
    /// Count of the numbers of all examples.
    var count: Int
    var valid: [Int]
    /// For sounds, the hash of the file that each example comes from, as a signed number.
    var sources: [Int] = []
    /// The file that each example comes from; empty where they have no files of their own.
    var fileNames: [String] = []
    var skipped: [SkippedFile] = []
    var notes: [String] = []
    var leftOut: [String] = []
    var classes: [String] = []
    var labels: [Int] = []
  }

  let description: Description
  let samples: SampleBlock

  private static let magic = "lethe data 2\n"
  private static let hashCount = 32
  private static let page = 4096
  /// Bytes of the format line, the hash and the length.
  private static let headCount = magic.utf8.count + hashCount + 8

  init(_ description: Description, _ samples: SampleBlock) {
    (self.description, self.samples) = (description, samples)
  }

  /// Writes the file whole or not at all.
  ///
  /// - Throws: `FileError` if it cannot be written.
  func write(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = [UInt8](try encoder.encode(description))
    let start = Self.start(of: json.count)
    let padding = [UInt8](repeating: 0, count: start - Self.headCount - json.count)
    let hash = samples.withUnsafeBytes { Self.hash(json, $0) }
    let length = withUnsafeBytes(of: UInt64(json.count).littleEndian) { Array($0) }
    let head = Array((Self.magic + hash).utf8) + length + json + padding
    try AtomicFile.write(to: url, isDurable: false) { file in
      try head.withUnsafeBytes { try file.write($0) }
      try samples.withUnsafeBytes { try file.write($0) }
    }
  }

  /// Maps the file of an entry into memory.
  ///
  /// - Returns: Nil where the file is missing or damaged.
  init?(reading url: URL) {
    guard let entry = try? Self.read(FileReader(url.path)) else { return nil }
    self = entry
  }

  private static func read(_ file: borrowing FileReader) throws -> CacheEntry? {
    let head = try file.bytes(upTo: headCount)
    guard head.count == headCount, head.has(magic, at: 0),
      let length = try file.number(at: headCount - 8, count: 8, bigEndian: false),
      (0..<file.size).contains(length)
    else { return nil }
    let json = try file.bytes(at: headCount, upTo: length)
    let hash = String(decoding: head[magic.utf8.count...].prefix(hashCount), as: UTF8.self)
    guard json.count == length, let mapped = MappedFile(file, from: start(of: length)),
      mapped.bytes.count == file.size - start(of: length),
      Self.hash(json, mapped.bytes) == hash
    else { return nil }
    let description = try JSONDecoder().decode(Description.self, from: Data(json))
    let samples = SampleBlock(mapped, isFloat: description.isFloat)
    return samples.count == description.count ? CacheEntry(description, samples) : nil
  }

  /// Offset of the numbers after a description of `length` bytes: the start of the next page.
  private static func start(of length: Int) -> Int {
    (headCount + length + page - 1) / page * page
  }

  private static func hash(_ json: [UInt8], _ samples: UnsafeRawBufferPointer) -> String {
    var digest = ContentDigest()
    json.withUnsafeBytes { digest.add($0) }
    digest.add(samples)
    return digest.text
  }
}
