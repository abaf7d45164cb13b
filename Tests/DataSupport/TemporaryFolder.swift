package import Media
internal import Files
internal import Complaints
package import Datasets
internal import Foundation

/// A new folder under the system's temporary one, removed at the end.
package final class TemporaryFolder {
  /// Its path.
  package let path: String

  /// Makes a folder with a unique name.
  package init() throws {
    path = NSTemporaryDirectory() + "lethe-datasets-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, making folders as needed, and returns its path.
  @discardableResult
  package func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let file = path + "/" + name
    let folder = (file as NSString).deletingLastPathComponent
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  /// Writes a picture as a PNG file and returns its path.
  @discardableResult
  package func writePNG(_ raster: Raster, to name: String) throws -> String {
    try write(PNGFile.encode(raster), to: name)
  }

  /// Writes a `.npy` file with the given header entries and data.
  package func writeNumpy(
    _ type: String, shape: String, fortran: String = "False", data: some Sequence<UInt8>,
    to name: String = "a.npy"
  ) throws -> String {
    let header = "{'descr': \(type), 'fortran_order': \(fortran), 'shape': \(shape), }\n"
    let length = UInt16(header.utf8.count)
    let start: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
    return try write(start + Array(header.utf8) + Array(data), to: name)
  }
}

/// The bytes of little-endian elements.
package func bytes<Element>(of elements: [Element]) -> [UInt8] {
  elements.withUnsafeBytes { Array($0) }
}

/// The problem that loading or reading reports; `no error` if it reports none.
package func problem(_ body: () throws -> Void) -> String {
  do {
    try body()
  } catch let error as DataError {
    return error.problem
  } catch let error as FileError {
    return error.reason
  } catch {
    return "another error: \(error)"
  }
  return "no error"
}

/// A small grey image whose pixels depend on `seed`.
package func grey(_ seed: Int, height: Int = 4, width: Int = 4) -> Raster {
  let pixels = (0..<height * width).map { UInt8(truncatingIfNeeded: seed &* 7919 &+ $0 &* 31) }
  return Raster(height: height, width: width, channels: 1, samples: .bytes(pixels))
}

extension Raster {
  /// Pixels from 0 to 1.
  package var unit: [Float] {
    switch samples {
    case .bytes(let values): values.map { Float($0) / 255 }
    case .floats(let values): values
    }
  }
}

extension Examples {
  /// The numbers of one example.
  package func pixels(_ index: Int, range: ValueRange = .unit) -> [Float] {
    let count = size
    return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      copy(index, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]), range: range)
      initialized = count
    }
  }

  /// Pixels as bytes.
  package func byteValues(_ index: Int) -> [Int] {
    pixels(index).map { Int(($0 * 255).rounded()) }
  }

  /// All examples, from 0 to 1.
  package var all: [[Float]] { (0..<count).map { pixels($0) } }
}
