internal import Complaints
internal import CSampleRate

/// Resamples a sound that arrives in parts, with libsamplerate's best sinc filter.
struct Resampler: ~Copyable {
  private let state: OpaquePointer
  private let ratio: Double
  private let path: String
  private var output = [Float](repeating: 0, count: 1 << 14)

  /// - Parameter path: File that errors name.
  /// - Throws: `DataError` if the rates are too far apart.
  init(from: Int, to: Int, path: String) throws {
    let ratio = Double(to) / Double(from)
    guard src_is_valid_ratio(ratio) != 0 else {
      throw DataError(
        file: path,
        problem: "cannot be resampled from \(from) to \(to) Hz: expected a ratio of at most 256")
    }
    var status: Int32 = 0
    guard let state = src_new(Int32(SRC_SINC_BEST_QUALITY), 1, &status) else {
      throw Self.error(status, path)
    }
    self.state = state
    self.ratio = ratio
    self.path = path
  }

  deinit { src_delete(state) }

  /// Resamples the next part.
  ///
  /// - Parameters:
  ///   - input: Any number of samples.
  ///   - sink: Receives the output, in any number of parts.
  mutating func process(
    _ input: UnsafeBufferPointer<Float>, sink: (UnsafeBufferPointer<Float>) -> Void
  ) throws {
    try process(input, isLast: false, sink: sink)
  }

  /// Outputs what the filter still holds.
  mutating func finish(sink: (UnsafeBufferPointer<Float>) -> Void) throws {
    // An empty array may have a null pointer, at which libsamplerate would return at once.
    try [Float(0)].withUnsafeBufferPointer {
      try process(UnsafeBufferPointer(rebasing: $0[..<0]), isLast: true, sink: sink)
    }
  }

  private mutating func process(
    _ input: UnsafeBufferPointer<Float>, isLast: Bool, sink: (UnsafeBufferPointer<Float>) -> Void
  ) throws {
    var rest = input
    var produced = 0
    repeat {
      (rest, produced) = try output.withUnsafeMutableBufferPointer { output in
        var data = SRC_DATA()
        data.data_in = rest.baseAddress
        data.input_frames = rest.count
        data.data_out = output.baseAddress
        data.output_frames = output.count
        data.end_of_input = isLast ? 1 : 0
        data.src_ratio = ratio
        let status = src_process(state, &data)
        guard status == 0 else { throw Self.error(status, path) }
        sink(UnsafeBufferPointer(rebasing: output[..<data.output_frames_gen]))
        return (
          UnsafeBufferPointer(rebasing: rest[data.input_frames_used...]), data.output_frames_gen
        )
      }
    } while !rest.isEmpty || produced > 0
  }

  private static func error(_ status: Int32, _ path: String) -> DataError {
    DataError(file: path, problem: "cannot be resampled: \(String(cString: src_strerror(status)))")
  }
}

/// Resamples a whole sound, from one rate in hertz to another.
///
/// - Throws: `DataError` if the rates are too far apart.
public func resampled(_ sound: [Float], from: Int, to: Int) throws -> [Float] {
  var resampler = try Resampler(from: from, to: to, path: "sound")
  var result: [Float] = []
  try sound.withUnsafeBufferPointer { try resampler.process($0) { result.append(contentsOf: $0) } }
  try resampler.finish { result.append(contentsOf: $0) }
  return result
}
