internal import Media
/// Examples in memory, split into a training and a hold-out part.
public struct Dataset: Sendable {
  /// Examples to train on, in an order that depends only on what is in them.
  public let training: Examples
  /// Examples kept from training; empty if none were asked for.
  public let holdout: Examples
  /// Broken files that were left out, by path.
  public let skipped: [SkippedFile]
  /// What a user should know of the data, a line each: what was resized, padded, cut, clipped or left out.
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

  /// Which classes have no examples to train on, or none held out.
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

  /// Examples to train on, and none held out.
  public init(training: Examples) {
    self.init(
      training: training,
      holdout: Examples([], shape: training.shape, range: .unit, positions: []), skipped: [],
      notes: [])
  }

  /// Loads and splits images.
  ///
  /// Each image is hashed as it is stored. Hashes below the hold-out share are held out, so that equal
  /// images fall on one side, and neither names, order nor `limit` move an image to the other. A limit
  /// keeps the training examples with the lowest hashes, so that a smaller one is part of a larger.
  ///
  /// - Returns: Examples of shape [H, W, C].
  /// - Throws: `DataError` if the data cannot be read, or leave no training example or fewer than
  ///   `limit`.
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
  /// As for images, but what is held out is whole files, by the hash of their decoded samples: the
  /// windows of one file are never on both sides. A source of one file holds nothing out.
  ///
  /// - Returns: Examples of shape [T, 1].
  /// - Throws: `DataError` if the data cannot be read, or leave no training example or fewer than
  ///   `limit`.
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
