internal import Specification
internal import Media
internal import Complaints
internal import Files

extension NumpyFile {
  /// Reads sounds from an array [N, T] or [N, T, 1] of int16, float32 or float64.
  ///
  /// Floats must lie in −1…1. Every row is a sound of its own.
  ///
  /// - Throws: The errors of `read`, and `DataError` if the shape or a value does not fit.
  static func sounds(
    _ path: String, request: SoundRequest, progress: LoadProgress?
  ) throws -> SoundPool {
    guard request.windows == .all else {
      throw DataError(
        file: path,
        problem: "windows: expected all, as every sound of an array is of one length, found "
          + request.windows.rawValue)
    }
    let array = try read(path, accepting: soundElements)
    let shape = array.shape
    guard holdsSounds(shape), shape[1] == request.length else {
      throw DataError(
        file: path,
        problem: "expected sounds of shape [N, \(request.length)] or [N, \(request.length), 1], "
          + "as the length says, found the shape \(numpyShape(shape))")
    }
    try requireSounds(shape, path)
    let samples = array.floats
    progress?(shape[0], shape[0])
    return try SoundPool(
      rows: samples, count: shape[0], length: request.length, path, request: request)
  }

  /// Reads the number of the sounds in an array, and their length, from its header; nil where it holds no sounds, as
  /// more axes than samples and one channel are those of images.
  ///
  /// - Throws: The errors of `NumpyHeader`, and `DataError` if there is no sound.
  static func soundShape(_ path: String) throws -> (count: Int, length: Int)? {
    let header = try NumpyHeader(FileReader(path), accepting: images + soundElements)
    let shape = header.shape
    guard soundElements.contains(header.element), holdsSounds(shape) else { return nil }
    try requireSounds(shape, path)
    return (shape[0], shape[1])
  }

  /// Element types that arrays of sounds may have.
  private static let soundElements: [NumpyHeader.Element] = [.int16, .float32, .float64]

  private static func holdsSounds(_ shape: [Int]) -> Bool {
    shape.count == 2 || shape.count == 3 && shape[2] == 1
  }

  private static func requireSounds(_ shape: [Int], _ path: String) throws {
    guard shape.contains(0) else { return }
    throw DataError(
      file: path, problem: "expected at least one sound, found the shape \(numpyShape(shape))")
  }
}

extension SoundPool {
  /// Makes every row a sound of its own. Silent rows are no examples.
  ///
  /// - Parameters:
  ///   - samples: Shape [count, length].
  ///   - path: Name of the samples in errors.
  /// - Throws: `DataError` for samples beyond −1…1.
  init(
    rows samples: [Float], count: Int, length: Int, _ path: String, request: SoundRequest
  ) throws {
    // NaN fails this comparison too.
    if let bad = samples.firstIndex(where: { !(abs($0) <= 1) }) {
      throw DataError(
        file: path,
        problem: "sample \(bad % length) of row \(bad / length) is \(samples[bad]): "
          + "expected -1 to 1")
    }
    var notes = SoundNotes(request)
    let windows = SoundWindows(sampleCount: length, length: length)
    var valid: [Int] = []
    samples.withUnsafeBufferPointer { buffer in
      for row in 0..<count {
        let part = UnsafeBufferPointer(rebasing: buffer[row * length..<(row + 1) * length])
        var clipping = ClippingDetector(channels: 1, fullScale: 32_767 / 32_768)
        clipping.look(at: part)
        let isAudible = !SoundPool.isSilent(part)
        if isAudible { valid.append(row) }
        notes.add(
          "row \(row)", windows, sampleRateHz: request.sampleRateHz, channels: 1,
          isClipped: clipping.isClipped, isAudible: [isAudible])
      }
    }
    self.init(
      length: length, samples: .floats(samples), valid: valid,
      sources: samples.withUnsafeBytes { SoundPool.hashes(of: valid, in: $0, length: length) },
      skipped: [],
      notes: notes.lines)
  }
}
