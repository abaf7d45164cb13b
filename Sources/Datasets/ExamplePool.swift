internal import Complaints

/// What is asked for of a source of examples, of whatever kind.
protocol PoolRequest {
  /// Where the examples come from.
  var source: ExampleSource { get set }
  /// What the classes are.
  var labels: ClassLabels { get set }
  /// Where decoded files are kept.
  var cache: DataCache? { get set }
  /// Whether broken files are left out and recorded.
  var skipBroken: Bool { get }
}

extension ImageRequest: PoolRequest {}
extension SoundRequest: PoolRequest {}

/// All examples of a source in one block, before they are split. Which sources there are, and how classes are put together,
/// is the same for images and sounds; how one source is read is not.
protocol ExamplePool {
  associatedtype Request: PoolRequest

  /// All numbers, those of one example after those of another.
  var samples: SampleBlock { get }
  /// Numbers of one example.
  var exampleSize: Int { get }
  /// Positions in `samples` that hold an example; others are holes.
  var valid: [Int] { get }
  /// Broken files that were left out.
  var skipped: [SkippedFile] { get set }
  /// What was done to the examples, a line each.
  var notes: [String] { get }
  /// What was not read, a line each.
  var leftOut: [String] { get set }
  /// The classes of `valid`, where they are asked for.
  var labels: PoolLabels { get set }

  /// The files that folders of classes have.
  static var files: FileKind { get }
  /// The built-in examples.
  static func builtIn(_ request: Request, progress: LoadProgress?) throws -> Self
  /// The classes of built-in examples.
  static func builtInLabels(_ valid: [Int]) -> PoolLabels
  /// Examples that are in memory.
  static func examples(
    in array: ExampleArray, request: Request, progress: LoadProgress?
  ) throws -> Self
  /// The examples of a path. Labels in a file of their own mean something for an array of examples only.
  static func load(_ path: String, request: Request, progress: LoadProgress?) throws -> Self
  /// The pool of files in a folder, by way of the cache; nil where the source is something else.
  static func cached(_ request: Request, progress: LoadProgress?) throws -> Self?
  /// Puts pools of one shape behind each other.
  ///
  /// - Parameters:
  ///   - valid: Positions in all numbers together.
  ///   - notes: Those of the pools with the names of their classes.
  /// - Throws: `DataError` for pools of several shapes.
  static func concatenated(
    _ pools: [Self], of classes: [ExampleClass], valid: [Int], notes: [String]
  ) throws -> Self
}

extension ExamplePool {
  /// Loads all examples of a source.
  ///
  /// - Throws: `DataError` if they cannot be read.
  static func load(_ request: Request, progress: LoadProgress?) throws -> Self {
    try cached(request, progress: progress) ?? made(request, progress: progress)
  }

  /// Loads all examples of a source from the files themselves, whatever the cache has.
  static func made(_ request: Request, progress: LoadProgress?) throws -> Self {
    switch (request.source, request.labels) {
    case (.builtIn, let labels):
      var pool = try builtIn(request, progress: progress)
      if labels != .none { pool.labels = builtInLabels(pool.valid) }
      return pool
    case (.array(let array), _):
      return try examples(in: array, request: request, progress: progress)
    case (.classes(let classes), _):
      return try joined(classes, request: request, progress: progress)
    case (.path(let path), .ofSource):
      let folders = try ClassFolders(path, of: files, skipBroken: request.skipBroken)
      var pool = try joined(folders.classes, request: request, progress: progress)
      pool.leftOut = folders.leftOut
      pool.skipped += folders.skipped
      return pool
    case (.path(let path), .file(let labels)):
      var pool = try load(path, request: request, progress: progress)
      pool.labels = try PoolLabels(
        labels, valid: pool.valid, count: pool.samples.count / pool.exampleSize)
      return pool
    case (.path(let path), .none):
      return try load(path, request: request, progress: progress)
    }
  }

  /// Loads classes one after another into one block.
  ///
  /// Where some are of 8 bits and some are not, all become of 8 bits, so that precision tells nothing of a
  /// class.
  private static func joined(
    _ classes: [ExampleClass], request: Request, progress: LoadProgress?
  ) throws -> Self {
    let pools = try classes.map { part in
      var own = request
      (own.source, own.labels) = (part.source, .none)
      // The classes of a folder are kept as one.
      if request.labels == .ofSource { own.cache = nil }
      return try load(own, progress: progress)
    }
    func named(_ lines: (Self) -> [String]) -> [String] {
      zip(classes, pools).flatMap { part, pool in lines(pool).map { "\(part.name): \($0)" } }
    }
    let starts = pools.reduce(into: [0]) {
      $0.append($0[$0.count - 1] + $1.samples.count / $1.exampleSize)
    }
    var pool = try concatenated(
      pools, of: classes,
      valid: zip(pools, starts).flatMap { pool, start in pool.valid.map { $0 + start } },
      notes: named(\.notes))
    pool.labels = PoolLabels(classes.map(\.name), counts: pools.map(\.valid.count))
    pool.leftOut = named(\.leftOut)
    return pool
  }

  /// The same with what a listing of files says of others.
  func adding(_ files: ExampleListing) -> Self {
    var pool = self
    pool.skipped = (skipped + files.skipped).sorted { precedes($0.file, $1.file) }
    pool.leftOut = files.leftOut
    return pool
  }
}
