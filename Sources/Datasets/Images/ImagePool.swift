internal import Media
internal import Complaints

/// All images of a source in one shape and element type, before they are split.
struct ImagePool {
  let shape: ImageShape
  /// Shape [N, H, W, C].
  let samples: SampleBlock
  /// Positions on N that hold an image; broken files leave holes.
  let valid: [Int]
  private(set) var skipped: [SkippedFile]
  /// What was done to the images, a line each.
  let notes: [String]
  /// What was not read, a line each.
  var leftOut: [String] = []
  /// The classes of `valid`, where they are asked for.
  var labels = PoolLabels.none

  init(
    shape: ImageShape, samples: SampleBlock, valid: [Int], skipped: [SkippedFile] = [],
    notes: [String] = []
  ) {
    self.shape = shape
    self.samples = samples
    self.valid = valid
    self.skipped = skipped
    self.notes = notes
  }

  /// Some of the valid images, in the order given; all by default.
  func examples(_ indices: [Int]? = nil) -> Examples {
    let indices = indices ?? Array(valid.indices)
    return Examples(
      shape: [shape.height, shape.width, shape.channels], samples: samples, storedRange: .unit,
      positions: indices.map { valid[$0] }, labels: labels.of(indices))
  }

  /// Loads all images of a source.
  ///
  /// - Throws: `DataError` if they cannot be read.
  static func load(_ request: ImageRequest, progress: LoadProgress?) throws -> ImagePool {
    try cached(request, progress: progress) ?? made(request, progress: progress)
  }

  /// Loads all images of a source from the files themselves, whatever the cache has.
  static func made(_ request: ImageRequest, progress: LoadProgress?) throws -> ImagePool {
    switch (request.source, request.labels) {
    case (.builtIn, let labels):
      var pool = try Shapes.pool(request, progress: progress)
      if labels != .none { pool.labels = ShapesMode.labels(pool.valid) }
      return pool
    case (.array(let array), _):
      return try convert(ImageArray(array), request: request, progress: progress)
    case (.classes(let classes), _):
      return try joined(classes, request: request, progress: progress)
    case (.path(let path), .ofSource):
      let folders = try ClassFolders(path, of: .pictures, skipBroken: request.skipBroken)
      var pool = try joined(folders.classes, request: request, progress: progress)
      pool.leftOut = folders.leftOut
      pool.skipped += folders.skipped
      return pool
    case (.path(let path), .file(let labels)):
      var pool = try load(path, request: request, progress: progress)
      pool.labels = try PoolLabels(
        labels, valid: pool.valid, count: pool.samples.count / pool.shape.count)
      return pool
    case (.path(let path), .none):
      return try load(path, request: request, progress: progress)
    }
  }

  private static func load(
    _ path: String, request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    let files = try ImageFiles(path, skipBroken: request.skipBroken)
    if files.arePictures, request.labels != .none { throw PoolLabels.folderError(path) }
    return try files.format.load(files.listing.paths, request: request, progress: progress)
      .adding(files.listing)
  }

  /// The same with what a listing of files says of others.
  private func adding(_ files: ExampleListing) -> ImagePool {
    var pool = self
    pool.skipped = (skipped + files.skipped).sorted { precedes($0.file, $1.file) }
    pool.leftOut = files.leftOut
    return pool
  }

  /// Loads classes one after another into one block.
  ///
  /// Where some are of 8 bits and some are not, all become of 8 bits, so that precision tells nothing of a
  /// class.
  private static func joined(
    _ classes: [ExampleClass], request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    let pools = try classes.map { part in
      var own = request
      (own.source, own.labels) = (part.source, .none)
      // The classes of a folder are kept as one.
      if request.labels == .ofSource { own.cache = nil }
      return try load(own, progress: progress)
    }
    let shape = pools[0].shape
    for (part, pool) in zip(classes, pools) where pool.shape != shape {
      throw DataError(
        file: part.source.name(builtIn: "shapes"),
        problem:
          "expected images of \(shape.width)×\(shape.height) with \(shape.channels) channels, as in "
          + "the other class, found \(pool.shape.width)×\(pool.shape.height) with "
          + "\(pool.shape.channels); set size and channels")
    }
    let starts = pools.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.samples.count) }
    var pool = ImagePool(
      shape: shape, samples: SampleBlock(joining: pools.map(\.samples)),
      valid: zip(pools, starts).flatMap { pool, start in
        pool.valid.map { $0 + start / shape.count }
      },
      skipped: pools.flatMap(\.skipped),
      notes: zip(classes, pools).flatMap { part, pool in
        pool.notes.map { "\(part.name): \($0)" }
      })
    pool.labels = PoolLabels(classes.map(\.name), counts: pools.map(\.valid.count))
    pool.leftOut = zip(classes, pools).flatMap { part, pool in
      pool.leftOut.map { "\(part.name): \($0)" }
    }
    return pool
  }

  /// Makes every image on all cores and collects them in one block.
  ///
  /// - Parameters:
  ///   - isFloat: Whether to store floats rather than bytes.
  ///   - image: The image of an index, in any shape that `shape` can be made from.
  /// - Throws: The first failure, unless `request.skipBroken`.
  static func collect(
    _ count: Int, as shape: ImageShape, isFloat: Bool, request: ImageRequest,
    progress: LoadProgress?, image: @Sendable (Int) throws -> Raster
  ) throws -> ImagePool {
    let byteCount = product([count, shape.count, isFloat ? 4 : 1])
    try requireMemory(byteCount ?? .max, file: request.name)
    var made: (results: [Int], skipped: [SkippedFile]) = ([], [])
    func fill<Element: PixelSample>(_ zero: Element) throws -> [Element] {
      var values = [Element](repeating: zero, count: count * shape.count)
      try values.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        // Every image writes its own part.
        nonisolated(unsafe) let target = start
        made = try loadOnAllCores(
          Array(0..<count), skipBroken: request.skipBroken, progress: progress
        ) {
          try image($0).converted(to: shape).write(to: target + $0 * shape.count)
          return $0
        }
      }
      return values
    }
    let samples: SampleBlock = isFloat ? .floats(try fill(Float(0))) : .bytes(try fill(UInt8(0)))
    return ImagePool(shape: shape, samples: samples, valid: made.results, skipped: made.skipped)
  }

  /// Brings the images of an array file to the shape that was asked for.
  static func convert(
    _ array: ImageArray, request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    let shape = ImageShape(
      height: request.size ?? array.shape.height, width: request.size ?? array.shape.width,
      channels: request.channels ?? array.shape.channels)
    if shape == array.shape {
      progress?(array.count, array.count)
      return ImagePool(
        shape: shape, samples: SampleBlock(array.samples), valid: Array(0..<array.count))
    }
    var isFloat = false
    if case .floats = array.samples { isFloat = true }
    let pool = try collect(
      array.count, as: shape, isFloat: isFloat, request: request, progress: progress,
      image: array.raster)
    var notes = ImageNotes(to: shape)
    notes.add(array.shape, count: array.count)
    return ImagePool(
      shape: shape, samples: pool.samples, valid: pool.valid, skipped: pool.skipped,
      notes: notes.lines)
  }
}
