internal import Complaints
internal import Files
internal import Foundation

extension Experiment {
  /// The largest experiment file that is read, in bytes.
  static let largestFile = 1 << 20

  /// Reads an experiment file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - folder: The folder at which relative paths start; the file's own folder by default.
  ///   - overrides: Values that replace those of the file.
  /// - Throws: `InputError` for anything that is wrong with the file, its keys or their values.
  public static func load(
    path: String, folder: String? = nil, overrides: [Override] = []
  ) throws -> Experiment {
    let place = SourcePlace(file: path)
    let text = try decode(try read(place), place)
    let folder = folder ?? URL(fileURLWithPath: path).deletingLastPathComponent().path
    return try parse(text, file: path, folder: folder, overrides: overrides)
  }

  /// Reads an experiment from a text.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - file: The name of the text in errors.
  ///   - folder: The folder at which relative paths start.
  ///   - overrides: Values that replace those of the text.
  /// - Throws: `InputError`.
  public static func parse(
    _ text: String, file: String, folder: String = ".", overrides: [Override] = []
  ) throws -> Experiment {
    let place = SourcePlace(file: file)
    guard let tree = try YAMLNode.parse(text, at: place, hasLines: true) else {
      throw InputError(place, expected: "an experiment", found: "an empty file")
    }
    return try Experiment(tree, overrides: overrides, file: file, folder: folder)
  }

  private static func read(_ place: SourcePlace) throws -> [UInt8] {
    do {
      let file = try FileReader(place.file)
      guard file.size <= largestFile else {
        throw InputError(place, expected: "at most 1 MiB", found: "\(file.size) bytes")
      }
      return try file.read(file.size, at: 0)
    } catch let error as FileError {
      throw InputError(place, error.reason)
    }
  }

  /// Decodes UTF-8, with or without a byte order mark.
  private static func decode(_ data: [UInt8], _ place: SourcePlace) throws -> String {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = data.starts(with: mark) ? data[3...] : data[...]
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    // Repairing puts U+FFFD in the place of the first bad byte; what stands before it is unchanged.
    let repaired = String(decoding: bytes, as: UTF8.self)
    let line =
      zip(repaired.utf8, bytes).prefix { $0 == $1 }.count { $0.0 == UInt8(ascii: "\n") } + 1
    throw InputError(
      SourcePlace(file: place.file, line: line), expected: "text in UTF-8",
      found: "bytes that are not")
  }
}
