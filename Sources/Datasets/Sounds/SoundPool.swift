internal import Media
internal import Complaints

/// All sounds of a source in windows of one length, before they are split.
struct SoundPool: ExamplePool {
  static let files = FileKind.sounds
  static let range = ValueRange.symmetric
  static let noun = "sounds"

  /// Least peak of a window that is not silent, 80 dB below full scale.
  static let silencePeak: Float = 1e-4
  /// The same, as messages have it.
  static let silencePeakText = "0.0001"

  /// Samples of a window.
  let length: Int
  /// Shape [N, T], in −1…1.
  let samples: SampleBlock
  /// Positions along N that hold an example; silent windows and broken files leave holes.
  let valid: [Int]
  /// Hash of the whole sound that each of `valid` is a part of.
  let sources: [UInt64]
  /// See `ExamplePool`.
  let fileNames: [String]
  var skipped: [SkippedFile]
  let notes: [String]
  /// Remarks on what was not read, a line each.
  var leftOut: [String] = []
  /// Classes of the examples in `valid`; `PoolLabels.none` where none are asked for.
  var labels = PoolLabels.none

  init(
    length: Int, samples: SampleBlock, valid: [Int], sources: [UInt64], fileNames: [String] = [],
    skipped: [SkippedFile], notes: [String]
  ) {
    self.fileNames = fileNames
    self.length = length
    self.samples = samples
    self.valid = valid
    self.sources = sources
    self.skipped = skipped
    self.notes = notes
  }

  /// See `ExamplePool`.
  var exampleShape: [Int] { [length, 1] }

  /// See `ExamplePool`: a window comes from its sound.
  func sources(_ contents: [UInt64]) -> [UInt64] { sources }

  /// See `ExamplePool`.
  func isUndivided(_ choices: SetChoices) -> Bool { true }

  /// See `ExamplePool`.
  func request(_ request: SoundRequest, like source: ExampleSource) -> SoundRequest {
    var own = request
    own.source = source
    return own
  }

  /// The sounds of `tones`.
  static func builtIn(_ request: SoundRequest, progress: LoadProgress?) throws -> SoundPool {
    try Tones.pool(request, progress: progress)
  }

  /// The timbres of `tones` as classes.
  static func builtInLabels(_ valid: [Int]) -> PoolLabels { TonesMode.labels(valid) }

  /// See `ExamplePool`.
  static func examples(
    in array: ExampleArray, request: SoundRequest, progress: LoadProgress?
  ) throws -> SoundPool {
    try SoundPool(
      rows: array.values, count: array.values.count / array.shape[0], length: array.shape[0],
      array.name, request: request)
  }

  /// See `ExamplePool`.
  func examples(_ indices: [Int]) -> Examples {
    Examples(
      shape: exampleShape, samples: samples, storedRange: Self.range,
      positions: indices.map { valid[$0] }, sources: indices.map { sources[$0] },
      labels: labels.of(indices))
  }

  /// See `ExamplePool`.
  static func load(
    _ path: String, request: SoundRequest, progress: LoadProgress?
  ) throws -> SoundPool {
    let pool: SoundPool
    switch try SoundPath(path, skipBroken: request.skipBroken) {
    case .files(let files):
      if request.labels != .none { throw PoolLabels.folderError(path) }
      pool = try SoundFiles.load(files.paths, request: request, progress: progress).adding(files)
    case .numpy: pool = try NumpyFile.sounds(path, request: request, progress: progress)
    }
    guard !pool.valid.isEmpty else {
      throw DataError(
        file: path,
        problem:
          "expected a sound that can be heard, found only silence (peak below \(SoundPool.silencePeakText))"
      )
    }
    return pool
  }

  /// See `ExamplePool`.
  static func concatenated(
    _ pools: [SoundPool], of classes: [ExampleClass], valid: [Int], notes: [String]
  ) throws -> SoundPool {
    SoundPool(
      length: pools[0].length, samples: SampleBlock(joining: pools.map(\.samples)), valid: valid,
      sources: pools.flatMap(\.sources), fileNames: joinedFileNames(of: pools),
      skipped: pools.flatMap(\.skipped), notes: notes)
  }

  /// See `ExamplePool`.
  func contentHashes() -> [UInt64] {
    samples.withUnsafeBytes { Self.hashes(of: valid, in: $0, length: length) }
  }

  /// Hashes of the rows at `positions` in samples of shape [N, T].
  static func hashes(
    of positions: [Int], in bytes: UnsafeRawBufferPointer, length: Int
  ) -> [UInt64] {
    positions.map { ContentHash.of(bytes, from: $0 * length * 4, count: length * 4) }
  }

  /// True where no sample reaches `silencePeak`.
  static func isSilent(_ samples: UnsafeBufferPointer<Float>) -> Bool {
    !samples.contains { abs($0) >= silencePeak }
  }
}
