internal import Specification
internal import Media
internal import Complaints

/// Loads sound files into one block of windows.
enum SoundFiles {
  /// A file as its header describes it, and its division into windows.
  private struct File {
    let path: String
    let frameCount: Int
    let channels: Int
    let sampleRateHz: Int
    let windows: SoundWindows
  }

  /// Findings from decoding one file.
  private struct Outcome {
    /// Hash of the samples as decoded and mixed down, before resampling.
    let hash: UInt64
    /// True where any channel has a run of samples at full scale.
    let isClipped: Bool
    /// One value for each window: true where it is not silent.
    let isAudible: [Bool]
  }

  /// Reads all headers, plans the block, then decodes into it on all cores.
  ///
  /// - Parameter paths: Paths of the files, at least one; examples follow their order.
  /// - Throws: The error of the first broken file, unless they are skipped; `DataError` if all are broken.
  static func load(
    _ paths: [String], request: SoundRequest, progress: LoadProgress?
  ) throws -> SoundPool {
    let headers = try loadOnAllCores(paths, skipBroken: request.skipBroken, progress: nil) {
      try header($0, request)
    }
    let files = headers.results
    let starts = try windowStarts(files, request)
    var samples = [Float](repeating: 0, count: (starts.last ?? 0) * request.length)
    let decoded = try samples.withUnsafeMutableBufferPointer { buffer in
      // Safe, since every file writes only its own windows.
      nonisolated(unsafe) let target = buffer
      return try loadOnAllCores(
        Array(files.indices), skipBroken: request.skipBroken, progress: progress
      ) { index in
        let part = starts[index] * request.length..<starts[index + 1] * request.length
        return (
          index,
          try decode(
            files[index], request, into: UnsafeMutableBufferPointer(rebasing: target[part]))
        )
      }
    }
    let skipped = (headers.skipped + decoded.skipped).sorted { precedes($0.file, $1.file) }
    guard !decoded.results.isEmpty else { throw DataError.allBroken(request.name, skipped) }
    return pool(samples, files, decoded.results, starts, skipped, request)
  }

  /// Makes a pool of the windows that are not silent.
  ///
  /// - Parameters:
  ///   - outcomes: Indices and findings of the files that could be decoded.
  ///   - starts: Number of the first window of each file.
  private static func pool(
    _ samples: [Float], _ files: [File], _ outcomes: [(Int, Outcome)], _ starts: [Int],
    _ skipped: [SkippedFile], _ request: SoundRequest
  ) -> SoundPool {
    var notes = SoundNotes(request)
    var valid: [Int] = []
    var sources: [UInt64] = []
    var fileNames: [String] = []
    for (index, outcome) in outcomes {
      let file = files[index]
      notes.add(
        file.path, file.windows, sampleRateHz: file.sampleRateHz, channels: file.channels,
        isClipped: outcome.isClipped, isAudible: outcome.isAudible)
      for (window, isAudible) in outcome.isAudible.enumerated() where isAudible {
        valid.append(starts[index] + window)
        sources.append(outcome.hash)
        fileNames.append(file.path)
      }
    }
    return SoundPool(
      length: request.length, samples: .floats(samples), valid: valid, sources: sources,
      fileNames: fileNames, skipped: skipped, notes: notes.lines)
  }

  private static func header(_ path: String, _ request: SoundRequest) throws -> File {
    let reader = try SoundReader.open(path)
    let frameCount = try SoundDecoder.frameCount(reader)
    let sampleCount = try SoundWindows.sampleCount(
      frameCount, from: reader.sampleRateHz, to: request.sampleRateHz, file: path)
    let windows = SoundWindows(
      sampleCount: sampleCount, length: request.length, choice: request.windows)
    let kept = windows.needsWhole ? sampleCount : product([windows.count, request.length])
    try requireMemory(kept.flatMap { product([$0, 4]) } ?? .max, file: path)
    return File(
      path: path, frameCount: frameCount, channels: reader.channels,
      sampleRateHz: reader.sampleRateHz, windows: windows)
  }

  /// Number of the first window of each file in the block, then the number of all windows.
  ///
  /// - Throws: `DataError` if the block is larger than memory.
  private static func windowStarts(_ files: [File], _ request: SoundRequest) throws -> [Int] {
    var starts = [0]
    for file in files {
      let end = (starts.last ?? 0) + file.windows.count
      try requireMemory(product([end, request.length, 4]) ?? .max, file: request.name)
      starts.append(end)
    }
    return starts
  }

  /// Decodes a file into its windows.
  ///
  /// - Parameter target: Zeros, shape [windows, T].
  private static func decode(
    _ file: File, _ request: SoundRequest, into target: UnsafeMutableBufferPointer<Float>
  ) throws -> Outcome {
    let reader = try SoundReader.open(file.path)
    var filled = 0
    func fill(_ part: UnsafeBufferPointer<Float>) {
      // Samples behind the last window are dropped: a short rest, or all that follows the one window
      // chosen.
      let count = min(part.count, target.count - filled)
      for index in 0..<count { target[filled + index] = min(max(part[index], -1), 1) }
      filled += count
    }
    let needsWhole = file.windows.needsWhole
    var whole: [Float] = []
    var hash = ContentHash()
    let isClipped = try SoundDecoder.decode(
      reader, frameCount: file.frameCount, sampleRateHz: request.sampleRateHz,
      decoded: { hash.add(UnsafeRawBufferPointer($0)) },
      sink: { if needsWhole { whole.append(contentsOf: $0) } else { fill($0) } })
    if needsWhole {
      whole.withUnsafeBufferPointer { whole in
        let start = SoundWindows.loudest(whole, length: request.length)
        fill(UnsafeBufferPointer(rebasing: whole[start...]))
      }
    }
    file.windows.fade(target, sampleRateHz: request.sampleRateHz)
    let isAudible = (0..<file.windows.count).map { window in
      let part = target[window * request.length..<(window + 1) * request.length]
      return !SoundPool.isSilent(UnsafeBufferPointer(rebasing: part))
    }
    return Outcome(hash: hash.value, isClipped: isClipped, isAudible: isAudible)
  }
}
