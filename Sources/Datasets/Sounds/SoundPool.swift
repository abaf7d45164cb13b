internal import Media
internal import Complaints

/// All sounds of a source in windows of one length, before they are split.
struct SoundPool {
  /// The least peak of a window that is not silent, 80 dB below full scale.
  static let silencePeak: Float = 1e-4

  /// Samples of a window.
  let length: Int
  /// Shape [N, T], in −1…1.
  let samples: SampleBlock
  /// Positions on N that hold an example; silent windows and broken files leave holes.
  let valid: [Int]
  /// For each of `valid` a hash of the whole sound that it is a part of.
  let sources: [UInt64]
  private(set) var skipped: [SkippedFile]
  let notes: [String]
  /// What was not read, a line each.
  var leftOut: [String] = []
  /// The classes of `valid`, where they are asked for.
  var labels = PoolLabels.none

  init(
    length: Int, samples: SampleBlock, valid: [Int], sources: [UInt64], skipped: [SkippedFile],
    notes: [String]
  ) {
    self.length = length
    self.samples = samples
    self.valid = valid
    self.sources = sources
    self.skipped = skipped
    self.notes = notes
  }

  /// Some of the valid windows, in the order given; all by default.
  func examples(_ indices: [Int]? = nil) -> Examples {
    let indices = indices ?? Array(valid.indices)
    return Examples(
      shape: [length, 1], samples: samples, storedRange: .symmetric,
      positions: indices.map { valid[$0] }, sources: indices.map { sources[$0] },
      labels: labels.of(indices))
  }

  /// Loads all sounds of a source.
  ///
  /// - Throws: `DataError` if they cannot be read, or none can be heard.
  static func load(_ request: SoundRequest, progress: LoadProgress?) throws -> SoundPool {
    try cached(request, progress: progress) ?? made(request, progress: progress)
  }

  /// Loads all sounds of a source from the files themselves, whatever the cache has.
  static func made(_ request: SoundRequest, progress: LoadProgress?) throws -> SoundPool {
    switch (request.source, request.labels) {
    case (.builtIn, let labels):
      var pool = try Tones.pool(request, progress: progress)
      if labels != .none { pool.labels = TonesMode.labels(pool.valid) }
      return pool
    case (.array(let array), _):
      return try SoundPool(
        rows: array.values, count: array.values.count / array.shape[0],
        length: array.shape[0], array.name, request: request)
    case (.classes(let classes), _):
      return try joined(classes, request: request, progress: progress)
    case (.path(let path), .ofSource):
      let folders = try ClassFolders(path, of: .sounds, skipBroken: request.skipBroken)
      var pool = try joined(folders.classes, request: request, progress: progress)
      pool.leftOut = folders.leftOut
      pool.skipped += folders.skipped
      return pool
    case (.path(let path), .file(let labels)):
      guard case .numpy = try SoundPath(path) else { throw PoolLabels.folderError(path) }
      var pool = try load(path, request: request, progress: progress)
      pool.labels = try PoolLabels(
        labels, valid: pool.valid, count: pool.samples.count / pool.length)
      return pool
    case (.path(let path), .none):
      return try load(path, request: request, progress: progress)
    }
  }

  /// Loads classes one after another into one block.
  private static func joined(
    _ classes: [ExampleClass], request: SoundRequest, progress: LoadProgress?
  ) throws -> SoundPool {
    let pools = try classes.map { part in
      var own = request
      (own.source, own.labels) = (part.source, .none)
      // The classes of a folder are kept as one.
      if request.labels == .ofSource { own.cache = nil }
      return try load(own, progress: progress)
    }
    let starts = pools.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1.samples.count / request.length)
    }
    var pool = SoundPool(
      length: request.length, samples: SampleBlock(joining: pools.map(\.samples)),
      valid: zip(pools, starts).flatMap { pool, start in pool.valid.map { $0 + start } },
      sources: pools.flatMap(\.sources), skipped: pools.flatMap(\.skipped),
      notes: zip(classes, pools).flatMap { part, pool in
        pool.notes.map { "\(part.name): \($0)" }
      })
    pool.labels = PoolLabels(classes.map(\.name), counts: pools.map(\.valid.count))
    pool.leftOut = zip(classes, pools).flatMap { part, pool in
      pool.leftOut.map { "\(part.name): \($0)" }
    }
    return pool
  }

  private static func load(
    _ path: String, request: SoundRequest, progress: LoadProgress?
  ) throws -> SoundPool {
    var pool: SoundPool
    switch try SoundPath(path, skipBroken: request.skipBroken) {
    case .files(let files):
      pool = try SoundFiles.load(files.paths, request: request, progress: progress)
      pool.skipped = (pool.skipped + files.skipped).sorted { precedes($0.file, $1.file) }
      pool.leftOut = files.leftOut
    case .numpy: pool = try NumpyFile.sounds(path, request: request, progress: progress)
    }
    guard !pool.valid.isEmpty else {
      throw DataError(
        file: path,
        problem: "expected a sound that can be heard, found only silence (peak below 0.0001)")
    }
    return pool
  }

  /// A hash of each example's samples, in the order of `valid`.
  func contentHashes() -> [UInt64] {
    samples.withUnsafeBytes { Self.hashes(of: valid, in: $0, length: length) }
  }

  /// A hash of the samples at each of some positions on N of samples [N, T].
  static func hashes(
    of positions: [Int], in bytes: UnsafeRawBufferPointer, length: Int
  ) -> [UInt64] {
    positions.map { ContentHash.of(bytes, from: $0 * length * 4, count: length * 4) }
  }

  /// Whether no sample is as loud as a sound's peak must be.
  static func isSilent(_ samples: UnsafeBufferPointer<Float>) -> Bool {
    !samples.contains { abs($0) >= silencePeak }
  }
}
