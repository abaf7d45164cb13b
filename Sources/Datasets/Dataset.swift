internal import Media
/// Examples in memory, split into a training and a hold-out part.
public struct Dataset: Sendable {
  /// Examples to train on, in an order that depends only on their content.
  public let training: Examples
  /// Examples kept from training; empty where none were asked for or the examples are too few.
  public let holdout: Examples
  /// Broken files that were left out, by path.
  public let skipped: [SkippedFile]
  /// Remarks on the data for the user, a line each: what was resized, padded, cut, clipped or left out.
  public let notes: [String]
  /// Names of the classes; empty where examples have none.
  public let classes: [String]

  init(
    training: Examples, holdout: Examples, skipped: [SkippedFile], notes: [String],
    classes: [String] = []
  ) {
    self.training = training
    self.holdout = holdout
    self.skipped = skipped
    self.classes = classes
    self.notes = notes + Self.notes(on: classes, training, holdout)
  }

  /// Remarks on classes without training examples, or without held-out ones.
  private static func notes(
    on classes: [String], _ training: Examples, _ holdout: Examples
  ) -> [String] {
    func lacking(_ examples: Examples, _ what: String) -> [String] {
      let found = Set(examples.labels)
      let missing = classes.indices.filter { !found.contains($0) }.map { classes[$0] }
      return missing.isEmpty ? [] : ["\(what) example of class \(missing.joined(separator: ", "))"]
    }
    return lacking(training, "there is no training")
      + (holdout.count > 0 ? lacking(holdout, "there is no held-out") : [])
  }

  /// Makes a data set of training examples only.
  public init(training: Examples) {
    self.init(
      training: training,
      holdout: Examples([], shape: training.shape, range: .unit, positions: []), skipped: [],
      notes: [])
  }

  /// Loads and splits images.
  ///
  /// Images are hashed after cropping and resizing. Those with hashes below the hold-out share are held
  /// out, so that equal images fall on the same side, and neither names, order nor `limit` move an image to
  /// the other side. A limit keeps the training examples with the lowest hashes (with classes, of each
  /// class in proportion), so that the examples of a smaller limit are among those of a larger one.
  ///
  /// - Returns: Examples of shape [H, W, C].
  /// - Throws: `DataError` or `FileError` if the data cannot be read; `DataError` if no training example is
  ///   left, or fewer than `limit`.
  public static func load(_ request: ImageRequest, progress: LoadProgress? = nil) throws -> Dataset
  {
    try request.validate()
    let pool = try ImagePool.load(request, progress: progress)
    let hashes = pool.contentHashes()
    let split = try Split(
      hashes, sources: hashes, labels: pool.labels.labels, holdout: request.holdout,
      limit: request.limit, name: request.name)
    var notes = pool.leftOut + pool.notes
    if request.holdout > 0, split.holdout.isEmpty {
      notes.append("nothing is held out: the images are too few for a share of \(request.holdout)")
    }
    return Dataset(
      training: pool.examples(split.training), holdout: pool.examples(split.holdout),
      skipped: pool.skipped, notes: notes, classes: pool.labels.classes)
  }

  /// Loads and splits sounds.
  ///
  /// Works as for images, but holds out whole files, by the hash of their decoded samples, so that the
  /// windows of one file are never on both sides. Nothing is held out where all examples come from one
  /// sound.
  ///
  /// - Returns: Examples of shape [T, 1].
  /// - Throws: `DataError` or `FileError` if the data cannot be read; `DataError` if no training example is
  ///   left, or fewer than `limit`.
  public static func load(_ request: SoundRequest, progress: LoadProgress? = nil) throws -> Dataset
  {
    try request.validate()
    let pool = try SoundPool.load(request, progress: progress)
    let isOneSource = Set(pool.sources).count == 1
    let split = try Split(
      pool.contentHashes(), sources: pool.sources, labels: pool.labels.labels,
      holdout: isOneSource ? 0 : request.holdout, limit: request.limit, name: request.name)
    var notes = pool.leftOut + pool.notes
    if request.holdout > 0, split.holdout.isEmpty {
      notes.append(
        isOneSource
          ? "nothing is held out: all examples come from one sound, which is not divided"
          : "nothing is held out: the sounds are too few for a share of \(request.holdout)")
    }
    return Dataset(
      training: pool.examples(split.training), holdout: pool.examples(split.holdout),
      skipped: pool.skipped, notes: notes, classes: pool.labels.classes)
  }
}
