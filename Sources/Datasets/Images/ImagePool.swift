internal import Media
internal import Complaints

/// All images of a source in one shape and element type, before they are split.
struct ImagePool: ExamplePool {
  static let files = FileKind.pictures
  static let range = ValueRange.unit
  static let noun = "images"

  let shape: ImageShape
  /// Shape [N, H, W, C].
  let samples: SampleBlock
  /// Positions along N that hold an image; broken files leave holes.
  let valid: [Int]
  /// See `ExamplePool`.
  let fileNames: [String]
  var skipped: [SkippedFile]
  /// Remarks on changes to the images, a line each.
  let notes: [String]
  /// Remarks on what was not read, a line each.
  var leftOut: [String] = []
  /// Classes of the images in `valid`; `PoolLabels.none` where none are asked for.
  var labels = PoolLabels.none

  init(
    shape: ImageShape, samples: SampleBlock, valid: [Int], fileNames: [String] = [],
    skipped: [SkippedFile] = [], notes: [String] = []
  ) {
    self.shape = shape
    self.samples = samples
    self.valid = valid
    self.fileNames = fileNames
    self.skipped = skipped
    self.notes = notes
  }

  /// See `ExamplePool`.
  var exampleShape: [Int] { [shape.height, shape.width, shape.channels] }

  /// See `ExamplePool`: an image stands for itself.
  func sources(_ contents: [UInt64]) -> [UInt64] { contents }

  /// See `ExamplePool`.
  func isUndivided(_ choices: SetChoices) -> Bool { choices.keepsFolders }

  /// See `ExamplePool`.
  func request(_ request: ImageRequest, like source: ExampleSource) -> ImageRequest {
    var own = request
    own.source = source
    own.size = shape.height == shape.width ? shape.height : nil
    own.channels = shape.channels
    return own
  }

  /// The images of `shapes`.
  static func builtIn(_ request: ImageRequest, progress: LoadProgress?) throws -> ImagePool {
    try Shapes.pool(request, progress: progress)
  }

  /// The figures of `shapes` as classes.
  static func builtInLabels(_ valid: [Int]) -> PoolLabels { ShapesMode.labels(valid) }

  /// See `ExamplePool`. A path that cannot be read holds none.
  static func holdsClasses(_ path: String, skipBroken: Bool) -> Bool {
    (try? ImageFiles(path, skipBroken: skipBroken))?.format.holdsClasses ?? false
  }

  /// See `ExamplePool`.
  static func examples(
    in array: ExampleArray, request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    try convert(ImageArray(array), request: request, progress: progress)
  }

  /// See `ExamplePool`.
  func examples(_ indices: [Int]) -> Examples {
    Examples(
      shape: exampleShape, samples: samples, storedRange: Self.range,
      positions: indices.map { valid[$0] }, labels: labels.of(indices))
  }

  /// See `ExamplePool`.
  static func load(
    _ path: String, request: ImageRequest, progress: LoadProgress?
  ) throws -> ImagePool {
    let files = try ImageFiles(path, skipBroken: request.skipBroken)
    if files.arePictures, request.labels != .none { throw PoolLabels.folderError(path) }
    return try files.format.load(files.listing.paths, request: request, progress: progress)
      .adding(files.listing)
  }

  /// See `ExamplePool`.
  static func concatenated(
    _ pools: [ImagePool], of classes: [ExampleClass], valid: [Int], notes: [String]
  ) throws -> ImagePool {
    let shape = pools[0].shape
    for (part, pool) in zip(classes, pools) where pool.shape != shape {
      throw DataError(
        file: part.source.name(builtIn: "shapes"),
        problem:
          "expected images of \(shape.width)×\(shape.height) with \(shape.channels) channels, as in "
          + "the other class, found \(pool.shape.width)×\(pool.shape.height) with "
          + "\(pool.shape.channels); set size and channels")
    }
    return ImagePool(
      shape: shape, samples: SampleBlock(joining: pools.map(\.samples)), valid: valid,
      fileNames: joinedFileNames(of: pools), skipped: pools.flatMap(\.skipped), notes: notes)
  }

  /// Makes every image on all cores and collects them in one block.
  ///
  /// - Parameters:
  ///   - isFloat: True to store floats, false to store bytes.
  ///   - image: Makes the image of an index, in any shape that can be converted to `shape`.
  /// - Throws: `DataError` if memory is too small; the first failure of `image`, unless
  ///   `request.skipBroken`.
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
        // Safe, since every image writes only its own part.
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

  /// Converts the images of an array file to the shape that was asked for.
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
