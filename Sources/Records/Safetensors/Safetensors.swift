internal import Complaints
internal import Files
public import Foundation

/// Files of named tensors in the safetensors format.
///
/// A file is the length of its header in 8 bytes (little-endian), the header in JSON, and the tensors'
/// bytes one after the other (little-endian, in row-major order).
///
/// Source: https://github.com/huggingface/safetensors, README, "Format".
public enum Safetensors {
  /// Key of the metadata in the header, which may not be the name of a tensor.
  static let metadataKey = "__metadata__"

  /// A tensor to be written.
  public struct Tensor {
    /// Its name, unique in the file.
    public let name: String
    /// Its shape, empty for a scalar.
    public let shape: [Int]
    /// Its elements in row-major order; as many as the shape's product.
    public let values: UnsafeBufferPointer<Float>

    /// Describes a tensor; the memory must stay valid until it is written.
    public init(name: String, shape: [Int], values: UnsafeBufferPointer<Float>) {
      precondition(
        shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
        "\(name): \(values.count) elements for the shape \(shape)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Writes tensors in single precision, in the order given, without copying them; the file
  /// appears whole or not at all.
  ///
  /// - Parameters:
  ///   - tensors: Names must differ from each other.
  ///   - metadata: Texts to keep with them.
  /// - Throws: `FileError`.
  public static func write(
    to url: URL, tensors: [Tensor], metadata: [String: String] = [:]
  ) throws {
    precondition(
      Set(tensors.map { Array($0.name.utf8) }).union([Array(metadataKey.utf8)]).count
        == tensors.count + 1,
      "tensor names must be unique, and not \(metadataKey)")
    let header = headerBytes(tensors, metadata)
    try AtomicFile.write(to: url) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.write($0) }
      try header.withUnsafeBytes { try file.write($0) }
      for tensor in tensors { try file.write(UnsafeRawBufferPointer(tensor.values)) }
    }
  }

  /// The header, padded with spaces so that the data starts at a multiple of 8 bytes.
  private static func headerBytes(_ tensors: [Tensor], _ metadata: [String: String]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { "\(jsonQuoted($0.key)):\(jsonQuoted($0.value))" }
      members.append("\(jsonQuoted(metadataKey)):{\(texts.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.values.count * MemoryLayout<Float>.size
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonQuoted(tensor.name)):"
          + "{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    let header = Array("{\(members.joined(separator: ","))}".utf8)
    return header + Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
  }
}
