internal import Media
internal import Complaints

/// The parts of a request that images and sounds share.
protocol PoolRequest {
  /// Source of the examples.
  var source: ExampleSource { get set }
  /// Origin of the classes.
  var labels: ClassLabels { get set }
  /// Cache of decoded files; nil for none.
  var cache: DataCache? { get set }
  /// True to leave broken files out and record them, instead of failing.
  var skipBroken: Bool { get }
  /// How the examples are divided.
  var sets: SetChoices { get }
  /// Name of the source in errors.
  var name: String { get }
}

extension PoolRequest {
  /// Refuses a value of a key.
  ///
  /// - Throws: `DataError` where it is not valid.
  func require(_ isValid: Bool, _ key: String, _ expected: String, _ found: String) throws {
    guard !isValid else { return }
    throw DataError(file: name, problem: "\(key): expected \(expected), found \(found)")
  }

  /// Refuses a limit or a share that cannot be.
  func validateSplit() throws {
    if let limit = sets.limit { try require(limit > 0, "limit", "a positive number", "\(limit)") }
    let (holdout, test) = (sets.holdout, sets.test.share)
    try require((0..<1).contains(holdout), "holdout", "a share from 0 to below 1", "\(holdout)")
    try require(
      test >= 0 && holdout + test < 1, "test",
      "a share that leaves some to train on, below \(1 - holdout)",
      "\(test)")
  }
}

extension ImageRequest: PoolRequest {}
extension SoundRequest: PoolRequest {}

/// All examples of a source in one block, before they are split. The protocol holds what images and sounds
/// share: the kinds of sources, and the joining of classes. Its types read the sources.
protocol ExamplePool {
  associatedtype Request: PoolRequest

  /// Numbers of all examples, one example after another.
  var samples: SampleBlock { get }
  /// Shape of one example.
  var exampleShape: [Int] { get }
  /// Positions in `samples` that hold an example. The others are holes, such as broken files.
  var valid: [Int] { get }
  /// The path of the file that each example in `valid` comes from; empty where they have no files of their own.
  var fileNames: [String] { get }
  /// Broken files that were left out.
  var skipped: [SkippedFile] { get set }
  /// Remarks on changes to the examples, a line each.
  var notes: [String] { get }
  /// Remarks on what was not read, a line each.
  var leftOut: [String] { get set }
  /// Classes of the examples in `valid`; `PoolLabels.none` where none are asked for.
  var labels: PoolLabels { get set }

  /// Kind of the files in folders of classes.
  static var files: FileKind { get }
  /// Range of stored floats.
  static var range: ValueRange { get }
  /// Name of the examples in notes: `images`.
  static var noun: String { get }
  /// The built-in examples.
  static func builtIn(_ request: Request, progress: LoadProgress?) throws -> Self
  /// The classes of built-in examples.
  static func builtInLabels(_ valid: [Int]) -> PoolLabels
  /// True where the files of a path tell the classes of their examples.
  static func holdsClasses(_ path: String, skipBroken: Bool) -> Bool
  /// Examples that are in memory.
  static func examples(
    in array: ExampleArray, request: Request, progress: LoadProgress?
  ) throws -> Self
  /// Loads the examples of a path. Labels in a file of their own number the rows of an array, so that they
  /// are an error for a folder of files.
  static func load(_ path: String, request: Request, progress: LoadProgress?) throws -> Self
  /// Some of the examples in `valid`, in the order given.
  func examples(_ indices: [Int]) -> Examples
  /// A hash of each example's numbers, in the order of `valid`.
  func contentHashes() -> [UInt64]
  /// A hash of what each example comes from, whose examples stay in one set.
  ///
  /// - Parameter contents: Those of `contentHashes`.
  func sources(_ contents: [UInt64]) -> [UInt64]
  /// True where examples that all come from one source are not divided.
  func isUndivided(_ choices: SetChoices) -> Bool
  /// The request with another source, for examples of the shape of this pool's.
  func request(_ request: Request, like source: ExampleSource) -> Request
  /// Loads files of one example or sound each by way of the cache; nil without a cache, and for other
  /// sources.
  static func cached(_ request: Request, progress: LoadProgress?) throws -> Self?
  /// Concatenates pools of one shape.
  ///
  /// - Parameters:
  ///   - valid: Positions of the examples in the concatenated numbers.
  ///   - notes: Notes of all pools, each after the name of its class.
  /// - Throws: `DataError` for pools of several shapes.
  static func concatenated(
    _ pools: [Self], of classes: [ExampleClass], valid: [Int], notes: [String]
  ) throws -> Self
}

extension ExamplePool {
  /// Classes are told by folders alone, by default.
  static func holdsClasses(_ path: String, skipBroken: Bool) -> Bool { false }

  /// Count of numbers in one example.
  var exampleSize: Int { exampleShape.reduce(1, *) }

  /// All examples.
  func examples() -> Examples { examples(Array(valid.indices)) }

  /// The file names of concatenated pools; empty where one has none.
  static func joinedFileNames(of pools: [Self]) -> [String] {
    pools.contains { $0.fileNames.isEmpty } ? [] : pools.flatMap(\.fileNames)
  }

  /// Loads all examples of a source.
  ///
  /// - Throws: `DataError` or `FileError` if they cannot be read.
  static func load(_ request: Request, progress: LoadProgress?) throws -> Self {
    try cached(request, progress: progress) ?? made(request, progress: progress)
  }

  /// Loads all examples of a source without a cache entry of its own.
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
    case (.path(let path), .ofSource) where holdsClasses(path, skipBroken: request.skipBroken):
      return try load(path, request: request, progress: progress)
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
  /// Where some classes have 8 bits and others are floats, all are rounded to 8 bits. Otherwise the
  /// precision would give the class away.
  private static func joined(
    _ classes: [ExampleClass], request: Request, progress: LoadProgress?
  ) throws -> Self {
    let pools = try classes.map { part in
      var own = request
      (own.source, own.labels) = (part.source, .none)
      // The classes of one folder share a single cache entry.
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

  /// The pool with the files that a listing skipped, and with its remarks on what was not read.
  func adding(_ files: ExampleListing) -> Self {
    var pool = self
    pool.skipped = (skipped + files.skipped).sorted { precedes($0.file, $1.file) }
    pool.leftOut = files.leftOut
    return pool
  }
}
